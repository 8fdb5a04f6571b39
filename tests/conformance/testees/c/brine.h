/* Brine's values in the notation of ../../README.md. */
#ifndef TESTEE_BRINE_H
#define TESTEE_BRINE_H

#include <firth/firth.h>

/* The limit of that name. */
size_t *brine_limit(firth_brine_limits *limits, const char *name);

/* `notation` ends with a NUL, and is taken apart. `encoded` is the encoder's. */
firth_err dump_notation(firth_brine_encoder *encoder, char *notation, firth_slice *encoded);

/* The caller frees `notation`, which is NULL after an error. */
firth_err load_notation(firth_brine_decoder *decoder, const void *encoded, size_t length,
                        char **notation);

#endif
