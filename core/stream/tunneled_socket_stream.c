#include "stream/tunneled_socket_stream.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/fork.h"
#include "stream/stream.h"

#include <firth/stream_ops.h>

typedef struct tunneled_stream {
    firth_stream *lower;
    unsigned generation; /* of the process that the tunnel belongs to */
    firth_tunneled_stream_plan plan;
} tunneled_stream;

/* A loss below is told by who knows more of it. */
static firth_err told(const tunneled_stream *self, firth_err err)
{
    bool lost = err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST;
    if (!lost || self->plan.tell_end == NULL)
        return err;
    return self->plan.tell_end(self->plan.tunnel.context, err);
}

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    tunneled_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, &deadline);
    if (err == FIRTH_OK) {
        err = firth_stream_fill(self->lower, spans, span_count, &deadline, count);
        firth_stream_leave(self->lower, FIRTH_READING);
    }
    return told(self, err);
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    tunneled_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_stream_enter(self->lower, FIRTH_WRITING, &deadline);
    if (err == FIRTH_OK) {
        err = firth_stream_put(self->lower, slices, slice_count, &deadline, count);
        firth_stream_leave(self->lower, FIRTH_WRITING);
    }
    return told(self, err);
}

static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    tunneled_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, &deadline);
    if (err == FIRTH_OK) {
        err = firth_stream_look(self->lower, &deadline, ready);
        firth_stream_leave(self->lower, FIRTH_READING);
    }
    return told(self, err);
}

static firth_err wait_either(void *object, double timeout)
{
    tunneled_stream *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, &deadline);
    if (err == FIRTH_OK) {
        err = firth_stream_wait_either(self->lower, &deadline);
        firth_stream_leave(self->lower, FIRTH_READING);
    }
    return told(self, err);
}

static void held(void *object, size_t *to_read, size_t *to_write)
{
    tunneled_stream *self = object;
    firth_stream_held(self->lower, to_read, to_write);
}

static firth_err flush(void *object, double timeout)
{
    tunneled_stream *self = object;
    return told(self, firth_stream_flush(self->lower, timeout));
}

static firth_err finish(void *object, double timeout)
{
    tunneled_stream *self = object;
    return firth_stream_finish_below(self->lower, timeout);
}

/* The tunnel is closed whatever the lower stream says, which is told first. In a child
 * of fork it is the parent's. */
static firth_err close_stream(void *object)
{
    tunneled_stream *self = object;
    const firth_tunnel *tunnel = &self->plan.tunnel;
    firth_err err = firth_stream_close(self->lower);
    if (tunnel->close == NULL || self->generation != firth_fork_generation())
        return err;
    firth_saved_error first;
    firth_error_save(&first);
    firth_err later = tunnel->close(tunnel->context);
    return err == FIRTH_OK ? later : firth_error_restore(&first);
}

static void wake(void *object)
{
    tunneled_stream *self = object;
    firth_stream_wake(self->lower);
}

static firth_err fileno_of(void *object, int *read_descriptor, int *write_descriptor)
{
    tunneled_stream *self = object;
    firth_err err = firth_stream_fileno(self->lower, read_descriptor);
    return err == FIRTH_OK ? firth_stream_write_fileno(self->lower, write_descriptor) : err;
}

static void system_calls(void *object, uint64_t *read_calls, uint64_t *write_calls)
{
    tunneled_stream *self = object;
    firth_counters counters = {0};
    firth_stream_counters(self->lower, &counters);
    *read_calls = counters.read_calls;
    *write_calls = counters.write_calls;
}

static void release(void *object)
{
    tunneled_stream *self = object;
    const firth_tunnel *tunnel = &self->plan.tunnel;
    firth_stream_free(self->lower);
    if (tunnel->drop != NULL)
        tunnel->drop(tunnel->context);
    firth_deallocate(self);
}

static firth_stream_ops table_for(const char *name)
{
    return (firth_stream_ops){
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = name,
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
}

firth_err firth_tunneled_stream_create(firth_stream **stream, firth_stream *lower,
                                       const firth_tunneled_stream_plan *plan)
{
    firth_stream_ops ops = table_for(plan->name);
    tunneled_stream *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a tunneled stream");
    *self = (tunneled_stream){.generation = firth_fork_generation(), .plan = *plan};
    firth_err err = firth_stream_create(stream, &ops, self);
    if (err != FIRTH_OK) {
        firth_deallocate(self);
        return err;
    }
    self->lower = firth_stream_retain(lower);
    firth_stream_inherit(*stream, lower);
    firth_stream_hand_on(*stream, lower);
    return firth_stream_set_timeout(*stream, firth_stream_timeout(lower));
}

firth_err firth_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                              const firth_tunnel *tunnel)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    firth_err err = firth_stream_expect_open(lower);
    if (err != FIRTH_OK)
        return err;
    firth_tunneled_stream_plan plan = {.name = "tunneled"};
    if (tunnel != NULL)
        plan.tunnel = *tunnel;
    return firth_tunneled_stream_create(stream, lower, &plan);
}
