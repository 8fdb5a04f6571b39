/* Brine: rpyc's encoding of immutable values (rpyc.core.brine, the same bytes in every
 * version since 3.4). docs/brine.md has it byte by byte.
 *
 *     firth_brine_encoder_add(encoder, firth_brine_tuple(2));
 *     firth_brine_encoder_add(encoder, firth_brine_string("answer", 6));
 *     firth_brine_encoder_add(encoder, firth_brine_integer(42));
 *     err = firth_brine_encoder_finish(encoder, &encoded);
 *
 * Nothing here blocks. An encoder or decoder is for one thread at a time. */
#ifndef FIRTH_BRINE_H
#define FIRTH_BRINE_H

#include <firth/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Containers within each other, empty ones not counted; more than rpyc's own code can go down. */
#define FIRTH_BRINE_DEPTH_LIMIT 512
#define FIRTH_BRINE_DEPTH_MAX 4096
/* Bytes of an encoded value. */
#define FIRTH_BRINE_SIZE_LIMIT ((size_t)256 * 1024 * 1024)
/* Values in an encoded value: itself, and everything inside. */
#define FIRTH_BRINE_ITEMS_LIMIT ((size_t)16 * 1024 * 1024)
/* Decimal digits of an integer: what Python converts unless told otherwise. */
#define FIRTH_BRINE_DIGITS_LIMIT 4300

/* What bounds an encoder or a decoder. */
typedef struct firth_brine_limits {
    size_t depth; /* containers within each other, at most FIRTH_BRINE_DEPTH_MAX; empty ones are not
                     counted */
    size_t size;  /* bytes, at most 4294967295 */
    size_t items; /* values, each container counted with what is in it */
    size_t digits; /* of an integer */
} firth_brine_limits;

#define FIRTH_BRINE_LIMITS_INIT                                                   \
    {                                                                             \
        FIRTH_BRINE_DEPTH_LIMIT, FIRTH_BRINE_SIZE_LIMIT, FIRTH_BRINE_ITEMS_LIMIT, \
            FIRTH_BRINE_DIGITS_LIMIT                                              \
    }

typedef enum firth_brine_kind {
    FIRTH_BRINE_NONE,
    FIRTH_BRINE_NOT_IMPLEMENTED,
    FIRTH_BRINE_ELLIPSIS,
    FIRTH_BRINE_BOOL,
    FIRTH_BRINE_INTEGER,     /* that 64 bits hold */
    FIRTH_BRINE_BIG_INTEGER, /* as decimal digits */
    FIRTH_BRINE_FLOAT,
    FIRTH_BRINE_COMPLEX,
    FIRTH_BRINE_BYTES,
    FIRTH_BRINE_STRING, /* in UTF-8 (RFC 3629) */
    FIRTH_BRINE_TUPLE,
    FIRTH_BRINE_FROZENSET,
    FIRTH_BRINE_SLICE
} firth_brine_kind;

/* One value. A tuple or a frozenset is followed by its items, a slice by start, stop and
 * step. */
typedef struct firth_brine_value {
    firth_brine_kind kind;
    size_t length; /* of data, in bytes; of a tuple or frozenset, in items; of a slice, 3 */
    union {
        bool truth;       /* of a bool */
        int64_t integer;  /* of an integer */
        double real;      /* of a float or a complex number */
        const void *data; /* of bytes, a string, a big integer; not ended by a NUL */
    };
    double imaginary; /* of a complex number */
} firth_brine_value;

/* What firth_brine_encoder_add takes. Data is not copied here: it stays the caller's. */
FIRTH_API firth_brine_value firth_brine_none(void);
FIRTH_API firth_brine_value firth_brine_not_implemented(void);
FIRTH_API firth_brine_value firth_brine_ellipsis(void);
FIRTH_API firth_brine_value firth_brine_bool(bool truth);
FIRTH_API firth_brine_value firth_brine_integer(int64_t integer);
/* Digits, perhaps after a '-', with no other 0 in front. An integer that 64 bits hold is
 * encoded as firth_brine_integer encodes it. */
FIRTH_API firth_brine_value firth_brine_big_integer(const char *digits, size_t length);
FIRTH_API firth_brine_value firth_brine_float(double real);
FIRTH_API firth_brine_value firth_brine_complex(double real, double imaginary);
FIRTH_API firth_brine_value firth_brine_bytes(const void *data, size_t length);
FIRTH_API firth_brine_value firth_brine_string(const char *text, size_t length);
FIRTH_API firth_brine_value firth_brine_tuple(size_t length);
/* No item may be there twice; that is the caller's to see to. The order is kept. */
FIRTH_API firth_brine_value firth_brine_frozenset(size_t length);
FIRTH_API firth_brine_value firth_brine_slice(void);

typedef struct firth_brine_encoder firth_brine_encoder;

/* NULL: the limits of FIRTH_BRINE_LIMITS_INIT. FIRTH_E_INVALID: a limit out of range. */
FIRTH_API firth_err firth_brine_encoder_create(firth_brine_encoder **encoder,
                                               const firth_brine_limits *limits);

/* NULL is fine. */
FIRTH_API void firth_brine_encoder_free(firth_brine_encoder *encoder);

/* The next value; its data is copied. FIRTH_E_INVALID: the value is complete already, no
 * UTF-8, no digits; FIRTH_E_BUFFER_OVERFLOW: over a limit; FIRTH_E_NO_MEMORY. After a failure
 * every later call says the same, up to finish. */
FIRTH_API firth_err firth_brine_encoder_add(firth_brine_encoder *encoder, firth_brine_value value);

/* The bytes, those that rpyc makes; they are the encoder's, and stay until its next add or free.
 * What is added next begins another value, after a failure too. FIRTH_E_INVALID: items are
 * missing. */
FIRTH_API firth_err firth_brine_encoder_finish(firth_brine_encoder *encoder, firth_slice *encoded);

typedef struct firth_brine_decoder firth_brine_decoder;

/* As firth_brine_encoder_create. */
FIRTH_API firth_err firth_brine_decoder_create(firth_brine_decoder **decoder,
                                               const firth_brine_limits *limits);

/* NULL is fine. */
FIRTH_API void firth_brine_decoder_free(firth_brine_decoder *decoder);

/* Begins with other bytes, which stay the caller's and must stay where they are. */
FIRTH_API firth_err firth_brine_decoder_start(firth_brine_decoder *decoder, const void *encoded,
                                              size_t length);

/* The next value; its data lies in the bytes. All that the open containers still lack takes
 * one byte an item at least, so that whoever makes room for a container's items makes room
 * for no more than there are bytes. FIRTH_E_PROTOCOL: bytes that no value has, with their
 * offset; FIRTH_E_BUFFER_OVERFLOW: over a limit; FIRTH_E_INVALID: the value was complete. After
 * a failure, which gives FIRTH_BRINE_NONE, every later call says the same, up to the next
 * start. */
FIRTH_API firth_err firth_brine_decoder_next(firth_brine_decoder *decoder,
                                             firth_brine_value *value);

/* FIRTH_OK: the value is complete, and nothing follows. FIRTH_E_PROTOCOL: bytes follow.
 * FIRTH_E_INVALID: next was not called for all of it. */
FIRTH_API firth_err firth_brine_decoder_finish(firth_brine_decoder *decoder);

#ifdef __cplusplus
}
#endif

#endif
