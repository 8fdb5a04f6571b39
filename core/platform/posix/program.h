/* Which file a program's name means. */
#ifndef FIRTH_PLATFORM_POSIX_PROGRAM_H
#define FIRTH_PLATFORM_POSIX_PROGRAM_H

#include <firth/error.h>

#include <limits.h>

/* The path to execute from within `folder` (a descriptor, or AT_FDCWD): `name` itself if
 * there is a slash in it, else the first executable file of that name in the folders of
 * `search` (as PATH has them). FIRTH_E_FILE_NOT_FOUND; FIRTH_E_SYSTEM: a folder, or not
 * executable. */
firth_err firth_program_find(const char *name, int folder, const char *search, char path[PATH_MAX]);

#endif
