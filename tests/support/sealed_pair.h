/* Two encrypted channels over a stream of any kind and its far end. */
#ifndef TESTS_SUPPORT_SEALED_PAIR_H
#define TESTS_SUPPORT_SEALED_PAIR_H

#include "duplex.h"

typedef struct sealed_pair {
    duplex ends;
    firth_channel *near, *far;
} sealed_pair;

/* Both have PAIR_KEY. NULL: the default options. */
sealed_pair open_sealed(medium over, const firth_channel_options *options);
sealed_pair open_sealed_with(medium over, const firth_channel_options *near,
                             const firth_channel_options *far);
void close_sealed(sealed_pair *self);

/* One sends, the other receives, the same bytes. */
void must_carry(firth_channel *from, firth_channel *to, const void *payload, size_t length);

#endif
