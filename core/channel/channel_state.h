/* The object behind a firth_channel, for the files of the channel layer alone. */
#ifndef FIRTH_CHANNEL_CHANNEL_STATE_H
#define FIRTH_CHANNEL_CHANNEL_STATE_H

#include "channel/batch_timer.h"
#include "channel/encryption.h"
#include "channel/frame_decoder.h"
#include "channel/frame_encoder.h"
#include "channel/send_queue.h"
#include "platform/turn.h"
#include "stream/stream.h"

#include <firth/channel.h>

#include <stdatomic.h>

struct firth_channel {
    firth_stream *stream;
    firth_channel_options options;
    _Atomic bool compress;
    _Atomic unsigned corks;
    firth_frame_decoder decoder;     /* with the stream's reading turn */
    firth_send_queue queue;          /* with the writing turn */
    firth_batch_timer *timer;        /* NULL: no batch leaves by time */
    firth_err send_fault;            /* final, once set; with the writing turn */
    _Atomic unsigned generations[2]; /* by firth_direction: of the process whose bytes they are */
    firth_encryption *encryption;    /* NULL without a key */
    firth_turn greeting, confirming; /* of who takes these steps of the hand-shake */
    bool untimed;                    /* the stream could not try to write the hello */
    _Atomic bool sent;               /* a payload was sealed */
};

/* FIRTH_E_FORKED in a child of fork, if bytes of a frame are under way, which are the
 * parent's to send and to receive, and always if the channel batches or encrypts. */
firth_err firth_channel_check_process(firth_channel *channel, firth_direction direction,
                                      bool under_way);

/* With the reading turn: 1 to n bytes into the spans; what is queued goes out first. The end is
 * FIRTH_E_CONNECTION_LOST inside a frame, and wherever frames are sealed. FIRTH_E_WANT_... */
firth_err firth_channel_fill(firth_channel *channel, const firth_span *spans, size_t span_count,
                             const firth_deadline *deadline, size_t *count);

/* With the reading turn: takes the first sealed frame, by which the peer shows that it has the
 * key. */
firth_err firth_channel_read_proof(firth_channel *channel, const firth_deadline *deadline);

/* Whether what is queued is this process's own. */
bool firth_channel_in_own_process(const firth_channel *channel);

/* The writing turn, as firth_stream_enter; who only tries waits for the batch timer's own try,
 * which does not wait either. */
firth_err firth_channel_enter_writing(firth_channel *channel, const firth_deadline *deadline);

/* Gives the writing turn up after what came to `err`, and tries to send what is queued if a
 * receiver met the turn taken, since it waits for the peer by now. Returns `err`, or if that is
 * FIRTH_OK what went wrong then. */
firth_err firth_channel_leave_writing(firth_channel *channel, firth_err err);

/* With the writing turn: whether anything can be sent at all. */
firth_err firth_channel_check_sending(firth_channel *channel);

/* With the writing turn: sends what is queued. FIRTH_E_WANT_WRITE. */
firth_err firth_channel_send_queued(firth_channel *channel, const firth_deadline *deadline);

/* The same, and what the stream has collected of it. */
firth_err firth_channel_send_all(firth_channel *channel, const firth_deadline *deadline);

/* Without a turn: firth_channel_send_all. FIRTH_E_BUSY: somebody else has the turn. */
firth_err firth_channel_flush_within(firth_channel *channel, const firth_deadline *deadline);

/* A call is about to tell its caller of `err`: what was still owed on a stream that is closed
 * by now needs no word any more. Returns `err`. */
firth_err firth_channel_told(firth_channel *channel, firth_err err);

/* With the reading turn, before a read or a look: sends what is queued, without waiting if
 * the stream can try. *settled: only reading remains, since nothing is left or somebody else
 * is sending it. Else the peer takes no more for now: the read must not wait either, and if
 * it comes to nothing, firth_channel_wait_either follows, and all begins again. */
firth_err firth_channel_flush_first(firth_channel *channel, const firth_deadline *deadline,
                                    bool *settled);

/* FIRTH_E_WANT_... when the time ran out. */
firth_err firth_channel_wait_either(firth_channel *channel, const firth_deadline *deadline);

firth_err firth_channel_fail_null(void);

#endif
