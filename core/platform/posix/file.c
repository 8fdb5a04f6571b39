#include "platform/file.h"

#include "platform/descriptor.h"
#include "platform/os_error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 16384

/* Its content would be waited for, and be gone once it was read. */
static bool is_pipe(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
}

static int open_without_waiting(const char *path)
{
    int number;
    do
        number = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    while (number < 0 && errno == EINTR);
    return number;
}

static firth_err open_file(const char *path, int *number)
{
    if (is_pipe(path))
        return firth_fail_os(ESPIPE, "%s is a pipe, expected a file", path);
    *number = open_without_waiting(path);
    return *number < 0 ? firth_fail_os(errno, "open %s", path) : FIRTH_OK;
}

/* Room for another piece. */
static firth_err grow(firth_buffer *content, const char *path, size_t limit)
{
    if (content->length > limit)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW, "%s holds more than %zu bytes", path, limit);
    size_t needed = content->length + PIECE;
    if (needed <= content->capacity)
        return FIRTH_OK;
    return firth_buffer_reserve(content, needed + content->length);
}

static firth_err read_piece(int number, const char *path, firth_buffer *content, bool *more)
{
    ssize_t got = read(number, content->data + content->length, PIECE);
    if (got < 0 && errno != EINTR)
        return firth_fail_os(errno, "read %s", path);
    if (got > 0)
        content->length += (size_t)got;
    *more = got != 0;
    return FIRTH_OK;
}

firth_err firth_file_read(const char *path, size_t limit, firth_buffer *content)
{
    int number = -1;
    bool more = true;
    firth_err err = open_file(path, &number);
    if (err != FIRTH_OK)
        return err;
    while (err == FIRTH_OK && more) {
        err = grow(content, path, limit);
        if (err == FIRTH_OK)
            err = read_piece(number, path, content, &more);
    }
    firth_descriptor_close(number);
    return err;
}

/* A folder can be opened, but not read. */
static int reason_against(int number)
{
    struct stat status;
    if (fstat(number, &status) != 0)
        return errno;
    return S_ISDIR(status.st_mode) ? EISDIR : 0;
}

firth_err firth_file_check(const char *what, const char *path)
{
    if (is_pipe(path))
        return firth_fail_os(ESPIPE, "%s '%s' is a pipe, expected a file", what, path);
    int number = open_without_waiting(path);
    if (number < 0)
        return firth_fail_os(errno, "%s '%s'", what, path);
    int os_error = reason_against(number);
    firth_descriptor_close(number);
    return os_error == 0 ? FIRTH_OK : firth_fail_os(os_error, "%s '%s'", what, path);
}
