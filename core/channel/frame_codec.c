#include "base/fail.h"
#include "base/memory.h"
#include "channel/channel_options.h"
#include "channel/frame_decoder.h"
#include "channel/frame_encoder.h"

#include <firth/frame.h>

#include <string.h>

struct firth_frame_codec {
    firth_channel_options options;
    firth_frame_decoder decoder;
    firth_encryption *encryption; /* NULL without a key */
    bool greeted;                 /* the hello was asked for */
    firth_buffer fed;             /* bytes that were fed */
    size_t fed_used;              /* of them, what the decoder has had */
};

firth_err firth_frame_codec_create(firth_frame_codec **codec, const firth_channel_options *options)
{
    if (codec == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the codec is NULL");
    *codec = NULL;
    firth_channel_options checked;
    firth_err err = firth_channel_options_check(options, &checked);
    if (err != FIRTH_OK)
        return err;
    firth_frame_codec *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a codec");
    firth_count_made();
    if (checked.key != NULL)
        err = firth_encryption_create(&made->encryption, &checked);
    firth_channel_options_forget_key(&checked);
    made->options = checked;
    firth_frame_decoder_init(&made->decoder, &checked, made->encryption);
    if (err == FIRTH_OK)
        *codec = made;
    else
        firth_frame_codec_free(made);
    return err;
}

void firth_frame_codec_free(firth_frame_codec *codec)
{
    if (codec == NULL)
        return;
    firth_frame_decoder_release(&codec->decoder);
    firth_encryption_free(codec->encryption);
    firth_buffer_release(&codec->fed);
    firth_deallocate(codec);
    firth_count_gone();
}

static firth_err check(const firth_frame_codec *codec, const void *data, size_t length)
{
    if (codec == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the codec is NULL");
    if (data == NULL && length != 0)
        return firth_fail(FIRTH_E_INVALID, "the memory is NULL, its length is %zu", length);
    return FIRTH_OK;
}

static firth_err copy_frame(const firth_frame *frame, firth_bytes *bytes)
{
    firth_slice pieces[FIRTH_FRAME_PIECES];
    firth_buffer copy = {0};
    firth_frame_pieces(frame, pieces);
    firth_err err = firth_buffer_reserve(&copy, firth_frame_length(frame));
    for (size_t i = 0; err == FIRTH_OK && i < FIRTH_FRAME_PIECES; i++)
        err = firth_buffer_append(&copy, pieces[i].data, pieces[i].length);
    if (err == FIRTH_OK)
        err = firth_buffer_give(&copy, bytes);
    firth_buffer_release(&copy);
    return err;
}

static firth_err check_place(const firth_frame_codec *codec, firth_bytes *frame)
{
    firth_err err = check(codec, NULL, 0);
    if (err == FIRTH_OK && frame == NULL)
        err = firth_fail(FIRTH_E_INVALID, "%s", "the place for the frame is NULL");
    if (err == FIRTH_OK)
        *frame = (firth_bytes){0};
    return err;
}

/* Whether frames can be sealed yet. */
static firth_err check_sealing(firth_frame_codec *codec)
{
    firth_err err = firth_encryption_check_process(codec->encryption);
    if (err == FIRTH_OK)
        err = firth_encryption_fault(codec->encryption);
    if (err == FIRTH_OK && !firth_encryption_met(codec->encryption))
        err = firth_fail(FIRTH_E_WANT_READ, "%s", "the peer's hello must be decoded first");
    return err;
}

firth_err firth_frame_codec_hello(firth_frame_codec *codec, firth_bytes *frame)
{
    firth_buffer copy = {0};
    firth_err err = check_place(codec, frame);
    if (err != FIRTH_OK || codec->encryption == NULL)
        return err;
    err = firth_encryption_check_process(codec->encryption);
    if (err != FIRTH_OK || codec->greeted)
        return err;
    firth_slice owed = firth_encryption_owed(codec->encryption);
    err = firth_buffer_append(&copy, owed.data, owed.length);
    if (err != FIRTH_OK)
        return err;
    firth_encryption_paid(codec->encryption, owed.length);
    codec->greeted = true;
    return owed.length != 0 ? firth_buffer_give(&copy, frame) : FIRTH_OK;
}

firth_err firth_frame_codec_encode_end(firth_frame_codec *codec, firth_bytes *frame)
{
    firth_buffer sealed = {0};
    firth_err err = check_place(codec, frame);
    if (err != FIRTH_OK || codec->encryption == NULL)
        return err;
    err = check_sealing(codec);
    if (err == FIRTH_OK)
        err = firth_encryption_seal(codec->encryption, FIRTH_INNER_END, "", 0, &sealed);
    if (err == FIRTH_OK)
        err = firth_buffer_give(&sealed, frame);
    firth_buffer_release(&sealed);
    return err;
}

/* What is sealed is given as it is. */
static firth_err give_frame(firth_frame_codec *codec, firth_frame *made, firth_bytes *frame)
{
    if (codec->encryption == NULL)
        return copy_frame(made, frame);
    firth_err err = firth_frame_seal(made, codec->encryption);
    return err == FIRTH_OK ? firth_buffer_give(&made->sealed, frame) : err;
}

firth_err firth_frame_codec_encode(firth_frame_codec *codec, const void *payload, size_t length,
                                   firth_bytes *frame)
{
    firth_err err = check(codec, payload, length);
    if (err != FIRTH_OK)
        return err;
    err = check_place(codec, frame);
    if (err == FIRTH_OK && codec->encryption != NULL)
        err = check_sealing(codec);
    if (err != FIRTH_OK)
        return err;
    firth_frame made;
    err = firth_frame_prepare(&made, &codec->options, payload, length);
    if (err != FIRTH_OK)
        return err;
    err = give_frame(codec, &made, frame);
    firth_frame_release(&made);
    return err;
}

firth_err firth_frame_codec_feed(firth_frame_codec *codec, const void *bytes, size_t length)
{
    firth_err err = check(codec, bytes, length);
    if (err != FIRTH_OK)
        return err;
    firth_buffer_drop(&codec->fed, codec->fed_used);
    codec->fed_used = 0;
    if (codec->fed.length == 0 && codec->fed.capacity > length)
        firth_buffer_release(&codec->fed);
    return firth_buffer_append(&codec->fed, bytes, length);
}

/* What a stream would do: bytes into the spans, in order. */
static size_t take_fed(firth_frame_codec *codec, const firth_span *spans, size_t span_count)
{
    size_t taken = 0;
    for (size_t i = 0; i < span_count; i++) {
        size_t left = codec->fed.length - codec->fed_used;
        size_t part = spans[i].length < left ? spans[i].length : left;
        if (part != 0)
            memcpy(spans[i].data, codec->fed.data + codec->fed_used, part);
        codec->fed_used += part;
        taken += part;
    }
    return taken;
}

/* FIRTH_E_WANT_READ, until both sides know each other's hello. */
static firth_err meet(firth_frame_codec *codec)
{
    firth_encryption *encryption = codec->encryption;
    firth_err err = firth_encryption_check_process(encryption);
    if (err == FIRTH_OK)
        err = firth_encryption_fault(encryption);
    if (err != FIRTH_OK || firth_encryption_met(encryption))
        return err;
    firth_span space = firth_encryption_hello_space(encryption);
    size_t count = take_fed(codec, &space, 1);
    err = firth_encryption_hello_came(encryption, count);
    if (err != FIRTH_OK)
        return err;
    return count == space.length ? firth_encryption_meet(encryption) : FIRTH_E_WANT_READ;
}

static firth_err complete_frame(firth_frame_codec *codec)
{
    firth_frame_decoder *decoder = &codec->decoder;
    while (!firth_frame_decoder_complete(decoder)) {
        firth_span spans[FIRTH_DECODER_SPANS];
        size_t span_count;
        if (codec->fed_used == codec->fed.length)
            return FIRTH_E_WANT_READ;
        firth_err err = firth_frame_decoder_space(decoder, NULL, spans, &span_count);
        if (err == FIRTH_OK)
            err = firth_frame_decoder_advance(decoder, take_fed(codec, spans, span_count));
        if (err != FIRTH_OK)
            return err;
    }
    return FIRTH_OK;
}

static firth_err complete_payload(firth_frame_codec *codec)
{
    firth_err err;
    bool payload = false;
    do {
        err = complete_frame(codec);
        if (err == FIRTH_OK)
            err = firth_frame_decoder_sort(&codec->decoder, &payload);
    } while (err == FIRTH_OK && !payload);
    return err;
}

firth_err firth_frame_codec_decode(firth_frame_codec *codec, firth_bytes *payload)
{
    firth_err err = check(codec, NULL, 0);
    if (err != FIRTH_OK)
        return err;
    if (payload == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the payload is NULL");
    *payload = (firth_bytes){0};
    err = firth_frame_decoder_fault(&codec->decoder);
    if (err == FIRTH_OK && codec->encryption != NULL)
        err = meet(codec);
    if (err == FIRTH_OK)
        err = complete_payload(codec);
    if (err == FIRTH_E_EOF)
        codec->fed_used = codec->fed.length;
    return err == FIRTH_OK ? firth_frame_decoder_give(&codec->decoder, payload) : err;
}

static firth_err end_unsealed(firth_encryption *encryption)
{
    firth_err err = firth_encryption_fault(encryption);
    if (err == FIRTH_OK)
        err = firth_fail(FIRTH_E_CONNECTION_LOST, "%s", "the bytes end without the sealed end");
    return err;
}

firth_err firth_frame_codec_end(firth_frame_codec *codec)
{
    firth_err err = check(codec, NULL, 0);
    if (err == FIRTH_OK)
        err = firth_frame_decoder_fault(&codec->decoder);
    if (err == FIRTH_OK && codec->encryption != NULL)
        err = end_unsealed(codec->encryption);
    if (err != FIRTH_OK)
        return err;
    if (firth_frame_decoder_inside(&codec->decoder))
        return firth_fail(FIRTH_E_CONNECTION_LOST, "%s", "the bytes end inside a frame");
    return firth_fail(FIRTH_E_EOF, "%s", "the bytes end between two frames");
}
