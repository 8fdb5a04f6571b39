#include "brine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void give_up(const char *what, const char *word)
{
    fprintf(stderr, "%s: %s\n", what, word);
    exit(1);
}

size_t *brine_limit(firth_brine_limits *limits, const char *name)
{
    if (strcmp(name, "depth") == 0)
        return &limits->depth;
    if (strcmp(name, "size") == 0)
        return &limits->size;
    if (strcmp(name, "items") == 0)
        return &limits->items;
    if (strcmp(name, "digits") == 0)
        return &limits->digits;
    give_up("no such limit", name);
}

static unsigned digit_of(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* Bytes from hexadecimal digits, in place. */
static size_t unhex(char *digits)
{
    size_t length = strlen(digits) / 2;
    for (size_t i = 0; i < length; i++)
        digits[i] = (char)(digit_of(digits[2 * i]) << 4 | digit_of(digits[2 * i + 1]));
    return length;
}

static double real_of(const char *digits)
{
    uint64_t bits = strtoull(digits, NULL, 16);
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static firth_brine_value complex_of(char *text)
{
    text[16] = '\0';
    return firth_brine_complex(real_of(text), real_of(text + 17));
}

static bool simple_value(const char *word, firth_brine_value *value)
{
    const struct {
        const char *word;
        firth_brine_value value;
    } simple[] = {
        {"none", firth_brine_none()},         {"true", firth_brine_bool(true)},
        {"false", firth_brine_bool(false)},   {"not-implemented", firth_brine_not_implemented()},
        {"ellipsis", firth_brine_ellipsis()}, {"slice", firth_brine_slice()},
    };
    for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
        if (strcmp(simple[i].word, word) == 0) {
            *value = simple[i].value;
            return true;
        }
    return false;
}

static firth_brine_value integer_of(const char *digits)
{
    size_t length = strlen(digits);
    if (length < 19)
        return firth_brine_integer(strtoll(digits, NULL, 10));
    return firth_brine_big_integer(digits, length);
}

static firth_brine_value value_of(char *word)
{
    firth_brine_value value;
    if (simple_value(word, &value))
        return value;
    char *text = strchr(word, ':');
    if (text == NULL)
        give_up("no such word", word);
    *text++ = '\0';
    if (strcmp(word, "int") == 0)
        return integer_of(text);
    if (strcmp(word, "float") == 0)
        return firth_brine_float(real_of(text));
    if (strcmp(word, "complex") == 0)
        return complex_of(text);
    if (strcmp(word, "bytes") == 0)
        return firth_brine_bytes(text, unhex(text));
    if (strcmp(word, "str") == 0)
        return firth_brine_string(text, unhex(text));
    if (strcmp(word, "tuple") == 0)
        return firth_brine_tuple(strtoull(text, NULL, 10));
    if (strcmp(word, "frozenset") == 0)
        return firth_brine_frozenset(strtoull(text, NULL, 10));
    give_up("no such word", word);
}

firth_err dump_notation(firth_brine_encoder *encoder, char *notation, firth_slice *encoded)
{
    for (char *word = strtok(notation, " "); word != NULL; word = strtok(NULL, " "))
        if (firth_brine_encoder_add(encoder, value_of(word)) != FIRTH_OK)
            break;
    return firth_brine_encoder_finish(encoder, encoded);
}

static void show_hex(FILE *out, const void *data, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    for (const unsigned char *at = data, *end = at + length; at != end; at++) {
        putc(digits[*at >> 4], out);
        putc(digits[*at & 15], out);
    }
}

static void show_real(FILE *out, double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    fprintf(out, "%016" PRIx64, bits);
}

static void show_data(FILE *out, const char *kind, const firth_brine_value *value)
{
    fputs(kind, out);
    show_hex(out, value->data, value->length);
}

static void show_scalar(FILE *out, const firth_brine_value *value)
{
    if (value->kind == FIRTH_BRINE_INTEGER)
        fprintf(out, "int:%" PRId64, value->integer);
    else if (value->kind == FIRTH_BRINE_BOOL)
        fputs(value->truth ? "true" : "false", out);
    else if (value->kind == FIRTH_BRINE_NONE)
        fputs("none", out);
    else
        fputs(value->kind == FIRTH_BRINE_ELLIPSIS ? "ellipsis" : "not-implemented", out);
}

static void show_number(FILE *out, const firth_brine_value *value)
{
    bool is_complex = value->kind == FIRTH_BRINE_COMPLEX;
    fputs(is_complex ? "complex:" : "float:", out);
    show_real(out, value->real);
    if (is_complex) {
        putc(',', out);
        show_real(out, value->imaginary);
    }
}

static void show(FILE *out, const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_BIG_INTEGER:
        fprintf(out, "int:%.*s", (int)value->length, (const char *)value->data);
        return;
    case FIRTH_BRINE_FLOAT:
    case FIRTH_BRINE_COMPLEX:
        show_number(out, value);
        return;
    case FIRTH_BRINE_BYTES:
        show_data(out, "bytes:", value);
        return;
    case FIRTH_BRINE_STRING:
        show_data(out, "str:", value);
        return;
    case FIRTH_BRINE_TUPLE:
        fprintf(out, "tuple:%zu", value->length);
        return;
    case FIRTH_BRINE_FROZENSET:
        fprintf(out, "frozenset:%zu", value->length);
        return;
    case FIRTH_BRINE_SLICE:
        fputs("slice", out);
        return;
    default:
        show_scalar(out, value);
    }
}

static size_t items_of(const firth_brine_value *value)
{
    bool has = value->kind == FIRTH_BRINE_TUPLE || value->kind == FIRTH_BRINE_FROZENSET ||
               value->kind == FIRTH_BRINE_SLICE;
    return has ? value->length : 0;
}

static firth_err load_into(FILE *out, firth_brine_decoder *decoder)
{
    for (size_t left = 1; left != 0; left--) {
        firth_brine_value value;
        firth_err err = firth_brine_decoder_next(decoder, &value);
        if (err != FIRTH_OK)
            return err;
        show(out, &value);
        left += items_of(&value);
        putc(' ', out);
    }
    return firth_brine_decoder_finish(decoder);
}

firth_err load_notation(firth_brine_decoder *decoder, const void *encoded, size_t length,
                        char **notation)
{
    char *made = NULL;
    size_t made_length = 0;
    FILE *out = open_memstream(&made, &made_length);
    *notation = NULL;
    if (out == NULL)
        give_up("no memory", "the notation");
    firth_err err = firth_brine_decoder_start(decoder, encoded, length);
    if (err == FIRTH_OK)
        err = load_into(out, decoder);
    fclose(out);
    if (err == FIRTH_OK) {
        made[made_length - 1] = '\0';
        *notation = made;
    } else {
        free(made);
    }
    return err;
}
