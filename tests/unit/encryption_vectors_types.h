/* The types of encryption_vectors.h, which is made of tests/conformance/encryption_vectors.json. */
#ifndef TESTS_UNIT_ENCRYPTION_VECTORS_TYPES_H
#define TESTS_UNIT_ENCRYPTION_VECTORS_TYPES_H

#include <firth/base.h>

#define VECTOR_FRAMES 5
#define VECTOR_SHOWN 6

typedef struct vector_frame {
    int inner;
    firth_slice payload, sealed, frame;
} vector_frame;

typedef struct vector_side {
    firth_slice private_key, public_key, hello, traffic_key, ready, end;
    vector_frame frames[VECTOR_FRAMES];
} vector_side;

typedef struct vector_session {
    const char *name;
    firth_slice shared_key, shared_hash, secret;
    vector_side sides[2];
} vector_session;

typedef struct vector_ratchet {
    firth_slice shared_key, next_key;
    unsigned count;
    firth_slice hash;
    struct {
        unsigned number;
        firth_slice frame;
    } shown[VECTOR_SHOWN];
} vector_ratchet;

typedef struct vector_bytes {
    unsigned count;
    size_t length;
    firth_slice hash;
} vector_bytes;

#endif
