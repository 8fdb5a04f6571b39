#include "platform/os_error.h"
#include "platform/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static firth_err address_of(const char *path, struct sockaddr_un *address)
{
    size_t length = strlen(path);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (length == 0)
        return firth_fail(FIRTH_E_INVALID, "%s", "the path of a unix socket is empty");
    if (length >= sizeof address->sun_path)
        return firth_fail(FIRTH_E_INVALID,
                          "the path of a unix socket is %zu bytes long, the system takes %zu: %s",
                          length, sizeof address->sun_path - 1, path);
    memcpy(address->sun_path, path, length);
    return FIRTH_OK;
}

/* poll does not tell when a full backlog has room again: connect blocks for as long
 * as the send time-out of the socket says. */
static void limit_connect(int number, double seconds)
{
    struct timeval limit = {.tv_sec = (time_t)seconds};
    limit.tv_usec = (suseconds_t)((seconds - (double)limit.tv_sec) * 1e6) + 1;
    if (limit.tv_usec > 999999)
        limit.tv_usec = 999999;
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

static void lift_limit(int number)
{
    struct timeval none = {0};
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof none);
}

/* With a limit a signal ends connect even if its handler is to restart calls: a
 * decade stands for what does not fit, and for ever. */
static double seconds_of_connect(double remaining)
{
    const double decade = 3.2e8;
    return remaining >= 0 && remaining < decade ? remaining : decade;
}

static firth_err connect_within(int number, const struct sockaddr_un *address,
                                const firth_deadline *deadline)
{
    for (;;) {
        double remaining = firth_deadline_remaining(deadline);
        if (remaining == 0 && deadline->timeout != 0)
            return FIRTH_E_WANT_WRITE;
        limit_connect(number, seconds_of_connect(remaining));
        if (connect(number, (const struct sockaddr *)address, sizeof *address) == 0)
            break;
        if (errno == EAGAIN)
            return FIRTH_E_WANT_WRITE;
        if (errno != EINTR)
            return firth_fail_connect(errno, address->sun_path);
        if (firth_interrupt_requested(false))
            return firth_fail_interrupted();
    }
    lift_limit(number);
    return FIRTH_OK;
}

static firth_err new_socket(int flags, int *number)
{
    *number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    return *number < 0 ? firth_fail_os(errno, "unix socket") : FIRTH_OK;
}

firth_err firth_socket_unix_connect(const char *path, const firth_deadline *deadline, int *number)
{
    struct sockaddr_un address;
    int made = -1;
    firth_err err = address_of(path, &address);
    if (err == FIRTH_OK)
        err = new_socket(0, &made);
    if (err != FIRTH_OK)
        return err;
    err = connect_within(made, &address, deadline);
    if (err != FIRTH_OK)
        close(made);
    else
        *number = made;
    return err;
}

firth_err firth_socket_unix_listen(const char *path, int backlog, int *number)
{
    struct sockaddr_un address;
    int made = -1;
    firth_err err = address_of(path, &address);
    if (err == FIRTH_OK)
        err = new_socket(SOCK_NONBLOCK, &made);
    if (err != FIRTH_OK)
        return err;
    if (bind(made, (const struct sockaddr *)&address, sizeof address) != 0) {
        err = firth_fail_os(errno, "listen on %s", path);
        close(made);
    } else if (listen(made, backlog) != 0) {
        err = firth_fail_os(errno, "listen on %s", path);
        unlink(path);
        close(made);
    } else {
        *number = made;
    }
    return err;
}

firth_file_identity firth_file_identify(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return (firth_file_identity){0, 0};
    return (firth_file_identity){status.st_dev, status.st_ino};
}

void firth_file_remove(const char *path, firth_file_identity identity)
{
    firth_file_identity now = firth_file_identify(path);
    if (now.inode != 0 && now.device == identity.device && now.inode == identity.inode)
        unlink(path);
}
