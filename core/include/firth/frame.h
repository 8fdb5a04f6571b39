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
/* Bytes of frames that are collected before they leave. */
#define FIRTH_QUEUE_LIMIT ((size_t)1024 * 1024)
/* Bytes of a pre-shared key. */
#define FIRTH_KEY_MIN 16
#define FIRTH_KEY_MAX 64
/* Seconds that a batch waits to be full. */
#define FIRTH_DEFAULT_BATCH_TIMEOUT 0.1

/* Sizes, in bytes, that bound what a channel or a codec holds. */
typedef struct firth_limits {
    size_t frame;    /* of a frame's body, sent or received; at most 4294967295 */
    size_t inflated; /* of a payload that arrived compressed */
    size_t queue;    /* of frames that a cork or a batch collects before they leave; at least 1 */
} firth_limits;

#define FIRTH_LIMITS_INIT                                          \
    {                                                              \
        FIRTH_FRAME_LIMIT, FIRTH_INFLATED_LIMIT, FIRTH_QUEUE_LIMIT \
    }

/* Whether what is sent is compressed. */
typedef enum firth_compression {
    FIRTH_COMPRESSION_OFF = 0,
    FIRTH_COMPRESSION_ON = 1,
    FIRTH_COMPRESSION_DEFAULT = 2 /* on; with a key off, for lengths then tell of contents */
} firth_compression;

/* What a channel or a codec does to payloads, stage by stage. */
typedef struct firth_channel_options {
    size_t size; /* sizeof(firth_channel_options) */
    firth_compression compress;
    int compression_level;        /* zlib's, 0 to 9; 0 sends everything uncompressed */
    size_t compression_threshold; /* bytes; longer payloads are compressed */
    const void *key;              /* encrypts: encrypted_channel.h; NULL does not. Read while
                                   * creating only; the caller's */
    size_t key_length;            /* bytes, FIRTH_KEY_MIN to FIRTH_KEY_MAX */
    size_t batch_size;            /* payloads in one write: batching_channel.h; 1 does not batch */
    double batch_timeout;         /* seconds that a batch waits to be full; 0 or less: for ever */
    firth_limits limits;
} firth_channel_options;

#define FIRTH_CHANNEL_OPTIONS_INIT                                                         \
    {                                                                                      \
        sizeof(firth_channel_options), FIRTH_COMPRESSION_DEFAULT, FIRTH_COMPRESSION_LEVEL, \
            FIRTH_COMPRESSION_THRESHOLD, NULL, 0, 1, FIRTH_DEFAULT_BATCH_TIMEOUT,          \
            FIRTH_LIMITS_INIT                                                              \
    }

typedef struct firth_frame_codec firth_frame_codec;

/* FIRTH_E_INVALID: an option out of range; a codec takes no notice of batch_size,
 * batch_timeout and limits.queue. A codec's functions never block. One thread at a time may
 * encode, and one other may feed and decode; with a key, one thread at a time may use it. */
FIRTH_API firth_err firth_frame_codec_create(firth_frame_codec **codec,
                                             const firth_channel_options *options);

/* NULL is fine. */
FIRTH_API void firth_frame_codec_free(firth_frame_codec *codec);

/* With a key: the bytes that go out before all others, once; the caller owns them. Without
 * one, or the second time, no bytes. */
FIRTH_API firth_err firth_frame_codec_hello(firth_frame_codec *codec, firth_bytes *frame);

/* One payload in, the bytes of its frame out; the caller owns them.
 * FIRTH_E_BUFFER_OVERFLOW: the body would be over limits.frame.
 * With a key, FIRTH_E_WANT_READ: decode must have met the peer's hello first. The first
 * frame comes with what tells the peer that this side has the key. */
FIRTH_API firth_err firth_frame_codec_encode(firth_frame_codec *codec, const void *payload,
                                             size_t length, firth_bytes *frame);

/* With a key: the bytes that tell the peer that no more will come; the caller owns them.
 * Nothing can be encoded afterwards (FIRTH_E_CLOSED). Without a key, no bytes.
 * FIRTH_E_WANT_READ as for encode. */
FIRTH_API firth_err firth_frame_codec_encode_end(firth_frame_codec *codec, firth_bytes *frame);

/* Takes bytes as they arrived; they are copied. */
FIRTH_API firth_err firth_frame_codec_feed(firth_frame_codec *codec, const void *bytes,
                                           size_t length);

/* The next payload; the caller owns it. FIRTH_E_WANT_READ: feed more bytes.
 * FIRTH_E_PROTOCOL, and FIRTH_E_BUFFER_OVERFLOW for a length over limits.frame, are
 * final: every later call says the same. FIRTH_E_COMPRESSION, and
 * FIRTH_E_BUFFER_OVERFLOW for a body over limits.inflated, cost that frame only.
 * With a key, FIRTH_E_ENCRYPTION, in place of FIRTH_E_PROTOCOL too, is final, and
 * FIRTH_E_EOF says that the peer's end has come. In a child of fork a codec with a key
 * neither encodes nor decodes: FIRTH_E_FORKED. */
FIRTH_API firth_err firth_frame_codec_decode(firth_frame_codec *codec, firth_bytes *payload);

/* How the stream ended if no more bytes come: FIRTH_E_EOF between frames,
 * FIRTH_E_CONNECTION_LOST inside one, and with a key anywhere but after the peer's end.
 * Call it when decode wants more. */
FIRTH_API firth_err firth_frame_codec_end(firth_frame_codec *codec);

#ifdef __cplusplus
}
#endif

#endif
