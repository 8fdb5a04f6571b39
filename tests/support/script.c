#include "script.h"
#include "check.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool hear_step(script *self, int socket, const step *one)
{
    self->heard_length = 0;
    while (self->heard_length < one->length) {
        ssize_t got =
            recv(socket, self->heard + self->heard_length, one->length - self->heard_length, 0);
        if (got <= 0)
            return false;
        self->heard_length += (size_t)got;
    }
    return memcmp(self->heard, one->bytes, one->length) == 0;
}

static bool say_bytes(int socket, const char *bytes, size_t length)
{
    while (length != 0) {
        ssize_t put = send(socket, bytes, length, MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

static bool say_slowly(int socket, const step *one)
{
    for (size_t i = 0; i < one->length; i++)
        if (!say_bytes(socket, one->bytes + i, 1))
            return false;
    return true;
}

static void reset(int socket)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static bool play_step(script *self, int socket, const step *one)
{
    switch (one->kind) {
    case HEAR:
        return hear_step(self, socket, one);
    case SAY:
        say_bytes(socket, one->bytes, one->length);
        return true;
    case SAY_SLOWLY:
        say_slowly(socket, one);
        return true;
    case SAY_FOR_EVER:
        while (say_bytes(socket, one->bytes, one->length))
            continue;
        return true;
    case RESET:
        reset(socket);
        return true;
    default:
        return true;
    }
}

static void wait_for_the_end(int socket)
{
    char rest[1024];
    while (recv(socket, rest, sizeof rest, 0) > 0)
        continue;
}

static firth_err play(void *object)
{
    script *self = object;
    const int yes = 1;
    int socket = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
    firth_err result = FIRTH_OK;
    bool ends_itself = false;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (size_t i = 0; i < self->count && result == FIRTH_OK; i++) {
        ends_itself = self->steps[i].kind == HANG_UP || self->steps[i].kind == RESET;
        if (!play_step(self, socket, &self->steps[i]))
            result = FIRTH_E_PROTOCOL;
        atomic_fetch_add(&self->played, 1);
    }
    if (!ends_itself && result == FIRTH_OK)
        wait_for_the_end(socket);
    close(socket);
    return result;
}

int take_port(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(made, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(made, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return made;
}

void start_script(script *self, const step *steps, size_t count)
{
    assert_true(count <= LARGEST_SCRIPT);
    memset(self, 0, sizeof *self);
    memcpy(self->steps, steps, count * sizeof *steps);
    self->count = count;
    self->listener = take_port(&self->port);
    assert_int_equal(listen(self->listener, 1), 0);
    start_worker(&self->player, play, self);
}

void wait_until_played(const script *self, size_t count)
{
    while (atomic_load(&((script *)(uintptr_t)self)->played) < count)
        sched_yield();
}

void end_script(script *self)
{
    firth_err result = join_worker(&self->player);
    close(self->listener);
    if (result != FIRTH_OK)
        fail_msg("the peer heard something else (%zu bytes): %.*s", self->heard_length,
                 (int)self->heard_length, self->heard);
}
