/* The object behind a firth_channel, for the files of the channel layer alone. */
#ifndef FIRTH_CHANNEL_CHANNEL_STATE_H
#define FIRTH_CHANNEL_CHANNEL_STATE_H

#include "channel/frame_decoder.h"
#include "channel/frame_encoder.h"
#include "stream/stream.h"

#include <firth/channel.h>

#include <stdatomic.h>

struct firth_channel {
    firth_stream *stream;
    firth_channel_options options;
    _Atomic bool compress;
    _Atomic unsigned corks;
    firth_frame_decoder decoder;     /* with the stream's reading turn */
    firth_buffer pending;            /* of frames taken, with the writing turn */
    _Atomic size_t pending_size;     /* its length, for who has no turn */
    firth_err send_fault;            /* final, once set; with the writing turn */
    _Atomic unsigned generations[2]; /* by firth_direction: of the process whose bytes they are */
};

/* FIRTH_E_FORKED in a child of fork, if bytes of a frame are under way: they are
 * the parent's to send and to receive. */
firth_err firth_channel_check_process(firth_channel *channel, firth_direction direction,
                                      bool under_way);

/* With the writing turn: sends what is pending. FIRTH_E_WANT_WRITE. */
firth_err firth_channel_send_pending(firth_channel *channel, const firth_deadline *deadline);

firth_err firth_channel_fail_null(void);

#endif
