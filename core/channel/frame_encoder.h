/* One payload to the pieces of its frame. Knows no stream. */
#ifndef FIRTH_CHANNEL_FRAME_ENCODER_H
#define FIRTH_CHANNEL_FRAME_ENCODER_H

#include "base/buffer.h"
#include "channel/encryption.h"

#include <firth/frame.h>

#define FIRTH_FRAME_PIECES 3

/* A frame that is ready to go out: header, body, trailer. The body is the caller's
 * payload itself, or what was deflated. One that is to be sealed is ready once it was. */
typedef struct firth_frame {
    unsigned char header[FIRTH_FRAME_HEADER_SIZE];
    firth_slice body;
    firth_buffer deflated;
    firth_buffer sealed; /* the whole frame, with what goes out before it; else empty */
} firth_frame;

/* FIRTH_E_BUFFER_OVERFLOW: the body would be over the limit. */
firth_err firth_frame_prepare(firth_frame *frame, const firth_channel_options *options,
                              const void *payload, size_t length);
void firth_frame_release(firth_frame *frame);

/* Of a prepared frame, once: what it is sealed into is to go out, in the order of sealing.
 * As firth_encryption_seal. */
firth_err firth_frame_seal(firth_frame *frame, firth_encryption *encryption);

/* The pieces in order, of which some may be empty. They point into the frame and the payload. */
void firth_frame_pieces(const firth_frame *frame, firth_slice pieces[FIRTH_FRAME_PIECES]);
size_t firth_frame_length(const firth_frame *frame);

#endif
