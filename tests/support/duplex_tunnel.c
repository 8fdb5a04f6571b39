#include "duplex.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The address of the real tunnel to the target, from FIRTH_TEST_TUNNEL, where the target is
 * the word TARGET. */
static void write_address(char uri[2048], int port)
{
    const char *form = getenv("FIRTH_TEST_TUNNEL");
    const char *place = form != NULL ? strstr(form, "TARGET") : NULL;
    if (place == NULL)
        fail_msg("%s", "FIRTH_TEST_TUNNEL is not set: start this by through_tunnel.py");
    snprintf(uri, 2048, "%.*s127.0.0.1:%d%s", (int)(place - form), form, port,
             place + strlen("TARGET"));
}

duplex open_over_tunnel(void)
{
    duplex self = {.says = -1, .hears = -1};
    firth_listener *listener;
    char uri[2048];
    int number;
    const int size = 64 * 1024;
    CHECK_OK(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    CHECK_OK(firth_listener_fileno(listener, &number));
    assert_int_equal(setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    write_address(uri, firth_listener_port(listener));
    CHECK_OK(firth_open(&self.stream, uri, 30));
    CHECK_OK(firth_listener_accept(listener, &self.peer, 30));
    firth_listener_free(listener);
    return self;
}
