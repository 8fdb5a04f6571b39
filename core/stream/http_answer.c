#include "stream/http_answer.h"

#include "base/fail.h"

#include <string.h>

static const char beginning[] = "HTTP/1.";
/* RFC 9110, section 5.6.2. */
static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "!#$%&'*+-.^_`|~";

/* What a peer wrote, as text that can be shown anywhere. */
static void copy_printable(char text[FIRTH_HTTP_TEXT], const char *from)
{
    size_t length = 0;
    for (; *from != '\0' && length < FIRTH_HTTP_TEXT - 1; from++)
        text[length++] = *from >= 0x20 && *from < 0x7f ? *from : '?';
    text[length] = '\0';
}

static firth_err fail_line(const char *what, const char *line)
{
    char shown[FIRTH_HTTP_TEXT];
    copy_printable(shown, line);
    return firth_fail(FIRTH_E_TUNNEL, "%s: '%s'", what, shown);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* "HTTP/1.1 200", and then a blank and the reason, or nothing. */
static firth_err take_status_line(firth_http_answer *self)
{
    const char *line = self->line;
    const size_t version = sizeof beginning - 1, code = version + 2, end = code + 3;
    bool good = self->line_length >= end && is_digit(line[version]) && line[version + 1] == ' ' &&
                line[code] >= '1' && is_digit(line[code]) && is_digit(line[code + 1]) &&
                is_digit(line[code + 2]) && (line[end] == ' ' || line[end] == '\0');
    if (!good)
        return fail_line("expected a status line of HTTP/1, found", line);
    self->status = 100 * (line[code] - '0') + 10 * (line[code + 1] - '0') + line[code + 2] - '0';
    copy_printable(self->reason, line[end] == ' ' ? line + end + 1 : "");
    return FIRTH_OK;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* Field names are ASCII, in any case. */
static bool is_named(const char *line, size_t length, const char *name)
{
    if (length != strlen(name))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((line[i] | 0x20) != (name[i] | 0x20))
            return false;
    return true;
}

static firth_err take_field(firth_http_answer *self)
{
    const char *line = self->line;
    size_t name = strspn(line, token);
    if (*line == ' ' || *line == '\t')
        return fail_line("a line of the head is folded", line);
    if (name == 0 || line[name] != ':')
        return fail_line("expected a field in the head, found", line);
    if (*self->challenge == '\0' && is_named(line, name, "proxy-authenticate"))
        copy_printable(self->challenge, skip_blanks(line + name + 1));
    return FIRTH_OK;
}

/* The empty line. After an interim answer another one follows; 101 (no longer HTTP)
 * answers no CONNECT. */
static firth_err end_head(firth_http_answer *self)
{
    if (self->status >= 200 || self->status == 101)
        return FIRTH_OK;
    self->status = 0;
    return FIRTH_E_WANT_READ;
}

/* Lines end in CR LF, or in LF alone (RFC 9112, section 2.2). */
static firth_err take_line(firth_http_answer *self)
{
    if (self->line_length != 0 && self->line[self->line_length - 1] == '\r')
        self->line_length--;
    self->line[self->line_length] = '\0';
    if (self->status != 0 && self->line_length == 0)
        return end_head(self);
    firth_err err = self->status == 0 ? take_status_line(self) : take_field(self);
    self->line_length = 0;
    return err == FIRTH_OK ? FIRTH_E_WANT_READ : err;
}

/* What can be told before the line has ended, so that a peer that speaks something else
 * and then waits is known at once. */
static firth_err check_byte(const firth_http_answer *self, unsigned char byte)
{
    size_t at = self->line_length;
    if (self->status == 0 && at < sizeof beginning - 1 && byte != beginning[at])
        return firth_fail(FIRTH_E_TUNNEL,
                          "expected '%s' as the beginning of an answer, found 0x%02x at byte %zu",
                          beginning, byte, at);
    if (at != 0 && self->line[at - 1] == '\r' && byte != '\n')
        return firth_fail(FIRTH_E_TUNNEL,
                          "expected a line feed after a carriage return in the head, found 0x%02x",
                          byte);
    if ((byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f)
        return firth_fail(FIRTH_E_TUNNEL, "the head of its answer has the control character 0x%02x",
                          byte);
    if (self->length == FIRTH_HTTP_HEAD_LIMIT)
        return firth_fail(FIRTH_E_TUNNEL, "the head of its answer is longer than %d bytes",
                          FIRTH_HTTP_HEAD_LIMIT);
    return FIRTH_OK;
}

firth_err firth_http_answer_feed(firth_http_answer *self, const void *data, size_t length,
                                 size_t *used)
{
    const unsigned char *bytes = data;
    firth_err err = FIRTH_E_WANT_READ;
    for (*used = 0; *used < length && err == FIRTH_E_WANT_READ; (*used)++) {
        unsigned char byte = bytes[*used];
        firth_err wrong = check_byte(self, byte);
        if (wrong != FIRTH_OK)
            return wrong;
        self->length++;
        if (byte == '\n')
            err = take_line(self);
        else
            self->line[self->line_length++] = (char)byte;
    }
    return err;
}
