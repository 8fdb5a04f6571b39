/* Whatever payload is encoded, with whatever options, comes out of the decoder equal.
 *
 * Input: level, threshold, compress or not; the rest is the payload. */
#include "fuzz.h"

#include <firth/frame.h>

#include <string.h>

static firth_channel_options options_of(const uint8_t *data)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compression_level = data[0] % 10;
    options.compression_threshold = data[1];
    options.compress = (data[2] & 1) != 0;
    return options;
}

static void check_header(const firth_bytes *frame, const firth_channel_options *options,
                         size_t size)
{
    const unsigned char *bytes = frame->data;
    size_t length =
        (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    bool compressed = options->compress && options->compression_level > 0 &&
                      size > options->compression_threshold;
    must(frame->length == FIRTH_FRAME_HEADER_SIZE + length + FIRTH_FRAME_TRAILER_SIZE,
         "a wrong length");
    must(bytes[4] == compressed, "a wrong flag");
    must(bytes[frame->length - 1] == '\n', "a wrong trailer");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    firth_channel_options options = options_of(data);
    firth_frame_codec *codec;
    firth_bytes frame, payload;
    data += 3;
    size -= 3;
    must(firth_frame_codec_create(&codec, &options) == FIRTH_OK, "a codec");
    must(firth_frame_codec_encode(codec, data, size, &frame) == FIRTH_OK, "encode");
    check_header(&frame, &options, size);
    must(firth_frame_codec_feed(codec, frame.data, frame.length) == FIRTH_OK, "feed");
    must(firth_frame_codec_decode(codec, &payload) == FIRTH_OK, "decode");
    must(payload.length == size && (size == 0 || memcmp(payload.data, data, size) == 0),
         "a payload that differs");
    must(firth_frame_codec_end(codec) == FIRTH_E_EOF, "bytes left over");
    firth_bytes_free(&frame);
    firth_bytes_free(&payload);
    firth_frame_codec_free(codec);
    return 0;
}
