#include "channel/frame_decoder.h"

#include "base/fail.h"
#include "channel/zlib_stage.h"

#include <string.h>

/* How far memory may run ahead of what came, at least. */
#define AHEAD ((size_t)1024 * 1024)

void firth_frame_decoder_init(firth_frame_decoder *decoder, const firth_channel_options *options,
                              firth_encryption *encryption)
{
    *decoder = (firth_frame_decoder){
        .frame_limit = options->limits.frame,
        .inflated_limit = options->limits.inflated,
        .encryption = encryption,
    };
}

void firth_frame_decoder_release(firth_frame_decoder *decoder)
{
    firth_buffer_release(&decoder->own);
}

bool firth_frame_decoder_has_header(const firth_frame_decoder *decoder)
{
    return decoder->header_length == FIRTH_FRAME_HEADER_SIZE;
}

size_t firth_frame_decoder_body_length(const firth_frame_decoder *decoder)
{
    const unsigned char *header = decoder->header;
    return (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
}

static bool sealed(const firth_frame_decoder *decoder)
{
    return decoder->encryption != NULL;
}

/* Of a sealed body once it was opened. */
static bool compressed(const firth_frame_decoder *decoder)
{
    return sealed(decoder) ? decoder->deflated : decoder->header[4] == 1;
}

/* The body is no payload before something is done to it. */
static bool packed(const firth_frame_decoder *decoder)
{
    return sealed(decoder) || compressed(decoder);
}

bool firth_frame_decoder_complete(const firth_frame_decoder *decoder)
{
    return firth_frame_decoder_has_header(decoder) &&
           decoder->arrived == firth_frame_decoder_body_length(decoder) + FIRTH_FRAME_TRAILER_SIZE;
}

static size_t body_arrived(const firth_frame_decoder *decoder)
{
    size_t length = firth_frame_decoder_body_length(decoder);
    return decoder->arrived < length ? decoder->arrived : length;
}

bool firth_frame_decoder_inside(const firth_frame_decoder *decoder)
{
    return decoder->header_length != 0 && !firth_frame_decoder_complete(decoder);
}

firth_err firth_frame_decoder_fault(const firth_frame_decoder *decoder)
{
    size_t length = firth_frame_decoder_body_length(decoder);
    switch (decoder->fault) {
    case FIRTH_OK:
        return FIRTH_OK;
    case FIRTH_E_EOF:
        return firth_fail(decoder->fault, "%s", "the peer has sent its sealed end");
    case FIRTH_E_ENCRYPTION:
        return firth_encryption_fault(decoder->encryption);
    case FIRTH_E_BUFFER_OVERFLOW:
        return firth_fail(decoder->fault, "frame header: the length is %zu bytes, the limit is %zu",
                          length, decoder->frame_limit);
    case FIRTH_E_PROTOCOL:
        if (decoder->header[4] > 1)
            return firth_fail(decoder->fault, "frame header: the flag is %u, expected 0 or 1",
                              decoder->header[4]);
        return firth_fail(decoder->fault,
                          "the frame of %zu bytes ends with byte 0x%02x, expected 0x0a", length,
                          decoder->trailer);
    default:
        return firth_fail(decoder->fault, "%s", "a frame that had begun to arrive was lost");
    }
}

/* Bytes of the body that lie elsewhere than the others: the first one of a sealed body. */
static size_t apart(const firth_frame_decoder *decoder)
{
    return sealed(decoder) ? 1 : 0;
}

/* Bytes that the memory for the body holds in the end, and that have come into it. */
static size_t memory_length(const firth_frame_decoder *decoder)
{
    return firth_frame_decoder_body_length(decoder) - apart(decoder);
}

static size_t memory_arrived(const firth_frame_decoder *decoder)
{
    size_t came = body_arrived(decoder);
    return came > apart(decoder) ? came - apart(decoder) : 0;
}

static size_t allowed_capacity(const firth_frame_decoder *decoder)
{
    size_t length = memory_length(decoder);
    size_t ahead = decoder->arrived > AHEAD ? decoder->arrived : AHEAD;
    size_t allowed = decoder->arrived + ahead;
    return allowed < length ? allowed : length;
}

static bool goes_into_sink(const firth_frame_decoder *decoder, const firth_sink *sink)
{
    return sink != NULL && !packed(decoder) && !decoder->body_in_own;
}

/* Memory is asked for in large steps, so that it is not moved for every read. */
static firth_err body_memory(firth_frame_decoder *decoder, firth_sink *sink, unsigned char **memory,
                             size_t *capacity)
{
    bool into_sink = goes_into_sink(decoder, sink);
    size_t length = memory_length(decoder);
    *capacity = into_sink ? sink->capacity : decoder->own.capacity;
    if (*capacity <= memory_arrived(decoder)) {
        *capacity = allowed_capacity(decoder);
        firth_err err = into_sink ? firth_sink_reserve(sink, *capacity)
                                  : firth_buffer_reserve(&decoder->own, *capacity);
        if (err != FIRTH_OK)
            return err;
    }
    if (*capacity > length)
        *capacity = length;
    decoder->body_in_own = !into_sink;
    *memory = into_sink ? sink->memory : decoder->own.data;
    return FIRTH_OK;
}

static firth_err body_space(firth_frame_decoder *decoder, firth_sink *sink, firth_span *spans,
                            size_t *span_count)
{
    unsigned char *memory = NULL;
    size_t capacity = 0;
    size_t length = memory_length(decoder), came = memory_arrived(decoder);
    *span_count = 0;
    if (came < length) {
        firth_err err = body_memory(decoder, sink, &memory, &capacity);
        if (err != FIRTH_OK)
            return err;
        if (decoder->arrived < apart(decoder))
            spans[(*span_count)++] = (firth_span){&decoder->sealed_first, apart(decoder)};
        spans[(*span_count)++] = (firth_span){memory + came, capacity - came};
    }
    if (capacity == length || came >= length)
        spans[(*span_count)++] = (firth_span){&decoder->trailer, FIRTH_FRAME_TRAILER_SIZE};
    return FIRTH_OK;
}

firth_err firth_frame_decoder_space(firth_frame_decoder *decoder, firth_sink *sink,
                                    firth_span spans[FIRTH_DECODER_SPANS], size_t *span_count)
{
    if (firth_frame_decoder_has_header(decoder))
        return body_space(decoder, sink, spans, span_count);
    spans[0] = (firth_span){decoder->header + decoder->header_length,
                            (size_t)FIRTH_FRAME_HEADER_SIZE - decoder->header_length};
    *span_count = 1;
    return FIRTH_OK;
}

static firth_err fail_for_good(firth_frame_decoder *decoder, firth_err fault)
{
    decoder->fault = fault;
    return firth_frame_decoder_fault(decoder);
}

/* What the encryption says; what ends it is kept. */
static firth_err fail_sealed(firth_frame_decoder *decoder, firth_err err)
{
    if (err == FIRTH_E_ENCRYPTION || err == FIRTH_E_EOF)
        decoder->fault = err;
    return err;
}

static firth_err check_header(firth_frame_decoder *decoder)
{
    if (sealed(decoder))
        return fail_sealed(decoder,
                           firth_encryption_check_header(decoder->encryption, decoder->header[4],
                                                         firth_frame_decoder_body_length(decoder)));
    if (decoder->header[4] > 1)
        return fail_for_good(decoder, FIRTH_E_PROTOCOL);
    if (firth_frame_decoder_body_length(decoder) > decoder->frame_limit)
        return fail_for_good(decoder, FIRTH_E_BUFFER_OVERFLOW);
    return FIRTH_OK;
}

static firth_err fail_trailer(firth_frame_decoder *decoder)
{
    if (!sealed(decoder))
        return fail_for_good(decoder, FIRTH_E_PROTOCOL);
    return fail_sealed(decoder, firth_encryption_fail(decoder->encryption,
                                                      "a sealed frame ends with byte 0x%02x, "
                                                      "expected 0x0a",
                                                      decoder->trailer));
}

firth_err firth_frame_decoder_advance(firth_frame_decoder *decoder, size_t count)
{
    if (!firth_frame_decoder_has_header(decoder)) {
        decoder->header_length = (unsigned char)(decoder->header_length + count);
        return firth_frame_decoder_has_header(decoder) ? check_header(decoder) : FIRTH_OK;
    }
    decoder->arrived += count;
    if (decoder->body_in_own)
        decoder->own.length = memory_arrived(decoder);
    if (firth_frame_decoder_complete(decoder) && decoder->trailer != '\n')
        return fail_trailer(decoder);
    return FIRTH_OK;
}

firth_err firth_frame_decoder_keep(firth_frame_decoder *decoder, const firth_sink *sink)
{
    size_t came = decoder->arrived != 0 ? body_arrived(decoder) : 0;
    if (decoder->body_in_own || came == 0)
        return FIRTH_OK;
    if (firth_buffer_append(&decoder->own, sink->memory, came) != FIRTH_OK)
        return fail_for_good(decoder, FIRTH_E_NO_MEMORY);
    decoder->body_in_own = true;
    return FIRTH_OK;
}

static void next_frame(firth_frame_decoder *decoder)
{
    firth_buffer_release(&decoder->own);
    decoder->header_length = 0;
    decoder->arrived = 0;
    decoder->handed = 0;
    decoder->body_in_own = false;
    decoder->deflated = false;
    decoder->opened = false;
    decoder->is_payload = false;
}

static firth_sealed_body sealed_body(const firth_frame_decoder *decoder)
{
    return (firth_sealed_body){decoder->header, decoder->sealed_first, decoder->own.data,
                               decoder->own.length};
}

firth_err firth_frame_decoder_sort(firth_frame_decoder *decoder, bool *payload)
{
    firth_inner inner;
    *payload = true;
    if (!sealed(decoder) || decoder->opened)
        return FIRTH_OK;
    firth_sealed_body body = sealed_body(decoder);
    firth_err err = firth_encryption_peek(decoder->encryption, &body, &inner);
    if (err != FIRTH_OK)
        return fail_sealed(decoder, err);
    decoder->deflated = inner == FIRTH_INNER_DEFLATED;
    *payload = inner == FIRTH_INNER_PAYLOAD || inner == FIRTH_INNER_DEFLATED;
    if (!*payload)
        next_frame(decoder);
    return inner == FIRTH_INNER_END ? fail_for_good(decoder, FIRTH_E_EOF) : FIRTH_OK;
}

/* In its place. */
static firth_err open_own(firth_frame_decoder *decoder)
{
    firth_sealed_body body = sealed_body(decoder);
    firth_err err = firth_encryption_open(decoder->encryption, &body, decoder->own.data);
    if (err != FIRTH_OK)
        return fail_sealed(decoder, err);
    decoder->own.length -= FIRTH_SEAL_TAG_SIZE;
    decoder->opened = true;
    return FIRTH_OK;
}

/* From `own` into the sink, in one pass. */
static firth_err open_into(firth_frame_decoder *decoder, firth_sink *sink, size_t *length)
{
    firth_sealed_body body = sealed_body(decoder);
    *length = body.rest_length - FIRTH_SEAL_TAG_SIZE;
    firth_err err = firth_sink_reserve(sink, *length);
    if (err == FIRTH_OK)
        err = firth_encryption_open(decoder->encryption, &body, sink->memory);
    return fail_sealed(decoder, err);
}

/* The body in `own` becomes the payload in the sink. */
static firth_err copy_own(const firth_frame_decoder *decoder, firth_sink *sink, size_t *length)
{
    *length = decoder->own.length;
    if (*length == 0)
        return FIRTH_OK;
    firth_err err = firth_sink_reserve(sink, *length);
    if (err == FIRTH_OK)
        memcpy(sink->memory, decoder->own.data, *length);
    return err;
}

/* Of a body that must be inflated, or is in `own` and is the payload. */
static firth_err take_own(firth_frame_decoder *decoder, firth_sink *sink, size_t *length)
{
    if (decoder->is_payload || !compressed(decoder))
        return copy_own(decoder, sink, length);
    if (sealed(decoder) && !decoder->opened) {
        firth_err err = open_own(decoder);
        if (err != FIRTH_OK)
            return err;
    }
    return firth_inflate(decoder->own.data, decoder->own.length, decoder->inflated_limit, sink,
                         length);
}

firth_err firth_frame_decoder_take(firth_frame_decoder *decoder, firth_sink *sink, size_t *length)
{
    firth_err err = FIRTH_OK;
    *length = firth_frame_decoder_body_length(decoder);
    if (sealed(decoder) && !decoder->opened && !compressed(decoder))
        err = open_into(decoder, sink, length);
    else if (packed(decoder) || decoder->body_in_own)
        err = take_own(decoder, sink, length);
    if (err != FIRTH_OK)
        *length = 0;
    if (err != FIRTH_E_NO_MEMORY && decoder->fault == FIRTH_OK)
        next_frame(decoder);
    return err;
}

firth_err firth_frame_decoder_give(firth_frame_decoder *decoder, firth_bytes *payload)
{
    firth_err err = firth_frame_decoder_unpack(decoder);
    if (err != FIRTH_OK)
        return err;
    err = firth_buffer_give(&decoder->own, payload);
    if (err != FIRTH_E_NO_MEMORY)
        next_frame(decoder);
    return err;
}

bool firth_frame_decoder_knows_length(const firth_frame_decoder *decoder)
{
    return firth_frame_decoder_has_header(decoder) && (!packed(decoder) || decoder->is_payload);
}

static firth_err inflate_own(firth_frame_decoder *decoder)
{
    firth_buffer payload = {0};
    firth_sink sink = {.reserve = firth_buffer_grow, .context = &payload};
    firth_err err = firth_inflate(decoder->own.data, decoder->own.length, decoder->inflated_limit,
                                  &sink, &payload.length);
    if (err != FIRTH_OK) {
        firth_buffer_release(&payload);
        if (err != FIRTH_E_NO_MEMORY)
            next_frame(decoder);
        return err;
    }
    firth_buffer_release(&decoder->own);
    decoder->own = payload;
    return FIRTH_OK;
}

firth_err firth_frame_decoder_unpack(firth_frame_decoder *decoder)
{
    firth_err err = FIRTH_OK;
    if (decoder->is_payload || !packed(decoder))
        return FIRTH_OK;
    if (sealed(decoder) && !decoder->opened)
        err = open_own(decoder);
    if (err == FIRTH_OK && compressed(decoder))
        err = inflate_own(decoder);
    decoder->is_payload = err == FIRTH_OK;
    return err;
}

size_t firth_frame_decoder_payload_length(const firth_frame_decoder *decoder)
{
    return decoder->is_payload ? decoder->own.length : firth_frame_decoder_body_length(decoder);
}

bool firth_frame_decoder_in_steps(const firth_frame_decoder *decoder)
{
    return decoder->handed != 0;
}

size_t firth_frame_decoder_hand_out(firth_frame_decoder *decoder, void *buffer, size_t capacity)
{
    if (decoder->handed >= decoder->own.length)
        return 0;
    size_t left = decoder->own.length - decoder->handed;
    size_t count = left < capacity ? left : capacity;
    if (count != 0)
        memcpy(buffer, decoder->own.data + decoder->handed, count);
    decoder->handed += count;
    return count;
}

size_t firth_frame_decoder_step_space(firth_frame_decoder *decoder, void *buffer, size_t capacity,
                                      firth_span spans[FIRTH_DECODER_SPANS])
{
    size_t left = firth_frame_decoder_body_length(decoder) - body_arrived(decoder);
    size_t wanted = left < capacity ? left : capacity;
    size_t span_count = 0;
    if (wanted != 0)
        spans[span_count++] = (firth_span){buffer, wanted};
    if (wanted == left)
        spans[span_count++] = (firth_span){&decoder->trailer, FIRTH_FRAME_TRAILER_SIZE};
    return span_count;
}

firth_err firth_frame_decoder_step_advance(firth_frame_decoder *decoder, size_t count,
                                           size_t *handed)
{
    size_t before = body_arrived(decoder);
    decoder->body_in_own = false;
    firth_err err = firth_frame_decoder_advance(decoder, count);
    *handed = body_arrived(decoder) - before;
    decoder->handed += *handed;
    return err;
}

bool firth_frame_decoder_end_steps(firth_frame_decoder *decoder)
{
    if (!firth_frame_decoder_complete(decoder) ||
        decoder->handed != firth_frame_decoder_payload_length(decoder))
        return false;
    next_frame(decoder);
    return true;
}
