#include "duplex.h"
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

void tune_tcp(int socket)
{
    const int size = 64 * 1024, yes = 1;
    assert_int_equal(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), 0);
    assert_int_equal(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    assert_int_equal(setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
}

static void open_tcp_sockets(int sockets[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    sockets[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(sockets[0], (struct sockaddr *)&address, sizeof address), 0);
    sockets[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(sockets[1] >= 0);
    close(listener);
    tune_tcp(sockets[0]);
    tune_tcp(sockets[1]);
}

void open_sockets(medium over, int sockets[2])
{
    if (over == OVER_TCP)
        open_tcp_sockets(sockets);
    else
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
}

static duplex open_over_pipes(void)
{
    int there[2], back[2];
    duplex self = {.peer = NULL};
    assert_int_equal(pipe2(there, O_CLOEXEC), 0);
    assert_int_equal(pipe2(back, O_CLOEXEC), 0);
    CHECK_OK(firth_pipe_stream_from_descriptors(&self.stream, back[0], there[1], NULL));
    self.says = back[1];
    self.hears = there[0];
    return self;
}

static duplex open_pipe_pair(void)
{
    duplex self = {.says = -1, .hears = -1};
    CHECK_OK(firth_pipe_stream_create_pair(&self.stream, &self.peer));
    return self;
}

static duplex open_over_sockets(medium over)
{
    int sockets[2];
    duplex self = {.peer = NULL};
    open_sockets(over, sockets);
    CHECK_OK(firth_socket_stream_from_descriptor(&self.stream, sockets[0], NULL));
    self.says = self.hears = sockets[1];
    return self;
}

static duplex open_over_descriptors(void)
{
    int sockets[2];
    char uri[32];
    duplex self = {.peer = NULL};
    open_sockets(OVER_UNIX, sockets);
    int copy = fcntl(sockets[0], F_DUPFD_CLOEXEC, 0);
    assert_true(copy >= 0);
    snprintf(uri, sizeof uri, "fd:%d,%d", sockets[0], copy);
    CHECK_OK(firth_open(&self.stream, uri, 5));
    self.says = self.hears = sockets[1];
    return self;
}

/* The stream that `make` makes over that of a duplex. */
static duplex open_above(duplex self, firth_err (*make)(firth_stream **stream, firth_stream *lower))
{
    firth_stream *lower = self.stream;
    CHECK_OK(make(&self.stream, lower));
    firth_stream_free(lower);
    return self;
}

static firth_err make_buffered(firth_stream **stream, firth_stream *lower)
{
    return firth_buffered_stream_create(stream, lower, 0);
}

static firth_err make_tunneled(firth_stream **stream, firth_stream *lower)
{
    return firth_tunneled_socket_stream_create(stream, lower, NULL);
}

duplex open_duplex(medium over)
{
    int sockets[2];
    switch (over) {
    case OVER_PIPES:
        return open_over_pipes();
    case OVER_PIPE_PAIR:
        return open_pipe_pair();
    case OVER_DESCRIPTORS:
        return open_over_descriptors();
    case OVER_URI:
        return open_over_uri();
    case OVER_BUFFERED:
        return open_above(open_over_sockets(OVER_TCP), make_buffered);
    case OVER_TUNNEL:
        return open_above(open_over_sockets(OVER_TCP), make_tunneled);
    case OVER_SOCKS5:
        return open_over_proxy("socks5");
    case OVER_HTTP_CONNECT:
        return open_over_proxy("http-connect");
    case OVER_TLS:
    case OVER_TLS_SERVER:
    case OVER_TLS_1_2:
    case OVER_TLS_PIPES:
    case OVER_TLS_BUFFERED:
    case OVER_BUFFERED_TLS:
        return open_over_tls(over);
    case OVER_REAL_TUNNEL:
        return open_over_tunnel();
    case OVER_PROCESS:
        return open_over_process();
    case OVER_SSH:
        return open_over_ssh();
    case OVER_CUSTOM:
    case OVER_BLOCKING_CUSTOM:
        open_sockets(OVER_UNIX, sockets);
        return open_over_custom(sockets, over == OVER_BLOCKING_CUSTOM);
    case OVER_UNIX:
    case OVER_TCP:
        break;
    }
    return open_over_sockets(over);
}

void hang_up(duplex *self)
{
    if (self->peer != NULL)
        firth_stream_finish(self->peer, 5);
    firth_stream_free(self->peer);
    self->peer = NULL;
    if (self->says >= 0)
        close(self->says);
    if (self->hears >= 0 && self->hears != self->says)
        close(self->hears);
    self->says = self->hears = -1;
}

void hang_up_rudely(duplex *self)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    assert_int_equal(setsockopt(self->says, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    hang_up(self);
}

void close_duplex(duplex *self)
{
    firth_stream_free(self->stream);
    hang_up(self);
}

bool tell(const duplex *self, const void *bytes, size_t length)
{
    const char *next = bytes;
    if (self->peer != NULL)
        return firth_stream_write(self->peer, bytes, length, FIRTH_FOREVER) == FIRTH_OK;
    while (length != 0) {
        ssize_t put = write(self->says, next, length);
        if (put <= 0)
            return false;
        next += put;
        length -= (size_t)put;
    }
    return true;
}

void say(const duplex *self, const void *bytes, size_t length)
{
    assert_true(tell(self, bytes, length));
}

bool hear(const duplex *self, void *bytes, size_t length)
{
    char *next = bytes;
    if (self->peer != NULL)
        return firth_stream_read(self->peer, bytes, length, FIRTH_FOREVER) == FIRTH_OK;
    while (length != 0) {
        ssize_t got = read(self->hears, next, length);
        if (got <= 0)
            return false;
        next += got;
        length -= (size_t)got;
    }
    return true;
}

firth_stream *far_stream(duplex *self)
{
    if (self->peer == NULL)
        CHECK_OK(firth_pipe_stream_from_descriptors(&self->peer, self->hears, self->says, NULL));
    self->says = self->hears = -1;
    return self->peer;
}

/* Bytes that the stream has taken and TCP still has at this end: all, and those of them that
 * have not gone out for the first time. Nothing where it is not TCP. */
typedef struct queue {
    int unheard;
    int unsent;
} queue;

static queue queue_of(firth_stream *stream)
{
    queue found;
    int fd;
    if (firth_stream_write_fileno(stream, &fd) == FIRTH_OK &&
        ioctl(fd, SIOCOUTQNSD, &found.unsent) == 0 && ioctl(fd, SIOCOUTQ, &found.unheard) == 0)
        return found;
    return (queue){0, 0};
}

static size_t hear_now_of_peer(firth_stream *peer)
{
    static char thrown_away[65536];
    size_t total = 0, count;
    while (firth_stream_read_some(peer, thrown_away, sizeof thrown_away, 0, &count) == FIRTH_OK)
        total += count;
    return total;
}

static size_t hear_now(const duplex *self)
{
    static char thrown_away[65536];
    size_t total = 0;
    if (self->peer != NULL)
        return hear_now_of_peer(self->peer);
    int flags = fcntl(self->hears, F_GETFL);
    fcntl(self->hears, F_SETFL, flags | O_NONBLOCK);
    for (;;) {
        ssize_t got = read(self->hears, thrown_away, sizeof thrown_away);
        if (got <= 0)
            break;
        total += (size_t)got;
    }
    fcntl(self->hears, F_SETFL, flags);
    return total;
}

size_t hear_all(const duplex *self)
{
    size_t total = 0;
    bool arrived;
    do {
        arrived = queue_of(self->stream).unheard == 0;
        total += hear_now(self);
    } while (!arrived);
    return total;
}

bool has_settled(firth_stream *stream)
{
    queue waits = queue_of(stream);
    return waits.unheard == waits.unsent;
}

static size_t write_all_that_goes(firth_stream *stream)
{
    static const char piece[4096];
    size_t total = 0, count;
    for (;;) {
        firth_err err = firth_stream_write_some(stream, piece, sizeof piece, 0, &count);
        total += count;
        if (err == FIRTH_E_TIMEOUT)
            return total;
        CHECK_OK(err);
    }
}

size_t fill_up(firth_stream *stream)
{
    size_t total = 0, more;
    bool settled;
    do {
        settled = has_settled(stream);
        more = write_all_that_goes(stream);
        total += more;
    } while (more != 0 || !settled);
    return total;
}
