/* Whatever bytes are decoded, they are a value or a fault that stays; a value, encoded, gives bytes
 * that are no longer, that give the value again, and that are the same when they are as long.
 *
 * Input: one byte that decides on the limits, the rest. */
#include "fuzz.h"

#include <firth/brine.h>

#include <string.h>

#define VALUES 70000

/* What a decoder gave, one after the other. */
typedef struct decoded {
    size_t count;
    firth_brine_value values[VALUES];
} decoded;

static firth_brine_limits limits_of(uint8_t choice)
{
    firth_brine_limits limits = FIRTH_BRINE_LIMITS_INIT;
    limits.items = VALUES;
    if ((choice & 1) != 0)
        limits.depth = choice >> 4;
    if ((choice & 2) != 0)
        limits.digits = choice >> 2;
    if ((choice & 4) != 0)
        limits.items = choice >> 1;
    if ((choice & 8) != 0)
        limits.size = 64;
    return limits;
}

static size_t items_of(const firth_brine_value *value)
{
    bool has_items = value->kind == FIRTH_BRINE_TUPLE || value->kind == FIRTH_BRINE_FROZENSET ||
                     value->kind == FIRTH_BRINE_SLICE;
    return has_items ? value->length : 0;
}

static bool has_data(const firth_brine_value *value)
{
    return value->kind == FIRTH_BRINE_BYTES || value->kind == FIRTH_BRINE_STRING ||
           value->kind == FIRTH_BRINE_BIG_INTEGER;
}

static void check_inside(const firth_brine_value *value, const uint8_t *data, size_t size)
{
    const uint8_t *at = value->data;
    must(at >= data && at <= data + size, "data that begins elsewhere");
    must(value->length <= (size_t)(data + size - at), "data that ends elsewhere");
}

static firth_err decode(firth_brine_decoder *decoder, const uint8_t *data, size_t size,
                        decoded *all)
{
    size_t left = 1;
    all->count = 0;
    firth_err err = firth_brine_decoder_start(decoder, data, size);
    while (err == FIRTH_OK && left != 0) {
        firth_brine_value *value = &all->values[all->count];
        err = firth_brine_decoder_next(decoder, value);
        if (err != FIRTH_OK)
            break;
        if (has_data(value))
            check_inside(value, data, size);
        left += items_of(value) - 1;
        must(left <= size, "more items than bytes");
        must(++all->count <= VALUES, "more values than the limit");
    }
    return err == FIRTH_OK ? firth_brine_decoder_finish(decoder) : err;
}

static void check_fault(firth_brine_decoder *decoder, firth_err err)
{
    firth_brine_value value;
    must(err == FIRTH_E_PROTOCOL || err == FIRTH_E_BUFFER_OVERFLOW, "another error");
    must(firth_brine_decoder_next(decoder, &value) == err, "a fault that next forgets");
    must(firth_brine_decoder_finish(decoder) == err, "a fault that finish forgets");
}

static bool same_value(const firth_brine_value *left, const firth_brine_value *right)
{
    if (left->kind != right->kind || left->length != right->length)
        return false;
    if (has_data(left))
        return left->length == 0 || memcmp(left->data, right->data, left->length) == 0;
    if (left->kind == FIRTH_BRINE_BOOL)
        return left->truth == right->truth;
    if (left->kind == FIRTH_BRINE_INTEGER)
        return left->integer == right->integer;
    if (left->kind != FIRTH_BRINE_FLOAT && left->kind != FIRTH_BRINE_COMPLEX)
        return true;
    return memcmp(&left->real, &right->real, sizeof left->real) == 0 &&
           (left->kind == FIRTH_BRINE_FLOAT ||
            memcmp(&left->imaginary, &right->imaginary, sizeof left->imaginary) == 0);
}

static bool same_values(const decoded *left, const decoded *right)
{
    if (left->count != right->count)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (!same_value(&left->values[i], &right->values[i]))
            return false;
    return true;
}

static firth_slice encode(firth_brine_encoder *encoder, const decoded *all)
{
    firth_slice encoded;
    for (size_t i = 0; i < all->count; i++)
        must(firth_brine_encoder_add(encoder, all->values[i]) == FIRTH_OK, "not added");
    must(firth_brine_encoder_finish(encoder, &encoded) == FIRTH_OK, "not encoded");
    return encoded;
}

static void check_value(firth_brine_decoder *decoder, firth_brine_encoder *encoder,
                        const uint8_t *data, size_t size, const decoded *all)
{
    static decoded again;
    firth_slice encoded = encode(encoder, all);
    must(encoded.length <= size, "longer than what was decoded");
    must(encoded.length < size || memcmp(encoded.data, data, size) == 0,
         "as long, but not the same");
    must(decode(decoder, encoded.data, encoded.length, &again) == FIRTH_OK, "not decoded again");
    must(same_values(all, &again), "another value");
    must(decode(decoder, data, size - 1, &again) == FIRTH_E_PROTOCOL, "a value without its end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static decoded all;
    if (size == 0)
        return 0;
    firth_brine_decoder *decoder;
    firth_brine_encoder *encoder;
    firth_brine_limits limits = limits_of(data[0]);
    must(firth_brine_decoder_create(&decoder, &limits) == FIRTH_OK, "a decoder");
    must(firth_brine_encoder_create(&encoder, &limits) == FIRTH_OK, "an encoder");
    firth_err err = decode(decoder, data + 1, size - 1, &all);
    if (err == FIRTH_OK)
        check_value(decoder, encoder, data + 1, size - 1, &all);
    else
        check_fault(decoder, err);
    firth_brine_decoder_free(decoder);
    firth_brine_encoder_free(encoder);
    return 0;
}
