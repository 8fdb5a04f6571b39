/* Sockets that a driver in Python reads: bytes that come are kept until they are wanted, and
 * waiting for them is done without the interpreter's lock. */
#include "custom.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

/* What one record of TLS holds: no more comes at once. */
#define MOST 16384

static double clock_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int milliseconds(double timeout)
{
    if (timeout < 0)
        return -1;
    return timeout < INT_MAX / 1000 ? (int)ceil(timeout * 1000) : INT_MAX;
}

static bool is_readable(int descriptor)
{
    struct pollfd watched = {.fd = descriptor, .events = POLLIN | POLLPRI};
    return poll(&watched, 1, 0) != 0;
}

/* A peer's TCP may hold back what comes next until it hears of what has come. */
static void acknowledge(custom_stream *self)
{
#ifdef TCP_QUICKACK
    int on = 1;
    if (!self->never_acknowledges && self->unanswered && !is_readable(self->can.wait_on)) {
        self->unanswered = false;
        self->never_acknowledges =
            setsockopt(self->can.wait_on, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on) != 0;
    }
#else
    (void)self;
#endif
}

/* Waits at most *timeout seconds, below 0 for ever, and leaves there what is left of them. What
 * is wrong with the descriptor is for a read to find. */
static firth_err wait_to_read(int descriptor, double *timeout)
{
    struct pollfd watched = {.fd = descriptor, .events = POLLIN | POLLPRI};
    double until = *timeout > 0 ? clock_now() + *timeout : *timeout;
    for (;;) {
        int found = poll(&watched, 1, milliseconds(*timeout));
        bool interrupted = found < 0 && errno == EINTR;
        if (*timeout > 0)
            *timeout = fmax(0, until - clock_now());
        if (found > 0 || (found < 0 && !interrupted))
            return FIRTH_OK;
        if (interrupted && firth_python_signal_raised(NULL))
            return FIRTH_E_INTERRUPTED;
        if (*timeout == 0)
            return FIRTH_E_WANT_READ;
    }
}

static size_t length_of(const firth_span *spans, size_t span_count)
{
    size_t length = 0;
    for (size_t i = 0; i < span_count; i++)
        length += spans[i].length;
    return length;
}

static firth_err keep(custom_stream *self, PyObject *bytes, size_t asked)
{
    size_t length = (size_t)PyBytes_GET_SIZE(bytes);
    Py_XSETREF(self->ahead, bytes);
    self->ahead_left = length;
    self->drained = length != 0 && length < asked;
    self->unanswered = true;
    return length != 0 ? FIRTH_OK : firth_python_fail_at_end();
}

static firth_err take(custom_stream *self, const custom_visit *now, PyObject *result, size_t asked)
{
    Py_buffer view;
    firth_err err = firth_python_pin_result(now, METHOD_READ_SOME, result, asked, &view);
    if (err != FIRTH_OK)
        return err;
    PyBuffer_Release(&view);
    PyObject *bytes = PyBytes_FromObject(result);
    return bytes != NULL ? keep(self, bytes, asked) : firth_python_raised_as(FIRTH_E_CALLBACK);
}

/* Reads what comes, and more than is wanted. */
static firth_err fetch(custom_stream *self, const custom_visit *now, size_t wanted, double timeout)
{
    size_t asked = wanted < self->can.ahead ? self->can.ahead : wanted < MOST ? wanted : MOST;
    self->drained = false;
    PyObject *result = firth_python_call(now, METHOD_READ_SOME, PyLong_FromSize_t(asked),
                                         firth_python_seconds(timeout), 2);
    if (result == NULL)
        return firth_python_raised_as(FIRTH_E_CALLBACK);
    firth_err err = result != Py_None ? take(self, now, result, asked) : FIRTH_E_WANT_READ;
    Py_DECREF(result);
    return err;
}

static firth_err wait_and_fetch(custom_stream *self, size_t wanted, double timeout)
{
    custom_visit now;
    firth_err err = FIRTH_OK;
    if (self->drained && self->can.wait_on >= 0) {
        acknowledge(self);
        err = wait_to_read(self->can.wait_on, &timeout);
    }
    if (err != FIRTH_OK)
        return err;
    err = firth_python_visit(self, &now);
    if (err == FIRTH_OK)
        err = fetch(self, &now, wanted, timeout);
    firth_python_visited(&now);
    return err;
}

firth_err firth_python_read_ahead(custom_stream *self, const firth_span *spans, size_t span_count,
                                  double timeout, size_t *count)
{
    size_t wanted = length_of(spans, span_count);
    firth_err err = self->ahead_left == 0 ? wait_and_fetch(self, wanted, timeout) : FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    size_t left = self->ahead_left;
    const char *end = PyBytes_AS_STRING(self->ahead) + PyBytes_GET_SIZE(self->ahead);
    *count = wanted < left ? wanted : left;
    firth_python_scatter(end - left, *count, spans);
    self->ahead_left = left - *count;
    return FIRTH_OK;
}

firth_err firth_python_poll_ahead(custom_stream *self, double timeout, bool *ready)
{
    firth_err err = self->ahead_left == 0 ? wait_and_fetch(self, 0, timeout) : FIRTH_OK;
    *ready = err == FIRTH_OK || err == FIRTH_E_EOF;
    return err == FIRTH_E_WANT_READ || err == FIRTH_E_EOF ? FIRTH_OK : err;
}
