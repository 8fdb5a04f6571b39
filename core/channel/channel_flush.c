/* What was taken and has not left: sent for its own sake, and before something is received. */
#include "channel/channel_state.h"

#include "base/fail.h"
#include "channel/handshake.h"

/* Seconds that a try, which waits for nothing, may take for all we know. */
#define LONGEST_TRY 0.5

/* Seconds between looks at a stream that cannot wait for either direction. */
#define LITTLE 0.01

static const firth_deadline at_once = {0};

firth_err firth_channel_check_sending(firth_channel *channel)
{
    if (channel->send_fault != FIRTH_OK)
        return firth_fail(channel->send_fault, "%s", "a part of a frame could not be kept");
    return firth_channel_check_process(channel, FIRTH_WRITING,
                                       firth_send_queue_length(&channel->queue) != 0);
}

firth_err firth_channel_send_queued(firth_channel *channel, const firth_deadline *deadline)
{
    firth_send_queue *queue = &channel->queue;
    firth_err err = firth_channel_check_sending(channel);
    if (err != FIRTH_OK)
        return err;
    err = firth_channel_send_owed(channel, deadline);
    if (err != FIRTH_OK)
        return err;
    firth_slice rest = firth_send_queue_rest(queue);
    size_t count;
    err = firth_stream_drain(channel->stream, &rest, 1, deadline, &count);
    firth_send_queue_drop(queue, count);
    if (firth_would_wait(err))
        atomic_store(&queue->stalled, true);
    return err;
}

firth_err firth_channel_send_all(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_channel_send_queued(channel, deadline);
    if (err == FIRTH_OK)
        err = firth_stream_flush_own(channel->stream, deadline);
    if (err == FIRTH_OK)
        firth_batch_timer_end(channel->timer);
    return err;
}

/* The timer says that it tries before it takes the turn. */
static firth_err enter_after_timer(firth_channel *channel)
{
    const firth_deadline longest = firth_deadline_in(LONGEST_TRY);
    firth_err err = FIRTH_E_BUSY;
    while (err == FIRTH_E_BUSY && firth_batch_timer_tries(channel->timer) &&
           firth_deadline_remaining(&longest) > 0) {
        const firth_deadline soon = firth_deadline_in(LONGEST_TRY / 100);
        err = firth_stream_enter(channel->stream, FIRTH_WRITING, &soon);
    }
    return err == FIRTH_E_BUSY ? firth_stream_enter(channel->stream, FIRTH_WRITING, &at_once) : err;
}

firth_err firth_channel_enter_writing(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_E_BUSY || deadline->timeout != 0 || channel->timer == NULL)
        return err;
    return enter_after_timer(channel);
}

firth_err firth_channel_told(firth_channel *channel, firth_err err)
{
    if (channel->encryption != NULL && err == FIRTH_E_CONNECTION_LOST)
        firth_stream_lose(channel->stream, err);
    if (err != FIRTH_OK && firth_stream_closed(channel->stream))
        atomic_store(&channel->queue.owed, false);
    return err;
}

/* What cannot leave at once is left as it is. */
static firth_err try_for_receiver(firth_channel *channel)
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, &at_once);
    if (err != FIRTH_OK)
        return FIRTH_OK;
    err = firth_channel_send_all(channel, &at_once);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    return firth_would_wait(err) || err == FIRTH_E_NOT_SUPPORTED ? FIRTH_OK : err;
}

firth_err firth_channel_leave_writing(firth_channel *channel, firth_err err)
{
    firth_saved_error told;
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    if (!atomic_load(&channel->queue.wanted) || !atomic_exchange(&channel->queue.wanted, false))
        return err;
    firth_error_save(&told);
    firth_err tried = try_for_receiver(channel);
    if (err == FIRTH_OK && tried != FIRTH_OK)
        return tried;
    firth_error_restore(&told);
    return err;
}

/* Waits until `turn` for the writing turn, and until `deadline` for the peer. */
static firth_err flush_in_turn(firth_channel *channel, const firth_deadline *turn,
                               const firth_deadline *deadline)
{
    firth_err err = firth_channel_enter_writing(channel, turn);
    if (err == FIRTH_OK) {
        err = firth_channel_send_all(channel, deadline);
        if (firth_would_wait(err))
            firth_batch_timer_hurry(channel->timer);
        firth_stream_leave(channel->stream, FIRTH_WRITING);
    }
    firth_batch_timer_arm(channel->timer);
    return err;
}

firth_err firth_channel_flush_within(firth_channel *channel, const firth_deadline *deadline)
{
    return firth_channel_told(channel, flush_in_turn(channel, deadline, deadline));
}

firth_err firth_channel_flush(firth_channel *channel, double timeout)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_batch_timer_tell(channel->timer);
    if (err != FIRTH_OK) {
        firth_batch_timer_arm(channel->timer);
        return err;
    }
    return firth_stream_outcome(firth_channel_flush_within(channel, &deadline));
}

/* Whether there is something to send for this process. */
static bool unsent(firth_channel *channel)
{
    if (atomic_load(&channel->queue.size) != 0 || firth_channel_owes(channel))
        return firth_channel_in_own_process(channel);
    return firth_stream_behind(channel->stream) != 0;
}

/* Who has the writing turn sends what is queued, or does so when it gives the turn up. It is not
 * waited for: the peer may take no more from that thread before this one has read. Where frames
 * are sealed, what the peer has said last is still to be read if it has gone. */
static firth_err flush_unless_busy(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = flush_in_turn(channel, &at_once, deadline);
    if (err == FIRTH_E_BUSY) {
        atomic_store(&channel->queue.wanted, true);
        err = flush_in_turn(channel, &at_once, deadline);
    }
    if (err == FIRTH_E_BUSY || (channel->encryption != NULL && err == FIRTH_E_CONNECTION_LOST &&
                                !firth_stream_closed(channel->stream)))
        return FIRTH_OK;
    return firth_channel_told(channel, err);
}

firth_err firth_channel_flush_first(firth_channel *channel, const firth_deadline *deadline,
                                    bool *settled)
{
    *settled = true;
    if (!unsent(channel))
        return FIRTH_OK;
    firth_err err = flush_unless_busy(channel, &at_once);
    if (err == FIRTH_E_NOT_SUPPORTED)
        return flush_unless_busy(channel, deadline);
    *settled = !firth_would_wait(err);
    return *settled ? err : FIRTH_OK;
}

/* For a stream that can wait for one direction at a time: looks for what may be read, and not
 * for long, so that what may be written does not wait for it. */
static firth_err wait_a_little(firth_channel *channel, const firth_deadline *deadline)
{
    double left = firth_deadline_remaining(deadline);
    bool ready;
    if (left == 0)
        return FIRTH_E_WANT_EITHER;
    firth_deadline little = firth_deadline_in(left > 0 && left < LITTLE ? left : LITTLE);
    firth_err err = firth_stream_look(channel->stream, &little, &ready);
    return err == FIRTH_E_NOT_SUPPORTED ? flush_unless_busy(channel, deadline) : err;
}

firth_err firth_channel_wait_either(firth_channel *channel, const firth_deadline *deadline)
{
    if (deadline->timeout == 0)
        return FIRTH_E_WANT_EITHER;
    firth_err err = firth_stream_wait_either(channel->stream, deadline);
    return err == FIRTH_E_NOT_SUPPORTED ? wait_a_little(channel, deadline) : err;
}

size_t firth_channel_pending(firth_channel *channel)
{
    if (channel == NULL)
        return 0;
    return atomic_load(&channel->queue.size) + firth_stream_behind(channel->stream);
}
