/* One side of an encrypted connection: its hello, the peer's, and the seals of both
 * directions. Shared by codec and channel; knows no stream.
 *
 * Who writes may use it at the same time as who reads, once they have met. */
#ifndef FIRTH_CHANNEL_ENCRYPTION_H
#define FIRTH_CHANNEL_ENCRYPTION_H

#include "channel/hello.h"
#include "channel/seal_stage.h"

#include <stdatomic.h>

#define FIRTH_READY_SIZE (FIRTH_FRAME_HEADER_SIZE + FIRTH_SEAL_OVERHEAD + FIRTH_FRAME_TRAILER_SIZE)

typedef struct firth_encryption {
    size_t frame_limit;
    unsigned generation; /* of the process that made it: firth_fork_generation */
    unsigned char shared_hash[FIRTH_SECRET_SIZE]; /* until the first keys are made */
    EVP_PKEY *private_key;                        /* likewise */
    unsigned char hello[FIRTH_HELLO_SIZE];
    unsigned char peer_hello[FIRTH_HELLO_SIZE];
    size_t peer_hello_length; /* bytes that came */
    firth_seal sealing;       /* of who writes, once they have met */
    firth_seal opening;       /* of who reads, likewise */
    firth_buffer ready;       /* the sealed proof of the key, once they have met */
    unsigned char owed[FIRTH_HELLO_SIZE + FIRTH_READY_SIZE]; /* of who writes, as all of these */
    size_t owed_length, owed_gone;
    bool ready_owed;         /* since then, or sent before */
    bool ended;              /* the end is sealed */
    bool end_left;           /* and has left */
    _Atomic bool owes;       /* something is to go out before the next frame */
    _Atomic bool met;        /* both hellos are known, and the keys made */
    _Atomic bool confirmed;  /* the peer has shown that it has the key */
    _Atomic int fault_state; /* 0, 1 while it is set, then 2 */
    char fault[256];
} firth_encryption;

/* Hashes the key, which is not kept. */
firth_err firth_encryption_create(firth_encryption **encryption,
                                  const firth_channel_options *options);

/* Wipes it all. NULL is fine. */
void firth_encryption_free(firth_encryption *encryption);

static inline bool firth_encryption_met(firth_encryption *encryption)
{
    return atomic_load(&encryption->met);
}

/* FIRTH_E_FORKED in a child of fork: both processes would seal under the same numbers. */
firth_err firth_encryption_check_process(const firth_encryption *encryption);

/* The fault again, or FIRTH_OK. Any thread. */
firth_err firth_encryption_fault(firth_encryption *encryption);

/* FIRTH_E_ENCRYPTION, from now on for good; the first one stays. Any thread. */
firth_err firth_encryption_fail(firth_encryption *encryption, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Before they have met: where the next bytes of the peer's hello belong, none if it is whole,
 * and that they came. FIRTH_E_ENCRYPTION. */
firth_span firth_encryption_hello_space(firth_encryption *encryption);
firth_err firth_encryption_hello_came(firth_encryption *encryption, size_t count);

/* With the peer's whole hello: makes the keys, and seals what shows the peer that this side
 * has the key, which is then owed. FIRTH_E_NO_MEMORY leaves all to be tried again.
 * FIRTH_E_FORKED. */
firth_err firth_encryption_meet(firth_encryption *encryption);

/* What is to go out before the next frame: the own hello, then the proof of the key. For who
 * writes; valid until it is called again. */
firth_slice firth_encryption_owed(firth_encryption *encryption);

/* So much of it has left. */
void firth_encryption_paid(firth_encryption *encryption, size_t count);

/* Once they have met: appends what is owed and the frame. FIRTH_E_CLOSED after the end.
 * FIRTH_E_NO_MEMORY, FIRTH_E_FORKED: nothing was sealed. */
firth_err firth_encryption_seal(firth_encryption *encryption, firth_inner inner, const void *data,
                                size_t length, firth_buffer *frames);

/* Whether a body of so many bytes may come, by the header's claim: before the peer has shown
 * the key, only the one that shows it. FIRTH_E_ENCRYPTION. */
firth_err firth_encryption_check_header(firth_encryption *encryption, unsigned flag, size_t length);

/* What the body, which has come whole, holds. FIRTH_INNER_READY and ..._END were opened, are in
 * their place, and are done with; of the others it is a claim until they are opened. */
firth_err firth_encryption_peek(firth_encryption *encryption, const firth_sealed_body *body,
                                firth_inner *inner);

/* Comes after a peek of a payload: firth_seal_open. */
firth_err firth_encryption_open(firth_encryption *encryption, const firth_sealed_body *body,
                                unsigned char *data);

#endif
