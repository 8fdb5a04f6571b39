/* Two frame codecs with keys that talk to each other, byte for byte as a stream would carry it. */
#ifndef TESTS_SUPPORT_CODEC_PAIR_H
#define TESTS_SUPPORT_CODEC_PAIR_H

#include "frames.h"

#define PAIR_KEY "0123456789abcdef"

typedef struct codec_pair {
    firth_frame_codec *left, *right;
} codec_pair;

/* Options with PAIR_KEY. */
firth_channel_options options_with_key(void);

/* A codec with the key of that text. */
firth_frame_codec *codec_with_key(const void *key, size_t length);

/* Both have PAIR_KEY and have decoded each other's hello. NULL: the default options. */
codec_pair met_pair(const firth_channel_options *options);
void free_pair(codec_pair *pair);

/* What the codec gives, which the caller frees. */
blob hello_of(firth_frame_codec *codec);
blob frame_from(firth_frame_codec *codec, const void *payload, size_t length);
blob end_from(firth_frame_codec *codec);

/* Feeds, and decodes the one payload that must come of it; or fails the test. */
void must_bring(firth_frame_codec *codec, blob frames, const void *payload, size_t length);

/* Feeds, and frees the bytes; what decode then says. No payload may come. */
firth_err said_of(firth_frame_codec *codec, blob bytes);

#endif
