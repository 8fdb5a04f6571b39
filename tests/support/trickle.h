/* Two streams in memory that are each other's far end, in one thread: they never wait, take
 * no more than there is room for, and can be told to move little and to refuse often. */
#ifndef TESTS_SUPPORT_TRICKLE_H
#define TESTS_SUPPORT_TRICKLE_H

#include <firth/firth.h>

#define TRICKLE_ROOM 65536

typedef struct trickle_queue {
    unsigned char bytes[TRICKLE_ROOM];
    size_t length;
    size_t room; /* for how many; TRICKLE_ROOM at first */
    size_t most; /* that one call moves; as much as there is at first */
} trickle_queue;

typedef struct trickle {
    trickle_queue ways[2]; /* what the first and the second stream have written */
    unsigned refuse_every; /* n-th read and n-th write of a stream; 0: none */
} trickle;

/* The streams use `self`, which must outlive them. */
void open_trickle(trickle *self, firth_stream *ends[2]);

#endif
