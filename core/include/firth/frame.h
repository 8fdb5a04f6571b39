/* FrameCodec: payloads to frames and back, without any stream.
 *
 * The frame (rpyc.core.channel.Channel, all versions): 4 bytes length of the body,
 * big-endian; 1 byte flag, 1 if the body is zlib-compressed, else 0; the body; '\n'. */
#ifndef FIRTH_FRAME_H
#define FIRTH_FRAME_H

#include <firth/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FIRTH_FRAME_HEADER_SIZE 5
#define FIRTH_FRAME_TRAILER_SIZE 1
/* Only payloads longer than this many bytes are compressed, as in rpyc. */
#define FIRTH_COMPRESSION_THRESHOLD 3000
/* The zlib level of rpyc's Channel. */
#define FIRTH_COMPRESSION_LEVEL 1
/* Bytes of a frame's body, sent or received. */
#define FIRTH_FRAME_LIMIT ((size_t)256 * 1024 * 1024)
/* Bytes of a payload that arrived compressed. */
#define FIRTH_INFLATED_LIMIT ((size_t)256 * 1024 * 1024)

/* How a channel or a codec makes and reads frames. */
typedef struct firth_channel_options {
    size_t size;                  /* sizeof(firth_channel_options) */
    bool compress;                /* whether to compress what is sent */
    int compression_level;        /* 0 to 9; 0 sends everything uncompressed */
    size_t compression_threshold; /* bytes; longer payloads are compressed */
    size_t frame_limit;           /* bytes of a body, at most 4294967295 */
    size_t inflated_limit;        /* bytes of a payload that arrived compressed */
} firth_channel_options;

#define FIRTH_CHANNEL_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(firth_channel_options), true, FIRTH_COMPRESSION_LEVEL, FIRTH_COMPRESSION_THRESHOLD, \
            FIRTH_FRAME_LIMIT, FIRTH_INFLATED_LIMIT                                                \
    }

typedef struct firth_frame_codec firth_frame_codec;

/* FIRTH_E_INVALID: an option out of range. A codec's functions never block. One
 * thread at a time may encode, and one other may feed and decode. */
FIRTH_API firth_err firth_frame_codec_create(firth_frame_codec **codec,
                                             const firth_channel_options *options);

/* NULL is fine. */
FIRTH_API void firth_frame_codec_free(firth_frame_codec *codec);

/* One payload in, the bytes of its frame out; the caller owns them.
 * FIRTH_E_BUFFER_OVERFLOW: the body would be over frame_limit. */
FIRTH_API firth_err firth_frame_codec_encode(firth_frame_codec *codec, const void *payload,
                                             size_t length, firth_bytes *frame);

/* Takes bytes as they arrived; they are copied. */
FIRTH_API firth_err firth_frame_codec_feed(firth_frame_codec *codec, const void *bytes,
                                           size_t length);

/* The next payload; the caller owns it. FIRTH_E_WANT_READ: feed more bytes.
 * FIRTH_E_PROTOCOL, and FIRTH_E_BUFFER_OVERFLOW for a length over frame_limit, are
 * final: every later call says the same. FIRTH_E_COMPRESSION, and
 * FIRTH_E_BUFFER_OVERFLOW for a body over inflated_limit, cost that frame only. */
FIRTH_API firth_err firth_frame_codec_decode(firth_frame_codec *codec, firth_bytes *payload);

/* How the stream ended if no more bytes come: FIRTH_E_EOF between frames,
 * FIRTH_E_CONNECTION_LOST inside one. Call it when decode wants more. */
FIRTH_API firth_err firth_frame_codec_end(firth_frame_codec *codec);

#ifdef __cplusplus
}
#endif

#endif
