#include "duplex.h"
#include "check.h"

#include <stdio.h>
#include <sys/socket.h>

/* The far end is what a listener of the test has accepted. */
duplex open_over_uri(void)
{
    duplex self = {.says = -1, .hears = -1};
    firth_listener *listener;
    char uri[64];
    int number;
    const int size = 64 * 1024;
    CHECK_OK(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    CHECK_OK(firth_listener_fileno(listener, &number));
    assert_int_equal(setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    snprintf(uri, sizeof uri, "tcp://127.0.0.1:%d", firth_listener_port(listener));
    CHECK_OK(firth_open(&self.stream, uri, 5));
    CHECK_OK(firth_listener_accept(listener, &self.peer, 5));
    firth_listener_free(listener);
    CHECK_OK(firth_stream_fileno(self.stream, &number));
    tune_tcp(number);
    return self;
}
