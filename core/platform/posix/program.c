#include "platform/posix/program.h"

#include "platform/os_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or why it cannot be executed: EISDIR for a folder. */
static int examine(int folder, const char *path)
{
    struct stat status;
    if (fstatat(folder, path, &status, 0) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return faccessat(folder, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static firth_err fail(int os_error, const char *name, const char *where)
{
    if (os_error == EISDIR)
        return firth_fail_os(EACCES, "program '%s' is a folder", name);
    if (os_error == EACCES)
        return firth_fail_os(EACCES, "program '%s' may not be executed", name);
    return firth_fail_os(os_error, "program '%s'%s", name, where);
}

static firth_err find_as_it_is(const char *name, int folder, char path[PATH_MAX])
{
    size_t length = strlen(name);
    if (length >= PATH_MAX)
        return fail(ENAMETOOLONG, name, "");
    memcpy(path, name, length + 1);
    int os_error = examine(folder, path);
    return os_error != 0 ? fail(os_error, name, "") : FIRTH_OK;
}

/* An empty entry of PATH is the working folder. */
static bool join(char path[PATH_MAX], const char *entry, size_t length, const char *name)
{
    const char *between = length != 0 ? "/" : "./";
    int needed = snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, entry, between, name);
    return length < PATH_MAX && needed < PATH_MAX;
}

/* Whatever is wrong with one entry, the next may do. */
firth_err firth_program_find(const char *name, int folder, const char *search, char path[PATH_MAX])
{
    if (strchr(name, '/') != NULL)
        return find_as_it_is(name, folder, path);
    int found = ENOENT;
    for (;;) {
        size_t length = strcspn(search, ":");
        int os_error = join(path, search, length, name) ? examine(folder, path) : ENAMETOOLONG;
        if (os_error == 0)
            return FIRTH_OK;
        if (os_error == EACCES)
            found = EACCES;
        if (search[length] == '\0')
            return fail(found, name, ", looked up in PATH");
        search += length + 1;
    }
}
