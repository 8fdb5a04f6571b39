#include "base/buffer.h"
#include "base/fail.h"
#include "base/memory.h"
#include "platform/fork.h"
#include "platform/turn.h"
#include "stream/stream.h"

#include <firth/buffered_stream.h>
#include <firth/stream_ops.h>

#include <string.h>

/* Spans and slices of a caller that are passed on at once. */
#define PARTS 8

typedef struct buffered_stream {
    firth_stream *lower;
    size_t size;
    unsigned generation;           /* of the process that the bytes belong to */
    unsigned char *ahead;          /* read ahead; with the reading turn */
    size_t ahead_at, ahead_length; /* what of it is still to be read */
    firth_turn collecting;         /* of who uses `collected`, which readers flush too */
    firth_buffer collected;        /* still to be written */
    firth_saved_error late;        /* of a write that had taken something; with its turn */
    _Atomic size_t held[2];        /* by firth_direction, for who has no turn */
} buffered_stream;

static const firth_deadline at_once = {0};

static firth_err check_process(const buffered_stream *self)
{
    if (self->generation == firth_fork_generation())
        return FIRTH_OK;
    return firth_fail(FIRTH_E_FORKED, "%s", "a buffered stream belongs to the parent process");
}

/* ---- Writing ------------------------------------------------------------------ */

static void note_collected(buffered_stream *self)
{
    atomic_store(&self->held[FIRTH_WRITING], self->collected.length);
}

static firth_err write_lower(buffered_stream *self, firth_slice *slices, size_t slice_count,
                             const firth_deadline *deadline, size_t *count)
{
    *count = 0;
    firth_err err = firth_stream_enter(self->lower, FIRTH_WRITING, deadline);
    if (err == FIRTH_E_BUSY)
        return FIRTH_E_WANT_WRITE;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_drain(self->lower, slices, slice_count, deadline, count);
    firth_stream_leave(self->lower, FIRTH_WRITING);
    return err;
}

/* With the collecting turn. */
static firth_err send_collected(buffered_stream *self, const firth_deadline *deadline)
{
    firth_slice all = {self->collected.data, self->collected.length};
    size_t count;
    if (all.length == 0)
        return FIRTH_OK;
    firth_err err = write_lower(self, &all, 1, deadline, &count);
    firth_buffer_drop(&self->collected, count);
    note_collected(self);
    return err;
}

/* With the collecting turn: what was collected and the slices, in one write. *count is
 * what went out of the slices. */
static firth_err send_through(buffered_stream *self, const firth_slice *slices, size_t slice_count,
                              const firth_deadline *deadline, size_t *count)
{
    firth_slice all[1 + PARTS] = {{self->collected.data, self->collected.length}};
    size_t before = self->collected.length;
    size_t sent;
    if (slice_count > PARTS)
        slice_count = PARTS;
    memcpy(all + 1, slices, slice_count * sizeof *slices);
    firth_err err = write_lower(self, all, 1 + slice_count, deadline, &sent);
    *count = sent > before ? sent - before : 0;
    firth_buffer_drop(&self->collected, sent < before ? sent : before);
    note_collected(self);
    return err;
}

/* With the collecting turn: as much of the slices as there is room for. */
static size_t collect(buffered_stream *self, const firth_slice *slices, size_t slice_count)
{
    size_t taken = 0;
    for (size_t i = 0; i < slice_count && self->collected.length < self->size; i++) {
        size_t room = self->size - self->collected.length;
        size_t part = slices[i].length < room ? slices[i].length : room;
        firth_buffer_append(&self->collected, slices[i].data, part);
        taken += part;
    }
    note_collected(self);
    return taken;
}

static size_t length_of(const firth_slice *slices, size_t slice_count)
{
    size_t length = 0;
    for (size_t i = 0; i < slice_count; i++)
        length += slices[i].length;
    return length;
}

/* An error after which bytes had been taken comes with the next write or flush. */
static firth_err take_late(buffered_stream *self)
{
    if (self->late.error.code == FIRTH_OK)
        return FIRTH_OK;
    firth_err err = firth_error_restore(&self->late);
    self->late.error.code = FIRTH_OK;
    return err;
}

static firth_err write_or_collect(buffered_stream *self, const firth_slice *slices,
                                  size_t slice_count, const firth_deadline *deadline, size_t *count)
{
    *count = 0;
    firth_err err = take_late(self);
    if (err != FIRTH_OK)
        return err;
    if (length_of(slices, slice_count) > self->size - self->collected.length)
        err = send_through(self, slices, slice_count, deadline, count);
    if (*count != 0 && err != FIRTH_OK && !firth_would_wait(err))
        firth_error_save(&self->late);
    if (*count != 0)
        return FIRTH_OK;
    if (err == FIRTH_OK || firth_would_wait(err))
        *count = collect(self, slices, slice_count);
    return *count != 0 ? FIRTH_OK : err;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    buffered_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = check_process(self);
    if (err == FIRTH_OK)
        err = firth_turn_take(&self->collecting, &deadline);
    if (err == FIRTH_E_BUSY)
        return FIRTH_E_WANT_WRITE;
    if (err != FIRTH_OK)
        return err;
    err = write_or_collect(self, slices, slice_count, &deadline, count);
    firth_turn_give(&self->collecting);
    return err;
}

/* What lies below may be collecting too. */
static firth_err flush_lower(buffered_stream *self, const firth_deadline *deadline)
{
    firth_err err = firth_stream_flush(self->lower, firth_deadline_remaining(deadline));
    return err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY ? FIRTH_E_WANT_WRITE : err;
}

static firth_err flush(void *object, double timeout)
{
    buffered_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = check_process(self);
    if (err == FIRTH_OK)
        err = firth_turn_take(&self->collecting, &deadline);
    if (err == FIRTH_E_BUSY)
        return FIRTH_E_WANT_WRITE;
    if (err != FIRTH_OK)
        return err;
    err = take_late(self);
    if (err == FIRTH_OK)
        err = send_collected(self, &deadline);
    firth_turn_give(&self->collecting);
    return err == FIRTH_OK ? flush_lower(self, &deadline) : err;
}

/* ---- Reading ------------------------------------------------------------------ */

static void note_ahead(buffered_stream *self)
{
    atomic_store(&self->held[FIRTH_READING], self->ahead_length);
}

static size_t take_ahead(buffered_stream *self, const firth_span *spans, size_t span_count)
{
    size_t taken = 0;
    for (size_t i = 0; i < span_count && self->ahead_length != 0; i++) {
        size_t part = spans[i].length < self->ahead_length ? spans[i].length : self->ahead_length;
        if (part != 0)
            memcpy(spans[i].data, self->ahead + self->ahead_at, part);
        self->ahead_at += part;
        self->ahead_length -= part;
        taken += part;
    }
    note_ahead(self);
    return taken;
}

static firth_err read_lower(buffered_stream *self, const firth_span *spans, size_t span_count,
                            const firth_deadline *deadline, size_t *count)
{
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_READ;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_fill(self->lower, spans, span_count, deadline, count);
    firth_stream_leave(self->lower, FIRTH_READING);
    return err;
}

/* One read into the caller's spans and, behind them, into the memory for what is ahead. */
static firth_err read_ahead(buffered_stream *self, const firth_span *spans, size_t span_count,
                            const firth_deadline *deadline, size_t *count)
{
    firth_span all[PARTS + 1];
    size_t asked = 0;
    if (span_count > PARTS)
        return read_lower(self, spans, PARTS, deadline, count);
    for (size_t i = 0; i < span_count; i++) {
        all[i] = spans[i];
        asked += spans[i].length;
    }
    all[span_count] = (firth_span){self->ahead, self->size};
    firth_err err = read_lower(self, all, span_count + 1, deadline, count);
    if (err == FIRTH_OK && *count > asked) {
        self->ahead_at = 0;
        self->ahead_length = *count - asked;
        *count = asked;
        note_ahead(self);
    }
    return err;
}

static firth_err wait_for_lower(buffered_stream *self, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_READ;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_wait_either(self->lower, deadline);
    firth_stream_leave(self->lower, FIRTH_READING);
    return err;
}

/* Before waiting for the peer, what it may be waiting for is sent. *settled says that
 * nothing is left, or that somebody is writing it: then only reading remains. Else the
 * peer takes no more for now, and either direction has been waited for. A stream that
 * cannot try is given the caller's time for each. */
static firth_err flush_before_waiting(buffered_stream *self, const firth_deadline *deadline,
                                      bool *settled)
{
    firth_err err = flush(self, 0);
    *settled = err == FIRTH_OK || err == FIRTH_E_NOT_SUPPORTED;
    if (err == FIRTH_E_NOT_SUPPORTED)
        return flush(self, firth_deadline_remaining(deadline));
    if (!firth_would_wait(err))
        return err;
    *settled = atomic_load(&self->held[FIRTH_WRITING]) == 0;
    if (*settled)
        return FIRTH_OK;
    if (deadline->timeout == 0)
        return FIRTH_E_WANT_EITHER;
    err = wait_for_lower(self, deadline);
    if (err == FIRTH_E_NOT_SUPPORTED) {
        *settled = true;
        err = flush(self, firth_deadline_remaining(deadline));
    }
    return err;
}

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    buffered_stream *self = object;
    firth_err err = check_process(self);
    if (err != FIRTH_OK)
        return err;
    *count = take_ahead(self, spans, span_count);
    if (*count != 0)
        return FIRTH_OK;
    firth_deadline deadline = firth_deadline_in(timeout);
    bool settled = false;
    err = read_ahead(self, spans, span_count, &at_once, count);
    while ((firth_would_wait(err) || err == FIRTH_E_NOT_SUPPORTED) && !settled) {
        firth_err flushed = flush_before_waiting(self, &deadline, &settled);
        if (flushed != FIRTH_OK)
            return flushed;
        err = read_ahead(self, spans, span_count, settled ? &deadline : &at_once, count);
    }
    return err;
}

static firth_err look_lower(buffered_stream *self, const firth_deadline *deadline, bool *ready)
{
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_look(self->lower, deadline, ready);
    firth_stream_leave(self->lower, FIRTH_READING);
    return err;
}

static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    buffered_stream *self = object;
    firth_err err = check_process(self);
    if (err != FIRTH_OK)
        return err;
    firth_deadline deadline = firth_deadline_in(timeout);
    bool settled = false;
    *ready = self->ahead_length != 0;
    if (!*ready)
        err = look_lower(self, &at_once, ready);
    while (err == FIRTH_OK && !*ready && !settled) {
        err = flush_before_waiting(self, &deadline, &settled);
        if (err == FIRTH_OK)
            err = look_lower(self, settled ? &deadline : &at_once, ready);
    }
    return err;
}

/* For what lies above, and has more to write than is collected here. */
static firth_err wait_either(void *object, double timeout)
{
    buffered_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = check_process(self);
    if (err != FIRTH_OK || self->ahead_length != 0)
        return err;
    return wait_for_lower(self, &deadline);
}

/* ---- The rest ----------------------------------------------------------------- */

static firth_err finish(void *object, double timeout)
{
    buffered_stream *self = object;
    return firth_stream_finish_below(self->lower, timeout);
}

/* Bytes that nobody is writing and that one try did not send. */
static size_t left_over(buffered_stream *self)
{
    if (check_process(self) != FIRTH_OK || firth_turn_take(&self->collecting, &at_once) != FIRTH_OK)
        return 0;
    send_collected(self, &at_once);
    size_t left = self->collected.length;
    firth_turn_give(&self->collecting);
    return left;
}

static firth_err close_stream(void *object)
{
    buffered_stream *self = object;
    size_t left = left_over(self);
    firth_err err = firth_stream_close(self->lower);
    if (left == 0)
        return err;
    firth_fail(FIRTH_E_UNSENT, "closed with %zu collected bytes unsent", left);
    firth_fail_count(left);
    return FIRTH_E_UNSENT;
}

static void wake(void *object)
{
    buffered_stream *self = object;
    firth_stream_wake(self->lower);
}

static firth_err fileno_of(void *object, int *read_descriptor, int *write_descriptor)
{
    buffered_stream *self = object;
    firth_err err = firth_stream_fileno(self->lower, read_descriptor);
    return err == FIRTH_OK ? firth_stream_write_fileno(self->lower, write_descriptor) : err;
}

static void held(void *object, size_t *to_read, size_t *to_write)
{
    buffered_stream *self = object;
    *to_read = atomic_load(&self->held[FIRTH_READING]);
    *to_write = atomic_load(&self->held[FIRTH_WRITING]);
}

static void system_calls(void *object, uint64_t *read_calls, uint64_t *write_calls)
{
    buffered_stream *self = object;
    firth_counters counters = {0};
    firth_stream_counters(self->lower, &counters);
    *read_calls = counters.read_calls;
    *write_calls = counters.write_calls;
}

static void release(void *object)
{
    buffered_stream *self = object;
    firth_stream_free(self->lower);
    firth_buffer_release(&self->collected);
    firth_turn_destroy(&self->collecting);
    firth_deallocate(self->ahead);
    firth_deallocate(self);
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "buffered",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_stream,
    .wait_either = wait_either,
    .held = held,
    .flush = flush,
    .finish = finish,
    .close = close_stream,
    .wake = wake,
    .fileno = fileno_of,
    .system_calls = system_calls,
    .release = release,
};

static firth_err new_buffered(buffered_stream **made, size_t size)
{
    buffered_stream *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a buffered stream");
    firth_turn_init(&self->collecting);
    self->size = size;
    self->generation = firth_fork_generation();
    self->ahead = firth_allocate(size);
    if (self->ahead == NULL || firth_buffer_reserve(&self->collected, size) != FIRTH_OK) {
        release(self);
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for two buffers of %zu bytes", size);
    }
    *made = self;
    return FIRTH_OK;
}

firth_err firth_buffered_stream_create(firth_stream **stream, firth_stream *lower,
                                       size_t buffer_size)
{
    buffered_stream *self = NULL;
    size_t size = buffer_size != 0 ? buffer_size : FIRTH_DEFAULT_BUFFER_SIZE;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    firth_err err = firth_stream_expect_open(lower);
    if (err != FIRTH_OK)
        return err;
    if (size > FIRTH_MAX_BUFFER_SIZE)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW, "buffer_size is %zu bytes, the limit is %d",
                          size, FIRTH_MAX_BUFFER_SIZE);
    err = new_buffered(&self, size);
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_create(stream, &table, self);
    if (err != FIRTH_OK) {
        release(self);
        return err;
    }
    self->lower = firth_stream_retain(lower);
    firth_stream_inherit(*stream, lower);
    return firth_stream_set_timeout(*stream, firth_stream_timeout(lower));
}
