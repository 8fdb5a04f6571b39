#include "platform/descriptor.h"

#include "platform/os_error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "platform/posix/sigpipe.h"

static bool open_in_direction(int flags, firth_direction direction)
{
    int mode = flags & O_ACCMODE;
    if (flags & O_PATH)
        return false;
    return mode == O_RDWR || mode == (direction == FIRTH_READING ? O_RDONLY : O_WRONLY);
}

/* A pipe or a terminal opened again through /proc has flags of its own. */
static int open_again(int number, firth_direction direction)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", number);
    int mode = direction == FIRTH_READING ? O_RDONLY : O_WRONLY;
    return open(path, mode | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

/* The controlling side of a pseudo-terminal would become another one. */
static bool can_open_again(int number, mode_t mode)
{
    int pseudo_terminal;
    if (S_ISCHR(mode) && isatty(number))
        return ioctl(number, TIOCGPTN, &pseudo_terminal) != 0;
    return S_ISFIFO(mode);
}

/* What may block, unless it can be opened again. */
static void adopt_blocking(firth_descriptor *descriptor, int number, mode_t mode,
                           firth_direction direction)
{
    int own = can_open_again(number, mode) ? open_again(number, direction) : -1;
    if (own >= 0)
        *descriptor = (firth_descriptor){own, number, FIRTH_DESCRIPTOR_NONBLOCKING};
    else if (S_ISCHR(mode) && isatty(number))
        descriptor->kind = FIRTH_DESCRIPTOR_TERMINAL;
}

firth_err firth_descriptor_adopt(firth_descriptor *descriptor, int number,
                                 firth_direction direction)
{
    int flags = fcntl(number, F_GETFL);
    struct stat status;
    if (flags < 0 || fstat(number, &status) != 0)
        return firth_fail(FIRTH_E_INVALID, "descriptor %d is not open", number);
    if (!open_in_direction(flags, direction))
        return firth_fail(FIRTH_E_INVALID, "descriptor %d is not open for %s", number,
                          direction == FIRTH_READING ? "reading" : "writing");
    *descriptor = (firth_descriptor){number, number, FIRTH_DESCRIPTOR_SHARED};
    if (S_ISSOCK(status.st_mode)) {
        descriptor->kind = FIRTH_DESCRIPTOR_SOCKET;
    } else if (flags & O_NONBLOCK) {
        descriptor->kind = FIRTH_DESCRIPTOR_NONBLOCKING;
    } else {
        adopt_blocking(descriptor, number, status.st_mode, direction);
    }
    return FIRTH_OK;
}

void firth_descriptor_disown(const firth_descriptor *descriptor)
{
    if (descriptor->number != descriptor->given)
        close(descriptor->number);
}

void firth_descriptor_close(int number)
{
    close(number);
}

firth_err firth_descriptor_duplicate(int number, int *copy)
{
    *copy = fcntl(number, F_DUPFD_CLOEXEC, 3);
    if (*copy < 0)
        return firth_fail_os(errno, "descriptor %d", number);
    return FIRTH_OK;
}

firth_err firth_descriptor_lift(int *number)
{
    int below = *number;
    if (below > STDERR_FILENO)
        return FIRTH_OK;
    firth_err err = firth_descriptor_duplicate(below, number);
    if (err == FIRTH_OK)
        close(below);
    else
        *number = below;
    return err;
}

void firth_descriptor_replace(int number, int other)
{
    while (dup3(other, number, O_CLOEXEC) < 0 && (errno == EINTR || errno == EBUSY))
        continue;
}

static bool would_wait(int os_error)
{
    return os_error == EAGAIN || os_error == EWOULDBLOCK;
}

static bool may_block(const firth_descriptor *descriptor)
{
    return descriptor->kind == FIRTH_DESCRIPTOR_SHARED ||
           descriptor->kind == FIRTH_DESCRIPTOR_TERMINAL;
}

/* Whether a descriptor that may block would not. */
static bool ready_now(int number, short events, unsigned *calls)
{
    struct pollfd entry = {.fd = number, .events = events};
    (*calls)++;
    return poll(&entry, 1, 0) == 1;
}

static int vector_of_spans(struct iovec *vector, const firth_span *spans, size_t count)
{
    if (count > FIRTH_SPANS_AT_ONCE)
        count = FIRTH_SPANS_AT_ONCE;
    for (size_t i = 0; i < count; i++)
        vector[i] = (struct iovec){spans[i].data, spans[i].length};
    return (int)count;
}

static ssize_t read_now(const firth_descriptor *descriptor, struct iovec *vector, int count,
                        unsigned *calls)
{
    if (may_block(descriptor) && !ready_now(descriptor->number, POLLIN, calls)) {
        errno = EAGAIN;
        return -1;
    }
    (*calls)++;
    if (descriptor->kind != FIRTH_DESCRIPTOR_SOCKET)
        return readv(descriptor->number, vector, count);
    if (count == 1)
        return recv(descriptor->number, vector[0].iov_base, vector[0].iov_len, MSG_DONTWAIT);
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = (size_t)count};
    return recvmsg(descriptor->number, &message, MSG_DONTWAIT);
}

firth_err firth_descriptor_try_read(const firth_descriptor *descriptor, const firth_span *spans,
                                    size_t span_count, size_t *count, unsigned *calls)
{
    struct iovec vector[FIRTH_SPANS_AT_ONCE];
    int entries = vector_of_spans(vector, spans, span_count);
    ssize_t got;
    do {
        got = read_now(descriptor, vector, entries, calls);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        *count = (size_t)got;
        return FIRTH_OK;
    }
    if (got == 0)
        return firth_fail(FIRTH_E_EOF, "%s", firth_error_text(FIRTH_E_EOF));
    return would_wait(errno) ? FIRTH_E_WANT_READ : firth_fail_os(errno, "read");
}

static int vector_of_slices(struct iovec *vector, const firth_slice *slices, size_t count)
{
    if (count > FIRTH_SPANS_AT_ONCE)
        count = FIRTH_SPANS_AT_ONCE;
    for (size_t i = 0; i < count; i++)
        vector[i] = (struct iovec){(void *)(uintptr_t)slices[i].data, slices[i].length};
    return (int)count;
}

/* A write of at most PIPE_BUF bytes to a pipe does not block once poll has said so. */
static ssize_t write_shared(const firth_descriptor *descriptor, const struct iovec *vector,
                            int count, unsigned *calls)
{
    int number = descriptor->number;
    size_t most = descriptor->kind == FIRTH_DESCRIPTOR_TERMINAL ? 1 : PIPE_BUF;
    if (!ready_now(number, POLLOUT, calls)) {
        errno = EAGAIN;
        return -1;
    }
    int entry = 0;
    while (entry < count - 1 && vector[entry].iov_len == 0)
        entry++;
    size_t length = vector[entry].iov_len < most ? vector[entry].iov_len : most;
    (*calls)++;
    return firth_write_without_sigpipe(number, &(struct iovec){vector[entry].iov_base, length}, 1);
}

static ssize_t write_now(const firth_descriptor *descriptor, struct iovec *vector, int count,
                         unsigned *calls)
{
    if (may_block(descriptor))
        return write_shared(descriptor, vector, count, calls);
    (*calls)++;
    if (descriptor->kind == FIRTH_DESCRIPTOR_NONBLOCKING)
        return firth_write_without_sigpipe(descriptor->number, vector, count);
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = (size_t)count};
    return sendmsg(descriptor->number, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

firth_err firth_descriptor_try_write(const firth_descriptor *descriptor, const firth_slice *slices,
                                     size_t slice_count, size_t *count, unsigned *calls)
{
    struct iovec vector[FIRTH_SPANS_AT_ONCE];
    int entries = vector_of_slices(vector, slices, slice_count);
    ssize_t put;
    do {
        put = write_now(descriptor, vector, entries, calls);
    } while (put < 0 && errno == EINTR);
    if (put >= 0) {
        *count = (size_t)put;
        return FIRTH_OK;
    }
    return would_wait(errno) ? FIRTH_E_WANT_WRITE : firth_fail_os(errno, "write");
}
