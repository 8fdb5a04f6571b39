/* The object behind a TLS stream, for the files stream/tls_*.c alone.
 *
 * OpenSSL computes between two buffers (tls_wire.h) while a thread has the turn `computing`,
 * which is never held while the stream below is used: who reads and who writes at the same
 * time wait for each other only as long as a record takes to be sealed or opened. */
#ifndef FIRTH_STREAM_TLS_STATE_H
#define FIRTH_STREAM_TLS_STATE_H

#include "platform/turn.h"
#include "stream/stream.h"
#include "stream/tls_context.h"
#include "stream/tls_wire.h"

typedef struct firth_tls_facts firth_tls_facts;

typedef struct firth_tls {
    firth_stream *lower;
    firth_tls_context *context;
    firth_tls_facts *facts; /* the stream's, which lives longer */
    unsigned generation;    /* of the process that the bytes belong to */
    firth_turn computing;   /* of who uses what follows */
    SSL *ssl;
    firth_tls_wire wire;
    bool asked;         /* for a certificate that we do not have */
    char refusal[384];  /* what was wrong with the peer's certificate */
    firth_turn shaking; /* of who makes the hand-shake; taken before the others */
    firth_turn sending; /* of who uses what follows; taken before `computing` */
    firth_buffer leaving;
    size_t left;         /* how much of it has left */
    _Atomic bool shaken; /* hands */
    _Atomic bool ended;  /* by the peer's close_notify */
    _Atomic size_t unread;
    _Atomic size_t unsent; /* of `leaving` */
    _Atomic int fault_state;
    firth_saved_error fault; /* once there is one: what every call says from then on */
} firth_tls;

/* ---- tls_fault.c: what ends TLS --------------------------------------------------- */

/* FIRTH_OK, FIRTH_E_FORKED, or the fault. */
firth_err firth_tls_check(firth_tls *self);
bool firth_tls_has_fault(firth_tls *self);

/* Makes the failure that was just reported the fault, unless there is one. Returns its code. */
firth_err firth_tls_set_fault(firth_tls *self, firth_err err);

/* With `computing`: what a function of OpenSSL that returned `result` says. FIRTH_OK,
 * FIRTH_E_WANT_READ, FIRTH_E_WANT_WRITE (of a full `out`), FIRTH_E_EOF (the peer's
 * close_notify), or the fault. */
firth_err firth_tls_judge(firth_tls *self, int result);

/* The stream below has ended by `err`, which was just reported: the fault. */
firth_err firth_tls_cut(firth_tls *self, firth_err err);

/* ---- tls_transport.c: the stream below, outside `computing` ------------------------- */

/* Sends all records that were made, and those that are made meanwhile. FIRTH_E_WANT_WRITE. */
firth_err firth_tls_send(firth_tls *self, const firth_deadline *deadline);

/* The same, but FIRTH_E_BUSY if another thread is doing so, which then sends these too: who
 * has to read must not wait for a writer, whom the peer may not hear until it is heard. */
firth_err firth_tls_push(firth_tls *self, const firth_deadline *deadline);

/* firth_tls_push without waiting; a stream below that cannot try is given the time of the
 * call. */
firth_err firth_tls_try_push(firth_tls *self, const firth_deadline *deadline);

/* Whether records wait to be sent. */
bool firth_tls_owes(firth_tls *self);

/* Reads what is there, at least a byte, unless something is there to be looked at.
 * FIRTH_E_WANT_READ. */
firth_err firth_tls_fetch(firth_tls *self, const firth_deadline *deadline);

/* Asked before each of the rounds that fetch and open records: whether the time has run out
 * and what comes without end is no reason to go on. */
bool firth_tls_is_late(const firth_deadline *deadline, unsigned *rounds);

/* For a read that can go on when something has come: sends first, what the peer may be
 * waiting for. Reading tells if the peer is gone. FIRTH_E_WANT_... when the time ran out. */
firth_err firth_tls_await(firth_tls *self, const firth_deadline *deadline);

/* Takes from the slices what fits into one go, and sends it. A failure may come with bytes
 * that were taken: firth_stream_take_ahead. */
firth_err firth_tls_write(firth_tls *self, const firth_slice *slices, size_t slice_count,
                          const firth_deadline *deadline, size_t *count);

/* A write has found the peer gone, which was just reported: what the peer said last tells
 * more, if it can be read without waiting. Other errors stay. */
firth_err firth_tls_explain(firth_tls *self, firth_err err);

/* Reads away what has come and nobody will read, so that the system ends the connection
 * without a reset. */
void firth_tls_read_away(firth_tls *self);

/* ---- tls_records.c: with `computing` -------------------------------------------------- */

/* Seals as much as fits into one go. FIRTH_E_NO_MEMORY: nothing was taken. */
firth_err firth_tls_seal(firth_tls *self, const firth_slice *slices, size_t slice_count,
                         size_t *count);
firth_err firth_tls_open(firth_tls *self, const firth_span *spans, size_t span_count,
                         size_t *count);
/* FIRTH_OK: there is something to be opened. */
firth_err firth_tls_look(firth_tls *self);
/* Brings `unread` up to date. */
void firth_tls_note_unread(firth_tls *self);

/* ---- tls_handshake.c ------------------------------------------------------------------ */

/* FIRTH_OK at once after the first time. */
firth_err firth_tls_shake_hands(firth_tls *self, const firth_deadline *deadline);

/* Called by OpenSSL: a check of the peer's certificate was made; the server wants one. */
int firth_tls_on_verify(int good, X509_STORE_CTX *store);
int firth_tls_on_request(SSL *ssl, X509 **certificate, EVP_PKEY **key);

/* ---- tls_stream.c ---------------------------------------------------------------------- */

/* TLS over `lower`, in that context. */
firth_err firth_tls_stream_over(firth_stream **stream, firth_stream *lower,
                                firth_tls_context *context);

/* ---- tls_facts.c: what was agreed upon, which outlives the connection ------------------- */

firth_err firth_tls_facts_create(firth_tls_facts **facts, firth_tls *self);
void firth_tls_facts_drop(void *facts);
/* With `computing`, once hands are shaken. FIRTH_E_NO_MEMORY. */
firth_err firth_tls_facts_note(firth_tls_facts *facts, SSL *ssl);

#endif
