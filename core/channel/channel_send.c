/* A payload's way out: deflated, framed, collected or written; what a time-out leaves is kept. */
#include "channel/channel_state.h"

#include "base/fail.h"
#include "channel/handshake.h"

#include <firth/buffered_stream.h>

/* What is queued, and the pieces of one frame. */
#define SLICES (1 + FIRTH_FRAME_PIECES)

typedef enum firth_way {
    WAY_COLLECTED, /* put into the queue */
    WAY_TOGETHER,  /* written with what is queued, or put into the queue */
    WAY_BEHIND     /* written behind what is queued; not taken unless all of that leaves */
} firth_way;

static bool batches(const firth_channel *channel)
{
    return channel->options.batch_size > 1;
}

static bool fits(const firth_channel *channel, size_t length)
{
    size_t limit = channel->options.limits.queue;
    size_t queued = firth_send_queue_length(&channel->queue);
    return queued <= limit && length <= limit - queued;
}

/* Whether a batch is full with one more frame. */
static bool fills_batch(const firth_channel *channel, size_t length)
{
    size_t queued = firth_send_queue_length(&channel->queue);
    size_t most = channel->options.limits.queue;
    if (most > FIRTH_MAX_BUFFER_SIZE)
        most = FIRTH_MAX_BUFFER_SIZE;
    return channel->queue.payloads + 1 >= channel->options.batch_size || queued >= most ||
           length >= most - queued;
}

static firth_way way_of(const firth_channel *channel, size_t length)
{
    if (firth_channel_corked(channel))
        return length <= channel->options.limits.queue ? WAY_COLLECTED : WAY_BEHIND;
    if (!batches(channel) || !fits(channel, length))
        return WAY_BEHIND;
    return fills_batch(channel, length) ? WAY_TOGETHER : WAY_COLLECTED;
}

/* After these the payload counts as taken, even if no byte of it has left. */
static bool only_delayed(firth_err err)
{
    return firth_would_wait(err) || err == FIRTH_E_INTERRUPTED || err == FIRTH_E_CALLBACK;
}

static size_t length_of_pieces(const firth_slice *pieces)
{
    return pieces[0].length + pieces[1].length + pieces[2].length;
}

/* Bytes of a payload that was taken and has not left, never 0: they may be the stream's. */
static size_t still_to_go(const firth_channel *channel, size_t kept)
{
    size_t to_read, below = 0;
    kept += firth_stream_behind(channel->stream);
    if (kept == 0)
        firth_stream_held(channel->stream, &to_read, &below);
    return kept + below != 0 ? kept + below : 1;
}

/* What is sealed has memory of its own, or a place that was reserved for it. */
static firth_err put_into_queue(firth_channel *channel, firth_frame *frame,
                                const firth_slice *pieces)
{
    size_t length = length_of_pieces(pieces);
    if (length == 0)
        return FIRTH_OK;
    if (frame->sealed.length == 0 || firth_send_queue_length(&channel->queue) != 0)
        return firth_send_queue_append(&channel->queue, pieces, FIRTH_FRAME_PIECES);
    firth_send_queue_adopt(&channel->queue, &frame->sealed, frame->sealed.length - length);
    return FIRTH_OK;
}

/* Keeps what did not go out, *rest bytes; `err` is why. */
static firth_err keep_rest(firth_channel *channel, firth_frame *frame, const firth_slice *pieces,
                           size_t sent, firth_err err, size_t *rest)
{
    if (firth_stream_closed(channel->stream) ||
        (sent == 0 && !only_delayed(err) && frame->sealed.length == 0))
        return err;
    firth_saved_error told;
    firth_error_save(&told);
    if (put_into_queue(channel, frame, pieces) != FIRTH_OK) {
        if (sent != 0)
            channel->send_fault = FIRTH_E_NO_MEMORY;
        return firth_fail(FIRTH_E_NO_MEMORY,
                          "no memory to keep a frame of which %zu bytes went out", sent);
    }
    atomic_store(&channel->queue.stalled, firth_would_wait(err));
    firth_batch_timer_hurry(channel->timer);
    *rest = still_to_go(channel, length_of_pieces(pieces));
    firth_error_restore(&told);
    return err;
}

static firth_err fail_busy(const firth_channel *channel)
{
    return firth_fail(
        FIRTH_E_BUSY, "%zu bytes of earlier payloads had not gone out; this one was not taken",
        firth_send_queue_length(&channel->queue) + firth_stream_behind(channel->stream));
}

/* A batch leaves as with a flush; what the stream keeps of it is the stream's, and taken. */
static firth_err after_write(firth_channel *channel, const firth_deadline *deadline, size_t *rest)
{
    firth_err err = batches(channel) ? firth_stream_flush_own(channel->stream, deadline) : FIRTH_OK;
    if (err == FIRTH_OK)
        firth_batch_timer_end(channel->timer);
    if (only_delayed(err)) {
        firth_batch_timer_hurry(channel->timer);
        *rest = still_to_go(channel, 0);
    }
    return err;
}

static firth_err write_frame(firth_channel *channel, firth_frame *frame, firth_way way,
                             const firth_deadline *deadline, size_t *rest)
{
    firth_slice slices[SLICES] = {firth_send_queue_rest(&channel->queue)};
    firth_slice *pieces = slices + 1;
    size_t queued = slices[0].length;
    size_t sent;
    firth_frame_pieces(frame, pieces);
    firth_err err =
        queued != 0
            ? firth_stream_drain(channel->stream, slices, SLICES, deadline, &sent)
            : firth_stream_drain(channel->stream, pieces, FIRTH_FRAME_PIECES, deadline, &sent);
    size_t sent_before = sent < queued ? sent : queued;
    if (queued != 0)
        firth_send_queue_drop(&channel->queue, sent_before);
    if (err == FIRTH_OK)
        return after_write(channel, deadline, rest);
    if (sent_before < queued && way == WAY_BEHIND)
        return firth_would_wait(err) ? fail_busy(channel) : err;
    return keep_rest(channel, frame, pieces, sent - sent_before, err, rest);
}

static firth_err collect_frame(firth_channel *channel, const firth_frame *frame)
{
    firth_slice pieces[FIRTH_FRAME_PIECES];
    firth_frame_pieces(frame, pieces);
    firth_err err = firth_send_queue_append(&channel->queue, pieces, FIRTH_FRAME_PIECES);
    if (err != FIRTH_OK)
        return err;
    atomic_store(&channel->queue.owed, true);
    firth_batch_timer_begin(channel->timer);
    return FIRTH_OK;
}

/* With the writing turn: what is queued goes out before the next payload. */
static firth_err clear_the_way(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_channel_send_queued(channel, deadline);
    return firth_would_wait(err) ? fail_busy(channel) : err;
}

/* What was due before, and which no timer tries again, is tried; it may stay. */
static firth_err try_left_over(firth_channel *channel)
{
    const firth_deadline at_once = {0};
    if (!atomic_load(&channel->queue.stalled) || channel->timer != NULL ||
        firth_channel_corked(channel))
        return FIRTH_OK;
    firth_err err = firth_channel_send_queued(channel, &at_once);
    return firth_would_wait(err) || err == FIRTH_E_NOT_SUPPORTED ? FIRTH_OK : err;
}

/* A frame is sealed last of all: nothing may then keep it from being taken. */
static bool is_in_the_way(firth_channel *channel)
{
    return firth_stream_behind(channel->stream) != 0 ||
           (channel->encryption != NULL && firth_send_queue_length(&channel->queue) != 0);
}

/* After this the payload is taken, unless it goes out behind others that do not, or the stream
 * fails before its first byte. */
static firth_err make_way(firth_channel *channel, firth_way way, size_t length,
                          const firth_deadline *deadline)
{
    firth_err err = firth_channel_check_sending(channel);
    bool in_the_way =
        way == WAY_COLLECTED ? !fits(channel, length) : way == WAY_BEHIND && is_in_the_way(channel);
    if (err == FIRTH_OK && in_the_way)
        err = clear_the_way(channel, deadline);
    else if (err == FIRTH_OK && way == WAY_COLLECTED)
        err = try_left_over(channel);
    if (err == FIRTH_OK &&
        (way == WAY_COLLECTED || (way == WAY_TOGETHER && channel->encryption != NULL)))
        err = firth_send_queue_reserve(&channel->queue, length);
    return err;
}

/* A sealed frame is taken, whatever comes of it: its place in the order is used up. */
static firth_err seal_in_turn(firth_channel *channel, firth_frame *frame, firth_way way,
                              const firth_deadline *deadline)
{
    if (channel->encryption == NULL)
        return FIRTH_OK;
    if (way != WAY_COLLECTED && channel->untimed && deadline->timeout >= 0)
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s",
                          "the stream cannot keep to a time, and a sealed frame is not taken back");
    firth_err err = firth_frame_seal(frame, channel->encryption);
    if (err == FIRTH_OK)
        atomic_store(&channel->sent, true);
    return err;
}

/* With the writing turn: the way of a payload that has been deflated before. */
static firth_err send_in_turn(firth_channel *channel, firth_frame *frame,
                              const firth_deadline *deadline, size_t *rest)
{
    size_t length = firth_frame_length(frame);
    if (channel->encryption != NULL)
        length += FIRTH_SEAL_OVERHEAD + firth_encryption_owed(channel->encryption).length;
    firth_way way = way_of(channel, length);
    firth_err err = make_way(channel, way, length, deadline);
    if (err == FIRTH_OK)
        err = seal_in_turn(channel, frame, way, deadline);
    if (err != FIRTH_OK)
        return err;
    if (way == WAY_COLLECTED)
        return collect_frame(channel, frame);
    return write_frame(channel, frame, way, deadline, rest);
}

/* Of a payload that was taken, whatever became of it. */
static size_t pending_or_one(firth_channel *channel)
{
    size_t pending = firth_channel_pending(channel);
    return pending != 0 ? pending : 1;
}

static firth_err send_frame(firth_channel *channel, firth_frame *frame,
                            const firth_deadline *deadline)
{
    size_t rest = 0;
    firth_err err = firth_channel_enter_writing(channel, deadline);
    if (err != FIRTH_OK)
        return firth_channel_told(channel, err);
    firth_err sent = send_in_turn(channel, frame, deadline, &rest);
    err = firth_channel_leave_writing(channel, sent);
    if (sent == FIRTH_OK && (only_delayed(err) || (err != FIRTH_OK && channel->encryption != NULL)))
        rest = pending_or_one(channel);
    firth_batch_timer_arm(channel->timer);
    if (err != FIRTH_E_BUSY)
        err = firth_stream_outcome(err);
    if (err != FIRTH_OK)
        firth_fail_count(rest);
    return firth_channel_told(channel, err);
}

/* Whether a payload of that length would have to wait for others, as far as can be known
 * before it is deflated. */
static bool others_first(firth_channel *channel, size_t length)
{
    size_t pending = firth_channel_pending(channel);
    if (pending == 0)
        return false;
    if (!batches(channel) && !firth_channel_corked(channel))
        return true;
    size_t limit = channel->options.limits.queue;
    return atomic_load(&channel->queue.stalled) && (pending > limit || length > limit - pending);
}

/* Without deflating anything: a payload that would not be taken costs nothing. */
static firth_err wait_for_the_way(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_channel_enter_writing(channel, deadline);
    if (err != FIRTH_OK)
        return firth_channel_told(channel, err);
    err = clear_the_way(channel, deadline);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    if (err != FIRTH_OK)
        firth_fail_count(0);
    return firth_channel_told(channel, err);
}

/* The payload of the call that is told was not taken. */
static firth_err tell_late(firth_channel *channel)
{
    firth_err err = firth_batch_timer_tell(channel->timer);
    if (err != FIRTH_OK)
        firth_fail_count(0);
    return err;
}

/* Comes before anything is done with the payload, which is not taken if this fails. */
static firth_err greet(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_channel_greet(channel, deadline);
    if (firth_would_wait(err)) {
        firth_wants wants = err == FIRTH_E_WANT_READ    ? FIRTH_WANTS_READ
                            : err == FIRTH_E_WANT_WRITE ? FIRTH_WANTS_WRITE
                                                        : FIRTH_WANTS_EITHER;
        err = firth_fail(FIRTH_E_BUSY, "%s",
                         "the peer's hello had not come; the payload was not taken");
        firth_fail_wants(wants);
    }
    if (err != FIRTH_OK)
        firth_fail_count(0);
    return firth_channel_told(channel, err);
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
    if (err == FIRTH_OK)
        err = tell_late(channel);
    if (err == FIRTH_OK && channel->encryption != NULL)
        err = greet(channel, &deadline);
    if (err == FIRTH_OK && others_first(channel, length))
        err = wait_for_the_way(channel, &deadline);
    if (err == FIRTH_OK)
        err = firth_frame_prepare(&frame, &options, payload, length);
    if (err != FIRTH_OK)
        return err;
    err = send_frame(channel, &frame, &deadline);
    firth_frame_release(&frame);
    return err;
}
