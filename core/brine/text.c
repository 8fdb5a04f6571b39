#include "brine/text.h"

#include <string.h>

static bool eight_are_ascii(const unsigned char *at)
{
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    return (eight & UINT64_C(0x8080808080808080)) == 0;
}

/* The least code point that takes `length` bytes. */
static uint32_t least_of(size_t length)
{
    return length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
}

static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The bytes of the character there; 0 if it is none. */
static size_t character_length(const unsigned char *at, size_t left)
{
    size_t length = sequence_length(*at);
    if (length <= 1 || length > left)
        return length <= left ? length : 0;
    uint32_t point = *at & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (at[i] & 0x3f);
    }
    bool is_surrogate = point >= 0xd800 && point < 0xe000;
    return point >= least_of(length) && point <= 0x10ffff && !is_surrogate ? length : 0;
}

size_t firth_utf8_valid_length(const void *text, size_t length)
{
    const unsigned char *bytes = text;
    size_t at = 0;
    while (at < length) {
        if (length - at >= 8 && eight_are_ascii(bytes + at)) {
            at += 8;
            continue;
        }
        size_t character = character_length(bytes + at, length - at);
        if (character == 0)
            return at;
        at += character;
    }
    return length;
}

bool firth_is_decimal(const char *text, size_t length)
{
    bool negative = length != 0 && text[0] == '-';
    size_t first = negative ? 1 : 0;
    if (first == length)
        return false;
    if (text[first] == '0' && (negative || length != 1))
        return false;
    for (size_t i = first; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

bool firth_decimal_to_integer(const char *text, size_t length, int64_t *integer)
{
    bool negative = text[0] == '-';
    uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t magnitude = 0;
    if (length > FIRTH_DECIMAL_MAX)
        return false;
    for (size_t i = negative ? 1 : 0; i < length; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (magnitude > (most - digit) / 10)
            return false;
        magnitude = magnitude * 10 + digit;
    }
    *integer = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

const char *firth_integer_to_decimal(int64_t integer, char text[FIRTH_DECIMAL_MAX], size_t *length)
{
    uint64_t magnitude = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    char *at = text + FIRTH_DECIMAL_MAX;
    do {
        *--at = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (integer < 0)
        *--at = '-';
    *length = (size_t)(text + FIRTH_DECIMAL_MAX - at);
    return at;
}
