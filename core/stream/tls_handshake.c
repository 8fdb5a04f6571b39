/* The hand-shake: made by whoever calls first, while others wait for its outcome. */
#include "stream/tls_state.h"

#include "stream/tls_certificate.h"

#include <openssl/err.h>

static const firth_deadline forever = {.timeout = FIRTH_FOREVER};

int firth_tls_on_verify(int good, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    firth_tls *self = SSL_get_app_data(ssl);
    if (!good)
        firth_tls_describe_refusal(store, self->context->name, self->refusal, sizeof self->refusal);
    return good;
}

int firth_tls_on_request(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
    firth_tls *self = SSL_get_app_data(ssl);
    (void)certificate, (void)key;
    self->asked = true;
    return 0;
}

/* Ciphers that know no certificates can be asked for, and a client of OpenSSL's misses none
 * then. */
static firth_err check_shown(firth_tls *self)
{
    if (self->context->server || SSL_get_verify_mode(self->ssl) == SSL_VERIFY_NONE ||
        SSL_get0_peer_certificate(self->ssl) != NULL)
        return FIRTH_OK;
    return firth_tls_set_fault(
        self, firth_fail(FIRTH_E_CERTIFICATE, "%s", "the server showed no certificate"));
}

static firth_err compute(firth_tls *self)
{
    firth_err err = firth_turn_take(&self->computing, &forever);
    if (err != FIRTH_OK)
        return err;
    ERR_clear_error();
    err = firth_tls_judge(self, SSL_do_handshake(self->ssl));
    if (err == FIRTH_OK)
        err = check_shown(self);
    if (err == FIRTH_OK)
        err = firth_tls_facts_note(self->facts, self->ssl);
    if (err == FIRTH_OK)
        atomic_store(&self->shaken, true);
    firth_tls_note_unread(self);
    firth_turn_give(&self->computing);
    return err;
}

/* The peer is told why, if that can be done without waiting. */
static firth_err break_off(firth_tls *self, const firth_deadline *deadline)
{
    firth_tls_try_push(self, deadline);
    return firth_error_restore(&self->fault);
}

static firth_err send(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_tls_push(self, deadline);
    return err == FIRTH_E_BUSY ? FIRTH_OK : firth_tls_explain(self, err);
}

static firth_err shake_with_turn(firth_tls *self, const firth_deadline *deadline)
{
    unsigned rounds = 0;
    while (!atomic_load(&self->shaken)) {
        firth_err err = compute(self);
        if (firth_tls_has_fault(self))
            return break_off(self, deadline);
        if (err != FIRTH_OK && !firth_would_wait(err))
            return err;
        firth_err sent = send(self, deadline);
        if (sent != FIRTH_OK)
            return sent;
        if (err != FIRTH_OK && firth_tls_is_late(deadline, &rounds))
            return err;
        if (err == FIRTH_E_WANT_READ)
            err = firth_tls_fetch(self, deadline);
        if (err != FIRTH_OK && err != FIRTH_E_WANT_WRITE)
            return err;
    }
    return FIRTH_OK;
}

firth_err firth_tls_shake_hands(firth_tls *self, const firth_deadline *deadline)
{
    if (atomic_load(&self->shaken))
        return FIRTH_OK;
    firth_err err = firth_turn_take(&self->shaking, deadline);
    if (err != FIRTH_OK)
        return err == FIRTH_E_BUSY ? FIRTH_E_WANT_READ : err;
    err = firth_tls_check(self);
    if (err == FIRTH_OK)
        err = shake_with_turn(self, deadline);
    firth_turn_give(&self->shaking);
    return err;
}
