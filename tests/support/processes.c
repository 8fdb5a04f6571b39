#include "processes.h"

#include "check.h"
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds after which what should come is not expected any more. */
#define PATIENCE 30

firth_stream *start_shell(const char *script)
{
    firth_stream *stream;
    const char *const arguments[] = {"sh", "-c", script, NULL};
    CHECK_OK(firth_pipe_stream_spawn(&stream, arguments, NULL));
    return stream;
}

firth_stream *start_program(const firth_process_options *options, const char *program, ...)
{
    firth_stream *stream;
    const char *arguments[16] = {program};
    va_list list;
    va_start(list, program);
    for (int i = 1; arguments[i - 1] != NULL; i++)
        arguments[i] = va_arg(list, const char *);
    va_end(list);
    CHECK_OK(firth_pipe_stream_spawn(&stream, arguments, options));
    return stream;
}

char *hear_to_the_end(firth_stream *stream)
{
    size_t length = 0, capacity = 4096, count;
    char *text = malloc(capacity + 1);
    firth_err err;
    while ((err = firth_stream_read_some(stream, text + length, capacity - length, PATIENCE,
                                         &count)) == FIRTH_OK) {
        length += count;
        if (length == capacity)
            text = realloc(text, (capacity *= 2) + 1);
    }
    check_code(err, FIRTH_E_EOF, "read_some", __FILE__, __LINE__);
    text[length] = '\0';
    return text;
}

void wait_until_ready(firth_stream *stream)
{
    char line[7] = "";
    CHECK_OK(firth_stream_read(stream, line, 6, PATIENCE));
    assert_string_equal(line, "ready\n");
}

int watch_child(firth_stream *stream)
{
    int64_t id;
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    int pidfd = pidfd_open((pid_t)id, 0);
    assert_true(pidfd >= 0);
    return pidfd;
}

static bool readable_within(int descriptor, int milliseconds)
{
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    return poll(&entry, 1, milliseconds) == 1;
}

void wait_until_ended(int pidfd)
{
    assert_true(readable_within(pidfd, PATIENCE * 1000));
}

bool has_ended(int pidfd)
{
    return readable_within(pidfd, 0);
}

static bool soon(bool (*condition)(int number), int number)
{
    time_t start = time(NULL);
    while (!condition(number)) {
        if (time(NULL) > start + PATIENCE)
            return false;
        sched_yield();
    }
    return true;
}

static bool is_reaped(int pidfd)
{
    return pidfd_send_signal(pidfd, 0, NULL, 0) != 0 && errno == ESRCH;
}

void wait_until_reaped(int pidfd)
{
    wait_until_ended(pidfd);
    assert_true(soon(is_reaped, pidfd));
}

void kill_child(int pidfd)
{
    assert_int_equal(pidfd_send_signal(pidfd, SIGKILL, NULL, 0), 0);
}

static bool no_child(int unused)
{
    (void)unused;
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
}

static bool as_many_open(int descriptors)
{
    return count_descriptors() == descriptors;
}

bool soon_nothing_remains(int descriptors)
{
    return soon(no_child, 0) && soon(as_many_open, descriptors);
}

static int open_before;

int note_what_is_open(void **state)
{
    (void)state;
    open_before = count_descriptors();
    return 0;
}

int nothing_remains(void **state)
{
    (void)state;
    assert_true(soon(no_child, 0));
    assert_true(soon(as_many_open, open_before));
    return 0;
}
