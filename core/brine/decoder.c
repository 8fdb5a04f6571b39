/* Brine to values. */
#include "base/fail.h"
#include "base/memory.h"
#include "brine/progress.h"
#include "brine/tags.h"
#include "brine/text.h"

#include <string.h>

struct firth_brine_decoder {
    firth_brine_limits limits;
    firth_brine_progress progress;
    const unsigned char *encoded;
    size_t length;
    size_t at; /* bytes that were read */
    firth_err failed;
    firth_saved_error failure;
};

firth_err firth_brine_decoder_create(firth_brine_decoder **decoder,
                                     const firth_brine_limits *limits)
{
    if (decoder == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the decoder is NULL");
    *decoder = NULL;
    firth_brine_limits checked;
    firth_err err = firth_brine_limits_check(limits, &checked);
    if (err != FIRTH_OK)
        return err;
    firth_brine_decoder *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a decoder");
    firth_count_made();
    made->limits = checked;
    *decoder = made;
    return FIRTH_OK;
}

void firth_brine_decoder_free(firth_brine_decoder *decoder)
{
    if (decoder == NULL)
        return;
    firth_brine_progress_release(&decoder->progress);
    firth_deallocate(decoder);
    firth_count_gone();
}

static firth_err keep_failure(firth_brine_decoder *decoder, firth_err err)
{
    decoder->failed = err;
    firth_error_save(&decoder->failure);
    return err;
}

firth_err firth_brine_decoder_start(firth_brine_decoder *decoder, const void *encoded,
                                    size_t length)
{
    if (decoder == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the decoder is NULL");
    if (encoded == NULL && length != 0)
        return firth_fail(FIRTH_E_INVALID, "the memory is NULL, its length is %zu", length);
    firth_brine_restart(&decoder->progress);
    decoder->encoded = encoded;
    decoder->length = length;
    decoder->at = 0;
    decoder->failed = FIRTH_OK;
    if (length <= decoder->limits.size)
        return FIRTH_OK;
    return keep_failure(decoder, firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                                            "brine of %zu bytes, over the limit of %zu", length,
                                            decoder->limits.size));
}

/* The next `length` bytes, which `what` has to have. */
static firth_err take(firth_brine_decoder *decoder, const char *what, size_t length,
                      const unsigned char **taken)
{
    size_t left = decoder->length - decoder->at;
    if (length > left)
        return firth_fail(FIRTH_E_PROTOCOL,
                          "brine ends too early: %s at offset %zu takes %zu bytes, there are %zu",
                          what, decoder->at, length, left);
    *taken = decoder->encoded + decoder->at;
    decoder->at += length;
    return FIRTH_OK;
}

static firth_err take_tag(firth_brine_decoder *decoder, const char *what, int *tag)
{
    const unsigned char *taken = NULL;
    firth_err err = take(decoder, what, 1, &taken);
    if (err == FIRTH_OK)
        *tag = *taken;
    return err;
}

/* A length of `size` bytes, big-endian. */
static firth_err take_length(firth_brine_decoder *decoder, size_t size, size_t *length)
{
    const unsigned char *taken = NULL;
    firth_err err = take(decoder, "a length", size, &taken);
    *length = 0;
    for (size_t i = 0; err == FIRTH_OK && i < size; i++)
        *length = *length << 8 | taken[i];
    return err;
}

static firth_err unexpected(const firth_brine_decoder *decoder, int tag, const char *expected)
{
    return firth_fail(FIRTH_E_PROTOCOL, "brine: byte 0x%02x at offset %zu, expected %s",
                      (unsigned)tag, decoder->at - 1, expected);
}

static bool is_bytes(int tag)
{
    return tag == FIRTH_TAG_EMPTY_BYTES || (tag >= FIRTH_TAG_BYTES_1 && tag <= FIRTH_TAG_BYTES_L4);
}

static bool is_tuple(int tag)
{
    return tag == FIRTH_TAG_EMPTY_TUPLE || (tag >= FIRTH_TAG_TUPLE_1 && tag <= FIRTH_TAG_TUPLE_L4);
}

/* What a tag of bytes or of a tuple says; `first` is that of one byte or item. */
static firth_err counted_length(firth_brine_decoder *decoder, int tag, int first, size_t *length)
{
    if (tag < first) {
        *length = 0;
        return FIRTH_OK;
    }
    if (tag < first + 4) {
        *length = (size_t)(tag - first + 1);
        return FIRTH_OK;
    }
    return take_length(decoder, tag == first + 4 ? 1 : 4, length);
}

static firth_err take_bytes(firth_brine_decoder *decoder, int tag, firth_brine_value *value)
{
    size_t length;
    const unsigned char *data = NULL;
    firth_err err = counted_length(decoder, tag, FIRTH_TAG_BYTES_1, &length);
    if (err == FIRTH_OK)
        err = take(decoder, "a run of bytes", length, &data);
    if (err == FIRTH_OK)
        *value = firth_brine_bytes(data, length);
    return err;
}

static firth_err take_string(firth_brine_decoder *decoder, firth_brine_value *value)
{
    int tag;
    firth_err err = take_tag(decoder, "a string", &tag);
    if (err == FIRTH_OK && !is_bytes(tag))
        return unexpected(decoder, tag, "the bytes of a string");
    if (err == FIRTH_OK)
        err = take_bytes(decoder, tag, value);
    if (err != FIRTH_OK)
        return err;
    value->kind = FIRTH_BRINE_STRING;
    size_t valid = firth_utf8_valid_length(value->data, value->length);
    if (valid == value->length)
        return FIRTH_OK;
    return firth_fail(
        FIRTH_E_PROTOCOL, "brine: byte 0x%02x at offset %zu, expected UTF-8 in a string",
        ((const unsigned char *)value->data)[valid], decoder->at - value->length + valid);
}

static firth_err too_many_digits(const firth_brine_decoder *decoder, size_t length)
{
    return firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                      "brine: an integer of %zu digits, over the limit of %zu", length,
                      decoder->limits.digits);
}

static firth_err take_integer(firth_brine_decoder *decoder, size_t size, firth_brine_value *value)
{
    size_t length;
    const unsigned char *taken = NULL;
    firth_err err = take_length(decoder, size, &length);
    if (err == FIRTH_OK && length > decoder->limits.digits && length - 1 > decoder->limits.digits)
        return too_many_digits(decoder, length);
    if (err == FIRTH_OK)
        err = take(decoder, "an integer", length, &taken);
    if (err != FIRTH_OK)
        return err;
    const char *digits = (const char *)taken;
    if (firth_decimal_digits(digits, length) > decoder->limits.digits)
        return too_many_digits(decoder, length);
    if (!firth_is_decimal(digits, length))
        return firth_fail(FIRTH_E_PROTOCOL,
                          "brine: the %zu bytes at offset %zu are no integer in decimal digits",
                          length, decoder->at - length);
    int64_t integer;
    *value = firth_decimal_to_integer(digits, length, &integer)
                 ? firth_brine_integer(integer)
                 : firth_brine_big_integer(digits, length);
    return FIRTH_OK;
}

static double double_at(const unsigned char *at)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | at[i];
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static firth_err take_float(firth_brine_decoder *decoder, firth_brine_value *value)
{
    const unsigned char *taken = NULL;
    firth_err err = take(decoder, "a float", 8, &taken);
    if (err == FIRTH_OK)
        *value = firth_brine_float(double_at(taken));
    return err;
}

static firth_err take_complex(firth_brine_decoder *decoder, firth_brine_value *value)
{
    const unsigned char *taken = NULL;
    firth_err err = take(decoder, "a complex number", 16, &taken);
    if (err == FIRTH_OK)
        *value = firth_brine_complex(double_at(taken), double_at(taken + 8));
    return err;
}

static firth_err take_tuple(firth_brine_decoder *decoder, int tag, firth_brine_value *value)
{
    size_t length;
    firth_err err = counted_length(decoder, tag, FIRTH_TAG_TUPLE_1, &length);
    if (err != FIRTH_OK)
        return err;
    size_t left = decoder->length - decoder->at;
    size_t promised = firth_brine_promised(&decoder->progress);
    size_t free = left > promised ? left - promised : 0;
    if (length > free)
        return firth_fail(FIRTH_E_PROTOCOL,
                          "brine ends too early: %zu items at offset %zu, in %zu bytes", length,
                          decoder->at, free);
    *value = firth_brine_tuple(length);
    return FIRTH_OK;
}

/* The tuple that a slice and a frozenset consist of. */
static firth_err take_inner_tuple(firth_brine_decoder *decoder, const char *what,
                                  firth_brine_value *value)
{
    int tag;
    firth_err err = take_tag(decoder, what, &tag);
    if (err == FIRTH_OK && !is_tuple(tag))
        return unexpected(decoder, tag, "a tuple, which slices and frozensets consist of");
    return err == FIRTH_OK ? take_tuple(decoder, tag, value) : err;
}

static firth_err take_slice(firth_brine_decoder *decoder, firth_brine_value *value)
{
    size_t at = decoder->at;
    firth_err err = take_inner_tuple(decoder, "a slice", value);
    if (err == FIRTH_OK && value->length != 3)
        return firth_fail(FIRTH_E_PROTOCOL, "brine: a slice of %zu items at offset %zu, expected 3",
                          value->length, at);
    value->kind = FIRTH_BRINE_SLICE;
    return err;
}

static firth_err take_frozenset(firth_brine_decoder *decoder, firth_brine_value *value)
{
    firth_err err = take_inner_tuple(decoder, "a frozenset", value);
    value->kind = FIRTH_BRINE_FROZENSET;
    return err;
}

static firth_err take_value(firth_brine_decoder *decoder, int tag, firth_brine_value *value)
{
    if (tag >= FIRTH_TAG_SMALL_FIRST && tag <= FIRTH_TAG_SMALL_LAST) {
        *value = firth_brine_integer(tag - FIRTH_TAG_SMALL_ZERO);
        return FIRTH_OK;
    }
    if (is_bytes(tag))
        return take_bytes(decoder, tag, value);
    if (is_tuple(tag))
        return take_tuple(decoder, tag, value);
    switch (tag) {
    case FIRTH_TAG_NONE:
        *value = firth_brine_none();
        return FIRTH_OK;
    case FIRTH_TAG_TRUE:
    case FIRTH_TAG_FALSE:
        *value = firth_brine_bool(tag == FIRTH_TAG_TRUE);
        return FIRTH_OK;
    case FIRTH_TAG_NOT_IMPLEMENTED:
        *value = firth_brine_not_implemented();
        return FIRTH_OK;
    case FIRTH_TAG_ELLIPSIS:
        *value = firth_brine_ellipsis();
        return FIRTH_OK;
    case FIRTH_TAG_STRING:
        return take_string(decoder, value);
    case FIRTH_TAG_INTEGER_L1:
        return take_integer(decoder, 1, value);
    case FIRTH_TAG_INTEGER_L4:
        return take_integer(decoder, 4, value);
    case FIRTH_TAG_FLOAT:
        return take_float(decoder, value);
    case FIRTH_TAG_COMPLEX:
        return take_complex(decoder, value);
    case FIRTH_TAG_SLICE:
        return take_slice(decoder, value);
    case FIRTH_TAG_FROZENSET:
        return take_frozenset(decoder, value);
    }
    return unexpected(decoder, tag, "a tag");
}

static bool is_container(const firth_brine_value *value)
{
    return value->kind == FIRTH_BRINE_TUPLE || value->kind == FIRTH_BRINE_FROZENSET ||
           value->kind == FIRTH_BRINE_SLICE;
}

static firth_err next(firth_brine_decoder *decoder, firth_brine_value *value)
{
    if (firth_brine_complete(&decoder->progress))
        return firth_fail(FIRTH_E_INVALID, "%s", "the value is complete: there is no next one");
    int tag;
    firth_err err = take_tag(decoder, "a value", &tag);
    if (err == FIRTH_OK)
        err = take_value(decoder, tag, value);
    if (err != FIRTH_OK)
        return err;
    return firth_brine_advance(&decoder->progress, &decoder->limits,
                               is_container(value) ? value->length : 0);
}

firth_err firth_brine_decoder_next(firth_brine_decoder *decoder, firth_brine_value *value)
{
    if (decoder == NULL || value == NULL)
        return firth_fail(FIRTH_E_INVALID, "the %s is NULL",
                          decoder == NULL ? "decoder" : "place for the value");
    *value = firth_brine_none();
    if (decoder->failed != FIRTH_OK)
        return firth_error_restore(&decoder->failure);
    firth_err err = next(decoder, value);
    if (err == FIRTH_OK)
        return FIRTH_OK;
    *value = firth_brine_none();
    return keep_failure(decoder, err);
}

firth_err firth_brine_decoder_finish(firth_brine_decoder *decoder)
{
    if (decoder == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the decoder is NULL");
    if (decoder->failed != FIRTH_OK)
        return firth_error_restore(&decoder->failure);
    if (!firth_brine_complete(&decoder->progress))
        return keep_failure(decoder, firth_fail(FIRTH_E_INVALID, "%s",
                                                "the value is not complete: items are left"));
    if (decoder->at == decoder->length)
        return FIRTH_OK;
    return keep_failure(decoder,
                        firth_fail(FIRTH_E_PROTOCOL,
                                   "brine: %zu bytes follow the value, which ends at offset %zu",
                                   decoder->length - decoder->at, decoder->at));
}
