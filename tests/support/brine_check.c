#include "brine_check.h"

#include "check.h"

#include <string.h>

firth_brine_encoder *encoder_with(const firth_brine_limits *limits)
{
    firth_brine_encoder *encoder;
    CHECK_OK(firth_brine_encoder_create(&encoder, limits));
    return encoder;
}

firth_brine_decoder *decoder_with(const firth_brine_limits *limits, const void *bytes,
                                  size_t length)
{
    firth_brine_decoder *decoder;
    CHECK_OK(firth_brine_decoder_create(&decoder, limits));
    CHECK_OK(firth_brine_decoder_start(decoder, bytes, length));
    return decoder;
}

firth_brine_value text_value(const char *text)
{
    return firth_brine_string(text, strlen(text));
}

size_t items_of(const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_TUPLE:
    case FIRTH_BRINE_FROZENSET:
    case FIRTH_BRINE_SLICE:
        return value->length;
    default:
        return 0;
    }
}

firth_err decode_all(firth_brine_decoder *decoder)
{
    firth_brine_value value;
    for (size_t left = 1; left != 0; left += items_of(&value) - 1) {
        firth_err err = firth_brine_decoder_next(decoder, &value);
        if (err != FIRTH_OK)
            return err;
    }
    return firth_brine_decoder_finish(decoder);
}

static bool same_value(const firth_brine_value *left, const firth_brine_value *right)
{
    if (left->kind != right->kind || left->length != right->length)
        return false;
    switch (left->kind) {
    case FIRTH_BRINE_BOOL:
        return left->truth == right->truth;
    case FIRTH_BRINE_INTEGER:
        return left->integer == right->integer;
    case FIRTH_BRINE_FLOAT:
        return memcmp(&left->real, &right->real, sizeof left->real) == 0;
    case FIRTH_BRINE_COMPLEX:
        return memcmp(&left->real, &right->real, sizeof left->real) == 0 &&
               memcmp(&left->imaginary, &right->imaginary, sizeof left->imaginary) == 0;
    case FIRTH_BRINE_BIG_INTEGER:
    case FIRTH_BRINE_BYTES:
    case FIRTH_BRINE_STRING:
        return left->length == 0 || memcmp(left->data, right->data, left->length) == 0;
    default:
        return true;
    }
}

static void require(bool holds, const char *what, size_t number, const char *file, int line)
{
    if (holds)
        return;
    print_error("%s:%d: %s, at value or byte %zu: %s\n", file, line, what, number,
                firth_last_error()->detail);
    fail();
}

void check_decoded(const void *bytes, size_t length, const firth_brine_value *values, size_t count,
                   const char *file, int line)
{
    firth_brine_decoder *decoder = decoder_with(NULL, bytes, length);
    for (size_t i = 0; i < count; i++) {
        firth_brine_value value;
        require(firth_brine_decoder_next(decoder, &value) == FIRTH_OK, "not decoded", i, file,
                line);
        require(same_value(&value, &values[i]), "another value", i, file, line);
    }
    require(firth_brine_decoder_finish(decoder) == FIRTH_OK, "not finished", count, file, line);
    firth_brine_decoder_free(decoder);
}

void check_encoded(const void *bytes, size_t length, const firth_brine_value *values, size_t count,
                   const char *file, int line)
{
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    for (size_t i = 0; i < count; i++)
        require(firth_brine_encoder_add(encoder, values[i]) == FIRTH_OK, "not added", i, file,
                line);
    require(firth_brine_encoder_finish(encoder, &encoded) == FIRTH_OK, "not finished", count, file,
            line);
    const unsigned char *found = encoded.data, *wanted = bytes;
    for (size_t i = 0; i < length && i < encoded.length; i++)
        require(found[i] == wanted[i], "another byte", i, file, line);
    require(encoded.length == length, "another length", encoded.length, file, line);
    firth_brine_encoder_free(encoder);
    check_decoded(bytes, length, values, count, file, line);
}
