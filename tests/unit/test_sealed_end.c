/* The end of an encrypted channel over a stream that has an end mark of its own, when the peer
 * leaves as soon as it has read the sealed end. */
#include "check.h"
#include "codec_pair.h"
#include "sealed_pair.h"

#include <firth/stream_ops.h>

/* A table of functions over another stream, which it owns. */
static firth_err read_lower(void *self, const firth_span *spans, size_t span_count, double timeout,
                            size_t *count)
{
    (void)span_count;
    return firth_stream_read_some(self, spans[0].data, spans[0].length, timeout, count);
}

static firth_err write_lower(void *self, const firth_slice *slices, size_t slice_count,
                             double timeout, size_t *count)
{
    (void)slice_count;
    return firth_stream_write_some(self, slices[0].data, slices[0].length, timeout, count);
}

static firth_err poll_lower(void *self, double timeout, bool *ready)
{
    return firth_stream_poll(self, timeout, ready);
}

static firth_err find_the_peer_gone(void *self, double timeout)
{
    (void)self;
    (void)timeout;
    return firth_error_raise(FIRTH_E_CONNECTION_LOST, 0, "the peer takes no end mark");
}

static void release_lower(void *self)
{
    firth_stream_free(self);
}

static const firth_stream_ops parting = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "parting",
    .read_some = read_lower,
    .write_some = write_lower,
    .poll = poll_lower,
    .finish = find_the_peer_gone,
    .release = release_lower,
};

static sealed_pair open_parting(void)
{
    firth_stream *stream;
    const firth_channel_options options = options_with_key();
    sealed_pair self = {.ends = open_duplex(OVER_UNIX)};
    CHECK_OK(firth_stream_create(&stream, &parting, firth_stream_retain(self.ends.stream)));
    CHECK_OK(firth_channel_create(&self.near, stream, &options));
    CHECK_OK(firth_channel_create(&self.far, far_stream(&self.ends), &options));
    firth_stream_free(stream);
    return self;
}

static void a_peer_that_leaves_after_the_sealed_end_is_no_error(void **state)
{
    (void)state;
    firth_bytes found;
    sealed_pair pair = open_parting();
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    CHECK_FAILS(EOF, firth_channel_recv(pair.far, 5, &found));
    close_sealed(&pair);
}

static void a_peer_that_leaves_a_side_that_sent_nothing_is_no_error(void **state)
{
    (void)state;
    sealed_pair pair = open_parting();
    CHECK_OK(firth_channel_handshake(pair.near, 5));
    CHECK_OK(firth_channel_finish(pair.near, 5));
    close_sealed(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_that_leaves_after_the_sealed_end_is_no_error),
        cmocka_unit_test(a_peer_that_leaves_a_side_that_sent_nothing_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
