/* The operating system's errors as firth's. */
#ifndef FIRTH_PLATFORM_OS_ERROR_H
#define FIRTH_PLATFORM_OS_ERROR_H

#include "base/fail.h"

/* Reports `os_error` (an errno) with the code that fits it; the detail is the
 * formatted text, a colon, and the system's own words. */
firth_err firth_fail_os(int os_error, const char *format, ...) FIRTH_FORMAT(2, 3);

/* The same for an attempt to connect, where no connection can be lost yet. */
firth_err firth_fail_connect(int os_error, const char *where);

#endif
