/* How the library's own code reports a failure: sets the thread's last error and
 * returns the code, so that `return firth_fail(...)` is one statement. */
#ifndef FIRTH_BASE_FAIL_H
#define FIRTH_BASE_FAIL_H

#include <firth/error.h>

#if defined(__GNUC__)
#define FIRTH_FORMAT(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#else
#define FIRTH_FORMAT(format_at, first_at)
#endif

/* The detail is cut at 511 bytes; control characters in it become '?'. */
firth_err firth_fail(firth_err code, const char *format, ...) FIRTH_FORMAT(2, 3);

/* The same after another failure, whose detail comes behind a colon if it says more than
 * its code does. */
firth_err firth_fail_because(firth_err code, const char *format, ...) FIRTH_FORMAT(2, 3);

/* Add to the failure just reported. */
void firth_fail_os_error(int os_error);
void firth_fail_resolver_error(int resolver_error);
void firth_fail_count(size_t count);
void firth_fail_wants(firth_wants wants);

/* Puts `who` and a colon before the detail of the failure just reported. Returns its code. */
firth_err firth_fail_about(const char *who);

/* FIRTH_E_TIMEOUT, of a call that needs `wants`. Costs no formatting. */
firth_err firth_fail_timeout(firth_wants wants);

/* Comes before calling something outside the library: an error of before is not its own. */
void firth_fail_expect(void);

/* Whether a call would have to wait, or had to for too long: FIRTH_E_WANT_... */
static inline bool firth_would_wait(firth_err err)
{
    return err == FIRTH_E_WANT_READ || err == FIRTH_E_WANT_WRITE || err == FIRTH_E_WANT_EITHER;
}

/* Whether `code` was reported since firth_fail_expect. */
bool firth_fail_said(firth_err code);

/* Makes sure that the last error speaks of `code`, which that returned, perhaps without
 * saying more. Returns `code`. */
firth_err firth_fail_from_outside(firth_err code, const char *who);

/* Whether the thread has an interrupt hook. */
bool firth_interrupt_hooked(void);

/* Asks the thread's interrupt hook; `without_hook` is the answer if there is none. */
bool firth_interrupt_requested(bool without_hook);

/* Calls wait(argument), through the thread's wait hook if there is one, which may
 * leave it out. */
void firth_wait_outside(void (*wait)(void *argument), void *argument);

/* FIRTH_E_INTERRUPTED. */
firth_err firth_fail_interrupted(void);

/* The last error, put aside while something else is done. */
typedef struct firth_saved_error {
    firth_error error;
    char detail[512];
    bool said; /* since firth_fail_expect */
} firth_saved_error;

void firth_error_save(firth_saved_error *saved);

/* Makes it the last error again and returns its code. */
firth_err firth_error_restore(const firth_saved_error *saved);

#endif
