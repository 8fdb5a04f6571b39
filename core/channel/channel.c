/* The life of a channel, and what it is asked besides payloads. */
#include "channel/channel_state.h"

#include "base/fail.h"
#include "base/memory.h"
#include "channel/channel_options.h"
#include "platform/fork.h"

firth_err firth_channel_fail_null(void)
{
    return firth_fail(FIRTH_E_INVALID, "%s", "the channel is NULL");
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
    atomic_init(&made->compress, checked.compress == FIRTH_COMPRESSION_ON);
    atomic_init(&made->generations[FIRTH_READING], firth_fork_generation());
    atomic_init(&made->generations[FIRTH_WRITING], firth_fork_generation());
    firth_frame_decoder_init(&made->decoder, &checked);
    *channel = made;
    return FIRTH_OK;
}

void firth_channel_free(firth_channel *channel)
{
    if (channel == NULL)
        return;
    firth_frame_decoder_release(&channel->decoder);
    firth_buffer_release(&channel->pending);
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
    if (under_way)
        return firth_fail(FIRTH_E_FORKED, "%s",
                          "a frame was under way when the process forked: it is the parent's");
    atomic_store(own, generation);
    return FIRTH_OK;
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
        err = firth_stream_enter(channel->stream, FIRTH_READING, &deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    if (channel->decoder.fault != FIRTH_OK || firth_frame_decoder_complete(&channel->decoder))
        *ready = true;
    else
        err = firth_stream_look(channel->stream, &deadline, ready);
    firth_stream_leave(channel->stream, FIRTH_READING);
    return err;
}

size_t firth_channel_pending(firth_channel *channel)
{
    if (channel == NULL)
        return 0;
    return atomic_load(&channel->pending_size) + firth_stream_behind(channel->stream);
}

firth_err firth_channel_flush(firth_channel *channel, double timeout)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_enter(channel->stream, FIRTH_WRITING, &deadline);
    if (err != FIRTH_OK)
        return firth_stream_outcome(err);
    err = firth_channel_send_pending(channel, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_flush_own(channel->stream, &deadline);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    return firth_stream_outcome(err);
}

static void try_pending_once(firth_channel *channel)
{
    firth_deadline now = firth_deadline_in(0);
    if (firth_stream_enter(channel->stream, FIRTH_WRITING, &now) != FIRTH_OK)
        return;
    firth_channel_send_pending(channel, &now);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
}

/* What is pending, unless it is the parent's of a forked process. */
static size_t own_pending(firth_channel *channel)
{
    bool own = atomic_load(&channel->generations[FIRTH_WRITING]) == firth_fork_generation();
    return own ? atomic_load(&channel->pending_size) : 0;
}

firth_err firth_channel_close(firth_channel *channel)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    if (firth_stream_closed(channel->stream))
        return FIRTH_OK;
    if (own_pending(channel) != 0)
        try_pending_once(channel);
    size_t unsent = own_pending(channel);
    firth_err err = firth_stream_close(channel->stream);
    if (err == FIRTH_E_UNSENT)
        unsent += firth_last_error()->count;
    else if (err != FIRTH_OK || unsent == 0)
        return err;
    firth_fail(FIRTH_E_UNSENT, "closed with %zu bytes unsent", unsent);
    firth_fail_count(unsent);
    return FIRTH_E_UNSENT;
}

static firth_err finish_within(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = firth_channel_send_pending(channel, deadline);
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
    if (err != FIRTH_OK || firth_stream_closed(channel->stream))
        return err;
    err = finish_within(channel, &deadline);
    if (firth_stream_finish_untimed(channel->stream, timeout, err, &deadline))
        err = finish_within(channel, &deadline);
    return firth_stream_close_after(channel->stream, err);
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
