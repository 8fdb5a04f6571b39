/* What was agreed upon in the hand-shake, and may be asked after the connection's end too. */
#include "stream/tls_state.h"

#include "base/memory.h"
#include "stream/tls_failure.h"

struct firth_tls_facts {
    firth_tls *self; /* until its release */
    _Atomic bool known;
    const char *version;
    const char *cipher;
    firth_buffer certificate;
};

firth_err firth_tls_facts_create(firth_tls_facts **facts, firth_tls *self)
{
    *facts = firth_allocate_zeroed(1, sizeof **facts);
    if (*facts == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a TLS stream");
    (*facts)->self = self;
    return FIRTH_OK;
}

void firth_tls_facts_drop(void *object)
{
    firth_tls_facts *facts = object;
    firth_buffer_release(&facts->certificate);
    firth_deallocate(facts);
}

static firth_err note_certificate(firth_tls_facts *facts, X509 *certificate)
{
    int length = i2d_X509(certificate, NULL);
    if (length <= 0)
        return firth_tls_fail(FIRTH_E_TLS, "%s", "keep the peer's certificate");
    firth_err err = firth_buffer_reserve(&facts->certificate, (size_t)length);
    if (err != FIRTH_OK)
        return err;
    unsigned char *place = facts->certificate.data;
    facts->certificate.length = (size_t)i2d_X509(certificate, &place);
    return FIRTH_OK;
}

firth_err firth_tls_facts_note(firth_tls_facts *facts, SSL *ssl)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    firth_err err = certificate != NULL ? note_certificate(facts, certificate) : FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    facts->version = SSL_get_version(ssl);
    facts->cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl));
    atomic_store_explicit(&facts->known, true, memory_order_release);
    return FIRTH_OK;
}

static firth_err find_facts(firth_stream *stream, firth_tls_facts **facts)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    *facts = firth_stream_attached(stream, firth_tls_facts_drop);
    if (*facts == NULL)
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s", "the stream does not speak TLS");
    return FIRTH_OK;
}

static firth_err find_known(firth_stream *stream, const void *place, firth_tls_facts **facts)
{
    firth_err err = find_facts(stream, facts);
    if (err != FIRTH_OK)
        return err;
    if (place == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the answer is NULL");
    if (!atomic_load_explicit(&(*facts)->known, memory_order_acquire))
        return firth_fail(FIRTH_E_INVALID, "%s", "the TLS hand-shake has not been made yet");
    return FIRTH_OK;
}

firth_err firth_tls_stream_version(firth_stream *stream, const char **version)
{
    firth_tls_facts *facts;
    firth_err err = find_known(stream, version, &facts);
    if (err == FIRTH_OK)
        *version = facts->version;
    return err;
}

firth_err firth_tls_stream_cipher(firth_stream *stream, const char **cipher)
{
    firth_tls_facts *facts;
    firth_err err = find_known(stream, cipher, &facts);
    if (err == FIRTH_OK)
        *cipher = facts->cipher;
    return err;
}

firth_err firth_tls_stream_peer_certificate(firth_stream *stream, firth_bytes *certificate)
{
    firth_tls_facts *facts;
    firth_buffer copy = {0};
    firth_err err = find_known(stream, certificate, &facts);
    if (err != FIRTH_OK)
        return err;
    *certificate = (firth_bytes){0};
    err = firth_buffer_append(&copy, facts->certificate.data, facts->certificate.length);
    return err == FIRTH_OK ? firth_buffer_give(&copy, certificate) : err;
}

/* The peer waits for our last words of the hand-shake, which the stream below may collect. */
static firth_err send_all(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_tls_send(self, deadline);
    return err == FIRTH_OK ? firth_stream_flush(self->lower, firth_deadline_remaining(deadline))
                           : err;
}

/* Inside the gate the object behind the stream is there. */
firth_err firth_tls_stream_handshake(firth_stream *stream, double timeout)
{
    firth_tls_facts *facts;
    firth_deadline deadline;
    firth_err err = find_facts(stream, &facts);
    if (err == FIRTH_OK)
        err = firth_stream_deadline(stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_stream_enter(stream, FIRTH_WRITING, &deadline);
    if (err != FIRTH_OK)
        return firth_stream_outcome(err);
    firth_fail_expect();
    err = firth_tls_check(facts->self);
    if (err == FIRTH_OK)
        err = firth_tls_shake_hands(facts->self, &deadline);
    if (err == FIRTH_OK)
        err = send_all(facts->self, &deadline);
    err = firth_stream_settle(stream, FIRTH_WRITING, err);
    firth_stream_leave(stream, FIRTH_WRITING);
    return firth_stream_outcome(err);
}
