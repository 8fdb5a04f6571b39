#include "faults.h"

#include "faults_state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define NAMES_AT_MOST 32

/* Of the plan, which threads of the library may be looking at. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static struct {
    _Atomic unsigned made;
    _Atomic unsigned until_failure; /* 0: none is planned */
    const char *only;               /* the name that fails; NULL: any */
    int os_error;
    bool again; /* the next one fails as well */
    _Atomic bool happened;
    _Atomic size_t limit;
    _Atomic bool delay;
    bool delayed; /* the last transfer was */
    const char *names[NAMES_AT_MOST];
    unsigned counts[NAMES_AT_MOST];
} calls;

void faults_calls_off(void)
{
    pthread_mutex_lock(&turn);
    calls.made = 0;
    calls.until_failure = 0;
    calls.only = NULL;
    calls.again = false;
    calls.happened = false;
    calls.limit = 0;
    calls.delay = false;
    calls.delayed = false;
    memset(calls.counts, 0, sizeof calls.counts);
    pthread_mutex_unlock(&turn);
}

static void plan(const char *only, unsigned nth, int os_error, bool again)
{
    pthread_mutex_lock(&turn);
    calls.happened = false;
    calls.only = only;
    calls.again = again;
    calls.os_error = os_error;
    calls.until_failure = nth;
    pthread_mutex_unlock(&turn);
}

void fail_call(unsigned nth, int os_error)
{
    plan(NULL, nth, os_error, false);
}

void fail_call_of(const char *name, int os_error)
{
    plan(name, 1, os_error, false);
}

void fail_every_call_of(const char *name, int os_error)
{
    plan(name, 1, os_error, true);
}

void limit_transfers(size_t bytes)
{
    calls.limit = bytes;
}

void delay_transfers(bool on)
{
    calls.delay = on;
}

unsigned calls_made(void)
{
    return calls.made;
}

bool faults_call_failed(void)
{
    return calls.happened;
}

static unsigned *count_of(const char *name)
{
    int i = 0;
    while (i < NAMES_AT_MOST - 1 && calls.names[i] != NULL && strcmp(calls.names[i], name) != 0)
        i++;
    calls.names[i] = name;
    return &calls.counts[i];
}

unsigned calls_of(const char *name)
{
    return *count_of(name);
}

static bool fails_now(const char *name)
{
    calls.made++;
    (*count_of(name))++;
    if (calls.until_failure == 0 || (calls.only != NULL && strcmp(calls.only, name) != 0))
        return false;
    if (--calls.until_failure != 0)
        return false;
    calls.until_failure = calls.again ? 1 : 0;
    calls.happened = true;
    return true;
}

bool faults_call(const char *name)
{
    pthread_mutex_lock(&turn);
    bool fails = fails_now(name);
    int os_error = calls.os_error;
    pthread_mutex_unlock(&turn);
    if (fails)
        errno = os_error;
    return fails;
}

/* A transfer fails as any call, or has to wait first. */
static bool transfer_fails(const char *name)
{
    if (faults_call(name))
        return true;
    calls.delayed = calls.delay && !calls.delayed;
    if (calls.delayed)
        errno = EAGAIN;
    return calls.delayed;
}

static size_t limited(size_t length)
{
    return calls.limit != 0 && length > calls.limit ? calls.limit : length;
}

/* The vector, cut after so many bytes as may pass. */
static size_t cut(struct iovec *to, const struct iovec *from, size_t count)
{
    size_t left = calls.limit != 0 ? calls.limit : (size_t)-1;
    size_t entries = 0;
    for (; entries < count && left != 0; entries++) {
        to[entries] = from[entries];
        if (to[entries].iov_len > left)
            to[entries].iov_len = left;
        left -= to[entries].iov_len;
    }
    return entries;
}

ssize_t __real_recv(int number, void *memory, size_t length, int flags);
ssize_t __real_recvmsg(int number, struct msghdr *message, int flags);
ssize_t __real_sendmsg(int number, const struct msghdr *message, int flags);
ssize_t __real_readv(int number, const struct iovec *vector, int count);
ssize_t __real_writev(int number, const struct iovec *vector, int count);
ssize_t __wrap_recv(int number, void *memory, size_t length, int flags);
ssize_t __wrap_recvmsg(int number, struct msghdr *message, int flags);
ssize_t __wrap_sendmsg(int number, const struct msghdr *message, int flags);
ssize_t __wrap_readv(int number, const struct iovec *vector, int count);
ssize_t __wrap_writev(int number, const struct iovec *vector, int count);

ssize_t __wrap_recv(int number, void *memory, size_t length, int flags)
{
    return transfer_fails("recv") ? -1 : __real_recv(number, memory, limited(length), flags);
}

ssize_t __wrap_recvmsg(int number, struct msghdr *message, int flags)
{
    struct iovec vector[16];
    struct msghdr part = *message;
    if (transfer_fails("recvmsg"))
        return -1;
    part.msg_iov = vector;
    part.msg_iovlen = cut(vector, message->msg_iov, message->msg_iovlen);
    return __real_recvmsg(number, &part, flags);
}

ssize_t __wrap_sendmsg(int number, const struct msghdr *message, int flags)
{
    struct iovec vector[16];
    struct msghdr part = *message;
    if (transfer_fails("sendmsg"))
        return -1;
    part.msg_iov = vector;
    part.msg_iovlen = cut(vector, message->msg_iov, message->msg_iovlen);
    return __real_sendmsg(number, &part, flags);
}

ssize_t __wrap_readv(int number, const struct iovec *vector, int count)
{
    struct iovec part[16];
    if (transfer_fails("readv"))
        return -1;
    return __real_readv(number, part, (int)cut(part, vector, (size_t)count));
}

ssize_t __wrap_writev(int number, const struct iovec *vector, int count)
{
    struct iovec part[16];
    if (transfer_fails("writev"))
        return -1;
    return __real_writev(number, part, (int)cut(part, vector, (size_t)count));
}

/* The calls that are only counted and failed. */
#define STAND_IN(name, parameters, arguments)                     \
    int __real_##name parameters;                                 \
    int __wrap_##name parameters;                                 \
    int __wrap_##name parameters                                  \
    {                                                             \
        return faults_call(#name) ? -1 : __real_##name arguments; \
    }

STAND_IN(accept4, (int number, struct sockaddr *address, socklen_t *length, int flags),
         (number, address, length, flags))
STAND_IN(socket, (int domain, int type, int protocol), (domain, type, protocol))
STAND_IN(connect, (int number, const struct sockaddr *address, socklen_t length),
         (number, address, length))
STAND_IN(bind, (int number, const struct sockaddr *address, socklen_t length),
         (number, address, length))
STAND_IN(listen, (int number, int backlog), (number, backlog))
STAND_IN(setsockopt, (int number, int level, int option, const void *value, socklen_t length),
         (number, level, option, value, length))
STAND_IN(pipe2, (int ends[2], int flags), (ends, flags))
STAND_IN(eventfd, (unsigned initial, int flags), (initial, flags))
STAND_IN(dup2, (int from, int to), (from, to))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

/* The library creates no files, so that there is no third argument. */
int __wrap_open(const char *path, int flags, ...)
{
    return faults_call("open") ? -1 : __real_open(path, flags);
}

int __wrap_poll(struct pollfd *entries, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *entries, nfds_t count, int milliseconds)
{
    int ready;
    if (faults_call("poll"))
        return -1;
    if (fake_poll(entries, count, milliseconds, &ready))
        return ready;
    return __real_poll(entries, count, milliseconds);
}
