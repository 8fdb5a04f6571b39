#include "check.h"

#include <stdio.h>
#include <string.h>

void check_code(firth_err found, firth_err expected, const char *call, const char *file, int line)
{
    const firth_error *last = firth_last_error();
    if (found != expected) {
        print_error("%s: %s, expected %s; last error: %s\n", call, firth_error_name(found),
                    firth_error_name(expected), last->detail);
        _fail(file, line);
    }
    if (expected == FIRTH_OK || expected == FIRTH_E_WANT_READ)
        return;
    if (last->code != expected || last->detail[0] == '\0') {
        print_error("%s: the last error is %s, '%s', expected one about %s\n", call,
                    firth_error_name(last->code), last->detail, firth_error_name(expected));
        _fail(file, line);
    }
}

void check_detail(const char *text, const char *file, int line)
{
    const char *detail = firth_last_error()->detail;
    if (strstr(detail, text) != NULL && strchr(detail, '\n') == NULL)
        return;
    print_error("the detail is '%s', expected one line with '%s'\n", detail, text);
    _fail(file, line);
}

int expectation_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: expected %s; last error: %s: %s\n", file, line, condition,
            firth_error_name(firth_last_error()->code), firth_last_error()->detail);
    return 1;
}
