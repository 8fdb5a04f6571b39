/* The deflate stage: payload <-> zlib stream (RFC 1950). The state of zlib is the
 * thread's, not the channel's, one for inflating and one for each level, and is used again for
 * the next payload. */
#ifndef FIRTH_CHANNEL_ZLIB_STAGE_H
#define FIRTH_CHANNEL_ZLIB_STAGE_H

#include "base/buffer.h"
#include "channel/sink.h"

/* Appends to `body` what zlib.compress(payload, level) gives, for levels 0 to 9. */
firth_err firth_deflate(int level, const void *payload, size_t length, firth_buffer *body);

/* Inflates a whole body into the sink; *length says how long the payload is.
 * FIRTH_E_COMPRESSION: it does not inflate, or something follows the zlib stream.
 * FIRTH_E_BUFFER_OVERFLOW: the payload is longer than `limit`.
 * FIRTH_E_NO_MEMORY leaves everything to be tried again. */
firth_err firth_inflate(const void *body, size_t body_length, size_t limit, firth_sink *sink,
                        size_t *length);

#endif
