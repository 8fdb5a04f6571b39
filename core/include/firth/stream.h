/* Stream: a duplex byte stream. rpyc.core.stream.Stream.
 *
 * Made by socket_stream.h, pipe_stream.h, or over a table of functions
 * (stream_ops.h). A plain stream reads no byte more than it was asked for. */
#ifndef FIRTH_STREAM_H
#define FIRTH_STREAM_H

#include <firth/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct firth_stream firth_stream;

/* What finish waits when neither the call nor the stream sets a time, seconds. */
#define FIRTH_FINISH_TIMEOUT 3.0

/* Bytes that rpyc writes at once (its MAX_IO_CHUNK), for programs that cut large transfers
 * into pieces; firth itself has no need to. */
#define FIRTH_STREAM_CHUNK_SIZE 64000

/* Fills `buffer` with exactly `length` bytes. May block up to `timeout` seconds.
 * FIRTH_E_EOF: the peer closed before the first byte; FIRTH_E_CONNECTION_LOST:
 * after some of them, or it was reset. What arrived before a failure is kept and
 * delivered first by the next read. */
FIRTH_API firth_err firth_stream_read(firth_stream *stream, void *buffer, size_t length,
                                      double timeout);

/* As firth_stream_read, but satisfied with 1 to `capacity` bytes; *count says how many. */
FIRTH_API firth_err firth_stream_read_some(firth_stream *stream, void *buffer, size_t capacity,
                                           double timeout, size_t *count);

/* Writes all `length` bytes. May block up to `timeout` seconds. After a failure
 * firth_last_error()->count tells how many bytes were taken. Those that were taken and could
 * not leave (of TLS, in sealed records) go out with the next write, even of no bytes, or
 * flush; firth_stream_held tells of them. */
FIRTH_API firth_err firth_stream_write(firth_stream *stream, const void *data, size_t length,
                                       double timeout);

/* As firth_stream_write, but satisfied with 1 to `length` bytes; *count says how many. */
FIRTH_API firth_err firth_stream_write_some(firth_stream *stream, const void *data, size_t length,
                                            double timeout, size_t *count);

/* Puts bytes before those that are still to be read; the next read gives them first.
 * Waits for its turn if another thread is reading. */
FIRTH_API firth_err firth_stream_unread(firth_stream *stream, const void *data, size_t length);

/* Waits up to `timeout` seconds until a read would find something. *ready is true
 * at the end of the stream too, false when the time ran out (which is no error).
 * FIRTH_E_CLOSED on a closed stream. */
FIRTH_API firth_err firth_stream_poll(firth_stream *stream, double timeout, bool *ready);

/* Sends what the stream has collected. Plain streams collect nothing. */
FIRTH_API firth_err firth_stream_flush(firth_stream *stream, double timeout);

/* Bytes that the stream itself holds: read ahead and still to be read, and collected
 * and still to be written. Never blocks. */
FIRTH_API firth_err firth_stream_held(firth_stream *stream, size_t *to_read, size_t *to_write);

/* Ends the stream at once, wakes whoever is blocked in it (FIRTH_E_CLOSED), and
 * closes the descriptors as soon as the last of them has left. Never blocks. May
 * be called from any thread and more than once. FIRTH_E_UNSENT: bytes that the
 * stream had collected are lost; firth_last_error()->count says how many. */
FIRTH_API firth_err firth_stream_close(firth_stream *stream);

/* The polite end: sends what is collected and the stream's own end mark, waiting
 * up to `timeout` seconds (FIRTH_UNSET: the stream's time-out, else
 * FIRTH_FINISH_TIMEOUT, or as long as it takes on a stream that cannot keep a time),
 * then closes, whatever happened. */
FIRTH_API firth_err firth_stream_finish(firth_stream *stream, double timeout);

/* True after close, and after the peer was lost. False for NULL. */
FIRTH_API bool firth_stream_closed(const firth_stream *stream);

/* The descriptor that becomes readable when there is something to read; it stays
 * the stream's. FIRTH_E_NOT_SUPPORTED if there is none, FIRTH_E_CLOSED if closed. */
FIRTH_API firth_err firth_stream_fileno(firth_stream *stream, int *descriptor);

/* The same for writing: it differs from firth_stream_fileno on pipes. */
FIRTH_API firth_err firth_stream_write_fileno(firth_stream *stream, int *descriptor);

/* The time-out of calls that give none, seconds; FIRTH_FOREVER at first. */
FIRTH_API firth_err firth_stream_set_timeout(firth_stream *stream, double timeout);
FIRTH_API double firth_stream_timeout(const firth_stream *stream);

/* What went through a stream since it was made. */
typedef struct firth_counters {
    uint64_t bytes_read;
    uint64_t bytes_written;
    uint64_t read_calls;  /* system calls made for reading, waiting included */
    uint64_t write_calls; /* system calls made for writing, waiting included */
} firth_counters;

/* The counters until now, those of a closed stream too. Any thread. */
FIRTH_API firth_err firth_stream_counters(const firth_stream *stream, firth_counters *counters);

/* Wakes the calls that are blocked in the stream, or else the next that would
 * block, without closing it: each asks its interrupt hook, and returns
 * FIRTH_E_INTERRUPTED if that says so or if it has none. Any thread. A call
 * that waits for its turn behind another is not woken; the other one is. */
FIRTH_API firth_err firth_stream_wake(firth_stream *stream);

/* Another reference on the same stream; give it back with firth_stream_free. */
FIRTH_API firth_stream *firth_stream_retain(firth_stream *stream);

/* Drops a reference. The last one releases the descriptors, without flushing,
 * blocking or shutting down a connection that another process still holds. */
FIRTH_API void firth_stream_free(firth_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
