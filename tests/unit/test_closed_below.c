/* A stream that is closed, or has lost its peer, is none to build upon. */
#include "media.h"

typedef firth_err (*builder)(firth_stream *below);

static firth_err build_channel(firth_stream *below)
{
    firth_channel *made;
    firth_err err = firth_channel_create(&made, below, NULL);
    assert_null(made);
    return err;
}

static firth_err build_buffered(firth_stream *below)
{
    firth_stream *made;
    firth_err err = firth_buffered_stream_create(&made, below, 0);
    assert_null(made);
    return err;
}

static firth_err build_tunneled(firth_stream *below)
{
    firth_stream *made;
    firth_err err = firth_tunneled_socket_stream_create(&made, below, NULL);
    assert_null(made);
    return err;
}

static firth_err build_tls(firth_stream *below)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    firth_stream *made;
    options.server_name = "localhost";
    firth_err err = firth_tls_stream_client(&made, below, &options);
    assert_null(made);
    return err;
}

static const builder builders[] = {build_channel, build_buffered, build_tunneled, build_tls};
#define BUILDERS (sizeof builders / sizeof builders[0])

static void a_closed_stream_is_refused(void **state)
{
    duplex *self = *state;
    CHECK_OK(firth_stream_close(self->stream));
    for (size_t i = 0; i < BUILDERS; i++) {
        CHECK_FAILS(CLOSED, builders[i](self->stream));
        CHECK_DETAIL("stream is closed");
    }
}

static void a_stream_without_its_peer_is_refused(void **state)
{
    duplex *self = *state;
    char byte;
    hang_up(self);
    CHECK_FAILS(EOF, firth_stream_read(self->stream, &byte, 1, 20));
    for (size_t i = 0; i < BUILDERS; i++) {
        CHECK_FAILS(EOF, builders[i](self->stream));
        CHECK_DETAIL("stream has ended");
    }
}

static void no_stream_is_misuse(void **state)
{
    (void)state;
    for (size_t i = 0; i < BUILDERS; i++) {
        CHECK_FAILS(INVALID, builders[i](NULL));
        CHECK_DETAIL("the stream is NULL");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_closed_stream_is_refused),
        ON_EVERY_MEDIUM(a_stream_without_its_peer_is_refused),
        ON_UNIX(no_stream_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
