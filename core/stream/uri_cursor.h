/* Where the parser of addresses is in the text, and how it tells of a fault. */
#ifndef FIRTH_STREAM_URI_CURSOR_H
#define FIRTH_STREAM_URI_CURSOR_H

#include "stream/uri.h"

typedef struct firth_uri_cursor {
    const char *text;
    size_t length; /* of the whole text */
    size_t at;     /* the next byte */
    size_t open;   /* from here on it may be shown: behind the last '@' */
    char *store;   /* where the next decoded text goes; there is room */
} firth_uri_cursor;

/* The byte at the cursor; 0 at the end. */
static inline char firth_uri_peek(const firth_uri_cursor *self)
{
    return self->text[self->at];
}

/* Goes on behind `word`, if the text goes on with that. */
bool firth_uri_skip(firth_uri_cursor *self, const char *word);

/* How many bytes there are until one of `delimiters`, or the end. */
size_t firth_uri_span(const firth_uri_cursor *self, const char *delimiters);

/* "expected ..., found " and what the byte at the cursor is. */
firth_err firth_uri_fault(const firth_uri_cursor *self, const char *expected);

/* The same at `offset`; `found` is text of the caller's. */
firth_err firth_uri_fault_at(size_t offset, const char *expected, const char *found);

/* "expected ..., found " and `length` bytes from the cursor in quotes, if they may be shown. */
firth_err firth_uri_fault_text(const firth_uri_cursor *self, const char *expected, size_t length);

/* Takes and decodes `length` bytes, which may be those that RFC 3986 allows in any part,
 * percent-encoded ones, and those of `also`. */
firth_err firth_uri_decode(firth_uri_cursor *self, size_t length, const char *also,
                           const char **decoded);

/* Takes a number of `lowest` to `highest`, of at most ten digits. */
firth_err firth_uri_number(firth_uri_cursor *self, int lowest, int highest, const char *expected,
                           int *number);

/* Takes a host: a name, an IPv4 address, or an IPv6 address in brackets (RFC 6874 with a zone). */
firth_err firth_uri_host(firth_uri_cursor *self, const char **host);

/* Takes ":port". */
firth_err firth_uri_port(firth_uri_cursor *self, int *port);

/* Takes "?name=value&..." to the end of the text. */
firth_err firth_uri_query(firth_uri_cursor *self, firth_uri *uri);

#endif
