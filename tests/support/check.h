/* cmocka, and assertions that show firth's own words when they fail. Only the main
 * thread of a test may use them; other threads and children return what they saw. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <firth/firth.h>

/* The call must return FIRTH_OK. */
#define CHECK_OK(call) check_code((call), FIRTH_OK, #call, __FILE__, __LINE__)

/* The call must return FIRTH_E_<code>, and the thread's last error must speak of it. */
#define CHECK_FAILS(code, call) check_code((call), FIRTH_E_##code, #call, __FILE__, __LINE__)

/* The last error's one line must contain the text. */
#define CHECK_DETAIL(text) check_detail((text), __FILE__, __LINE__)

void check_code(firth_err found, firth_err expected, const char *call, const char *file, int line);
void check_detail(const char *text, const char *file, int line);

/* In a child process or thread: reports the line and returns 1 from the function. */
#define EXPECT(condition)                                              \
    do {                                                               \
        if (!(condition))                                              \
            return expectation_failed(#condition, __FILE__, __LINE__); \
    } while (0)

int expectation_failed(const char *condition, const char *file, int line);

#endif
