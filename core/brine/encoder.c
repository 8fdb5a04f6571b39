/* Values to brine. */
#include "base/buffer.h"
#include "base/fail.h"
#include "base/memory.h"
#include "brine/progress.h"
#include "brine/tags.h"
#include "brine/text.h"

#include <string.h>

#define USUAL_SIZE 128 /* bytes of room at first */

struct firth_brine_encoder {
    firth_brine_limits limits;
    firth_brine_progress progress;
    firth_buffer encoded;
    bool finished; /* the next value begins anew */
    firth_err failed;
    firth_saved_error failure;
};

firth_err firth_brine_encoder_create(firth_brine_encoder **encoder,
                                     const firth_brine_limits *limits)
{
    if (encoder == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the encoder is NULL");
    *encoder = NULL;
    firth_brine_limits checked;
    firth_err err = firth_brine_limits_check(limits, &checked);
    if (err != FIRTH_OK)
        return err;
    firth_brine_encoder *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for an encoder");
    firth_count_made();
    made->limits = checked;
    err = firth_buffer_reserve(&made->encoded, USUAL_SIZE);
    if (err == FIRTH_OK)
        *encoder = made;
    else
        firth_brine_encoder_free(made);
    return err;
}

void firth_brine_encoder_free(firth_brine_encoder *encoder)
{
    if (encoder == NULL)
        return;
    firth_brine_progress_release(&encoder->progress);
    firth_buffer_release(&encoder->encoded);
    firth_deallocate(encoder);
    firth_count_gone();
}

#define HEAD_MAX 6 /* bytes of tags and length before the data */

/* Puts `length` as a big-endian number of four bytes. */
static void put_length(unsigned char *at, size_t length)
{
    for (int i = 3; i >= 0; i--) {
        at[i] = (unsigned char)length;
        length >>= 8;
    }
}

/* Of tags in a row for 1, 2, ... items or bytes, then for one byte of length and for
 * four. Returns the bytes put. */
static size_t put_counted(unsigned char *at, int first_tag, int shorts, size_t length)
{
    if (length - 1 < (size_t)shorts) {
        at[0] = (unsigned char)(first_tag + (int)length - 1);
        return 1;
    }
    if (length < 256) {
        at[0] = (unsigned char)(first_tag + shorts);
        at[1] = (unsigned char)length;
        return 2;
    }
    at[0] = (unsigned char)(first_tag + shorts + 1);
    put_length(at + 1, length);
    return 5;
}

static size_t put_bytes_head(unsigned char *at, size_t length)
{
    if (length != 0)
        return put_counted(at, FIRTH_TAG_BYTES_1, 4, length);
    at[0] = FIRTH_TAG_EMPTY_BYTES;
    return 1;
}

static size_t put_tuple_head(unsigned char *at, size_t length)
{
    if (length != 0)
        return put_counted(at, FIRTH_TAG_TUPLE_1, 4, length);
    at[0] = FIRTH_TAG_EMPTY_TUPLE;
    return 1;
}

static firth_err append(firth_brine_encoder *encoder, const void *head, size_t head_length,
                        const void *data, size_t length)
{
    size_t limit = encoder->limits.size, used = encoder->encoded.length;
    if (head_length > limit - used || length > limit - used - head_length)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW, "brine of more than the limit of %zu bytes",
                          limit);
    firth_err err = firth_buffer_append(&encoder->encoded, head, head_length);
    return err == FIRTH_OK ? firth_buffer_append(&encoder->encoded, data, length) : err;
}

static firth_err append_tag(firth_brine_encoder *encoder, int tag)
{
    unsigned char head = (unsigned char)tag;
    return append(encoder, &head, 1, NULL, 0);
}

static firth_err append_digits(firth_brine_encoder *encoder, const char *digits, size_t length)
{
    unsigned char head[HEAD_MAX];
    if (firth_decimal_digits(digits, length) > encoder->limits.digits)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                          "an integer of %zu digits, over the limit of %zu",
                          firth_decimal_digits(digits, length), encoder->limits.digits);
    return append(encoder, head, put_counted(head, FIRTH_TAG_INTEGER_L1, 0, length), digits,
                  length);
}

static firth_err append_integer(firth_brine_encoder *encoder, int64_t integer)
{
    if (integer >= FIRTH_SMALL_LEAST && integer <= FIRTH_SMALL_MOST)
        return append_tag(encoder, (int)integer + FIRTH_TAG_SMALL_ZERO);
    char text[FIRTH_DECIMAL_MAX];
    size_t length;
    const char *digits = firth_integer_to_decimal(integer, text, &length);
    return append_digits(encoder, digits, length);
}

static firth_err append_big_integer(firth_brine_encoder *encoder, const char *digits, size_t length)
{
    int64_t integer;
    if (!firth_is_decimal(digits, length))
        return firth_fail(FIRTH_E_INVALID, "%s", "an integer that is not in decimal digits");
    if (firth_decimal_to_integer(digits, length, &integer))
        return append_integer(encoder, integer);
    return append_digits(encoder, digits, length);
}

static void put_double(unsigned char *at, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (int i = 7; i >= 0; i--) {
        at[i] = (unsigned char)bits;
        bits >>= 8;
    }
}

static firth_err append_float(firth_brine_encoder *encoder, double real)
{
    unsigned char head[9] = {FIRTH_TAG_FLOAT};
    put_double(head + 1, real);
    return append(encoder, head, sizeof head, NULL, 0);
}

static firth_err append_complex(firth_brine_encoder *encoder, double real, double imaginary)
{
    unsigned char head[17] = {FIRTH_TAG_COMPLEX};
    put_double(head + 1, real);
    put_double(head + 9, imaginary);
    return append(encoder, head, sizeof head, NULL, 0);
}

static firth_err append_bytes(firth_brine_encoder *encoder, const void *data, size_t length)
{
    unsigned char head[HEAD_MAX];
    return append(encoder, head, put_bytes_head(head, length), data, length);
}

static firth_err append_string(firth_brine_encoder *encoder, const void *text, size_t length)
{
    size_t valid = firth_utf8_valid_length(text, length);
    if (valid != length)
        return firth_fail(FIRTH_E_INVALID, "a string that is not UTF-8: byte 0x%02x at offset %zu",
                          ((const unsigned char *)text)[valid], valid);
    unsigned char head[HEAD_MAX] = {FIRTH_TAG_STRING};
    return append(encoder, head, 1 + put_bytes_head(head + 1, length), text, length);
}

static firth_err append_tuple(firth_brine_encoder *encoder, size_t length)
{
    unsigned char head[HEAD_MAX];
    return append(encoder, head, put_tuple_head(head, length), NULL, 0);
}

static firth_err append_frozenset(firth_brine_encoder *encoder, size_t length)
{
    unsigned char head[HEAD_MAX] = {FIRTH_TAG_FROZENSET};
    return append(encoder, head, 1 + put_tuple_head(head + 1, length), NULL, 0);
}

static firth_err append_slice(firth_brine_encoder *encoder)
{
    static const unsigned char head[] = {FIRTH_TAG_SLICE, FIRTH_TAG_TUPLE_1 + 2};
    return append(encoder, head, sizeof head, NULL, 0);
}

static firth_err append_value(firth_brine_encoder *encoder, const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_NONE:
        return append_tag(encoder, FIRTH_TAG_NONE);
    case FIRTH_BRINE_NOT_IMPLEMENTED:
        return append_tag(encoder, FIRTH_TAG_NOT_IMPLEMENTED);
    case FIRTH_BRINE_ELLIPSIS:
        return append_tag(encoder, FIRTH_TAG_ELLIPSIS);
    case FIRTH_BRINE_BOOL:
        return append_tag(encoder, value->truth ? FIRTH_TAG_TRUE : FIRTH_TAG_FALSE);
    case FIRTH_BRINE_INTEGER:
        return append_integer(encoder, value->integer);
    case FIRTH_BRINE_BIG_INTEGER:
        return append_big_integer(encoder, value->data, value->length);
    case FIRTH_BRINE_FLOAT:
        return append_float(encoder, value->real);
    case FIRTH_BRINE_COMPLEX:
        return append_complex(encoder, value->real, value->imaginary);
    case FIRTH_BRINE_BYTES:
        return append_bytes(encoder, value->data, value->length);
    case FIRTH_BRINE_STRING:
        return append_string(encoder, value->data, value->length);
    case FIRTH_BRINE_TUPLE:
        return append_tuple(encoder, value->length);
    case FIRTH_BRINE_FROZENSET:
        return append_frozenset(encoder, value->length);
    case FIRTH_BRINE_SLICE:
        return append_slice(encoder);
    }
    return firth_fail(FIRTH_E_INVALID, "%d is no kind of a value", (int)value->kind);
}

static bool has_data(const firth_brine_value *value)
{
    return value->kind == FIRTH_BRINE_BYTES || value->kind == FIRTH_BRINE_STRING ||
           value->kind == FIRTH_BRINE_BIG_INTEGER;
}

/* The items that have to follow. */
static size_t items_of(const firth_brine_value *value)
{
    if (value->kind == FIRTH_BRINE_SLICE)
        return 3;
    return value->kind == FIRTH_BRINE_TUPLE || value->kind == FIRTH_BRINE_FROZENSET ? value->length
                                                                                    : 0;
}

static firth_err add(firth_brine_encoder *encoder, const firth_brine_value *value)
{
    if (firth_brine_complete(&encoder->progress))
        return firth_fail(FIRTH_E_INVALID, "%s", "the value is complete; finish gives its bytes");
    if (has_data(value) && value->data == NULL && value->length != 0)
        return firth_fail(FIRTH_E_INVALID, "the memory is NULL, its length is %zu", value->length);
    firth_err err = firth_brine_advance(&encoder->progress, &encoder->limits, items_of(value));
    return err == FIRTH_OK ? append_value(encoder, value) : err;
}

static firth_err keep_failure(firth_brine_encoder *encoder, firth_err err)
{
    encoder->failed = err;
    firth_error_save(&encoder->failure);
    return err;
}

static void start_anew(firth_brine_encoder *encoder)
{
    encoder->finished = false;
    encoder->failed = FIRTH_OK;
    encoder->encoded.length = 0;
    firth_brine_restart(&encoder->progress);
}

firth_err firth_brine_encoder_add(firth_brine_encoder *encoder, firth_brine_value value)
{
    if (encoder == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the encoder is NULL");
    if (encoder->finished)
        start_anew(encoder);
    if (encoder->failed != FIRTH_OK)
        return firth_error_restore(&encoder->failure);
    firth_err err = add(encoder, &value);
    return err == FIRTH_OK ? FIRTH_OK : keep_failure(encoder, err);
}

firth_err firth_brine_encoder_finish(firth_brine_encoder *encoder, firth_slice *encoded)
{
    if (encoder == NULL || encoded == NULL)
        return firth_fail(FIRTH_E_INVALID, "the %s is NULL",
                          encoder == NULL ? "encoder" : "place for the bytes");
    *encoded = (firth_slice){NULL, 0};
    encoder->finished = true;
    if (encoder->failed != FIRTH_OK)
        return firth_error_restore(&encoder->failure);
    if (!firth_brine_complete(&encoder->progress))
        return keep_failure(encoder, firth_fail(FIRTH_E_INVALID, "%s",
                                                "the value is not complete: items are missing"));
    *encoded = (firth_slice){encoder->encoded.data, encoder->encoded.length};
    return FIRTH_OK;
}
