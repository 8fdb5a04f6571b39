/* Whatever bytes arrive, and however they are cut, the decoder gives the same payloads
 * and the same errors, within its limits.
 *
 * Input: one byte that decides how the rest is cut, one for the limits, the rest. */
#include "fuzz.h"

#include <firth/frame.h>

#include <stdint.h>
#include <string.h>

#define FRAME_LIMIT 4096
#define INFLATED_LIMIT 16384
#define RESULTS 512

/* What decode said, one after the other. */
typedef struct results {
    size_t count;
    struct {
        firth_err err;
        size_t length;
        uint64_t hash;
    } entries[RESULTS];
} results;

static uint64_t hash_of(const unsigned char *data, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ data[i]) * 1099511628211u;
    return hash;
}

static void note(results *all, firth_err err, const firth_bytes *payload)
{
    if (all->count == RESULTS)
        return;
    all->entries[all->count].err = err;
    all->entries[all->count].length = payload->length;
    all->entries[all->count].hash = hash_of(payload->data, payload->length);
    all->count++;
}

static bool is_final(firth_frame_codec *codec, firth_err err)
{
    firth_err ended = firth_frame_codec_end(codec);
    return err == FIRTH_E_PROTOCOL || ended == err;
}

/* True while the codec can go on. */
static bool decode_all(firth_frame_codec *codec, results *all)
{
    for (;;) {
        firth_bytes payload;
        firth_err err = firth_frame_codec_decode(codec, &payload);
        if (err == FIRTH_E_WANT_READ)
            return true;
        must(err != FIRTH_OK || payload.length <= INFLATED_LIMIT, "a payload beyond the limit");
        note(all, err, &payload);
        firth_bytes_free(&payload);
        if (err != FIRTH_OK && is_final(codec, err)) {
            must(firth_frame_codec_decode(codec, &payload) == err, "a final fault that changes");
            return false;
        }
    }
}

/* Pieces of 1 to `largest` bytes, in a fixed pattern; 0: all at once. */
static void decode_in_pieces(const uint8_t *data, size_t size, size_t largest,
                             const firth_channel_options *options, results *all)
{
    firth_frame_codec *codec;
    must(firth_frame_codec_create(&codec, options) == FIRTH_OK, "a codec");
    size_t piece = largest == 0 ? size : 1;
    bool going = true;
    while (going && size > 0) {
        size_t length = piece < size ? piece : size;
        must(firth_frame_codec_feed(codec, data, length) == FIRTH_OK, "feed");
        data += length;
        size -= length;
        piece = largest == 0 ? size : piece % largest + 1;
        going = decode_all(codec, all);
    }
    if (going)
        note(all, firth_frame_codec_end(codec), &(firth_bytes){0});
    firth_frame_codec_free(codec);
}

static bool same(const results *left, const results *right)
{
    if (left->count != right->count)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (left->entries[i].err != right->entries[i].err ||
            left->entries[i].length != right->entries[i].length ||
            left->entries[i].hash != right->entries[i].hash)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static results whole, cut;
    if (size < 2)
        return 0;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.frame = (data[1] & 1) != 0 ? FRAME_LIMIT : 64;
    options.limits.inflated = (data[1] & 2) != 0 ? INFLATED_LIMIT : 64;
    whole.count = 0;
    cut.count = 0;
    decode_in_pieces(data + 2, size - 2, 0, &options, &whole);
    decode_in_pieces(data + 2, size - 2, 1 + data[0], &options, &cut);
    must(same(&whole, &cut), "results that depend on how the bytes are cut");
    return 0;
}
