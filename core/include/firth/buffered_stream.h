/* BufferedStream: reads ahead and collects writes, over any stream. */
#ifndef FIRTH_BUFFERED_STREAM_H
#define FIRTH_BUFFERED_STREAM_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FIRTH_DEFAULT_BUFFER_SIZE 8192
#define FIRTH_MAX_BUFFER_SIZE 1048576

/* A stream over `lower`, which it keeps alive and closes with itself; do not use
 * `lower` beside it. It reads up to `buffer_size` bytes ahead and collects up to as
 * many (0: FIRTH_DEFAULT_BUFFER_SIZE), which leave when there are more, with
 * firth_stream_flush, firth_stream_finish, and before a read or poll that must wait;
 * firth_stream_close gives them one try (FIRTH_E_UNSENT). firth_stream_held tells how
 * many there are. Its time-out is that of `lower`. In a child of fork its calls are
 * FIRTH_E_FORKED. FIRTH_E_BUFFER_OVERFLOW: buffer_size above FIRTH_MAX_BUFFER_SIZE. */
FIRTH_API firth_err firth_buffered_stream_create(firth_stream **stream, firth_stream *lower,
                                                 size_t buffer_size);

#ifdef __cplusplus
}
#endif

#endif
