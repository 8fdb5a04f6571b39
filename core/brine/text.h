/* Text inside brine: UTF-8, and integers in decimal digits. */
#ifndef FIRTH_BRINE_TEXT_H
#define FIRTH_BRINE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The offset of the first byte that is not part of UTF-8 (RFC 3629: no surrogates, nothing
 * overlong, nothing over U+10FFFF); `length` if there is none. */
size_t firth_utf8_valid_length(const void *text, size_t length);

/* Whether it is an integer as Python writes it: digits, perhaps after a '-', without
 * a 0 in front, and not "-0". */
bool firth_is_decimal(const char *text, size_t length);

/* Its characters but for a '-' in front. */
static inline size_t firth_decimal_digits(const char *text, size_t length)
{
    return length != 0 && text[0] == '-' ? length - 1 : length;
}

/* False if 64 bits do not hold the decimal. */
bool firth_decimal_to_integer(const char *text, size_t length, int64_t *integer);

#define FIRTH_DECIMAL_MAX 20 /* characters that an int64_t takes */

/* Writes at the end of `text`. Returns where it begins. */
const char *firth_integer_to_decimal(int64_t integer, char text[FIRTH_DECIMAL_MAX], size_t *length);

#endif
