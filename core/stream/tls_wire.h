/* What lies below OpenSSL: bytes that have come and not been looked at, and records that
 * were made and not been sent. Nothing here does I/O.
 *
 * One thread at a time fills `in`, and only while it is empty; one at a time does everything
 * else, perhaps meanwhile. */
#ifndef FIRTH_STREAM_TLS_WIRE_H
#define FIRTH_STREAM_TLS_WIRE_H

#include "base/buffer.h"
#include "stream/tls_failure.h"

#include <openssl/bio.h>
#include <stdatomic.h>

typedef struct firth_tls_wire {
    unsigned char *in;
    size_t in_capacity;
    size_t in_at;                         /* what has been looked at */
    _Atomic size_t in_length;             /* 0: `in` is empty, and may be filled */
    size_t asked;                         /* of who fills it next, bytes */
    unsigned char header[5];              /* of the record that is coming (RFC 8446, 5.1) */
    size_t header_length;                 /* what of it has come */
    size_t body_left;                     /* what of the record's body has not */
    unsigned char first[FIRTH_TLS_FIRST]; /* what came first of all */
    size_t first_length;
    firth_buffer out;
    _Atomic size_t out_length; /* that of `out`, for who only wants to know */
    bool patient;              /* `out` may become as long as it must */
    bool no_memory;            /* there was none for it */
} firth_tls_wire;

/* OpenSSL's methods for a BIO whose data is a firth_tls_wire. NULL: no memory. */
BIO_METHOD *firth_tls_wire_methods(void);

/* Where to put bytes that come: first what the record still needs, for a stream below that
 * waits for all that it is asked for, then what may come with it. */
firth_err firth_tls_wire_room(firth_tls_wire *wire, firth_span room[2]);
/* They have come: `count` of them. */
void firth_tls_wire_came(firth_tls_wire *wire, size_t count);

void firth_tls_wire_release(firth_tls_wire *wire);

#endif
