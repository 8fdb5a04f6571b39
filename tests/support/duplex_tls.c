/* TLS over streams of other kinds, with hands shaken. The far end is TLS too. */
#include "duplex.h"
#include "check.h"
#include "tls_pair.h"

static firth_stream *socket_stream(int socket)
{
    firth_stream *stream;
    CHECK_OK(firth_socket_stream_from_descriptor(&stream, socket, NULL));
    return stream;
}

static firth_stream *buffered(firth_stream *lower)
{
    firth_stream *stream;
    CHECK_OK(firth_buffered_stream_create(&stream, lower, 0));
    firth_stream_free(lower);
    return stream;
}

static void open_below(medium over, firth_stream *below[2])
{
    int sockets[2];
    if (over == OVER_TLS_PIPES) {
        CHECK_OK(firth_pipe_stream_create_pair(&below[0], &below[1]));
        return;
    }
    open_sockets(over == OVER_TLS_1_2 ? OVER_UNIX : OVER_TCP, sockets);
    below[0] = socket_stream(sockets[0]);
    below[1] = socket_stream(sockets[1]);
    if (over == OVER_TLS_BUFFERED)
        below[0] = buffered(below[0]);
}

duplex open_over_tls(medium over)
{
    firth_tls_options client = client_options(), server = server_options();
    firth_stream *below[2];
    firth_err outcome[2];
    client.ssl_version = over == OVER_TLS_1_2 ? FIRTH_TLS_1_2 : FIRTH_TLS_UNSET;
    open_below(over, below);
    tls_pair pair = open_tls_over(below[0], below[1], &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[0], FIRTH_OK);
    assert_int_equal(outcome[1], FIRTH_OK);
    firth_stream_free(below[0]);
    firth_stream_free(below[1]);
    duplex self = {.stream = pair.client, .says = -1, .hears = -1, .peer = pair.server};
    if (over == OVER_TLS_SERVER) {
        self.stream = pair.server;
        self.peer = pair.client;
    }
    if (over == OVER_BUFFERED_TLS)
        self.stream = buffered(self.stream);
    return self;
}
