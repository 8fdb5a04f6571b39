/* What the parts of brine share. Every function is called with the GVL and may raise,
 * unless it says otherwise. */
#ifndef FIRTH_RUBY_BRINE_H
#define FIRTH_RUBY_BRINE_H

#include "firth_ruby.h"

/* ---- brine.c: what brine knows of Ruby, and its failures. */

/* Classes, values and names that brine knows; they stay where they are. */
typedef struct firth_ruby_brine_known {
    VALUE limits;          /* Firth::Brine::Limits */
    VALUE slice;           /* Firth::Brine::Slice */
    VALUE not_implemented; /* Firth::Brine::NOT_IMPLEMENTED */
    VALUE ellipsis;        /* Firth::Brine::ELLIPSIS */
    VALUE set;             /* Set */
    ID parts[3];           /* the variables of a Slice */
    ID to_a;
    ID compares_by_identity;
} firth_ruby_brine_known;

extern firth_ruby_brine_known firth_ruby_brine;

/* Fills in `read` from a Firth::Brine::Limits, or the defaults from nil. TypeError. */
void firth_ruby_brine_limits(VALUE limits, firth_brine_limits *read);

/* Raises nothing: leaves the failure for the end of the call. */
__attribute__((format(printf, 2, 3)))
firth_err firth_ruby_brine_fail(firth_err code, const char *format, ...);

/* ---- brine_place.c: where in a value its parts are. */

/* A container, and how far a walk has come in it. */
typedef struct firth_ruby_container {
    VALUE items; /* an Array, or a Slice */
    bool is_set; /* whose items those are */
    bool is_slice;
    long length;
    long next; /* the item that comes after the one that the walk is at */
} firth_ruby_container;

/* What the last of the containers is at, in Ruby: "value[1].to_a[0].stop". Each is within the
 * one before it. Of many only the outer and the inner ones are told. */
VALUE firth_ruby_brine_place(const firth_ruby_container *containers, size_t count);

/* ---- brine_scalar.c: what holds no other values. */

/* A scalar in the terms of the encoder, or why brine has none for it. */
typedef struct firth_ruby_scalar {
    firth_brine_value value;
    VALUE keep;    /* must be guarded from the garbage collector while the value is used */
    VALUE refusal; /* a class of exceptions, or nil */
    VALUE reason;  /* then a String that begins with the class of what was refused */
} firth_ruby_scalar;

/* What `value`, which is no container, is. An Integer of more than `digits` digits may be
 * told from its size: FIRTH_E_BUFFER_OVERFLOW. */
firth_err firth_ruby_brine_scalar(VALUE value, size_t digits, firth_ruby_scalar *scalar);

#endif
