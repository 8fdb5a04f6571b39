/* What the channel layer needs of a stream beyond its public functions: to keep
 * the turn over several reads or writes. */
#ifndef FIRTH_STREAM_STREAM_H
#define FIRTH_STREAM_STREAM_H

#include "platform/clock.h"
#include "platform/descriptor.h"

#include <firth/stream.h>

/* The time of one call: FIRTH_UNSET is the stream's time-out. FIRTH_E_INVALID for
 * NULL and for what is no number. */
firth_err firth_stream_deadline(const firth_stream *stream, double timeout,
                                firth_deadline *deadline);

/* What a constructor over a stream begins with: FIRTH_E_INVALID for NULL, FIRTH_E_CLOSED or
 * what it was lost by for one that is closed. */
firth_err firth_stream_expect_open(const firth_stream *stream);

/* Takes the turn to read or to write. FIRTH_E_CLOSED or what the stream was lost
 * by; when the time ran out, FIRTH_E_TIMEOUT for reading and FIRTH_E_BUSY for
 * writing. After FIRTH_OK the caller must leave. */
firth_err firth_stream_enter(firth_stream *stream, firth_direction direction,
                             const firth_deadline *deadline);
void firth_stream_leave(firth_stream *stream, firth_direction direction);

/* With the reading turn: 1 to n bytes into the spans. FIRTH_E_WANT_READ or
 * FIRTH_E_WANT_WRITE when the time ran out. The end and losses close the stream. */
firth_err firth_stream_fill(firth_stream *stream, const firth_span *spans, size_t span_count,
                            const firth_deadline *deadline, size_t *count);

/* With the writing turn: 1 to n bytes of the slices. FIRTH_E_WANT_READ or
 * FIRTH_E_WANT_WRITE when the time ran out. Losses close the stream. */
firth_err firth_stream_put(firth_stream *stream, const firth_slice *slices, size_t slice_count,
                           const firth_deadline *deadline, size_t *count);

/* With the writing turn: all bytes of the slices, which are used up. After a
 * failure *count says how many were taken; with none left to take, it sends those that
 * were taken before. */
firth_err firth_stream_drain(firth_stream *stream, firth_slice *slices, size_t slice_count,
                             const firth_deadline *deadline, size_t *count);

/* Bytes that a write took, failed, and left for the next one or a flush. */
size_t firth_stream_behind(firth_stream *stream);

/* With the reading turn. */
firth_err firth_stream_look(firth_stream *stream, const firth_deadline *deadline, bool *ready);

/* With the reading turn: waits until a read or a write would do something.
 * FIRTH_E_NOT_SUPPORTED, unreported, if the stream cannot. */
firth_err firth_stream_wait_either(firth_stream *stream, const firth_deadline *deadline);

/* With the writing turn: sends what the stream itself has collected. */
firth_err firth_stream_flush_own(firth_stream *stream, const firth_deadline *deadline);

/* With the writing turn: flushes and sends the stream's own end mark. */
firth_err firth_stream_finish_own(firth_stream *stream, const firth_deadline *deadline);

/* The time of a finish: FIRTH_FINISH_TIMEOUT if neither call nor stream set one. */
firth_err firth_stream_finish_deadline(const firth_stream *stream, double timeout,
                                       firth_deadline *deadline);

/* Whether a finish that came to `err` is to be made again, for as long as it takes:
 * nobody has set a time, and the stream cannot keep the one that stands in for it. */
bool firth_stream_finish_untimed(const firth_stream *stream, double timeout, firth_err err,
                                 firth_deadline *deadline);

/* Finishes what lies below a stream that is finished. If that cannot keep to the time, it
 * stays open, to be finished again or closed. */
firth_err firth_stream_finish_below(firth_stream *lower, double timeout);

/* Closes after a finish that came to `err`, which is the outcome unless it is
 * FIRTH_OK. */
firth_err firth_stream_close_after(firth_stream *stream, firth_err err);

/* The peer is gone: from now on every call says `loss` (FIRTH_E_EOF or
 * FIRTH_E_CONNECTION_LOST) and `closed` is true. */
void firth_stream_lose(firth_stream *stream, firth_err loss);

/* From now on a write that finds the peer gone does not end the stream: what has come can
 * still be read. For who lies above, and ends it. */
void firth_stream_keep_readable(firth_stream *stream);

/* From now on write_some of the table may fail with *count bytes taken nevertheless, since
 * they are sealed: the next write_some, or flush, sends them first. */
void firth_stream_take_ahead(firth_stream *stream);

/* What a stream over `lower` is made with: whether only callers' threads may use it. */
void firth_stream_inherit(firth_stream *stream, const firth_stream *lower);

/* Whether nothing of the library's own, but only threads that the user brings, may use the
 * stream: FIRTH_STREAM_CALLERS_THREADS. */
bool firth_stream_callers_threads(const firth_stream *stream);

/* For a stream whose functions hand everything on to `lower`: both of the above, as they
 * are for `lower`, and for what lies over the stream. */
void firth_stream_hand_on(firth_stream *stream, firth_stream *lower);

/* What a function of the table returned, made to fit the contract: a loss closes the
 * stream, and closed may mean lost. One over another stream may pass on that stream's
 * time-out. */
firth_err firth_stream_settle(firth_stream *stream, firth_direction direction, firth_err err);

/* Gives the stream an object that lives until its last reference is freed, also after
 * the table's `release`; `drop` tells its kind, and is called with it then. Only before
 * anybody else knows the stream, and once a kind. */
void firth_stream_attach(firth_stream *stream, void *object, void (*drop)(void *object));

/* The attached object of that kind, NULL if there is none, or no stream. */
void *firth_stream_attached(const firth_stream *stream, void (*drop)(void *object));

/* What a public call returns for what happened inside: wishes, and a turn that did
 * not come, become a time-out. */
firth_err firth_stream_outcome(firth_err err);

#endif
