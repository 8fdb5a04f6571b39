/* A recorded session between two sides with PAIR_KEY, to be played again, altered, to sides
 * whose private keys are those of the recording. */
#ifndef TESTS_SUPPORT_TAPE_H
#define TESTS_SUPPORT_TAPE_H

#include "frames.h"

/* The number that RAND_priv_bytes makes the next private keys of, here and in the library. */
extern unsigned char private_key_number;
#define LEFT 1
#define RIGHT 2

/* The pieces of what one side says: its hello, its ready, the payloads, its end. */
#define TAPE_PAYLOADS 3
#define TAPE_READY 1
#define TAPE_FIRST 2
#define TAPE_END (TAPE_FIRST + TAPE_PAYLOADS)
#define TAPE_PIECES (TAPE_END + 1)

typedef struct tape {
    blob pieces[TAPE_PIECES];
} tape;

extern const char *const tape_payloads[TAPE_PAYLOADS];

/* What LEFT says to RIGHT, and what RIGHT says to LEFT. */
tape record_tape(int side);
void free_tape(tape *self);

/* All of them, one after the other, for the caller to free. */
blob whole_tape(const tape *self);

/* A codec that the tape was made for. */
firth_frame_codec *hearer_of(int side);

/* What decoding comes to in the end: how many payloads of the tape come first, and then what
 * error. Fails the test if another payload comes, or if the detail of the error shows some of
 * a payload or of the key. */
typedef struct outcome {
    size_t payloads;
    firth_err err;
} outcome;

outcome play(firth_frame_codec *codec, const void *bytes, size_t length);
void must_not_tell(const char *detail);

#endif
