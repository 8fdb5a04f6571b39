/* A stream of one's own that tells what goes through another: monitored_stream HOST PORT
 *
 * Beyond the document's: it can poll, so that time-outs work over it. */
#include "example.h"

#include <firth/stream_ops.h>

#include <time.h>

typedef struct monitored_stream {
    firth_stream *stream;
    size_t bytes_sent, bytes_received;
    time_t start_time;
} monitored_stream;

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    monitored_stream *self = object;
    (void)span_count; /* the first is enough */
    firth_err err =
        firth_stream_read_some(self->stream, spans[0].data, spans[0].length, timeout, count);
    if (err != FIRTH_OK)
        return err;
    self->bytes_received += *count;
    printf("READ: %zu bytes (total: %zu)\n", *count, self->bytes_received);
    return FIRTH_OK;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    monitored_stream *self = object;
    firth_err err = FIRTH_OK;
    *count = 0;
    for (size_t i = 0; i < slice_count && err == FIRTH_OK; i++) {
        err = firth_stream_write(self->stream, slices[i].data, slices[i].length, timeout);
        *count += err == FIRTH_OK ? slices[i].length : firth_last_error()->count;
    }
    if (*count == 0)
        return err;
    self->bytes_sent += *count;
    printf("WRITE: %zu bytes (total: %zu)\n", *count, self->bytes_sent);
    return FIRTH_OK;
}

static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    monitored_stream *self = object;
    return firth_stream_poll(self->stream, timeout, ready);
}

static firth_err close_stream(void *object)
{
    monitored_stream *self = object;
    printf("Stream closed after %.0f s\n", difftime(time(NULL), self->start_time));
    printf("Total sent: %zu bytes\n", self->bytes_sent);
    printf("Total received: %zu bytes\n", self->bytes_received);
    return firth_stream_close(self->stream);
}

static void release(void *object)
{
    monitored_stream *self = object;
    firth_stream_free(self->stream);
    free(self);
}

static const firth_stream_ops monitored = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "monitored",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_stream,
    .close = close_stream,
    .release = release,
};

/* Takes the stream over. */
static firth_stream *monitor(firth_stream *stream)
{
    firth_stream *made;
    monitored_stream *self = calloc(1, sizeof *self);
    if (self == NULL)
        give_up("no memory");
    self->stream = stream;
    self->start_time = time(NULL);
    expect_ok(firth_stream_create(&made, &monitored, self));
    return made;
}

int main(int argc, char **argv)
{
    firth_stream *base;
    expect_arguments(argc, 3, "monitored_stream HOST PORT");
    expect_ok(firth_socket_stream_connect(&base, argv[1], atoi(argv[2]), NULL));

    firth_channel *channel = channel_over(monitor(base));
    ask(channel, "Hello RPyC");
    end(channel); /* tells the totals */
    return 0;
}
