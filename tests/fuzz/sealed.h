/* Sides of an encryption whose private keys are always the same. */
#ifndef FIRTH_TESTS_FUZZ_SEALED_H
#define FIRTH_TESTS_FUZZ_SEALED_H

#include "fuzz.h"

#include <firth/encrypted_channel.h>
#include <firth/memory.h>

#include <string.h>

#define FUZZ_KEY "a key of at least sixteen bytes"

/* In place of OpenSSL's: whose turn it is to have a key made. */
int RAND_priv_bytes(unsigned char *bytes, int length);
static unsigned char side;

int RAND_priv_bytes(unsigned char *bytes, int length)
{
    memset(bytes, 0x5a, (size_t)length);
    bytes[1] = side;
    return 1;
}

static inline firth_channel_options sealed_options(bool compress)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = FUZZ_KEY;
    options.key_length = sizeof FUZZ_KEY - 1;
    options.compress = compress ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    options.compression_threshold = 16;
    options.limits.frame = 1 << 16;
    options.limits.inflated = 1 << 18;
    return options;
}

static inline firth_frame_codec *sealed_codec(unsigned char of_side, bool compress)
{
    firth_frame_codec *codec;
    firth_channel_options options = sealed_options(compress);
    side = of_side;
    must(firth_frame_codec_create(&codec, &options) == FIRTH_OK, "a codec");
    return codec;
}

static inline void carry_hello(firth_frame_codec *from, firth_frame_codec *to)
{
    firth_bytes hello, payload;
    must(firth_frame_codec_hello(from, &hello) == FIRTH_OK, "a hello");
    must(firth_frame_codec_feed(to, hello.data, hello.length) == FIRTH_OK, "feed");
    must(firth_frame_codec_decode(to, &payload) == FIRTH_E_WANT_READ, "a hello that is taken");
    firth_bytes_free(&hello);
}

#endif
