/* The seal stage: AES-256-GCM (NIST SP 800-38D) over whole frames, in one direction under
 * one key, which a ratchet replaces. The format is docs/encryption.md. */
#ifndef FIRTH_CHANNEL_SEAL_STAGE_H
#define FIRTH_CHANNEL_SEAL_STAGE_H

#include "base/buffer.h"
#include "channel/crypto.h"

#include <firth/frame.h>

#define FIRTH_SEAL_TAG_SIZE 16
/* By so much a sealed body is longer than what it holds: the inner flag and the tag. */
#define FIRTH_SEAL_OVERHEAD (1 + FIRTH_SEAL_TAG_SIZE)
/* A key is replaced once it has served so many frames, or so many bytes, inner flags among
 * them. */
#define FIRTH_SEAL_FRAMES UINT64_C(65536)
#define FIRTH_SEAL_BYTES (UINT64_C(64) * 1024 * 1024)
/* What every key is bound to, without a zero at its end. */
#define FIRTH_SEAL_LABEL "firth encrypted channel 1"

/* The inner flag: what a sealed frame holds. */
typedef enum firth_inner {
    FIRTH_INNER_PAYLOAD = 0,
    FIRTH_INNER_DEFLATED = 1, /* a payload, by zlib_stage.h */
    FIRTH_INNER_READY = 2,
    FIRTH_INNER_END = 3
} firth_inner;

typedef struct firth_seal {
    EVP_CIPHER_CTX *context;
    bool opens;
    bool keyed; /* the context has this key */
    unsigned char key[FIRTH_SECRET_SIZE];
    uint64_t frames, bytes; /* under this key */
} firth_seal;

/* Without a key yet. FIRTH_E_NO_MEMORY, FIRTH_E_NOT_SUPPORTED. */
firth_err firth_seal_init(firth_seal *seal, bool opens);

/* The first key. */
void firth_seal_set_key(firth_seal *seal, const unsigned char key[FIRTH_SECRET_SIZE]);

/* Wipes it all. */
void firth_seal_release(firth_seal *seal);

/* Appends the whole frame, from header to trailer. After FIRTH_E_NO_MEMORY nothing was
 * sealed, and it can be tried again; FIRTH_E_SYSTEM has spent a number that the peer counts. */
firth_err firth_seal_frame(firth_seal *seal, firth_inner inner, const void *data, size_t length,
                           firth_buffer *frame);

/* A body that has arrived. Its first byte comes alone, so that what it holds, and not the
 * inner flag, begins the memory that goes to the user. */
typedef struct firth_sealed_body {
    const unsigned char *header; /* of its frame */
    unsigned char first;
    unsigned char *rest; /* the remaining bytes of the body */
    size_t rest_length;  /* at least FIRTH_SEAL_TAG_SIZE */
} firth_sealed_body;

/* What the body says it holds; a claim until firth_seal_open. It can be asked again. */
firth_err firth_seal_peek(firth_seal *seal, const firth_sealed_body *body, unsigned char *inner);

/* Comes after a peek: writes rest_length - FIRTH_SEAL_TAG_SIZE bytes to `data`, which is
 * `rest` or other memory. FIRTH_E_ENCRYPTION: what was written is wiped. */
firth_err firth_seal_open(firth_seal *seal, const firth_sealed_body *body, unsigned char *data);

#endif
