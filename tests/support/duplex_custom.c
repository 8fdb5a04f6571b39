/* Streams over tables of functions of the tests. */
#include "duplex.h"
#include "check.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct custom {
    int number;
    pid_t maker;
} custom;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waits up to `timeout` seconds; below 0 for ever. */
static bool wait_for(int number, short events, double timeout)
{
    struct pollfd watched = {.fd = number, .events = events};
    double end = now() + timeout;
    for (;;) {
        double left = end - now();
        int milliseconds = timeout < 0 ? -1 : left > 0 ? (int)(left * 1000) + 1 : 0;
        int ready = poll(&watched, 1, milliseconds);
        if (ready > 0)
            return true;
        if (ready == 0 && (timeout <= 0 || now() >= end))
            return false;
    }
}

static firth_err came(ssize_t moved, firth_err wants, size_t *count)
{
    *count = moved > 0 ? (size_t)moved : 0;
    if (moved > 0)
        return FIRTH_OK;
    if (moved == 0)
        return FIRTH_E_EOF;
    if (errno == EAGAIN || errno == EINTR)
        return wants;
    return firth_error_raise(FIRTH_E_CONNECTION_LOST, errno, "the test's socket was lost");
}

static firth_err read_some(void *self, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    int number = ((custom *)self)->number;
    (void)span_count;
    if (!wait_for(number, POLLIN, timeout))
        return FIRTH_E_WANT_READ;
    return came(recv(number, spans[0].data, spans[0].length, MSG_DONTWAIT), FIRTH_E_WANT_READ,
                count);
}

static firth_err write_some(void *self, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    int number = ((custom *)self)->number;
    (void)slice_count;
    if (!wait_for(number, POLLOUT, timeout))
        return FIRTH_E_WANT_WRITE;
    return came(send(number, slices[0].data, slices[0].length, MSG_DONTWAIT | MSG_NOSIGNAL),
                FIRTH_E_WANT_WRITE, count);
}

static firth_err poll_stream(void *self, double timeout, bool *ready)
{
    *ready = wait_for(((custom *)self)->number, POLLIN, timeout);
    return FIRTH_OK;
}

static firth_err fileno_of(void *self, int *read_descriptor, int *write_descriptor)
{
    *read_descriptor = *write_descriptor = ((custom *)self)->number;
    return FIRTH_OK;
}

static firth_err read_blocking(void *self, const firth_span *spans, size_t span_count,
                               double timeout, size_t *count)
{
    ssize_t got;
    (void)span_count;
    if (timeout >= 0)
        return FIRTH_E_NOT_SUPPORTED;
    do
        got = recv(((custom *)self)->number, spans[0].data, spans[0].length, 0);
    while (got < 0 && errno == EINTR);
    return came(got, FIRTH_E_WANT_READ, count);
}

static firth_err write_blocking(void *self, const firth_slice *slices, size_t slice_count,
                                double timeout, size_t *count)
{
    ssize_t put;
    (void)slice_count;
    if (timeout >= 0)
        return FIRTH_E_NOT_SUPPORTED;
    do
        put = send(((custom *)self)->number, slices[0].data, slices[0].length, MSG_NOSIGNAL);
    while (put < 0 && errno == EINTR);
    return came(put, FIRTH_E_WANT_WRITE, count);
}

/* Wakes who is inside. */
static firth_err close_stream(void *object)
{
    custom *self = object;
    if (self->maker == getpid())
        shutdown(self->number, SHUT_RDWR);
    return FIRTH_OK;
}

static void release(void *object)
{
    custom *self = object;
    close(self->number);
    free(self);
}

duplex open_over_custom(const int sockets[2], bool blocking)
{
    duplex self = {.says = sockets[1], .hears = sockets[1]};
    custom *made = malloc(sizeof *made);
    assert_non_null(made);
    *made = (custom){.number = sockets[0], .maker = getpid()};
    const firth_stream_ops ops = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = "custom",
        .read_some = blocking ? read_blocking : read_some,
        .write_some = blocking ? write_blocking : write_some,
        .poll = blocking ? NULL : poll_stream,
        .fileno = blocking ? NULL : fileno_of,
        .close = close_stream,
        .release = release,
    };
    CHECK_OK(firth_stream_create(&self.stream, &ops, made));
    return self;
}
