/* Hosts and ports of an address. RFC 3986 3.2.2, 3.2.3; RFC 6874 for the zone. */
#include "stream/uri_cursor.h"

#include "base/fail.h"

#include <string.h>

#define LONGEST_NAME 255 /* RFC 1035 2.3.4 */
#define HEXADECIMAL "0123456789abcdefABCDEF"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME LETTERS "0123456789-._~"

/* Takes the bytes of `set`. */
static size_t take(firth_uri_cursor *self, const char *set)
{
    size_t count = strspn(self->text + self->at, set);
    self->at += count;
    return count;
}

/* "192.0.2.1"; the cursor is behind the first number. */
static bool take_rest_of_ipv4(firth_uri_cursor *self)
{
    for (int i = 0; i < 3; i++) {
        if (!firth_uri_skip(self, "."))
            return false;
        const char *start = self->text + self->at;
        size_t digits = take(self, "0123456789");
        if (digits == 0 || digits > 3 || (digits == 3 && strncmp(start, "255", 3) > 0))
            return false;
    }
    return true;
}

/* One group of an IPv6 address, or an IPv4 address for the last two: how many groups. */
static int take_group(firth_uri_cursor *self)
{
    const char *start = self->text + self->at;
    size_t digits = take(self, HEXADECIMAL);
    if (digits == 0 || digits > 4)
        return 0;
    if (firth_uri_peek(self) != '.')
        return 1;
    bool fits = strspn(start, "0123456789") == digits &&
                (digits < 3 || (digits == 3 && strncmp(start, "255", 3) <= 0));
    return fits && take_rest_of_ipv4(self) ? 2 : 0;
}

/* Eight groups, or fewer and one "::". */
static bool take_ipv6(firth_uri_cursor *self)
{
    int groups = 0;
    bool short_form = firth_uri_skip(self, "::");
    while (!strchr("]%", firth_uri_peek(self))) {
        int more = take_group(self);
        groups += more;
        if (more == 0 || groups > 8)
            return false;
        if (strchr("]%", firth_uri_peek(self)) || more == 2)
            break;
        if (!short_form && firth_uri_skip(self, "::"))
            short_form = true;
        else if (!firth_uri_skip(self, ":") || strchr("]%:", firth_uri_peek(self)))
            return false;
    }
    return short_form ? groups < 8 : groups == 8;
}

/* "%25" and the zone's name. */
static firth_err take_zone(firth_uri_cursor *self)
{
    if (firth_uri_peek(self) != '%')
        return FIRTH_OK;
    if (!firth_uri_skip(self, "%25") || take(self, NAME) == 0)
        return firth_uri_fault(self, "'%25' and the name of a zone");
    return FIRTH_OK;
}

/* What has been taken since `start`, with the '%' of a zone decoded. */
static const char *text_since(firth_uri_cursor *self, size_t start)
{
    char *made = self->store;
    for (size_t i = start; i < self->at; i++) {
        *self->store++ = self->text[i];
        if (self->text[i] == '%')
            i += 2;
    }
    *self->store++ = '\0';
    return made;
}

static firth_err take_bracketed(firth_uri_cursor *self, const char **host)
{
    size_t start = self->at;
    if (!take_ipv6(self)) {
        self->at = start;
        return firth_uri_fault_at(start, "an IPv6 address between '[' and ']'", "something else");
    }
    firth_err err = take_zone(self);
    if (err != FIRTH_OK)
        return err;
    if (firth_uri_peek(self) != ']')
        return firth_uri_fault(self, "']' behind an IPv6 address");
    *host = text_since(self, start);
    self->at++;
    return FIRTH_OK;
}

firth_err firth_uri_host(firth_uri_cursor *self, const char **host)
{
    size_t start = self->at;
    if (firth_uri_skip(self, "["))
        return take_bracketed(self, host);
    if (take(self, NAME) == 0)
        return firth_uri_fault(self, "a host: a name, an address, or [an IPv6 address]");
    if (self->at - start > LONGEST_NAME)
        return firth_uri_fault_at(start, "a host of at most 255 bytes", "a longer one");
    *host = text_since(self, start);
    return FIRTH_OK;
}

firth_err firth_uri_port(firth_uri_cursor *self, int *port)
{
    if (!firth_uri_skip(self, ":"))
        return firth_uri_fault(self, "':' and a port");
    return firth_uri_number(self, 1, 65535, "a port from 1 to 65535", port);
}
