/* What a stream is asked besides bytes: poll, flush, finish, descriptors, counters. */
#include "stream/stream_state.h"

#include "base/fail.h"

firth_err firth_stream_look(firth_stream *stream, const firth_deadline *deadline, bool *ready)
{
    *ready = stream->kept.length != 0;
    if (*ready)
        return FIRTH_OK;
    if (stream->ops.poll == NULL)
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "the %s stream cannot be polled",
                          stream->ops.name);
    firth_fail_expect();
    firth_err err = stream->ops.poll(stream->self, firth_deadline_remaining(deadline), ready);
    err = firth_stream_settle(stream, FIRTH_READING, err);
    if (firth_would_wait(err)) {
        *ready = false;
        err = FIRTH_OK;
    }
    /* What woke it may be a close on this side. */
    if (err == FIRTH_OK && firth_stream_closed(stream)) {
        *ready = false;
        return firth_stream_fail_closed(stream);
    }
    return err;
}

firth_err firth_stream_poll(firth_stream *stream, double timeout, bool *ready)
{
    firth_deadline deadline;
    bool ignored;
    ready = ready != NULL ? ready : &ignored;
    *ready = false;
    firth_err err = firth_stream_deadline(stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_enter(stream, FIRTH_READING, &deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_look(stream, &deadline, ready);
    firth_stream_leave(stream, FIRTH_READING);
    return err;
}

firth_err firth_stream_flush_own(firth_stream *stream, const firth_deadline *deadline)
{
    if (stream->ops.flush == NULL)
        return FIRTH_OK;
    firth_fail_expect();
    firth_err err = stream->ops.flush(stream->self, firth_deadline_remaining(deadline));
    return firth_stream_settle(stream, FIRTH_WRITING, err);
}

firth_err firth_stream_flush(firth_stream *stream, double timeout)
{
    firth_deadline deadline;
    firth_err err = firth_stream_deadline(stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_enter(stream, FIRTH_WRITING, &deadline);
    if (err != FIRTH_OK)
        return firth_stream_outcome(err);
    err = firth_stream_flush_own(stream, &deadline);
    firth_stream_leave(stream, FIRTH_WRITING);
    return firth_stream_outcome(err);
}

firth_err firth_stream_finish_own(firth_stream *stream, const firth_deadline *deadline)
{
    firth_err err = firth_stream_flush_own(stream, deadline);
    if (err != FIRTH_OK || stream->ops.finish == NULL)
        return err;
    firth_fail_expect();
    err = stream->ops.finish(stream->self, firth_deadline_remaining(deadline));
    if (err == FIRTH_E_TIMEOUT && firth_fail_said(err))
        return err;
    return firth_stream_settle(stream, FIRTH_WRITING, err);
}

firth_err firth_stream_close_after(firth_stream *stream, firth_err err)
{
    if (err == FIRTH_OK)
        return firth_stream_close(stream);
    err = firth_stream_outcome(err);
    firth_saved_error first;
    firth_error_save(&first);
    firth_stream_close(stream);
    firth_error_restore(&first);
    return err;
}

static firth_err finish_within(firth_stream *stream, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(stream, FIRTH_WRITING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_finish_own(stream, deadline);
    firth_stream_leave(stream, FIRTH_WRITING);
    return err;
}

firth_err firth_stream_finish(firth_stream *stream, double timeout)
{
    firth_deadline deadline;
    firth_err err = firth_stream_finish_deadline(stream, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    if (firth_stream_closed(stream))
        return FIRTH_OK;
    err = finish_within(stream, &deadline);
    if (firth_stream_finish_untimed(stream, timeout, err, &deadline))
        err = finish_within(stream, &deadline);
    return firth_stream_close_after(stream, err);
}

firth_err firth_stream_finish_below(firth_stream *lower, double timeout)
{
    firth_deadline deadline = firth_deadline_in(timeout);
    if (firth_stream_closed(lower))
        return FIRTH_OK;
    firth_err err = finish_within(lower, &deadline);
    return err == FIRTH_E_NOT_SUPPORTED ? err : firth_stream_close_after(lower, err);
}

static firth_err descriptors_of(firth_stream *stream, int *reading, int *writing)
{
    firth_err err = firth_stream_pass(stream);
    if (err != FIRTH_OK)
        return err;
    firth_fail_expect();
    if (stream->ops.fileno == NULL)
        err =
            firth_fail(FIRTH_E_NOT_SUPPORTED, "the %s stream has no descriptor", stream->ops.name);
    else if ((err = stream->ops.fileno(stream->self, reading, writing)) != FIRTH_OK)
        err = firth_fail_from_outside(err, stream->ops.name);
    firth_stream_passed(stream);
    return err;
}

firth_err firth_stream_fileno(firth_stream *stream, int *descriptor)
{
    int writing;
    if (descriptor == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the descriptor is NULL");
    *descriptor = -1;
    return descriptors_of(stream, descriptor, &writing);
}

firth_err firth_stream_write_fileno(firth_stream *stream, int *descriptor)
{
    int reading;
    if (descriptor == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the descriptor is NULL");
    *descriptor = -1;
    return descriptors_of(stream, &reading, descriptor);
}

firth_err firth_stream_held(firth_stream *stream, size_t *to_read, size_t *to_write)
{
    if (to_read == NULL || to_write == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for a number is NULL");
    *to_read = 0;
    *to_write = 0;
    firth_err err = firth_stream_pass(stream);
    if (err != FIRTH_OK)
        return err;
    if (stream->ops.held != NULL)
        stream->ops.held(stream->self, to_read, to_write);
    *to_read += atomic_load_explicit(&stream->kept_size, memory_order_acquire);
    firth_stream_passed(stream);
    return FIRTH_OK;
}

firth_err firth_stream_wait_either(firth_stream *stream, const firth_deadline *deadline)
{
    if (stream->kept.length != 0)
        return FIRTH_OK;
    if (stream->ops.wait_either == NULL)
        return FIRTH_E_NOT_SUPPORTED;
    firth_fail_expect();
    firth_err err = stream->ops.wait_either(stream->self, firth_deadline_remaining(deadline));
    return firth_stream_settle(stream, FIRTH_READING, err);
}

firth_err firth_stream_wake(firth_stream *stream)
{
    firth_err err = firth_stream_pass(stream);
    if (err != FIRTH_OK)
        return err;
    if (stream->ops.wake != NULL)
        stream->ops.wake(stream->self);
    else
        err = firth_fail(FIRTH_E_NOT_SUPPORTED, "the %s stream cannot be woken", stream->ops.name);
    firth_stream_passed(stream);
    return err;
}

firth_err firth_stream_counters(const firth_stream *stream, firth_counters *counters)
{
    firth_stream *self = (firth_stream *)(uintptr_t)stream;
    if (self == NULL || counters == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream or the place is NULL");
    if (firth_stream_pass(self) == FIRTH_OK) {
        firth_stream_note_calls(self);
        firth_stream_passed(self);
    }
    *counters = (firth_counters){
        .bytes_read = atomic_load(&self->bytes[FIRTH_READING]),
        .bytes_written = atomic_load(&self->bytes[FIRTH_WRITING]),
        .read_calls = atomic_load(&self->calls[FIRTH_READING]),
        .write_calls = atomic_load(&self->calls[FIRTH_WRITING]),
    };
    return FIRTH_OK;
}
