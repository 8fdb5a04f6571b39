/* The table of functions of a TLS stream. */
#include "stream/tls_state.h"

#include "base/memory.h"
#include "platform/fork.h"
#include "stream/tls_failure.h"

#include <firth/stream_ops.h>

#include <openssl/err.h>

static const firth_deadline at_once = {0};
static const firth_deadline forever = {.timeout = FIRTH_FOREVER};

/* Comes before everything that needs TLS. */
static firth_err begin(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_tls_check(self);
    return err == FIRTH_OK ? firth_tls_shake_hands(self, deadline) : err;
}

static firth_err send(firth_tls *self, const firth_deadline *deadline)
{
    return firth_tls_explain(self, firth_tls_send(self, deadline));
}

/* ---- Reading ---------------------------------------------------------------------------- */

static firth_err open_records(firth_tls *self, const firth_span *spans, size_t span_count,
                              size_t *count)
{
    firth_err err = firth_turn_take(&self->computing, &forever);
    if (err != FIRTH_OK)
        return err;
    err = spans != NULL ? firth_tls_open(self, spans, span_count, count) : firth_tls_look(self);
    firth_turn_give(&self->computing);
    return err;
}

/* Opens records, or with no spans only looks whether there is something in them. */
static firth_err take_or_wait(firth_tls *self, const firth_span *spans, size_t span_count,
                              const firth_deadline *deadline, size_t *count)
{
    firth_err err = FIRTH_E_WANT_READ;
    unsigned rounds = 0;
    if (atomic_load(&self->unread) != 0 || atomic_load(&self->ended))
        err = open_records(self, spans, span_count, count);
    while (err == FIRTH_E_WANT_READ || err == FIRTH_E_WANT_WRITE) {
        if (firth_tls_is_late(deadline, &rounds))
            return err;
        err = err == FIRTH_E_WANT_READ ? firth_tls_await(self, deadline) : send(self, deadline);
        if (err != FIRTH_OK)
            return err;
        err = open_records(self, spans, span_count, count);
    }
    return err;
}

/* What OpenSSL has answered meanwhile, such as new keys and alerts, goes out if it can. */
static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = begin(self, &deadline);
    if (err == FIRTH_OK)
        err = take_or_wait(self, spans, span_count, &deadline, count);
    if (err == FIRTH_OK || !firth_tls_owes(self))
        return err;
    firth_saved_error told;
    firth_error_save(&told);
    firth_tls_push(self, &at_once);
    firth_error_restore(&told);
    return err;
}

/* A fault is something that a read would find. */
static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = begin(self, &deadline);
    if (err == FIRTH_OK)
        err = take_or_wait(self, NULL, 0, &deadline, NULL);
    if (err == FIRTH_E_EOF || (err != FIRTH_E_FORKED && firth_tls_has_fault(self)))
        err = FIRTH_OK;
    *ready = err == FIRTH_OK;
    return err;
}

/* ---- Writing ---------------------------------------------------------------------------- */

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = begin(self, &deadline);
    if (err != FIRTH_OK)
        return err;
    return firth_tls_explain(self, firth_tls_write(self, slices, slice_count, &deadline, count));
}

static firth_err flush(void *object, double timeout)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_tls_check(self);
    if (err == FIRTH_OK)
        err = send(self, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_flush(self->lower, firth_deadline_remaining(&deadline));
    return err;
}

/* Before the hand-shake there is nothing to wait for but itself. */
static firth_err wait_either(void *object, double timeout)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = begin(self, &deadline);
    if (err != FIRTH_OK || atomic_load(&self->unread) != 0 || atomic_load(&self->ended))
        return err;
    err = firth_stream_enter(self->lower, FIRTH_READING, &deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_EITHER;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_wait_either(self->lower, &deadline);
    firth_stream_leave(self->lower, FIRTH_READING);
    return err;
}

/* ---- The end ---------------------------------------------------------------------------- */

/* Makes the close_notify (RFC 8446, 6.1), once, and after a hand-shake. */
static void make_end(firth_tls *self)
{
    if (!atomic_load(&self->shaken) || firth_tls_has_fault(self))
        return;
    while (firth_turn_take(&self->computing, &forever) != FIRTH_OK)
        continue;
    ERR_clear_error();
    self->wire.patient = true;
    if ((SSL_get_shutdown(self->ssl) & SSL_SENT_SHUTDOWN) == 0)
        SSL_shutdown(self->ssl);
    self->wire.patient = false;
    ERR_clear_error();
    firth_turn_give(&self->computing);
}

static firth_err finish(void *object, double timeout)
{
    firth_tls *self = object;
    firth_deadline deadline = firth_deadline_in(timeout);
    firth_err err = firth_tls_check(self);
    if (err != FIRTH_OK)
        return err;
    make_end(self);
    err = send(self, &deadline);
    if (err != FIRTH_OK)
        return err;
    firth_tls_read_away(self);
    return firth_stream_finish_below(self->lower, firth_deadline_remaining(&deadline));
}

/* Bytes of records that nobody is sending and that one try did not send; none of them after a
 * fault, which has been told. */
static size_t left_over(firth_tls *self)
{
    firth_err err = firth_tls_push(self, &at_once);
    if (err == FIRTH_OK) {
        make_end(self);
        firth_tls_push(self, &at_once);
        return 0;
    }
    bool moot = err == FIRTH_E_BUSY || firth_tls_has_fault(self);
    return moot ? 0 : self->wire.out_length + self->unsent;
}

static firth_err close_stream(void *object)
{
    firth_tls *self = object;
    size_t left = 0;
    if (self->generation == firth_fork_generation()) {
        left = left_over(self);
        firth_tls_read_away(self);
    }
    firth_err err = firth_stream_close(self->lower);
    if (left == 0)
        return err;
    firth_fail(FIRTH_E_UNSENT, "closed with %zu bytes of TLS records unsent", left);
    firth_fail_count(left);
    return FIRTH_E_UNSENT;
}

/* ---- The rest ---------------------------------------------------------------------------- */

static void wake(void *object)
{
    firth_tls *self = object;
    firth_stream_wake(self->lower);
}

static firth_err fileno_of(void *object, int *read_descriptor, int *write_descriptor)
{
    firth_tls *self = object;
    firth_err err = firth_stream_fileno(self->lower, read_descriptor);
    return err == FIRTH_OK ? firth_stream_write_fileno(self->lower, write_descriptor) : err;
}

static void held(void *object, size_t *to_read, size_t *to_write)
{
    firth_tls *self = object;
    *to_read = atomic_load(&self->unread);
    *to_write = atomic_load(&self->wire.out_length) + atomic_load(&self->unsent);
}

static void system_calls(void *object, uint64_t *read_calls, uint64_t *write_calls)
{
    firth_tls *self = object;
    firth_counters counters = {0};
    firth_stream_counters(self->lower, &counters);
    *read_calls = counters.read_calls;
    *write_calls = counters.write_calls;
}

static void release(void *object)
{
    firth_tls *self = object;
    SSL_free(self->ssl);
    firth_tls_context_free(self->context);
    firth_tls_wire_release(&self->wire);
    firth_buffer_release(&self->leaving);
    firth_turn_destroy(&self->computing);
    firth_turn_destroy(&self->shaking);
    firth_turn_destroy(&self->sending);
    firth_stream_free(self->lower);
    firth_deallocate(self);
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "tls",
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

/* ---- How one is made --------------------------------------------------------------------- */

static firth_err fail_memory(void)
{
    return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a TLS stream");
}

static firth_err make_ssl(firth_tls *self)
{
    firth_tls_context *context = self->context;
    ERR_clear_error();
    self->ssl = SSL_new(context->ssl);
    BIO *bio = self->ssl != NULL ? BIO_new(context->methods) : NULL;
    if (bio == NULL) {
        ERR_clear_error();
        return fail_memory();
    }
    BIO_set_data(bio, &self->wire);
    SSL_set_bio(self->ssl, bio, bio);
    SSL_set_app_data(self->ssl, self);
    if (context->server)
        SSL_set_accept_state(self->ssl);
    else
        SSL_set_connect_state(self->ssl);
    if (context->server || context->name == NULL || context->is_address)
        return FIRTH_OK;
    return SSL_set_tlsext_host_name(self->ssl, context->name) == 1
               ? FIRTH_OK
               : firth_tls_fail(FIRTH_E_TLS, "ask for the name %s", context->name);
}

static firth_err new_tls(firth_tls **made, firth_tls_context *context)
{
    firth_tls *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return fail_memory();
    self->context = firth_tls_context_retain(context);
    self->generation = firth_fork_generation();
    firth_turn_init(&self->computing);
    firth_turn_init(&self->shaking);
    firth_turn_init(&self->sending);
    firth_err err = make_ssl(self);
    if (err == FIRTH_OK)
        *made = self;
    else
        release(self);
    return err;
}

firth_err firth_tls_stream_over(firth_stream **stream, firth_stream *lower,
                                firth_tls_context *context)
{
    firth_tls *self = NULL;
    firth_err err = new_tls(&self, context);
    if (err != FIRTH_OK)
        return err;
    err = firth_tls_facts_create(&self->facts, self);
    if (err == FIRTH_OK) {
        err = firth_stream_create(stream, &table, self);
        if (err != FIRTH_OK)
            firth_tls_facts_drop(self->facts);
    }
    if (err != FIRTH_OK) {
        release(self);
        return err;
    }
    firth_stream_attach(*stream, self->facts, firth_tls_facts_drop);
    self->lower = firth_stream_retain(lower);
    firth_stream_inherit(*stream, lower);
    firth_stream_take_ahead(*stream);
    firth_stream_keep_readable(lower);
    return firth_stream_set_timeout(*stream, firth_stream_timeout(lower));
}

static firth_err make(firth_stream **stream, firth_stream *lower, bool server,
                      const firth_tls_options *options)
{
    firth_tls_context *context = NULL;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    firth_err err = firth_stream_expect_open(lower);
    if (err == FIRTH_OK)
        err = firth_tls_context_create(&context, server, options);
    if (err == FIRTH_OK)
        err = firth_tls_stream_over(stream, lower, context);
    firth_tls_context_free(context);
    return err;
}

firth_err firth_tls_stream_client(firth_stream **stream, firth_stream *lower,
                                  const firth_tls_options *options)
{
    return make(stream, lower, false, options);
}

firth_err firth_tls_stream_server(firth_stream **stream, firth_stream *lower,
                                  const firth_tls_options *options)
{
    return make(stream, lower, true, options);
}
