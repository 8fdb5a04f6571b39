#include "platform/os_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static firth_err code_of(int os_error)
{
    switch (os_error) {
    case ECONNREFUSED:
        return FIRTH_E_REFUSED;
    case ENOENT:
        return FIRTH_E_FILE_NOT_FOUND;
    case ENOMEM:
        return FIRTH_E_NO_MEMORY;
    case EPIPE:
    case ECONNRESET:
    case ECONNABORTED:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case ENOTCONN:
        return FIRTH_E_CONNECTION_LOST;
    default:
        return FIRTH_E_SYSTEM;
    }
}

static firth_err fail_with_reason(firth_err code, int os_error, const char *what)
{
    char words[128];
    firth_fail(code, "%s: %s", what, strerror_r(os_error, words, sizeof words));
    firth_fail_os_error(os_error);
    return code;
}

firth_err firth_fail_os(int os_error, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fail_with_reason(code_of(os_error), os_error, what);
}

firth_err firth_fail_connect(int os_error, const char *where)
{
    char what[256];
    snprintf(what, sizeof what, "connect to %s", where);
    firth_err code = code_of(os_error);
    if (code == FIRTH_E_CONNECTION_LOST)
        code = os_error == ETIMEDOUT ? FIRTH_E_TIMEOUT : FIRTH_E_SYSTEM;
    return fail_with_reason(code, os_error, what);
}
