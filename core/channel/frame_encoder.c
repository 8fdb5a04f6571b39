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
    return options->compress && options->compression_level > 0 &&
           length > options->compression_threshold;
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
    if (frame->body.length > options->frame_limit) {
        size_t found = frame->body.length;
        firth_frame_release(frame);
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                          "the body to send is %zu bytes long, the limit is %zu", found,
                          options->frame_limit);
    }
    write_header(frame->header, frame->body.length, compressed);
    return FIRTH_OK;
}

void firth_frame_release(firth_frame *frame)
{
    firth_buffer_release(&frame->deflated);
}

void firth_frame_pieces(const firth_frame *frame, firth_slice pieces[FIRTH_FRAME_PIECES])
{
    pieces[0] = (firth_slice){frame->header, FIRTH_FRAME_HEADER_SIZE};
    pieces[1] = frame->body;
    pieces[2] = (firth_slice){"\n", FIRTH_FRAME_TRAILER_SIZE};
}

size_t firth_frame_length(const firth_frame *frame)
{
    return FIRTH_FRAME_HEADER_SIZE + frame->body.length + FIRTH_FRAME_TRAILER_SIZE;
}

static firth_err check(const firth_channel_options *options)
{
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "channel options: size is %zu, expected %zu",
                          options->size, sizeof *options);
    if (options->compression_level < 0 || options->compression_level > 9)
        return firth_fail(FIRTH_E_INVALID, "compression_level is %d, expected 0 to 9",
                          options->compression_level);
    if (options->frame_limit > UINT32_MAX)
        return firth_fail(FIRTH_E_INVALID, "frame_limit is %zu bytes, expected at most %lu",
                          options->frame_limit, (unsigned long)UINT32_MAX);
    return FIRTH_OK;
}

firth_err firth_channel_options_check(const firth_channel_options *given,
                                      firth_channel_options *checked)
{
    *checked = (firth_channel_options)FIRTH_CHANNEL_OPTIONS_INIT;
    if (given == NULL)
        return FIRTH_OK;
    firth_err err = check(given);
    if (err == FIRTH_OK)
        *checked = *given;
    return err;
}
