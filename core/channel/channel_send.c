/* A payload's way out: deflated, framed, written; what a time-out leaves is kept. */
#include "channel/channel_state.h"

#include "base/fail.h"

static void set_pending_size(firth_channel *channel)
{
    atomic_store(&channel->pending_size, channel->pending.length);
}

firth_err firth_channel_send_pending(firth_channel *channel, const firth_deadline *deadline)
{
    firth_buffer *pending = &channel->pending;
    if (channel->send_fault != FIRTH_OK)
        return firth_fail(channel->send_fault, "%s", "a part of a frame could not be kept");
    firth_err err = firth_channel_check_process(channel, FIRTH_WRITING, pending->length != 0);
    if (err != FIRTH_OK)
        return err;
    firth_slice rest = {pending->data, pending->length};
    size_t count;
    err = firth_stream_drain(channel->stream, &rest, 1, deadline, &count);
    firth_buffer_drop(pending, count);
    if (pending->length == 0)
        firth_buffer_release(pending);
    set_pending_size(channel);
    return err;
}

/* After these the payload counts as taken, even if no byte of it has left. */
static bool only_delayed(firth_err err)
{
    return firth_would_wait(err) || err == FIRTH_E_INTERRUPTED || err == FIRTH_E_CALLBACK;
}

static firth_err append_rest(firth_buffer *pending, const firth_slice *pieces)
{
    firth_err err = FIRTH_OK;
    for (size_t i = 0; err == FIRTH_OK && i < FIRTH_FRAME_PIECES; i++)
        err = firth_buffer_append(pending, pieces[i].data, pieces[i].length);
    return err;
}

static size_t length_of_rest(const firth_slice *pieces)
{
    return pieces[0].length + pieces[1].length + pieces[2].length;
}

/* Keeps what did not go out, *rest bytes; `err` is why. */
static firth_err keep_rest(firth_channel *channel, const firth_slice *pieces, size_t sent,
                           firth_err err, size_t *rest)
{
    if (firth_stream_closed(channel->stream) || (sent == 0 && !only_delayed(err)))
        return err;
    firth_saved_error told;
    firth_error_save(&told);
    firth_err kept = firth_buffer_reserve(&channel->pending, length_of_rest(pieces));
    if (kept == FIRTH_OK)
        kept = append_rest(&channel->pending, pieces);
    set_pending_size(channel);
    if (kept != FIRTH_OK) {
        if (sent != 0)
            channel->send_fault = FIRTH_E_NO_MEMORY;
        return firth_fail(FIRTH_E_NO_MEMORY,
                          "no memory to keep a frame of which %zu bytes went out", sent);
    }
    *rest = length_of_rest(pieces) + firth_stream_behind(channel->stream);
    firth_error_restore(&told);
    return err;
}

static firth_err write_frame(firth_channel *channel, const firth_frame *frame,
                             const firth_deadline *deadline, size_t *rest)
{
    firth_slice pieces[FIRTH_FRAME_PIECES];
    size_t sent;
    firth_frame_pieces(frame, pieces);
    firth_err err =
        firth_stream_drain(channel->stream, pieces, FIRTH_FRAME_PIECES, deadline, &sent);
    return err == FIRTH_OK ? err : keep_rest(channel, pieces, sent, err, rest);
}

static firth_err fail_busy(const firth_channel *channel)
{
    firth_fail(FIRTH_E_BUSY,
               "%zu bytes of earlier payloads had not gone out; this one was not taken",
               channel->pending.length + firth_stream_behind(channel->stream));
    return FIRTH_E_BUSY;
}

/* With the writing turn: what is pending goes out before the next payload. */
static firth_err clear_the_way(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_channel_send_pending(channel, deadline);
    return firth_would_wait(err) ? fail_busy(channel) : err;
}

/* Without deflating anything: a payload that would not be taken costs nothing. */
static firth_err wait_for_the_way(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = clear_the_way(channel, deadline);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    if (err != FIRTH_OK)
        firth_fail_count(0);
    return err;
}

static firth_err send_frame(firth_channel *channel, const firth_frame *frame,
                            const firth_deadline *deadline)
{
    size_t rest = 0;
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = clear_the_way(channel, deadline);
    if (err == FIRTH_OK)
        err = write_frame(channel, frame, deadline, &rest);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    if (err != FIRTH_E_BUSY)
        err = firth_stream_outcome(err);
    if (err != FIRTH_OK)
        firth_fail_count(rest);
    return err;
}

firth_err firth_channel_send(firth_channel *channel, const void *payload, size_t length,
                             double timeout)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    if (payload == NULL && length != 0)
        return firth_fail(FIRTH_E_INVALID, "the payload is NULL, its length is %zu", length);
    firth_channel_options options = channel->options;
    options.compress =
        atomic_load(&channel->compress) ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    firth_deadline deadline;
    firth_frame frame;
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    if (err == FIRTH_OK && firth_channel_pending(channel) != 0)
        err = wait_for_the_way(channel, &deadline);
    if (err == FIRTH_OK)
        err = firth_frame_prepare(&frame, &options, payload, length);
    if (err != FIRTH_OK)
        return err;
    err = send_frame(channel, &frame, &deadline);
    firth_frame_release(&frame);
    return err;
}
