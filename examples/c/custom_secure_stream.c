/* A stream of one's own that says a token before anything else goes over TLS:
 * custom_secure_stream HOST PORT CA_CERTS TOKEN */
#include "example.h"

#include <firth/stream_ops.h>

typedef struct secure_stream {
    firth_stream *tls;
} secure_stream;

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    secure_stream *self = object;
    (void)span_count; /* the first is enough */
    return firth_stream_read_some(self->tls, spans[0].data, spans[0].length, timeout, count);
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    secure_stream *self = object;
    size_t first = 0;
    while (first + 1 < slice_count && slices[first].length == 0)
        first++;
    return firth_stream_write_some(self->tls, slices[first].data, slices[first].length, timeout,
                                   count);
}

static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    secure_stream *self = object;
    return firth_stream_poll(self->tls, timeout, ready);
}

static firth_err finish(void *object, double timeout)
{
    secure_stream *self = object;
    return firth_stream_finish(self->tls, timeout);
}

static firth_err close_stream(void *object)
{
    secure_stream *self = object;
    return firth_stream_close(self->tls);
}

static void release(void *object)
{
    secure_stream *self = object;
    firth_stream_free(self->tls);
    free(self);
}

static const firth_stream_ops secure = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "secure",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_stream,
    .finish = finish,
    .close = close_stream,
    .release = release,
};

static void authenticate(firth_stream *tls, const char *token)
{
    char response[7];
    expect_ok(firth_stream_write(tls, token, strlen(token), FIRTH_UNSET));
    expect_ok(firth_stream_read(tls, response, sizeof response, FIRTH_UNSET));
    if (memcmp(response, "AUTH_OK", sizeof response) != 0)
        give_up("Authentication failed");
}

static firth_stream *connect_securely(const char *host, int port, const char *ca_certs,
                                      const char *token)
{
    firth_stream *made;
    secure_stream *self = calloc(1, sizeof *self);
    if (self == NULL)
        give_up("no memory");
    expect_ok(firth_create_ssl_stream(&self->tls, host, port, NULL, NULL, ca_certs, NULL, NULL));
    authenticate(self->tls, token);
    expect_ok(firth_stream_create(&made, &secure, self));
    return made;
}

int main(int argc, char **argv)
{
    expect_arguments(argc, 5, "custom_secure_stream HOST PORT CA_CERTS TOKEN");
    firth_channel *channel =
        channel_over(connect_securely(argv[1], atoi(argv[2]), argv[3], argv[4]));
    ask(channel, "Hello RPyC");
    end(channel);
    return 0;
}
