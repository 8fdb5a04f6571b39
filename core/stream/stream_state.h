/* The object behind a firth_stream, for the files of the generic layer alone. */
#ifndef FIRTH_STREAM_STREAM_STATE_H
#define FIRTH_STREAM_STREAM_STATE_H

#include "base/buffer.h"
#include "base/gate.h"
#include "platform/turn.h"
#include "stream/stream.h"

#include <firth/stream_ops.h>

/* Kinds of objects that one stream may have attached. */
#define FIRTH_STREAM_ATTACHMENTS 2

typedef struct firth_attachment {
    void *object;
    void (*drop)(void *object);
} firth_attachment;

struct firth_stream {
    _Atomic unsigned references;
    firth_gate gate;
    firth_turn turns[2]; /* by firth_direction */
    firth_stream_ops ops;
    void *self;
    firth_buffer kept;        /* read before, to be read again; with the reading turn */
    _Atomic size_t kept_size; /* its length, for who has no turn */
    _Atomic int loss;         /* firth_err, once the peer is gone */
    bool keeps_readable;      /* though a write has found the peer gone */
    bool takes_ahead;         /* a failed write_some may have taken bytes */
    _Atomic bool behind;      /* they have not left; set with the writing turn */
    _Atomic double timeout;   /* seconds */
    _Atomic uint64_t bytes[2];
    _Atomic uint64_t calls[2];   /* as last asked of ops.system_calls */
    _Atomic unsigned generation; /* of the process it lives in */
    firth_attachment attached[FIRTH_STREAM_ATTACHMENTS];
};

/* Inside the gate without a turn, for calls that neither read nor write. */
firth_err firth_stream_pass(firth_stream *stream);
void firth_stream_passed(firth_stream *stream);

/* FIRTH_E_CLOSED, or what the stream was lost by. */
firth_err firth_stream_fail_closed(const firth_stream *stream);

/* Inside the gate: brings `calls` up to date. */
void firth_stream_note_calls(firth_stream *stream);

#endif
