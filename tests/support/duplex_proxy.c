/* Streams through a proxy that the test plays until the tunnel stands; from then on its
 * socket is the far end. */
#include "duplex.h"
#include "check.h"
#include "worker.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct proxy {
    int listener;
    int accepted;
    bool socks;
} proxy;

static bool take(int socket, size_t length)
{
    char thrown_away[64];
    return recv(socket, thrown_away, length, MSG_WAITALL) == (ssize_t)length;
}

static bool put(int socket, const char *bytes, size_t length)
{
    return send(socket, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* RFC 1928: no authentication; a request for an IPv4 address; granted. */
static bool play_socks(int socket)
{
    return take(socket, 3) && put(socket, "\5\0", 2) && take(socket, 10) &&
           put(socket, "\5\0\0\1\0\0\0\0\0\0", 10);
}

/* RFC 9110 9.3.6: takes the head of the request to its empty line. */
static bool play_http(int socket)
{
    const char *granted = "HTTP/1.1 200 OK\r\n\r\n";
    char last[4] = "";
    while (memcmp(last, "\r\n\r\n", 4) != 0) {
        memmove(last, last + 1, 3);
        if (recv(socket, last + 3, 1, 0) != 1)
            return false;
    }
    return put(socket, granted, strlen(granted));
}

static firth_err play(void *argument)
{
    proxy *self = argument;
    self->accepted = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
    if (self->accepted < 0)
        return FIRTH_E_SYSTEM;
    bool played = self->socks ? play_socks(self->accepted) : play_http(self->accepted);
    return played ? FIRTH_OK : FIRTH_E_TUNNEL;
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

duplex open_over_proxy(const char *scheme)
{
    duplex self = {.peer = NULL};
    proxy between = {.socks = strcmp(scheme, "socks5") == 0};
    worker player;
    char uri[64];
    int port, number;
    between.listener = listen_anywhere(&port);
    start_worker(&player, play, &between);
    snprintf(uri, sizeof uri, "%s://127.0.0.1:%d/192.0.2.1:1", scheme, port);
    CHECK_OK(firth_open(&self.stream, uri, 20));
    assert_int_equal(join_worker(&player), FIRTH_OK);
    close(between.listener);
    CHECK_OK(firth_stream_fileno(self.stream, &number));
    tune_tcp(number);
    tune_tcp(between.accepted);
    self.says = self.hears = between.accepted;
    return self;
}
