#include "channel/frame_encoder.h"

#include "base/fail.h"
#include "channel/zlib_stage.h"

static void write_header(unsigned char *header, size_t length, bool compressed)
{
    header[0] = (unsigned char)(length >> 24);
    header[1] = (unsigned char)(length >> 16);
    header[2] = (unsigned char)(length >> 8);
    header[3] = (unsigned char)length;
    header[4] = compressed;
}

static bool worth_compressing(const firth_channel_options *options, size_t length)
{
    return options->compress == FIRTH_COMPRESSION_ON && options->compression_level > 0 &&
           length > options->compression_threshold;
}

/* Bytes that sealing adds to a body. */
static size_t overhead_of(const firth_channel_options *options)
{
    return options->key_length != 0 ? FIRTH_SEAL_OVERHEAD : 0;
}

firth_err firth_frame_prepare(firth_frame *frame, const firth_channel_options *options,
                              const void *payload, size_t length)
{
    bool compressed = worth_compressing(options, length);
    *frame = (firth_frame){.body = {payload, length}};
    if (compressed) {
        firth_err err =
            firth_deflate(options->compression_level, payload, length, &frame->deflated);
        if (err != FIRTH_OK) {
            firth_frame_release(frame);
            return err;
        }
        frame->body = (firth_slice){frame->deflated.data, frame->deflated.length};
    }
    size_t body_length = frame->body.length + overhead_of(options);
    if (body_length > options->limits.frame) {
        firth_frame_release(frame);
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                          "the body to send is %zu bytes long, the limit is %zu", body_length,
                          options->limits.frame);
    }
    write_header(frame->header, frame->body.length, compressed);
    return FIRTH_OK;
}

void firth_frame_release(firth_frame *frame)
{
    firth_buffer_release(&frame->deflated);
    firth_buffer_release(&frame->sealed);
}

firth_err firth_frame_seal(firth_frame *frame, firth_encryption *encryption)
{
    firth_inner inner = frame->header[4] == 1 ? FIRTH_INNER_DEFLATED : FIRTH_INNER_PAYLOAD;
    return firth_encryption_seal(encryption, inner, frame->body.data, frame->body.length,
                                 &frame->sealed);
}

void firth_frame_pieces(const firth_frame *frame, firth_slice pieces[FIRTH_FRAME_PIECES])
{
    if (frame->sealed.length != 0) {
        pieces[0] = (firth_slice){frame->sealed.data, frame->sealed.length};
        pieces[1] = pieces[2] = (firth_slice){NULL, 0};
        return;
    }
    pieces[0] = (firth_slice){frame->header, FIRTH_FRAME_HEADER_SIZE};
    pieces[1] = frame->body;
    pieces[2] = (firth_slice){"\n", FIRTH_FRAME_TRAILER_SIZE};
}

size_t firth_frame_length(const firth_frame *frame)
{
    if (frame->sealed.length != 0)
        return frame->sealed.length;
    return FIRTH_FRAME_HEADER_SIZE + frame->body.length + FIRTH_FRAME_TRAILER_SIZE;
}
