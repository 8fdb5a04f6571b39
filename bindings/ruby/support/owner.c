/* Streams over IO objects: a stream keeps its IO alive and has it closed.
 *
 * Whoever leaves a closed stream last may be a thread without the GVL, or one that
 * Ruby has not made. So the stream only marks its IO as to be closed, and the next
 * of firth's functions that returns to Ruby, mostly the very same, closes it. */
#include "protect.h"

#include <pthread.h>
#include <ruby/io.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* All fields under `lock`, under which nothing of Ruby is called. */
typedef struct owner {
    struct owner *next;
    struct owner *previous;
    VALUE ends[2];      /* IO, or nil */
    int descriptors[2]; /* those that firth closes itself, or -1 */
    bool to_close;
    bool dropped; /* by the stream */
} owner;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static owner ring = {&ring, &ring, {Qnil, Qnil}, {-1, -1}, false, false};
static atomic_int waiting; /* how many are to_close */

static void mark_ends(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (owner *each = ring.next; each != &ring; each = each->next) {
        rb_gc_mark(each->ends[0]);
        rb_gc_mark(each->ends[1]);
    }
    pthread_mutex_unlock(&lock);
}

static const rb_data_type_t ring_type = {
    .wrap_struct_name = "firth_owners",
    .function = {.dmark = mark_ends},
};

static void lock_ring(void)
{
    pthread_mutex_lock(&lock);
}

static void unlock_ring(void)
{
    pthread_mutex_unlock(&lock);
}

void firth_ruby_init_owners(void)
{
    rb_gc_register_mark_object(TypedData_Wrap_Struct(rb_cObject, &ring_type, &ring));
    pthread_atfork(lock_ring, unlock_ring, unlock_ring);
}

/* Under the lock. */
static void unlink_and_free(owner *each)
{
    each->previous->next = each->next;
    each->next->previous = each->previous;
    free(each);
}

/* Under the lock. */
static void close_descriptors(owner *self)
{
    for (int i = 0; i < 2; i++) {
        if (self->descriptors[i] >= 0)
            close(self->descriptors[i]);
        self->descriptors[i] = -1;
    }
}

/* firth_descriptor_owner.close: any thread, with or without the GVL. */
static void close_ends(void *context)
{
    owner *self = context;
    lock_ring();
    self->to_close = true;
    atomic_fetch_add(&waiting, 1);
    close_descriptors(self);
    unlock_ring();
}

/* firth_descriptor_owner.drop: any thread, even while garbage is collected. */
static void drop_ends(void *context)
{
    owner *self = context;
    lock_ring();
    self->dropped = true;
    close_descriptors(self);
    if (!self->to_close)
        unlink_and_free(self);
    unlock_ring();
}

/* Takes the IO objects of one closed stream. False if there is none. */
static bool take_closed(VALUE ends[2])
{
    bool found = false;
    lock_ring();
    for (owner *each = ring.next; each != &ring && !found; each = each->next) {
        if (!each->to_close)
            continue;
        found = true;
        ends[0] = each->ends[0];
        ends[1] = each->ends[1];
        each->ends[0] = each->ends[1] = Qnil;
        each->to_close = false;
        atomic_fetch_sub(&waiting, 1);
        if (each->dropped)
            unlink_and_free(each);
        break;
    }
    unlock_ring();
    return found;
}

/* Firth::Handover.close(io): raises no StandardError. */
static VALUE close_io(VALUE io)
{
    VALUE handover = rb_path2class("Firth::Handover");
    return rb_funcall(handover, rb_intern("close"), 1, io);
}

static void close_one(VALUE io)
{
    if (!NIL_P(io))
        firth_ruby_protect(close_io, io);
}

void firth_ruby_close_ios(void)
{
    volatile VALUE ends[2];
    VALUE taken[2];
    while (atomic_load_explicit(&waiting, memory_order_relaxed) > 0 && take_closed(taken)) {
        ends[0] = taken[0];
        ends[1] = taken[1];
        close_one(ends[0]);
        if (ends[1] != ends[0])
            close_one(ends[1]);
    }
}

static owner *new_owner(VALUE incoming, VALUE outgoing)
{
    owner *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->ends[0] = incoming;
    self->ends[1] = outgoing;
    self->descriptors[0] = self->descriptors[1] = -1;
    lock_ring();
    self->next = &ring;
    self->previous = ring.previous;
    ring.previous->next = self;
    ring.previous = self;
    unlock_ring();
    return self;
}

/* After a failure to make the stream: nothing was taken over. */
static firth_err forget(owner *self, firth_err err)
{
    if (err != FIRTH_OK)
        drop_ends(self);
    return err;
}

firth_err firth_ruby_socket_stream_from_io(firth_stream **stream, VALUE io, int descriptor)
{
    owner *self = new_owner(io, Qnil);
    firth_descriptor_owner hooks = {close_ends, drop_ends, self};
    if (self == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a stream over an IO");
    return forget(self, firth_socket_stream_from_descriptor(stream, descriptor, &hooks));
}

firth_err firth_ruby_pipe_stream_from_ends(firth_stream **stream, VALUE incoming, int incoming_fd,
                                           VALUE outgoing, int outgoing_fd)
{
    owner *self = new_owner(incoming, outgoing);
    firth_descriptor_owner hooks = {close_ends, drop_ends, self};
    if (self == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a stream over an IO");
    firth_err err = firth_pipe_stream_from_descriptors(stream, incoming_fd, outgoing_fd, &hooks);
    if (err == FIRTH_OK) {
        lock_ring();
        self->descriptors[0] = NIL_P(incoming) ? incoming_fd : -1;
        self->descriptors[1] = NIL_P(outgoing) && outgoing_fd != incoming_fd ? outgoing_fd : -1;
        unlock_ring();
    }
    return forget(self, err);
}

VALUE firth_ruby_take_buffered(VALUE io)
{
    rb_io_t *file;
    Check_Type(io, T_FILE);
    GetOpenFile(io, file);
    int count = rb_io_read_pending(file);
    if (count <= 0)
        return rb_str_new(NULL, 0);
    return rb_funcall(io, rb_intern("readpartial"), 1, INT2NUM(count));
}

VALUE firth_ruby_write_end(VALUE io)
{
    Check_Type(io, T_FILE);
    return rb_io_get_write_io(io);
}
