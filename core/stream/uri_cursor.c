/* The parser's steps: a byte, a word, a decoded text, a number; and its faults. */
#include "stream/uri_cursor.h"

#include "base/fail.h"

#include <stdio.h>
#include <string.h>

#define SHOWN 32 /* bytes of the text that a fault quotes at most */

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte) != NULL;
}

static bool is_graphic(char byte)
{
    return byte > 0x20 && byte < 0x7f;
}

bool firth_uri_skip(firth_uri_cursor *self, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(self->text + self->at, word, length) != 0)
        return false;
    self->at += length;
    return true;
}

size_t firth_uri_span(const firth_uri_cursor *self, const char *delimiters)
{
    return strcspn(self->text + self->at, delimiters);
}

firth_err firth_uri_fault_at(size_t offset, const char *expected, const char *found)
{
    return firth_fail(FIRTH_E_INVALID, "byte %zu of the URI: expected %s, found %s", offset,
                      expected, found);
}

/* What a byte is, without telling which one. */
static const char *kind_of(char byte)
{
    if (is_letter(byte))
        return "a letter";
    return is_digit(byte) ? "a digit" : "another character";
}

firth_err firth_uri_fault(const firth_uri_cursor *self, const char *expected)
{
    char byte = firth_uri_peek(self);
    char shown[32];
    if (byte == '\0')
        return firth_uri_fault_at(self->at, expected, "the end");
    if (!is_graphic(byte))
        snprintf(shown, sizeof shown, "the byte 0x%02X", (unsigned)(unsigned char)byte);
    else if (self->at >= self->open || is_one_of(byte, ":/?#[]@"))
        snprintf(shown, sizeof shown, "'%c'", byte);
    else
        return firth_uri_fault_at(self->at, expected, kind_of(byte));
    return firth_uri_fault_at(self->at, expected, shown);
}

firth_err firth_uri_fault_text(const firth_uri_cursor *self, const char *expected, size_t length)
{
    char shown[SHOWN + 8];
    size_t fit = 0;
    if (length == 0 || self->at < self->open)
        return firth_uri_fault(self, expected);
    while (fit < length && fit < SHOWN && is_graphic(self->text[self->at + fit]))
        fit++;
    snprintf(shown, sizeof shown, "\"%.*s\"%s", (int)fit, self->text + self->at,
             fit < length ? "..." : "");
    return firth_uri_fault_at(self->at, expected, shown);
}

/* The value of a hexadecimal digit; -1 for anything else. */
static int hexadecimal(char byte)
{
    if (is_digit(byte))
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* The byte that "%XX" stands for. */
static firth_err decode_byte(firth_uri_cursor *self, char *decoded)
{
    int value = 0;
    size_t start = self->at++;
    for (int i = 0; i < 2; i++) {
        int digit = hexadecimal(firth_uri_peek(self));
        if (digit < 0)
            return firth_uri_fault(self, "two hexadecimal digits behind '%'");
        value = value * 16 + digit;
        self->at++;
    }
    if (value < 0x20 || value == 0x7f)
        return firth_uri_fault_at(start, "a text", "an encoded control character");
    *decoded = (char)value;
    return FIRTH_OK;
}

static bool may_stand_alone(char byte, const char *also)
{
    return is_letter(byte) || is_digit(byte) || is_one_of(byte, "-._~!$'()*+,;") ||
           is_one_of(byte, also);
}

firth_err firth_uri_decode(firth_uri_cursor *self, size_t length, const char *also,
                           const char **decoded)
{
    size_t end = self->at + length;
    char *next = self->store;
    while (self->at < end) {
        char byte = firth_uri_peek(self);
        if (byte == '%') {
            firth_err err = decode_byte(self, next++);
            if (err != FIRTH_OK)
                return err;
        } else if (may_stand_alone(byte, also)) {
            *next++ = byte;
            self->at++;
        } else {
            return firth_uri_fault(self, "a character that a URI may hold, or '%' and its code");
        }
    }
    *next = '\0';
    *decoded = self->store;
    self->store = next + 1;
    return FIRTH_OK;
}

firth_err firth_uri_number(firth_uri_cursor *self, int lowest, int highest, const char *expected,
                           int *number)
{
    size_t start = self->at;
    long long value = 0;
    if (!is_digit(firth_uri_peek(self)))
        return firth_uri_fault(self, expected);
    for (; is_digit(firth_uri_peek(self)) && value <= highest; self->at++)
        value = value * 10 + (firth_uri_peek(self) - '0');
    if (value < lowest || value > highest)
        return firth_uri_fault_at(start, expected, "another number");
    *number = (int)value;
    return FIRTH_OK;
}
