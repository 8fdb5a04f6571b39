/* Bytes through a stream: the loops above the table of functions. */
#include "stream/stream_state.h"

#include "base/fail.h"

#include <string.h>

static void count_bytes(firth_stream *stream, firth_direction direction, size_t count)
{
    _Atomic uint64_t *counter = &stream->bytes[direction];
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + count, memory_order_relaxed);
}

static bool is_loss(firth_err err)
{
    return err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST;
}

firth_err firth_stream_settle(firth_stream *stream, firth_direction direction, firth_err err)
{
    if (err == FIRTH_OK || firth_would_wait(err))
        return err;
    if (err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY)
        return direction == FIRTH_READING ? FIRTH_E_WANT_READ : FIRTH_E_WANT_WRITE;
    err = firth_fail_from_outside(err, stream->ops.name);
    if (!is_loss(err) && err != FIRTH_E_CLOSED)
        return err;
    /* The end that a close on this side brings about is none of the peer's. */
    if (firth_stream_closed(stream))
        return firth_stream_fail_closed(stream);
    if (is_loss(err) && !(stream->keeps_readable && direction == FIRTH_WRITING))
        firth_stream_lose(stream, err);
    return err;
}

/* The same for a transfer, which moves at least a byte, and no more than it was asked. */
static firth_err settle_transfer(firth_stream *stream, firth_direction direction, firth_err err,
                                 size_t count, size_t asked)
{
    if (err == FIRTH_OK && (count == 0 || count > asked))
        return firth_fail(FIRTH_E_INVALID, "the %s stream gave %zu bytes, expected 1 to %zu",
                          stream->ops.name, count, asked);
    return firth_stream_settle(stream, direction, err);
}

static size_t length_of_spans(const firth_span *spans, size_t span_count)
{
    size_t length = 0;
    for (size_t i = 0; i < span_count; i++)
        length += spans[i].length;
    return length;
}

static void set_kept_size(firth_stream *stream)
{
    atomic_store_explicit(&stream->kept_size, stream->kept.length, memory_order_release);
}

static size_t take_kept(firth_stream *stream, const firth_span *spans, size_t span_count)
{
    size_t taken = 0;
    for (size_t i = 0; i < span_count && taken < stream->kept.length; i++) {
        size_t left = stream->kept.length - taken;
        size_t part = spans[i].length < left ? spans[i].length : left;
        if (part != 0)
            memcpy(spans[i].data, stream->kept.data + taken, part);
        taken += part;
    }
    firth_buffer_drop(&stream->kept, taken);
    if (stream->kept.length == 0)
        firth_buffer_release(&stream->kept);
    set_kept_size(stream);
    return taken;
}

firth_err firth_stream_fill(firth_stream *stream, const firth_span *spans, size_t span_count,
                            const firth_deadline *deadline, size_t *count)
{
    *count = 0;
    if (firth_stream_closed(stream))
        return firth_stream_fail_closed(stream);
    if (stream->kept.length != 0) {
        *count = take_kept(stream, spans, span_count);
        return FIRTH_OK;
    }
    firth_fail_expect();
    firth_err err = stream->ops.read_some(stream->self, spans, span_count,
                                          firth_deadline_remaining(deadline), count);
    err = settle_transfer(stream, FIRTH_READING, err, *count, length_of_spans(spans, span_count));
    if (err == FIRTH_OK)
        count_bytes(stream, FIRTH_READING, *count);
    else
        *count = 0;
    return err;
}

/* Shortens the slices by what was used, so that they are the rest; returns the first
 * of them that is not empty. */
static size_t skip_used(firth_slice *slices, size_t slice_count, size_t first, size_t used)
{
    while (first < slice_count && used >= slices[first].length) {
        used -= slices[first].length;
        slices[first++].length = 0;
    }
    if (first < slice_count) {
        slices[first].data = (const unsigned char *)slices[first].data + used;
        slices[first].length -= used;
    }
    return first;
}

static size_t length_of_slices(const firth_slice *slices, size_t slice_count)
{
    size_t length = 0;
    for (size_t i = 0; i < slice_count; i++)
        length += slices[i].length;
    return length;
}

firth_err firth_stream_put(firth_stream *stream, const firth_slice *slices, size_t slice_count,
                           const firth_deadline *deadline, size_t *count)
{
    *count = 0;
    if (firth_stream_closed(stream))
        return firth_stream_fail_closed(stream);
    firth_fail_expect();
    firth_err err = stream->ops.write_some(stream->self, slices, slice_count,
                                           firth_deadline_remaining(deadline), count);
    size_t asked = length_of_slices(slices, slice_count);
    err = settle_transfer(stream, FIRTH_WRITING, err, *count, asked);
    if (err != FIRTH_OK && !stream->takes_ahead)
        *count = 0;
    atomic_store(&stream->behind, err != FIRTH_OK && (*count != 0 || atomic_load(&stream->behind)));
    count_bytes(stream, FIRTH_WRITING, *count);
    return err;
}

/* With the writing turn: sends what write_some took and did not send. */
static firth_err catch_up(firth_stream *stream, const firth_deadline *deadline)
{
    if (!atomic_load(&stream->behind))
        return FIRTH_OK;
    firth_err err = firth_stream_flush_own(stream, deadline);
    atomic_store(&stream->behind, err != FIRTH_OK);
    return err;
}

size_t firth_stream_behind(firth_stream *stream)
{
    size_t to_read, to_write = 0;
    if (atomic_load(&stream->behind))
        firth_stream_held(stream, &to_read, &to_write);
    return to_write;
}

firth_err firth_stream_drain(firth_stream *stream, firth_slice *slices, size_t slice_count,
                             const firth_deadline *deadline, size_t *count)
{
    *count = 0;
    size_t first = skip_used(slices, slice_count, 0, 0);
    while (first < slice_count) {
        size_t part;
        firth_err err =
            firth_stream_put(stream, slices + first, slice_count - first, deadline, &part);
        *count += part;
        first = skip_used(slices, slice_count, first, part);
        if (err != FIRTH_OK)
            return err;
    }
    return catch_up(stream, deadline);
}

/* A read that fails gives back what it has; the stream has it kept. */
static firth_err keep(firth_stream *stream, const void *data, size_t length, firth_err err)
{
    if (length == 0 || firth_stream_closed(stream))
        return err;
    firth_saved_error told;
    firth_error_save(&told);
    if (firth_buffer_append(&stream->kept, data, length) != FIRTH_OK) {
        firth_stream_lose(stream, FIRTH_E_CONNECTION_LOST);
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory to keep %zu bytes that were read", length);
    }
    set_kept_size(stream);
    firth_error_restore(&told);
    return err;
}

static firth_err read_exactly(firth_stream *stream, unsigned char *buffer, size_t length,
                              const firth_deadline *deadline)
{
    size_t got = 0;
    while (got < length) {
        firth_span span = {buffer + got, length - got};
        size_t part;
        firth_err err = firth_stream_fill(stream, &span, 1, deadline, &part);
        if (err == FIRTH_E_EOF && got > 0) {
            firth_stream_lose(stream, FIRTH_E_CONNECTION_LOST);
            return firth_fail_because(FIRTH_E_CONNECTION_LOST,
                                      "the peer closed the %s stream after %zu of %zu bytes",
                                      stream->ops.name, got, length);
        }
        if (err != FIRTH_OK)
            return keep(stream, buffer, got, err);
        got += part;
    }
    return FIRTH_OK;
}

firth_err firth_stream_outcome(firth_err err)
{
    if (err == FIRTH_E_WANT_EITHER)
        return firth_fail_timeout(FIRTH_WANTS_EITHER);
    if (err == FIRTH_E_WANT_READ)
        return firth_fail_timeout(FIRTH_WANTS_READ);
    if (err == FIRTH_E_WANT_WRITE || err == FIRTH_E_BUSY)
        return firth_fail_timeout(FIRTH_WANTS_WRITE);
    return err;
}

static firth_err enter_for(firth_stream *stream, firth_direction direction, const void *memory,
                           size_t length, double timeout, firth_deadline *deadline)
{
    if (memory == NULL && length != 0)
        return firth_fail(FIRTH_E_INVALID, "the memory is NULL, its length is %zu", length);
    firth_err err = firth_stream_deadline(stream, timeout, deadline);
    if (err == FIRTH_OK)
        err = firth_stream_enter(stream, direction, deadline);
    return firth_stream_outcome(err);
}

firth_err firth_stream_read(firth_stream *stream, void *buffer, size_t length, double timeout)
{
    firth_deadline deadline;
    firth_err err = enter_for(stream, FIRTH_READING, buffer, length, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    err = read_exactly(stream, buffer, length, &deadline);
    firth_stream_leave(stream, FIRTH_READING);
    return firth_stream_outcome(err);
}

firth_err firth_stream_read_some(firth_stream *stream, void *buffer, size_t capacity,
                                 double timeout, size_t *count)
{
    firth_deadline deadline;
    size_t ignored;
    count = count != NULL ? count : &ignored;
    *count = 0;
    firth_err err = enter_for(stream, FIRTH_READING, buffer, capacity, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    if (capacity != 0)
        err = firth_stream_fill(stream, &(firth_span){buffer, capacity}, 1, &deadline, count);
    firth_stream_leave(stream, FIRTH_READING);
    return firth_stream_outcome(err);
}

firth_err firth_stream_write(firth_stream *stream, const void *data, size_t length, double timeout)
{
    firth_deadline deadline;
    firth_err err = enter_for(stream, FIRTH_WRITING, data, length, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    size_t count;
    err = firth_stream_drain(stream, &(firth_slice){data, length}, 1, &deadline, &count);
    firth_stream_leave(stream, FIRTH_WRITING);
    err = firth_stream_outcome(err);
    if (err != FIRTH_OK)
        firth_fail_count(count);
    return err;
}

firth_err firth_stream_write_some(firth_stream *stream, const void *data, size_t length,
                                  double timeout, size_t *count)
{
    firth_deadline deadline;
    size_t ignored;
    count = count != NULL ? count : &ignored;
    *count = 0;
    firth_err err = enter_for(stream, FIRTH_WRITING, data, length, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    if (length != 0)
        err = firth_stream_put(stream, &(firth_slice){data, length}, 1, &deadline, count);
    else
        err = catch_up(stream, &deadline);
    firth_stream_leave(stream, FIRTH_WRITING);
    return firth_stream_outcome(err);
}

firth_err firth_stream_unread(firth_stream *stream, const void *data, size_t length)
{
    firth_deadline forever;
    firth_err err = enter_for(stream, FIRTH_READING, data, length, FIRTH_FOREVER, &forever);
    if (err != FIRTH_OK)
        return err;
    firth_buffer before = {0};
    err = firth_buffer_append(&before, data, length);
    if (err == FIRTH_OK)
        err = firth_buffer_append(&before, stream->kept.data, stream->kept.length);
    if (err == FIRTH_OK) {
        firth_buffer_release(&stream->kept);
        stream->kept = before;
        set_kept_size(stream);
    } else {
        firth_buffer_release(&before);
    }
    firth_stream_leave(stream, FIRTH_READING);
    return err;
}
