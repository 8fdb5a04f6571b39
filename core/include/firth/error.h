/* Error codes, the detail of the last error, and the interrupt hook. */
#ifndef FIRTH_ERROR_H
#define FIRTH_ERROR_H

#include <firth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, "name", "text"): the enumerator is FIRTH_E_NAME; "name" is what
 * firth_error_name gives and what Lua gives as code. Order is ABI: append. */
#define FIRTH_ERRORS(X)                                                              \
    X(EOF, "eof", "the peer closed the connection")                                  \
    X(CONNECTION_LOST, "connection_lost", "the connection was lost")                 \
    X(TIMEOUT, "timeout", "the time ran out")                                        \
    X(BUSY, "busy", "the time ran out before this payload's turn; it was not taken") \
    X(CLOSED, "closed", "closed on this side")                                       \
    X(PROTOCOL, "protocol", "the peer broke the frame format")                       \
    X(BUFFER_OVERFLOW, "buffer_overflow", "a size limit was exceeded")               \
    X(COMPRESSION, "compression", "a body does not inflate")                         \
    X(UNSENT, "unsent", "closed with bytes unsent")                                  \
    X(REFUSED, "refused", "the connection was refused")                              \
    X(HOST_NOT_FOUND, "host_not_found", "the host name does not resolve")            \
    X(FILE_NOT_FOUND, "file_not_found", "no such file")                              \
    X(SYSTEM, "system", "the operating system refused")                              \
    X(NO_MEMORY, "no_memory", "out of memory")                                       \
    X(NOT_SUPPORTED, "not_supported", "not supported here")                          \
    X(INTERRUPTED, "interrupted", "interrupted")                                     \
    X(CALLBACK, "callback", "a callback failed")                                     \
    X(INVALID, "invalid", "invalid argument")                                        \
    X(FORKED, "forked", "this belongs to the parent process")                        \
    X(WANT_READ, "want_read", "more bytes must arrive first")                        \
    X(WANT_WRITE, "want_write", "bytes must leave first")                            \
    X(WANT_EITHER, "want_either", "bytes must arrive or leave first")                \
    X(TLS, "tls", "TLS failed")                                                      \
    X(CERTIFICATE, "certificate", "the peer's certificate was refused")              \
    X(TUNNEL, "tunnel", "the tunnel or proxy failed")                                \
    X(ENCRYPTION, "encryption", "the peer's bytes cannot be opened with this key")

/* clang-format off */
typedef enum firth_err {
    FIRTH_OK = 0,
#define FIRTH_ENUMERATOR(NAME, name, text) FIRTH_E_##NAME,
    FIRTH_ERRORS(FIRTH_ENUMERATOR)
#undef FIRTH_ENUMERATOR
    FIRTH_ERROR_COUNT
} firth_err;
/* clang-format on */

/* What a call that returned FIRTH_E_TIMEOUT is waiting for (an event loop
 * watches firth_stream_fileno for it). */
typedef enum firth_wants {
    FIRTH_WANTS_NOTHING = 0,
    FIRTH_WANTS_READ = 1,
    FIRTH_WANTS_WRITE = 2,
    FIRTH_WANTS_EITHER = 3 /* both of them: whichever comes first */
} firth_wants;

/* The last failure of a firth call in this thread. */
typedef struct firth_error {
    firth_err code;
    int os_error;       /* errno, or 0 */
    int resolver_error; /* getaddrinfo's EAI_..., or 0 */
    firth_wants wants;  /* with FIRTH_E_TIMEOUT, and FIRTH_E_BUSY before a hand-shake */
    size_t count;       /* bytes: taken by a failed stream write; left over by FIRTH_E_UNSENT or
                         * by a failed firth_channel_send */
    const char *detail; /* one line, fit to be the text of an exception */
} firth_error;

/* Never NULL. Belongs to the thread; the next failing call overwrites it. */
FIRTH_API const firth_error *firth_last_error(void);

/* "timeout" for FIRTH_E_TIMEOUT, "ok" for FIRTH_OK. Static, never NULL. */
FIRTH_API const char *firth_error_name(firth_err code);

/* One line that says what the code means. Static, never NULL. */
FIRTH_API const char *firth_error_text(firth_err code);

/* Lets a custom stream (stream_ops.h) say what happened before it returns
 * `code`, which is also what this returns. `detail` is copied (cut at 511
 * bytes); os_error is an errno, or 0. */
FIRTH_API firth_err firth_error_raise(firth_err code, int os_error, const char *detail);

/* Asked when a signal interrupts a blocked call or firth_stream_wake wakes it, and once
 * when a wait goes on, for a signal that came just before it.
 * Returns true to give up: the call then returns FIRTH_E_INTERRUPTED, nothing is
 * lost. May call into a language runtime; must not call this stream. */
typedef bool (*firth_interrupt_hook)(void *context);

/* Sets this thread's hook; NULL removes it. Without one, a signal never ends a
 * call. A binding sets it around each blocking call. */
FIRTH_API void firth_set_interrupt_hook(firth_interrupt_hook hook, void *context);

/* Asked when this thread must wait while another has its turn in a stream, for a
 * binding whose streams call back under a lock of its own, which the other thread
 * needs: gives that lock up, calls wait(argument) and takes the lock again. Without
 * having called it, the wait counts as interrupted by a signal. */
typedef void (*firth_wait_hook)(void *context, void (*wait)(void *argument), void *argument);

/* Sets this thread's wait hook; NULL removes it. */
FIRTH_API void firth_set_wait_hook(firth_wait_hook hook, void *context);

#ifdef __cplusplus
}
#endif

#endif
