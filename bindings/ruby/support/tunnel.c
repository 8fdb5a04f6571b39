/* Tunnels of the user's, closed with their streams.
 *
 * Whoever closes or loses a stream may be without the GVL. So its tunnel is only put
 * into the thread's list, and closed by the same call before it returns to Ruby. */
#include "protect.h"

#include <stdlib.h>

typedef struct closing {
    struct closing *next;
    VALUE tunnel; /* kept alive by what wraps the stream */
} closing;

/* Of one stream. */
typedef struct context {
    closing *entry; /* NULL once it is in the list */
} context;

static _Thread_local closing *first;

static firth_err close_later(void *self)
{
    closing *entry = ((context *)self)->entry;
    ((context *)self)->entry = NULL;
    entry->next = first;
    first = entry;
    return FIRTH_OK;
}

static void drop(void *self)
{
    free(((context *)self)->entry);
    free(self);
}

static VALUE close_tunnel(VALUE tunnel)
{
    return rb_funcall(tunnel, rb_intern("close"), 0);
}

void firth_ruby_close_tunnels(void)
{
    while (first != NULL) {
        closing *entry = first;
        VALUE tunnel = entry->tunnel;
        first = entry->next;
        free(entry);
        firth_ruby_protect(close_tunnel, tunnel);
    }
}

static context *new_context(VALUE tunnel)
{
    context *made = malloc(sizeof *made);
    closing *entry = malloc(sizeof *entry);
    if (made == NULL || entry == NULL) {
        free(made);
        free(entry);
        return NULL;
    }
    entry->tunnel = tunnel;
    made->entry = entry;
    return made;
}

firth_err firth_ruby_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                                   VALUE self, VALUE tunnel)
{
    firth_ruby_pin(self, tunnel);
    context *made = new_context(tunnel);
    if (made == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a tunnel");
    firth_tunnel hooks = {.close = close_later, .drop = drop, .context = made};
    firth_err err = firth_tunneled_socket_stream_create(stream, lower, &hooks);
    if (err != FIRTH_OK)
        drop(made);
    return err;
}
