#include "codec_pair.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

firth_channel_options options_with_key(void)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = PAIR_KEY;
    options.key_length = strlen(PAIR_KEY);
    return options;
}

firth_frame_codec *codec_with_key(const void *key, size_t length)
{
    firth_frame_codec *codec;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = key;
    options.key_length = length;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    return codec;
}

static blob copy_of(firth_bytes *bytes)
{
    blob copy = {malloc(bytes->length + 1), bytes->length};
    if (bytes->length != 0)
        memcpy(copy.data, bytes->data, bytes->length);
    firth_bytes_free(bytes);
    return copy;
}

blob hello_of(firth_frame_codec *codec)
{
    firth_bytes hello;
    CHECK_OK(firth_frame_codec_hello(codec, &hello));
    return copy_of(&hello);
}

blob frame_from(firth_frame_codec *codec, const void *payload, size_t length)
{
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_encode(codec, payload, length, &frame));
    return copy_of(&frame);
}

blob end_from(firth_frame_codec *codec)
{
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_encode_end(codec, &frame));
    return copy_of(&frame);
}

firth_err said_of(firth_frame_codec *codec, blob bytes)
{
    firth_bytes payload;
    CHECK_OK(firth_frame_codec_feed(codec, bytes.data, bytes.length));
    free(bytes.data);
    firth_err err = firth_frame_codec_decode(codec, &payload);
    assert_null(payload.data);
    return err;
}

void must_bring(firth_frame_codec *codec, blob frames, const void *payload, size_t length)
{
    firth_bytes found;
    CHECK_OK(firth_frame_codec_feed(codec, frames.data, frames.length));
    free(frames.data);
    CHECK_OK(firth_frame_codec_decode(codec, &found));
    assert_true(same_bytes(found.data, found.length, payload, length));
    firth_bytes_free(&found);
}

codec_pair met_pair(const firth_channel_options *options)
{
    codec_pair pair;
    firth_channel_options usual = options_with_key();
    options = options != NULL ? options : &usual;
    CHECK_OK(firth_frame_codec_create(&pair.left, options));
    CHECK_OK(firth_frame_codec_create(&pair.right, options));
    assert_int_equal(said_of(pair.right, hello_of(pair.left)), FIRTH_E_WANT_READ);
    assert_int_equal(said_of(pair.left, hello_of(pair.right)), FIRTH_E_WANT_READ);
    return pair;
}

void free_pair(codec_pair *pair)
{
    firth_frame_codec_free(pair->left);
    firth_frame_codec_free(pair->right);
}
