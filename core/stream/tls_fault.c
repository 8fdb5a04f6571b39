/* What ends TLS: found once, and said by every call from then on. */
#include "stream/tls_state.h"

#include "platform/fork.h"
#include "stream/tls_failure.h"

#include <string.h>

enum { NO_FAULT, WRITING_FAULT, FAULT };

bool firth_tls_has_fault(firth_tls *self)
{
    return atomic_load_explicit(&self->fault_state, memory_order_acquire) == FAULT;
}

firth_err firth_tls_check(firth_tls *self)
{
    if (self->generation != firth_fork_generation())
        return firth_fail(FIRTH_E_FORKED, "%s", "a TLS stream belongs to the parent process");
    return firth_tls_has_fault(self) ? firth_error_restore(&self->fault) : FIRTH_OK;
}

firth_err firth_tls_set_fault(firth_tls *self, firth_err err)
{
    int none = NO_FAULT;
    if (atomic_compare_exchange_strong(&self->fault_state, &none, WRITING_FAULT)) {
        firth_error_save(&self->fault);
        atomic_store_explicit(&self->fault_state, FAULT, memory_order_release);
        return err;
    }
    return none == FAULT ? firth_error_restore(&self->fault) : err;
}

static firth_err fail_connection(firth_tls *self)
{
    firth_tls_story story = {
        .shaken = atomic_load(&self->shaken),
        .may_repeat = SSL_version(self->ssl) < TLS1_3_VERSION,
        .asked = self->asked,
        .ssl_version = self->context->ssl_version,
        .refusal = self->refusal,
        .first_length = self->wire.first_length,
    };
    memcpy(story.first, self->wire.first, sizeof story.first);
    if (self->wire.no_memory)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for the records of TLS");
    return firth_tls_fail_connection(&story);
}

/* An end of TLS that comes before its beginning is a loss. */
static firth_err end_by_peer(firth_tls *self)
{
    atomic_store(&self->ended, true);
    if (atomic_load(&self->shaken))
        return firth_fail(FIRTH_E_EOF, "%s", "the peer has ended TLS");
    return firth_tls_set_fault(
        self, firth_fail(FIRTH_E_CONNECTION_LOST, "%s", "the peer ended TLS in the hand-shake"));
}

firth_err firth_tls_judge(firth_tls *self, int result)
{
    if (result > 0)
        return FIRTH_OK;
    firth_err err;
    switch (SSL_get_error(self->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        err = FIRTH_E_WANT_READ;
        break;
    case SSL_ERROR_WANT_WRITE:
        err = FIRTH_E_WANT_WRITE;
        break;
    case SSL_ERROR_ZERO_RETURN:
        err = end_by_peer(self);
        break;
    default:
        err = firth_tls_set_fault(self, fail_connection(self));
    }
    firth_tls_forget_errors();
    return err;
}

/* A proper end is the peer's close_notify, and nobody but the peer can forge it. */
firth_err firth_tls_cut(firth_tls *self, firth_err err)
{
    firth_saved_error lower;
    bool shaken = atomic_load(&self->shaken);
    firth_error_save(&lower);
    if (err == FIRTH_E_EOF)
        firth_fail(FIRTH_E_CONNECTION_LOST, "the connection was cut %s",
                   shaken ? "without TLS's end (close_notify)" : "in the TLS hand-shake");
    else
        firth_fail(FIRTH_E_CONNECTION_LOST, "%s%.400s",
                   shaken ? "" : "in the TLS hand-shake: ", lower.detail);
    firth_fail_os_error(lower.error.os_error);
    return firth_tls_set_fault(self, FIRTH_E_CONNECTION_LOST);
}
