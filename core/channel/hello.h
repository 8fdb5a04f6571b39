/* The hello of an encrypted channel, and the keys that two of them agree on
 * (docs/encryption.md). Knows no stream. */
#ifndef FIRTH_CHANNEL_HELLO_H
#define FIRTH_CHANNEL_HELLO_H

#include "channel/crypto.h"

#include <firth/frame.h>

#define FIRTH_HELLO_VERSION 1
/* Magic, version, public key: of every version, so that another one can be told. */
#define FIRTH_HELLO_BODY_SIZE 41
#define FIRTH_HELLO_SIZE \
    (FIRTH_FRAME_HEADER_SIZE + FIRTH_HELLO_BODY_SIZE + FIRTH_FRAME_TRAILER_SIZE)
/* Where in the frame the public key begins. */
#define FIRTH_HELLO_KEY_AT (FIRTH_HELLO_SIZE - FIRTH_FRAME_TRAILER_SIZE - FIRTH_SECRET_SIZE)

/* What the bytes of a peer are, as far as they have come. */
typedef enum firth_hello_verdict {
    FIRTH_HELLO_FITS = 0,     /* a hello, or the beginning of one */
    FIRTH_HELLO_IS_NONE,      /* something else */
    FIRTH_HELLO_VERSION_OTHER /* the hello of another version */
} firth_hello_verdict;

void firth_hello_write(unsigned char hello[FIRTH_HELLO_SIZE],
                       const unsigned char public_key[FIRTH_SECRET_SIZE]);

firth_hello_verdict firth_hello_judge(const unsigned char *bytes, size_t length);

/* What the pre-shared key becomes before it is forgotten. */
firth_err firth_hash_shared_key(const void *key, size_t length,
                                unsigned char hash[FIRTH_SECRET_SIZE]);

/* The first key of one direction. */
firth_err firth_traffic_key(const unsigned char shared_hash[FIRTH_SECRET_SIZE],
                            const unsigned char secret[FIRTH_SECRET_SIZE],
                            const unsigned char sender_hello[FIRTH_HELLO_SIZE],
                            const unsigned char receiver_hello[FIRTH_HELLO_SIZE],
                            unsigned char key[FIRTH_SECRET_SIZE]);

#endif
