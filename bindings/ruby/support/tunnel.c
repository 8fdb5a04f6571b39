/* Tunnels of the user's, closed with their streams.
 *
 * Whoever closes or loses a stream may be without the GVL. So its tunnel is only put
 * into the thread's list, and closed by the same call before it returns to Ruby. What
 * a thread of the library's closes, the next call that returns to Ruby does.
 * Tunnels are known by number: nobody may have the stream and its tunnel any more. */
#include "protect.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct closing {
    struct closing *next;
    unsigned long long number;
} closing;

/* Of one stream. */
typedef struct context {
    closing *entry; /* NULL once it is in a list */
} context;

static _Thread_local closing *first;

/* What threads of the library's have closed. */
static _Atomic(closing *) strays;

static void give_to_others(closing *entry)
{
    entry->next = atomic_load(&strays);
    while (!atomic_compare_exchange_weak(&strays, &entry->next, entry))
        ;
}

static firth_err close_later(void *self)
{
    closing *entry = ((context *)self)->entry;
    ((context *)self)->entry = NULL;
    if (!ruby_native_thread_p()) {
        give_to_others(entry);
        return FIRTH_OK;
    }
    entry->next = first;
    first = entry;
    return FIRTH_OK;
}

static void drop(void *self)
{
    free(((context *)self)->entry);
    free(self);
}

/* Firth::Tunnel.close(number) */
static VALUE close_tunnel(VALUE number)
{
    VALUE tunnels = rb_path2class("Firth::Tunnel");
    return rb_funcall(tunnels, rb_intern("close"), 1, ULL2NUM(*(unsigned long long *)number));
}

static void close_all(closing **list)
{
    while (*list != NULL) {
        closing *entry = *list;
        unsigned long long number = entry->number;
        *list = entry->next;
        free(entry);
        firth_ruby_protect(close_tunnel, (VALUE)&number);
    }
}

void firth_ruby_close_tunnels(void)
{
    closing *others = NULL;
    if (atomic_load_explicit(&strays, memory_order_relaxed) != NULL)
        others = atomic_exchange(&strays, NULL);
    close_all(&first);
    close_all(&others);
}

static context *new_context(unsigned long long number)
{
    context *made = malloc(sizeof *made);
    closing *entry = malloc(sizeof *entry);
    if (made == NULL || entry == NULL) {
        free(made);
        free(entry);
        return NULL;
    }
    entry->number = number;
    made->entry = entry;
    return made;
}

firth_err firth_ruby_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                                   VALUE self, VALUE tunnel)
{
    firth_ruby_pin(self, tunnel);
    context *made = new_context(NUM2ULL(rb_obj_id(tunnel)));
    if (made == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a tunnel");
    firth_tunnel hooks = {.close = close_later, .drop = drop, .context = made};
    firth_err err = firth_tunneled_socket_stream_create(stream, lower, &hooks);
    if (err != FIRTH_OK)
        drop(made);
    return err;
}
