/* The first byte of each value (rpyc.core.brine, TAG_...). Numbers are big-endian. */
#ifndef FIRTH_BRINE_TAGS_H
#define FIRTH_BRINE_TAGS_H

enum {
    FIRTH_TAG_NONE = 0x00,
    FIRTH_TAG_EMPTY_BYTES = 0x01,
    FIRTH_TAG_EMPTY_TUPLE = 0x02,
    FIRTH_TAG_TRUE = 0x03,
    FIRTH_TAG_FALSE = 0x04,
    FIRTH_TAG_NOT_IMPLEMENTED = 0x05,
    FIRTH_TAG_ELLIPSIS = 0x06,
    FIRTH_TAG_STRING = 0x08,     /* then bytes, which are its UTF-8 */
    FIRTH_TAG_BYTES_1 = 0x0a,    /* 0x0a to 0x0d: 1 to 4 bytes */
    FIRTH_TAG_BYTES_4 = 0x0d,    /* */
    FIRTH_TAG_BYTES_L1 = 0x0e,   /* 1 byte of length */
    FIRTH_TAG_BYTES_L4 = 0x0f,   /* 4 bytes of length */
    FIRTH_TAG_TUPLE_1 = 0x10,    /* 0x10 to 0x13: 1 to 4 items */
    FIRTH_TAG_TUPLE_4 = 0x13,    /* */
    FIRTH_TAG_TUPLE_L1 = 0x14,   /* 1 byte of length */
    FIRTH_TAG_TUPLE_L4 = 0x15,   /* 4 bytes of length */
    FIRTH_TAG_INTEGER_L1 = 0x16, /* 1 byte of length, then decimal digits */
    FIRTH_TAG_INTEGER_L4 = 0x17, /* 4 bytes of length, then decimal digits */
    FIRTH_TAG_FLOAT = 0x18,      /* then 8 bytes, IEEE 754 */
    FIRTH_TAG_SLICE = 0x19,      /* then a tuple of three */
    FIRTH_TAG_FROZENSET = 0x1a,  /* then a tuple */
    FIRTH_TAG_COMPLEX = 0x1b,    /* then 16 bytes: real, imaginary */
    FIRTH_TAG_SMALL_FIRST = 0x20,
    FIRTH_TAG_SMALL_ZERO = 0x50, /* the integers -48 to 159 are one byte */
    FIRTH_TAG_SMALL_LAST = 0xef
};

#define FIRTH_SMALL_LEAST (FIRTH_TAG_SMALL_FIRST - FIRTH_TAG_SMALL_ZERO)
#define FIRTH_SMALL_MOST (FIRTH_TAG_SMALL_LAST - FIRTH_TAG_SMALL_ZERO)

#endif
