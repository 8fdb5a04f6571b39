/* The life of a stream: made, entered, lost, closed, freed. */
#include "stream/stream_state.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/fork.h"

#include <math.h>

static firth_err check_ops(const firth_stream_ops *ops)
{
    if (ops == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the table of functions is NULL");
    if (ops->version != FIRTH_STREAM_OPS_VERSION)
        return firth_fail(FIRTH_E_INVALID, "table of functions: version is %u, expected %d",
                          (unsigned)ops->version, FIRTH_STREAM_OPS_VERSION);
    if (ops->read_some == NULL || ops->write_some == NULL || ops->release == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "table of functions: read_some, write_some or release is missing");
    return FIRTH_OK;
}

firth_err firth_stream_create(firth_stream **stream, const firth_stream_ops *ops, void *self)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    firth_err err = check_ops(ops);
    if (err != FIRTH_OK)
        return err;
    firth_stream *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a stream");
    atomic_init(&made->references, 1);
    firth_turn_init(&made->turns[FIRTH_READING]);
    firth_turn_init(&made->turns[FIRTH_WRITING]);
    made->ops = *ops;
    if (made->ops.name == NULL)
        made->ops.name = "stream";
    made->self = self;
    atomic_init(&made->timeout, FIRTH_FOREVER);
    atomic_init(&made->generation, firth_fork_generation());
    firth_count_made();
    *stream = made;
    return FIRTH_OK;
}

firth_stream *firth_stream_retain(firth_stream *stream)
{
    if (stream != NULL)
        atomic_fetch_add(&stream->references, 1);
    return stream;
}

void firth_stream_note_calls(firth_stream *stream)
{
    uint64_t calls[2] = {0, 0};
    if (stream->ops.system_calls != NULL)
        stream->ops.system_calls(stream->self, &calls[FIRTH_READING], &calls[FIRTH_WRITING]);
    atomic_store(&stream->calls[FIRTH_READING], calls[FIRTH_READING]);
    atomic_store(&stream->calls[FIRTH_WRITING], calls[FIRTH_WRITING]);
}

/* It comes at the end of a call whose failure must stay the last one. */
static void release(firth_stream *stream)
{
    firth_saved_error told;
    firth_error_save(&told);
    firth_stream_note_calls(stream);
    stream->ops.release(stream->self);
    firth_error_restore(&told);
}

void firth_stream_attach(firth_stream *stream, void *object, void (*drop)(void *object))
{
    firth_attachment *place = stream->attached;
    while (place->drop != NULL)
        place++;
    *place = (firth_attachment){object, drop};
}

void *firth_stream_attached(const firth_stream *stream, void (*drop)(void *object))
{
    for (size_t i = 0; stream != NULL && i < FIRTH_STREAM_ATTACHMENTS; i++)
        if (stream->attached[i].drop == drop)
            return stream->attached[i].object;
    return NULL;
}

static void drop_attached(firth_stream *stream)
{
    for (size_t i = 0; i < FIRTH_STREAM_ATTACHMENTS; i++)
        if (stream->attached[i].drop != NULL)
            stream->attached[i].drop(stream->attached[i].object);
}

static void destroy(firth_stream *stream)
{
    if (!firth_gate_cleared(&stream->gate))
        release(stream);
    drop_attached(stream);
    firth_buffer_release(&stream->kept);
    firth_turn_destroy(&stream->turns[FIRTH_READING]);
    firth_turn_destroy(&stream->turns[FIRTH_WRITING]);
    firth_deallocate(stream);
    firth_count_gone();
}

void firth_stream_free(firth_stream *stream)
{
    if (stream != NULL && atomic_fetch_sub(&stream->references, 1) == 1)
        destroy(stream);
}

firth_err firth_stream_fail_closed(const firth_stream *stream)
{
    firth_err loss = (firth_err)atomic_load(&stream->loss);
    if (loss == FIRTH_OK)
        return firth_fail(FIRTH_E_CLOSED, "the %s stream is closed", stream->ops.name);
    return firth_fail(loss, "the %s stream has ended: %s", stream->ops.name,
                      firth_error_text(loss));
}

firth_err firth_stream_expect_open(const firth_stream *stream)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    return firth_stream_closed(stream) ? firth_stream_fail_closed(stream) : FIRTH_OK;
}

/* In the child of a fork, users and turns belonged to threads of the parent. */
static void forget_users(void *object)
{
    firth_stream *stream = object;
    firth_gate_forget_users(&stream->gate);
    firth_turn_init(&stream->turns[FIRTH_READING]);
    firth_turn_init(&stream->turns[FIRTH_WRITING]);
}

static void settle(firth_stream *stream)
{
    firth_fork_settle(&stream->generation, forget_users, stream);
}

firth_err firth_stream_pass(firth_stream *stream)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    settle(stream);
    return firth_gate_enter(&stream->gate) ? FIRTH_OK : firth_stream_fail_closed(stream);
}

void firth_stream_passed(firth_stream *stream)
{
    if (firth_gate_leave(&stream->gate))
        release(stream);
}

firth_err firth_stream_enter(firth_stream *stream, firth_direction direction,
                             const firth_deadline *deadline)
{
    firth_err err = firth_stream_pass(stream);
    if (err != FIRTH_OK)
        return err;
    err = firth_turn_take(&stream->turns[direction], deadline);
    if (err == FIRTH_E_BUSY && direction == FIRTH_READING)
        err = firth_fail_timeout(FIRTH_WANTS_READ);
    if (err == FIRTH_OK && firth_gate_closed(&stream->gate)) {
        firth_turn_give(&stream->turns[direction]);
        err = firth_stream_fail_closed(stream);
    }
    if (err != FIRTH_OK)
        firth_stream_passed(stream);
    return err;
}

void firth_stream_leave(firth_stream *stream, firth_direction direction)
{
    firth_turn_give(&stream->turns[direction]);
    firth_stream_passed(stream);
}

/* The gate is closed by this call alone; the last to leave releases. */
static firth_err end(firth_stream *stream)
{
    firth_fail_expect();
    firth_err err = stream->ops.close != NULL ? stream->ops.close(stream->self) : FIRTH_OK;
    if (err != FIRTH_OK)
        err = firth_fail_from_outside(err, stream->ops.name);
    firth_stream_passed(stream);
    return err;
}

void firth_stream_keep_readable(firth_stream *stream)
{
    stream->keeps_readable = true;
}

void firth_stream_take_ahead(firth_stream *stream)
{
    stream->takes_ahead = true;
}

void firth_stream_inherit(firth_stream *stream, const firth_stream *lower)
{
    stream->ops.flags |= lower->ops.flags & FIRTH_STREAM_CALLERS_THREADS;
}

bool firth_stream_callers_threads(const firth_stream *stream)
{
    return (stream->ops.flags & FIRTH_STREAM_CALLERS_THREADS) != 0;
}

void firth_stream_hand_on(firth_stream *stream, firth_stream *lower)
{
    stream->takes_ahead = lower->takes_ahead;
    lower->keeps_readable = true;
}

void firth_stream_lose(firth_stream *stream, firth_err loss)
{
    int none = FIRTH_OK;
    if (!atomic_compare_exchange_strong(&stream->loss, &none, (int)loss) &&
        loss == FIRTH_E_CONNECTION_LOST)
        atomic_store(&stream->loss, (int)loss);
    if (!firth_gate_close(&stream->gate))
        return;
    firth_saved_error told;
    firth_error_save(&told);
    end(stream);
    firth_error_restore(&told);
}

firth_err firth_stream_close(firth_stream *stream)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    settle(stream);
    return firth_gate_close(&stream->gate) ? end(stream) : FIRTH_OK;
}

bool firth_stream_closed(const firth_stream *stream)
{
    return stream != NULL && firth_gate_closed(&stream->gate);
}

firth_err firth_stream_set_timeout(firth_stream *stream, double timeout)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    if (isnan(timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    atomic_store(&stream->timeout, timeout == FIRTH_UNSET ? FIRTH_FOREVER : timeout);
    return FIRTH_OK;
}

double firth_stream_timeout(const firth_stream *stream)
{
    return stream != NULL ? atomic_load(&((firth_stream *)(uintptr_t)stream)->timeout)
                          : FIRTH_FOREVER;
}

static firth_err deadline_with_default(const firth_stream *stream, double timeout, double stand_in,
                                       firth_deadline *deadline)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    if (isnan(timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    if (timeout == FIRTH_UNSET) {
        timeout = firth_stream_timeout(stream);
        if (timeout < 0)
            timeout = stand_in;
    }
    *deadline = firth_deadline_in(timeout);
    return FIRTH_OK;
}

firth_err firth_stream_deadline(const firth_stream *stream, double timeout,
                                firth_deadline *deadline)
{
    return deadline_with_default(stream, timeout, FIRTH_FOREVER, deadline);
}

firth_err firth_stream_finish_deadline(const firth_stream *stream, double timeout,
                                       firth_deadline *deadline)
{
    return deadline_with_default(stream, timeout, FIRTH_FINISH_TIMEOUT, deadline);
}

bool firth_stream_finish_untimed(const firth_stream *stream, double timeout, firth_err err,
                                 firth_deadline *deadline)
{
    if (err != FIRTH_E_NOT_SUPPORTED || timeout != FIRTH_UNSET || firth_stream_timeout(stream) >= 0)
        return false;
    *deadline = firth_deadline_in(FIRTH_FOREVER);
    return true;
}
