#include "stream/uri_cursor.h"

#include "base/fail.h"
#include "base/memory.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static firth_err take_scheme(firth_uri_cursor *self, const firth_uri_scheme *schemes, size_t count,
                             const firth_uri_scheme **scheme)
{
    char expected[256] = "one of ";
    size_t length = firth_uri_span(self, ":/?#[]@");
    for (size_t i = 0; i < count; i++) {
        const char *name = schemes[i].name;
        size_t j = 0;
        while (j < length && tolower((unsigned char)self->text[j]) == name[j])
            j++;
        if (j == length && name[j] == '\0' && self->text[j] == ':') {
            *scheme = &schemes[i];
            self->at = length + 1;
            return FIRTH_OK;
        }
        size_t used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s%s:", i == 0 ? "" : ", ", name);
    }
    /* What stands before "://" is no password, whatever follows. */
    if (strncmp(self->text + length, "://", 3) == 0)
        self->open = 0;
    return firth_uri_fault_text(self, expected, length);
}

static firth_err take_user(firth_uri_cursor *self, firth_uri *uri, size_t length)
{
    size_t end = self->at + length;
    if (!(uri->scheme->parts & FIRTH_URI_USER))
        return firth_uri_fault_at(self->at, "a host and no user", "a user");
    size_t user_length = firth_uri_span(self, ":@");
    if (user_length == 0)
        return firth_uri_fault(self, "a user");
    firth_err err = firth_uri_decode(self, user_length, "&=", &uri->user);
    if (err == FIRTH_OK && self->at < end && !(uri->scheme->parts & FIRTH_URI_PASSWORD))
        return firth_uri_fault(self, "'@' and no password");
    if (err == FIRTH_OK && firth_uri_skip(self, ":"))
        err = firth_uri_decode(self, end - self->at, "&=:", &uri->password);
    self->at++;
    return err;
}

/* [user[:password]@]host[:port] */
static firth_err take_authority(firth_uri_cursor *self, firth_uri *uri)
{
    size_t length = firth_uri_span(self, "/?#");
    size_t end = self->at + length, user_length = firth_uri_span(self, "@/?#");
    firth_err err = FIRTH_OK;
    if (self->open < end)
        self->open = end;
    if (user_length < length)
        err = take_user(self, uri, user_length);
    if (err == FIRTH_OK)
        err = firth_uri_host(self, &uri->host);
    if (err == FIRTH_OK && (uri->scheme->parts & FIRTH_URI_PORT || firth_uri_peek(self) == ':'))
        err = firth_uri_port(self, &uri->port);
    if (err == FIRTH_OK && self->at < end)
        return firth_uri_fault(self, uri->port != 0 ? "the end of the port" : "':' and a port");
    return err;
}

static firth_err take_path(firth_uri_cursor *self, firth_uri *uri)
{
    if (firth_uri_skip(self, "//") && firth_uri_peek(self) != '/')
        return firth_uri_fault(self, "'/' and no host");
    size_t length = firth_uri_span(self, "?#");
    if (length == 0)
        return firth_uri_fault(self, "a path");
    return firth_uri_decode(self, length, "/:@&=", &uri->path);
}

static bool skip_tls(firth_uri_cursor *self)
{
    const char *text = self->text + self->at;
    if (tolower((unsigned char)text[0]) != 't' || tolower((unsigned char)text[1]) != 'l' ||
        tolower((unsigned char)text[2]) != 's' || strncmp(text + 3, "://", 3) != 0)
        return false;
    self->at += 6;
    return true;
}

static firth_err take_target(firth_uri_cursor *self, firth_uri *uri)
{
    if (!firth_uri_skip(self, "/"))
        return firth_uri_fault(self, "'/' and the target, host:port or tls://host:port");
    uri->target_tls = skip_tls(self);
    firth_err err = firth_uri_host(self, &uri->target_host);
    return err == FIRTH_OK ? firth_uri_port(self, &uri->target_port) : err;
}

static firth_err take_numbers(firth_uri_cursor *self, firth_uri *uri)
{
    const char *expected = "the number of a descriptor";
    firth_err err = firth_uri_number(self, 0, INT_MAX, expected, &uri->numbers[0]);
    uri->numbers[1] = uri->numbers[0];
    if (err == FIRTH_OK && firth_uri_skip(self, ","))
        err = firth_uri_number(self, 0, INT_MAX, expected, &uri->numbers[1]);
    return err;
}

static firth_err take_parts(firth_uri_cursor *self, firth_uri *uri)
{
    firth_uri_parts parts = uri->scheme->parts;
    firth_err err = FIRTH_OK;
    if (parts & FIRTH_URI_HOST)
        err = firth_uri_skip(self, "//") ? take_authority(self, uri)
                                         : firth_uri_fault(self, "'//' and a host");
    if (err == FIRTH_OK && parts & FIRTH_URI_PATH)
        err = take_path(self, uri);
    if (err == FIRTH_OK && parts & FIRTH_URI_TARGET)
        err = take_target(self, uri);
    if (err == FIRTH_OK && parts & FIRTH_URI_NUMBERS)
        err = take_numbers(self, uri);
    return err == FIRTH_OK ? firth_uri_query(self, uri) : err;
}

/* Room for every option that there can be, and for every text: none is longer than
 * what it stands in, and something that is not kept stands before each. */
static firth_uri *new_uri(const char *text, size_t length, char **store)
{
    size_t options = 1;
    for (const char *byte = text; *byte != '\0'; byte++)
        options += *byte == '&';
    size_t head = sizeof(firth_uri) + options * sizeof(firth_uri_option);
    firth_uri *made = firth_allocate_zeroed(1, head + length + 1);
    if (made != NULL)
        *store = (char *)made + head;
    return made;
}

/* What comes before the last '@' may be a password. */
static size_t find_open(const char *text)
{
    const char *last = strrchr(text, '@');
    return last != NULL ? (size_t)(last - text) + 1 : 0;
}

firth_err firth_uri_parse(firth_uri **uri, const char *text, const firth_uri_scheme *schemes,
                          size_t scheme_count)
{
    *uri = NULL;
    if (text == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the URI is NULL");
    firth_uri_cursor cursor = {.text = text, .length = strnlen(text, FIRTH_URI_LONGEST + 1)};
    if (cursor.length > FIRTH_URI_LONGEST)
        return firth_uri_fault_at(FIRTH_URI_LONGEST, "the end of at most 8192 bytes", "more");
    cursor.open = find_open(text);
    firth_uri *made = new_uri(text, cursor.length, &cursor.store);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a URI");
    firth_err err = take_scheme(&cursor, schemes, scheme_count, &made->scheme);
    if (err == FIRTH_OK)
        err = take_parts(&cursor, made);
    if (err == FIRTH_OK)
        *uri = made;
    else
        firth_uri_free(made);
    return err;
}

void firth_uri_free(firth_uri *uri)
{
    firth_deallocate(uri);
}
