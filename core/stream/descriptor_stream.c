#include "stream/descriptor_stream.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/fork.h"
#include "platform/socket.h"
#include "platform/wait.h"

#include <firth/stream_ops.h>

typedef struct side {
    firth_descriptor descriptor;
    firth_waker waker;
    _Atomic uint64_t calls;
} side;

typedef struct descriptor_stream {
    side sides[2]; /* by firth_direction */
    _Atomic bool closing;
    bool shut_down;
    bool acknowledges;
    bool owned;              /* the descriptors are ours, not the owner's */
    _Atomic bool unanswered; /* bytes came, and none went out since */
    unsigned generation;
    firth_descriptor_owner owner;
    firth_descriptor_peer peer;
} descriptor_stream;

static void add_calls(side *self, unsigned calls)
{
    uint64_t before = atomic_load_explicit(&self->calls, memory_order_relaxed);
    atomic_store_explicit(&self->calls, before + calls, memory_order_relaxed);
}

static firth_watch watch_for(const descriptor_stream *self, bool reading, bool writing)
{
    return (firth_watch){
        .incoming = reading ? self->sides[FIRTH_READING].descriptor.number : -1,
        .outgoing = writing ? self->sides[FIRTH_WRITING].descriptor.number : -1,
    };
}

static firth_err wait_for(descriptor_stream *self, firth_direction direction,
                          const firth_deadline *deadline, unsigned *calls)
{
    firth_watch watch = watch_for(self, direction == FIRTH_READING, direction == FIRTH_WRITING);
    return firth_wait(watch, deadline, &self->sides[direction].waker, &self->closing, calls);
}

/* Before a wait: says that the bytes have come which no bytes of ours will say. A peer that
 * holds back its next bytes until then would be waited for as long as this system puts it off. */
static void acknowledge(descriptor_stream *self, unsigned *calls)
{
    if (!self->acknowledges ||
        !atomic_exchange_explicit(&self->unanswered, false, memory_order_relaxed))
        return;
    firth_socket_acknowledge(self->sides[FIRTH_READING].descriptor.number);
    (*calls)++;
}

/* What to read into, or else what to write. */
typedef struct transfer {
    const firth_span *spans;
    const firth_slice *slices;
    size_t parts;
    size_t *count;
} transfer;

static firth_err attempt(const side *one, const transfer *what, unsigned *calls)
{
    return what->spans != NULL ? firth_descriptor_try_read(&one->descriptor, what->spans,
                                                           what->parts, what->count, calls)
                               : firth_descriptor_try_write(&one->descriptor, what->slices,
                                                            what->parts, what->count, calls);
}

/* The clock is read, and the descriptor waited for, only if a first try did not do. */
static firth_err try_and_wait(descriptor_stream *self, firth_direction direction,
                              const transfer *what, double timeout)
{
    side *one = &self->sides[direction];
    firth_err would_wait = direction == FIRTH_READING ? FIRTH_E_WANT_READ : FIRTH_E_WANT_WRITE;
    unsigned calls = 0;
    firth_err err = attempt(one, what, &calls);
    if (err == FIRTH_E_WANT_READ)
        acknowledge(self, &calls);
    if (err == would_wait && timeout != 0) {
        firth_deadline deadline = firth_deadline_in(timeout);
        do {
            err = wait_for(self, direction, &deadline, &calls);
            if (err == FIRTH_OK)
                err = attempt(one, what, &calls);
        } while (err == would_wait && firth_deadline_remaining(&deadline) != 0);
    }
    if (err == FIRTH_OK && self->acknowledges)
        atomic_store_explicit(&self->unanswered, direction == FIRTH_READING, memory_order_relaxed);
    add_calls(one, calls);
    return err;
}

static firth_err transfer_some(descriptor_stream *self, firth_direction direction,
                               const transfer *what, double timeout)
{
    firth_err err = try_and_wait(self, direction, what, timeout);
    bool gone = err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST;
    return gone && self->peer.explain != NULL ? self->peer.explain(self->peer.context, err) : err;
}

static firth_err read_some(void *self, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    return transfer_some(self, FIRTH_READING,
                         &(transfer){.spans = spans, .parts = span_count, .count = count}, timeout);
}

static firth_err write_some(void *self, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    return transfer_some(self, FIRTH_WRITING,
                         &(transfer){.slices = slices, .parts = slice_count, .count = count},
                         timeout);
}

/* A first look spares the acknowledgement if more has come already. */
static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    descriptor_stream *self = object;
    unsigned calls = 0;
    bool looks_first = atomic_load_explicit(&self->unanswered, memory_order_relaxed);
    firth_deadline deadline = firth_deadline_in(looks_first ? 0 : timeout);
    firth_err err = wait_for(self, FIRTH_READING, &deadline, &calls);
    if (looks_first && err == FIRTH_E_WANT_READ) {
        acknowledge(self, &calls);
        deadline = firth_deadline_in(timeout);
        if (timeout != 0)
            err = wait_for(self, FIRTH_READING, &deadline, &calls);
    }
    *ready = err == FIRTH_OK;
    add_calls(&self->sides[FIRTH_READING], calls);
    return err;
}

static firth_err wait_either(void *object, double timeout)
{
    descriptor_stream *self = object;
    unsigned calls = 0;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_wait(watch_for(self, true, true), &deadline,
                               &self->sides[FIRTH_READING].waker, &self->closing, &calls);
    add_calls(&self->sides[FIRTH_READING], calls);
    return err;
}

/* The number stays what others in the stream may be waiting for. */
static firth_err finish(void *object, double timeout)
{
    descriptor_stream *self = object;
    int incoming = self->sides[FIRTH_READING].descriptor.number;
    const firth_descriptor_rest rest = {
        .incoming = incoming,
        .waker = &self->sides[FIRTH_WRITING].waker,
        .closing = &self->closing,
    };
    firth_descriptor_replace(self->sides[FIRTH_WRITING].descriptor.number, incoming);
    return self->peer.finish(self->peer.context, &rest, timeout);
}

static void wake_sides(descriptor_stream *self)
{
    firth_waker_wake(&self->sides[FIRTH_READING].waker);
    firth_waker_wake(&self->sides[FIRTH_WRITING].waker);
}

static void wake(void *object)
{
    descriptor_stream *self = object;
    wake_sides(self);
    if (self->peer.wake != NULL)
        self->peer.wake(self->peer.context);
}

/* A child of fork must not end its parent's connection. */
static firth_err close_stream(void *object)
{
    descriptor_stream *self = object;
    atomic_store(&self->closing, true);
    if (self->shut_down && self->generation == firth_fork_generation())
        firth_socket_shutdown(self->sides[FIRTH_READING].descriptor.number);
    wake_sides(self);
    if (self->peer.close != NULL)
        self->peer.close(self->peer.context);
    return FIRTH_OK;
}

static firth_err fileno_of(void *object, int *read_descriptor, int *write_descriptor)
{
    descriptor_stream *self = object;
    *read_descriptor = self->sides[FIRTH_READING].descriptor.number;
    *write_descriptor = self->sides[FIRTH_WRITING].descriptor.number;
    return FIRTH_OK;
}

static void system_calls(void *object, uint64_t *read_calls, uint64_t *write_calls)
{
    descriptor_stream *self = object;
    *read_calls = atomic_load_explicit(&self->sides[FIRTH_READING].calls, memory_order_relaxed);
    *write_calls = atomic_load_explicit(&self->sides[FIRTH_WRITING].calls, memory_order_relaxed);
}

static void close_descriptors(const descriptor_stream *self, bool given_too)
{
    const firth_descriptor *incoming = &self->sides[FIRTH_READING].descriptor;
    const firth_descriptor *outgoing = &self->sides[FIRTH_WRITING].descriptor;
    firth_descriptor_disown(incoming);
    firth_descriptor_disown(outgoing);
    if (!given_too)
        return;
    firth_descriptor_close(incoming->given);
    if (outgoing->given != incoming->given)
        firth_descriptor_close(outgoing->given);
}

static void release(void *object)
{
    descriptor_stream *self = object;
    close_descriptors(self, self->owned);
    if (!self->owned && atomic_load(&self->closing) && self->owner.close != NULL)
        self->owner.close(self->owner.context);
    if (!self->owned && self->owner.drop != NULL)
        self->owner.drop(self->owner.context);
    if (self->peer.drop != NULL)
        self->peer.drop(self->peer.context);
    firth_waker_destroy(&self->sides[FIRTH_READING].waker);
    firth_waker_destroy(&self->sides[FIRTH_WRITING].waker);
    firth_deallocate(self);
}

static firth_stream_ops table_for(const firth_descriptor_stream_plan *plan)
{
    return (firth_stream_ops){
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = plan->name,
        .read_some = read_some,
        .write_some = write_some,
        .poll = poll_stream,
        .wait_either = wait_either,
        .finish = plan->peer != NULL && plan->peer->finish != NULL ? finish : NULL,
        .close = close_stream,
        .wake = wake,
        .fileno = fileno_of,
        .system_calls = system_calls,
        .release = release,
    };
}

static firth_err adopt_both(descriptor_stream *self, const firth_descriptor_stream_plan *plan)
{
    firth_descriptor *incoming = &self->sides[FIRTH_READING].descriptor;
    firth_err err = firth_descriptor_adopt(incoming, plan->incoming, FIRTH_READING);
    if (err != FIRTH_OK)
        return err;
    err = firth_descriptor_adopt(&self->sides[FIRTH_WRITING].descriptor, plan->outgoing,
                                 FIRTH_WRITING);
    if (err != FIRTH_OK)
        firth_descriptor_disown(incoming);
    return err;
}

static firth_err fill(descriptor_stream *self, const firth_descriptor_stream_plan *plan)
{
    firth_err err = adopt_both(self, plan);
    if (err != FIRTH_OK)
        return err;
    atomic_init(&self->closing, false);
    atomic_init(&self->unanswered, false);
    self->acknowledges = plan->acknowledges;
    self->shut_down = plan->shut_down;
    self->owned = plan->owner == NULL;
    self->generation = firth_fork_generation();
    if (plan->owner != NULL)
        self->owner = *plan->owner;
    if (plan->peer != NULL)
        self->peer = *plan->peer;
    return FIRTH_OK;
}

firth_err firth_descriptor_stream_create(firth_stream **stream,
                                         const firth_descriptor_stream_plan *plan)
{
    descriptor_stream *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a stream");
    firth_err err = fill(self, plan);
    if (err != FIRTH_OK) {
        firth_deallocate(self);
        return err;
    }
    firth_stream_ops ops = table_for(plan);
    err = firth_stream_create(stream, &ops, self);
    if (err != FIRTH_OK) {
        close_descriptors(self, false);
        firth_deallocate(self);
    }
    return err;
}
