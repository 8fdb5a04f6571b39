/* The life of a channel, and what it is asked besides payloads. */
#include "channel/channel_state.h"

#include "base/fail.h"
#include "base/memory.h"
#include "channel/channel_options.h"
#include "channel/handshake.h"
#include "platform/fork.h"

firth_err firth_channel_fail_null(void)
{
    return firth_fail(FIRTH_E_INVALID, "%s", "the channel is NULL");
}

static firth_err start_timer(firth_channel *channel)
{
    if (firth_stream_callers_threads(channel->stream))
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s",
                          "batch_timeout is above 0, but only the caller's threads may use a "
                          "stream made in a language: give 0, or none");
    return firth_batch_timer_create(&channel->timer, channel, channel->options.batch_timeout);
}

firth_err firth_channel_create(firth_channel **channel, firth_stream *stream,
                               const firth_channel_options *options)
{
    if (channel == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the channel is NULL");
    *channel = NULL;
    firth_channel_options checked;
    firth_err err = firth_stream_expect_open(stream);
    if (err == FIRTH_OK)
        err = firth_channel_options_check(options, &checked);
    if (err != FIRTH_OK)
        return err;
    firth_channel *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a channel");
    firth_count_made();
    made->stream = firth_stream_retain(stream);
    made->options = checked;
    firth_channel_options_forget_key(&made->options);
    atomic_init(&made->compress, checked.compress == FIRTH_COMPRESSION_ON);
    atomic_init(&made->generations[FIRTH_READING], firth_fork_generation());
    atomic_init(&made->generations[FIRTH_WRITING], firth_fork_generation());
    err = firth_channel_begin_encryption(made, &checked);
    firth_frame_decoder_init(&made->decoder, &checked, made->encryption);
    if (err == FIRTH_OK && checked.batch_size > 1 && checked.batch_timeout > 0)
        err = start_timer(made);
    if (err == FIRTH_OK)
        err = firth_channel_try_hello(made);
    if (err == FIRTH_OK)
        *channel = made;
    else
        firth_channel_free(made);
    return err;
}

void firth_channel_free(firth_channel *channel)
{
    if (channel == NULL)
        return;
    firth_batch_timer_free(channel->timer);
    firth_frame_decoder_release(&channel->decoder);
    firth_send_queue_release(&channel->queue);
    firth_channel_end_encryption(channel);
    firth_stream_free(channel->stream);
    firth_deallocate(channel);
    firth_count_gone();
}

firth_err firth_channel_check_process(firth_channel *channel, firth_direction direction,
                                      bool under_way)
{
    unsigned generation = firth_fork_generation();
    _Atomic unsigned *own = &channel->generations[direction];
    if (atomic_load_explicit(own, memory_order_relaxed) == generation)
        return FIRTH_OK;
    if (channel->options.batch_size > 1 || channel->options.key_length != 0)
        return firth_fail(FIRTH_E_FORKED, "a channel that %s belongs to the parent process",
                          channel->options.key_length != 0 ? "encrypts" : "batches");
    if (under_way)
        return firth_fail(FIRTH_E_FORKED, "%s",
                          "a frame was under way when the process forked: it is the parent's");
    atomic_store(own, generation);
    return FIRTH_OK;
}

/* What is queued first; and as soon as either direction moves. */
static firth_err flush_and_look(firth_channel *channel, const firth_deadline *deadline, bool *ready)
{
    const firth_deadline at_once = {0};
    bool settled = false;
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK) {
        err = firth_channel_flush_first(channel, deadline, &settled);
        if (err == FIRTH_OK)
            err = firth_stream_look(channel->stream, settled ? deadline : &at_once, ready);
        if (err != FIRTH_OK || *ready || settled)
            return err;
        err = firth_channel_wait_either(channel, deadline);
    }
    return firth_would_wait(err) ? FIRTH_OK : err;
}

static firth_err look(firth_channel *channel, const firth_deadline *deadline, bool *ready)
{
    *ready = channel->decoder.fault != FIRTH_OK || firth_frame_decoder_complete(&channel->decoder);
    return *ready ? FIRTH_OK : flush_and_look(channel, deadline, ready);
}

/* What the hand-shake ended by is something that a receive would find. */
static bool is_for_reader(const firth_channel *channel, firth_err err)
{
    return err == FIRTH_E_ENCRYPTION ||
           (err == FIRTH_E_CONNECTION_LOST && firth_stream_closed(channel->stream));
}

firth_err firth_channel_poll(firth_channel *channel, double timeout, bool *ready)
{
    firth_deadline deadline;
    bool ignored;
    ready = ready != NULL ? ready : &ignored;
    *ready = false;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_batch_timer_tell(channel->timer);
    if (err == FIRTH_OK && !firth_stream_closed(channel->stream)) {
        err = firth_stream_outcome(firth_channel_confirm(channel, &deadline));
        *ready = is_for_reader(channel, err);
    }
    if (*ready)
        return FIRTH_OK;
    if (err == FIRTH_OK)
        err = firth_stream_enter(channel->stream, FIRTH_READING, &deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    err = firth_channel_check_process(channel, FIRTH_READING, channel->decoder.header_length != 0);
    if (err == FIRTH_OK)
        err = look(channel, &deadline, ready);
    firth_stream_leave(channel->stream, FIRTH_READING);
    return err;
}

static void try_pending_once(firth_channel *channel)
{
    firth_deadline now = firth_deadline_in(0);
    if (firth_stream_enter(channel->stream, FIRTH_WRITING, &now) != FIRTH_OK)
        return;
    firth_channel_send_queued(channel, &now);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
}

bool firth_channel_in_own_process(const firth_channel *channel)
{
    firth_channel *self = (firth_channel *)(uintptr_t)channel;
    return atomic_load(&self->generations[FIRTH_WRITING]) == firth_fork_generation();
}

static size_t own_pending(firth_channel *channel)
{
    return firth_channel_in_own_process(channel) ? atomic_load(&channel->queue.size) : 0;
}

/* The peer may be waiting for it. */
static bool owes_proof(firth_channel *channel)
{
    return firth_channel_owes(channel) && firth_encryption_met(channel->encryption) &&
           firth_channel_in_own_process(channel);
}

static firth_err fail_unsent(size_t unsent)
{
    firth_fail(FIRTH_E_UNSENT, "closed with %zu bytes unsent", unsent);
    firth_fail_count(unsent);
    return FIRTH_E_UNSENT;
}

/* The stream was closed, or lost, by something else; nobody may have said what that cost. */
static firth_err close_closed(firth_channel *channel)
{
    size_t unsent = own_pending(channel);
    bool owed = atomic_exchange(&channel->queue.owed, false);
    return unsent != 0 && owed ? fail_unsent(unsent) : FIRTH_OK;
}

static firth_err close_open(firth_channel *channel)
{
    if (own_pending(channel) != 0 || owes_proof(channel))
        try_pending_once(channel);
    size_t unsent = own_pending(channel);
    atomic_store(&channel->queue.owed, false);
    firth_err err = firth_stream_close(channel->stream);
    if (err == FIRTH_E_UNSENT)
        unsent += firth_last_error()->count;
    else if (err != FIRTH_OK || unsent == 0)
        return err;
    return fail_unsent(unsent);
}

/* What went wrong in the background goes before how the end came to `err`. */
static firth_err tell_late_instead(firth_channel *channel, firth_err err)
{
    size_t unsent = err == FIRTH_E_UNSENT ? firth_last_error()->count : own_pending(channel);
    firth_err late = firth_batch_timer_tell(channel->timer);
    if (late == FIRTH_OK)
        return err;
    firth_fail_count(unsent);
    return late;
}

firth_err firth_channel_close(firth_channel *channel)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_batch_timer_stop(channel->timer);
    bool closed = firth_stream_closed(channel->stream);
    return tell_late_instead(channel, closed ? close_closed(channel) : close_open(channel));
}

static firth_err finish_within(firth_channel *channel, const firth_deadline *deadline)
{
    if (channel->encryption != NULL)
        return firth_channel_finish_sealed(channel, deadline);
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = firth_channel_send_queued(channel, deadline);
    if (err == FIRTH_OK)
        err = firth_stream_finish_own(channel->stream, deadline);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    return err;
}

firth_err firth_channel_finish(firth_channel *channel, double timeout)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_finish_deadline(channel->stream, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    firth_batch_timer_stop(channel->timer);
    if (firth_stream_closed(channel->stream))
        return tell_late_instead(channel, close_closed(channel));
    err = finish_within(channel, &deadline);
    if (firth_stream_finish_untimed(channel->stream, timeout, err, &deadline))
        err = finish_within(channel, &deadline);
    atomic_store(&channel->queue.owed, false);
    return tell_late_instead(channel, firth_stream_close_after(channel->stream, err));
}

bool firth_channel_closed(const firth_channel *channel)
{
    return channel != NULL && firth_stream_closed(channel->stream);
}

firth_err firth_channel_fileno(firth_channel *channel, int *descriptor)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    return firth_stream_fileno(channel->stream, descriptor);
}

firth_stream *firth_channel_stream(firth_channel *channel)
{
    return channel != NULL ? firth_stream_retain(channel->stream) : NULL;
}

bool firth_channel_compress(const firth_channel *channel)
{
    return channel != NULL && atomic_load(&((firth_channel *)(uintptr_t)channel)->compress);
}

firth_err firth_channel_set_compress(firth_channel *channel, bool compress)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    atomic_store(&channel->compress, compress);
    return FIRTH_OK;
}
