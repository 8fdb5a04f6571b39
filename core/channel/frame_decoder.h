/* Bytes to payloads, frame by frame. Knows no stream: it says where the next bytes
 * belong, and is told how many came. */
#ifndef FIRTH_CHANNEL_FRAME_DECODER_H
#define FIRTH_CHANNEL_FRAME_DECODER_H

#include "base/buffer.h"
#include "channel/encryption.h"
#include "channel/sink.h"

#include <firth/frame.h>

#define FIRTH_DECODER_SPANS 3

typedef struct firth_frame_decoder {
    size_t frame_limit;
    size_t inflated_limit;
    firth_encryption *encryption; /* opens the bodies; NULL: they are not sealed. The owner's */
    unsigned char header[FIRTH_FRAME_HEADER_SIZE];
    unsigned char trailer;
    unsigned char header_length; /* bytes of the header that came */
    bool body_in_own;            /* the body comes into `own`, not into a sink */
    unsigned char sealed_first;  /* the first byte of a sealed body, the others are in `own` */
    bool deflated;               /* says the inner flag of a sealed body that was opened */
    bool opened;                 /* the sealed body in `own` */
    bool is_payload;             /* `own` is the payload, not the body */
    firth_err fault;             /* final, once set */
    size_t arrived;              /* bytes of body and trailer that came */
    size_t handed;               /* bytes of the payload that were taken in steps */
    firth_buffer own;
} firth_frame_decoder;

/* `encryption` is the owner's, and may be NULL. */
void firth_frame_decoder_init(firth_frame_decoder *decoder, const firth_channel_options *options,
                              firth_encryption *encryption);
void firth_frame_decoder_release(firth_frame_decoder *decoder);

/* Reports the final fault again, or FIRTH_OK. */
firth_err firth_frame_decoder_fault(const firth_frame_decoder *decoder);

/* Whether a frame has begun and is not complete. */
bool firth_frame_decoder_inside(const firth_frame_decoder *decoder);
bool firth_frame_decoder_has_header(const firth_frame_decoder *decoder);
bool firth_frame_decoder_complete(const firth_frame_decoder *decoder);
size_t firth_frame_decoder_body_length(const firth_frame_decoder *decoder);

/* Where the next bytes belong: memory grows at most 1 MiB, or as much again, ahead
 * of what came. A body that is the payload goes into the sink, if there is one. */
firth_err firth_frame_decoder_space(firth_frame_decoder *decoder, firth_sink *sink,
                                    firth_span spans[FIRTH_DECODER_SPANS], size_t *span_count);

/* `count` bytes came into those spans. FIRTH_E_PROTOCOL, FIRTH_E_BUFFER_OVERFLOW and
 * FIRTH_E_ENCRYPTION are final. */
firth_err firth_frame_decoder_advance(firth_frame_decoder *decoder, size_t count);

/* Whether the complete frame brings a payload. If not, the decoder is between frames again.
 * FIRTH_E_EOF, which is final: it was the sealed end. */
firth_err firth_frame_decoder_sort(firth_frame_decoder *decoder, bool *payload);

/* The sink goes away before the frame is complete: what it holds is copied. */
firth_err firth_frame_decoder_keep(firth_frame_decoder *decoder, const firth_sink *sink);

/* The complete frame's payload, into the sink or as bytes that the caller owns. The
 * decoder is then between frames, except after FIRTH_E_NO_MEMORY, when the payload
 * can be taken again, and FIRTH_E_ENCRYPTION, which is final. */
firth_err firth_frame_decoder_take(firth_frame_decoder *decoder, firth_sink *sink, size_t *length);
firth_err firth_frame_decoder_give(firth_frame_decoder *decoder, firth_bytes *payload);

/* Taking a payload in steps. Its length: known from the header, or, if the body is
 * compressed or sealed, once the complete frame has been unpacked. */
bool firth_frame_decoder_knows_length(const firth_frame_decoder *decoder);
firth_err firth_frame_decoder_unpack(firth_frame_decoder *decoder);
size_t firth_frame_decoder_payload_length(const firth_frame_decoder *decoder);
bool firth_frame_decoder_in_steps(const firth_frame_decoder *decoder);

/* Copies up to `capacity` bytes that came before and were not taken. */
size_t firth_frame_decoder_hand_out(firth_frame_decoder *decoder, void *buffer, size_t capacity);

/* Where the next bytes belong if they go straight into the caller's memory, and
 * that they came, as for ..._space and ..._advance. */
size_t firth_frame_decoder_step_space(firth_frame_decoder *decoder, void *buffer, size_t capacity,
                                      firth_span spans[FIRTH_DECODER_SPANS]);
firth_err firth_frame_decoder_step_advance(firth_frame_decoder *decoder, size_t count,
                                           size_t *handed);

/* After the last step: whether all is taken; the decoder is then between frames. */
bool firth_frame_decoder_end_steps(firth_frame_decoder *decoder);

#endif
