/* BatchingChannel: several whole frames in one write. */
#ifndef FIRTH_BATCHING_CHANNEL_H
#define FIRTH_BATCHING_CHANNEL_H

#include <firth/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FIRTH_DEFAULT_BATCH_SIZE 10

/* As firth_channel_create, with these in place of what the options say. A batch leaves when
 * it has `batch_size` payloads (at least 1) or FIRTH_MAX_BUFFER_SIZE bytes, or
 * `batch_timeout` seconds after its first payload, whichever comes first, and before
 * something is received. 0, or less, sets no time. The time is kept by a thread of the
 * library, which never waits for a peer: what a stalled one does not take it tries again.
 * The frames are those of every channel: any rpyc peer reads them. In a child of fork its
 * calls are FIRTH_E_FORKED. `options` may be NULL.
 * FIRTH_E_INVALID: batch_size is 0. FIRTH_E_NOT_SUPPORTED: a batch_timeout above 0 over a
 * stream with FIRTH_STREAM_CALLERS_THREADS. */
FIRTH_API firth_err firth_batching_channel_create(firth_channel **channel, firth_stream *stream,
                                                  size_t batch_size, double batch_timeout,
                                                  const firth_channel_options *options);

#ifdef __cplusplus
}
#endif

#endif
