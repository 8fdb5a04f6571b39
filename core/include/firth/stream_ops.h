/* For those who extend firth: the table of functions behind every stream.
 *
 * firth's own streams fill the same table. The generic layer above it loops,
 * keeps turns, counts bytes, keeps what arrived before a time-out, and sees to it
 * that after `close` nobody is inside when `release` comes. */
#ifndef FIRTH_STREAM_OPS_H
#define FIRTH_STREAM_OPS_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FIRTH_STREAM_OPS_VERSION 1

/* Only threads that the user brings may call the functions, since they call back into a
 * language: nothing of firth's own, such as a batch_timeout, may use the stream. Holds for
 * every stream over it. */
#define FIRTH_STREAM_CALLERS_THREADS 1u

/* `self` is the pointer given to firth_stream_create. `timeout` is the seconds that
 * remain: 0 means try and do not wait, negative for ever; it is never FIRTH_UNSET.
 * A function that cannot keep to a time must return FIRTH_E_NOT_SUPPORTED for
 * timeout >= 0 and may block otherwise. Functions marked optional may be NULL.
 * Before a failure is returned, firth_error_raise can say what happened. */
typedef struct firth_stream_ops {
    uint32_t version; /* FIRTH_STREAM_OPS_VERSION */
    uint32_t flags;   /* 0, or FIRTH_STREAM_CALLERS_THREADS */
    const char *name; /* for the text of errors, such as "tcp"; must outlive the stream */

    /* Reads 1 to n bytes, n being all spans together (at least 1), into the spans in
     * order; using the first span only is allowed. FIRTH_E_EOF at the end. When the
     * time ran out: FIRTH_E_WANT_READ, FIRTH_E_WANT_WRITE or FIRTH_E_WANT_EITHER,
     * whichever is missing.
     * Never called by two threads at once. */
    firth_err (*read_some)(void *self, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count);

    /* Writes 1 to n bytes of the slices in order. Results as for read_some. Never
     * called by two threads at once, but perhaps at the same time as read_some. */
    firth_err (*write_some)(void *self, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count);

    /* Optional. Says whether read_some would find something, at the end too. */
    firth_err (*poll)(void *self, double timeout, bool *ready);

    /* Optional. Waits until read_some would find something or write_some would take
     * something; for who has both to do, such as a BufferedStream. Called as read_some
     * is. Without it such a stream waits for the one and then for the other. */
    firth_err (*wait_either)(void *self, double timeout);

    /* Optional. How many bytes the stream holds: read ahead of its reader, and
     * collected from its writer. Any thread. */
    void (*held)(void *self, size_t *to_read, size_t *to_write);

    /* Optional. Sends what is collected; when the time ran out, as read_some. */
    firth_err (*flush)(void *self, double timeout);

    /* Optional. The polite end: flushes and sends the end mark. `close` follows. */
    firth_err (*finish)(void *self, double timeout);

    /* Optional. Called once, from any thread, when the stream is closed or lost,
     * perhaps while others are inside: wakes them and ends the connection. Must not
     * block. FIRTH_E_UNSENT tells of collected bytes that are lost. */
    firth_err (*close)(void *self);

    /* Optional. Makes blocked calls ask their interrupt hook. Any thread. */
    void (*wake)(void *self);

    /* Optional. The descriptors to watch for reading and for writing. */
    firth_err (*fileno)(void *self, int *read_descriptor, int *write_descriptor);

    /* Optional. System calls made so far in each direction. */
    void (*system_calls)(void *self, uint64_t *read_calls, uint64_t *write_calls);

    /* Called once, when nobody is inside any more: after `close`, or without it when
     * the last reference went. Frees everything; blocks and shuts down nothing. */
    void (*release)(void *self);
} firth_stream_ops;

/* A stream over `ops`, which is copied, and `self`, which the stream owns from then
 * on (after a failure it stays the caller's). FIRTH_E_INVALID: another version, or
 * read_some, write_some or release missing. */
FIRTH_API firth_err firth_stream_create(firth_stream **stream, const firth_stream_ops *ops,
                                        void *self);

#ifdef __cplusplus
}
#endif

#endif
