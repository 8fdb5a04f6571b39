#include "channel/encryption.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/fork.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Its life ------------------------------------------------------------------- */

static firth_err prepare(firth_encryption *self, const firth_channel_options *options)
{
    unsigned char public_key[FIRTH_SECRET_SIZE];
    firth_err err = firth_hash_shared_key(options->key, options->key_length, self->shared_hash);
    if (err == FIRTH_OK)
        err = firth_seal_init(&self->sealing, false);
    if (err == FIRTH_OK)
        err = firth_seal_init(&self->opening, true);
    if (err == FIRTH_OK)
        err = firth_buffer_reserve(&self->ready, FIRTH_READY_SIZE);
    if (err == FIRTH_OK)
        err = firth_x25519_create(&self->private_key, public_key);
    if (err != FIRTH_OK)
        return err;
    firth_hello_write(self->hello, public_key);
    memcpy(self->owed, self->hello, FIRTH_HELLO_SIZE);
    self->owed_length = FIRTH_HELLO_SIZE;
    atomic_init(&self->owes, true);
    return FIRTH_OK;
}

firth_err firth_encryption_create(firth_encryption **encryption,
                                  const firth_channel_options *options)
{
    firth_encryption *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for an encryption");
    self->frame_limit = options->limits.frame;
    self->generation = firth_fork_generation();
    firth_err err = prepare(self, options);
    if (err == FIRTH_OK)
        *encryption = self;
    else
        firth_encryption_free(self);
    return err;
}

static void forget_handshake(firth_encryption *self)
{
    EVP_PKEY_free(self->private_key);
    self->private_key = NULL;
    OPENSSL_cleanse(self->shared_hash, sizeof self->shared_hash);
}

void firth_encryption_free(firth_encryption *encryption)
{
    if (encryption == NULL)
        return;
    forget_handshake(encryption);
    firth_seal_release(&encryption->sealing);
    firth_seal_release(&encryption->opening);
    firth_buffer_release(&encryption->ready);
    firth_deallocate(encryption);
}

firth_err firth_encryption_check_process(const firth_encryption *encryption)
{
    if (encryption->generation == firth_fork_generation())
        return FIRTH_OK;
    return firth_fail(FIRTH_E_FORKED, "%s", "what encrypts belongs to the process that made it");
}

/* ---- Faults --------------------------------------------------------------------- */

firth_err firth_encryption_fault(firth_encryption *encryption)
{
    int state = atomic_load(&encryption->fault_state);
    if (state == 0)
        return FIRTH_OK;
    return firth_fail(FIRTH_E_ENCRYPTION, "%s",
                      state == 2 ? encryption->fault : "the encryption has failed");
}

firth_err firth_encryption_fail(firth_encryption *encryption, const char *format, ...)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&encryption->fault_state, &none, 1)) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(encryption->fault, sizeof encryption->fault, format, arguments);
        va_end(arguments);
        atomic_store(&encryption->fault_state, 2);
    }
    return firth_encryption_fault(encryption);
}

/* ---- The hellos ----------------------------------------------------------------- */

firth_span firth_encryption_hello_space(firth_encryption *encryption)
{
    return (firth_span){encryption->peer_hello + encryption->peer_hello_length,
                        FIRTH_HELLO_SIZE - encryption->peer_hello_length};
}

static firth_err refuse_own_hello(firth_encryption *self)
{
    const unsigned char *own = self->hello + FIRTH_HELLO_KEY_AT;
    const unsigned char *theirs = self->peer_hello + FIRTH_HELLO_KEY_AT;
    if (memcmp(own, theirs, FIRTH_SECRET_SIZE) != 0)
        return FIRTH_OK;
    return firth_encryption_fail(self, "%s",
                                 "the peer sends this side's own public key, expected another");
}

firth_err firth_encryption_hello_came(firth_encryption *encryption, size_t count)
{
    encryption->peer_hello_length += count;
    size_t length = encryption->peer_hello_length;
    switch (firth_hello_judge(encryption->peer_hello, length)) {
    case FIRTH_HELLO_IS_NONE:
        return firth_encryption_fail(encryption, "%s",
                                     "the peer does not speak firth's encryption: it began with "
                                     "something else, expected the hello of an EncryptedChannel");
    case FIRTH_HELLO_VERSION_OTHER:
        return firth_encryption_fail(
            encryption, "the peer speaks version %u of firth's encryption, expected version %u",
            encryption->peer_hello[FIRTH_HELLO_KEY_AT - 1], FIRTH_HELLO_VERSION);
    default:
        return length == FIRTH_HELLO_SIZE ? refuse_own_hello(encryption) : FIRTH_OK;
    }
}

static firth_err make_keys(firth_encryption *self, const unsigned char *secret)
{
    unsigned char out[FIRTH_SECRET_SIZE], in[FIRTH_SECRET_SIZE];
    firth_err err =
        firth_traffic_key(self->shared_hash, secret, self->hello, self->peer_hello, out);
    if (err == FIRTH_OK)
        err = firth_traffic_key(self->shared_hash, secret, self->peer_hello, self->hello, in);
    if (err == FIRTH_OK) {
        firth_seal_set_key(&self->sealing, out);
        firth_seal_set_key(&self->opening, in);
    }
    OPENSSL_cleanse(out, sizeof out);
    OPENSSL_cleanse(in, sizeof in);
    return err;
}

/* All memory that it takes was reserved before. */
static firth_err seal_ready(firth_encryption *self)
{
    return firth_seal_frame(&self->sealing, FIRTH_INNER_READY, "", 0, &self->ready);
}

firth_err firth_encryption_meet(firth_encryption *encryption)
{
    unsigned char secret[FIRTH_SECRET_SIZE];
    firth_err err = firth_encryption_check_process(encryption);
    if (err == FIRTH_OK)
        err = firth_x25519_agree(encryption->private_key,
                                 encryption->peer_hello + FIRTH_HELLO_KEY_AT, secret);
    if (err == FIRTH_OK)
        err = make_keys(encryption, secret);
    OPENSSL_cleanse(secret, sizeof secret);
    if (err == FIRTH_OK)
        err = seal_ready(encryption);
    if (err == FIRTH_E_ENCRYPTION)
        return firth_encryption_fail(encryption, "%s", firth_last_error()->detail);
    if (err != FIRTH_OK)
        return err;
    forget_handshake(encryption);
    atomic_store(&encryption->met, true);
    atomic_store(&encryption->owes, true);
    return FIRTH_OK;
}

/* ---- The way out ---------------------------------------------------------------- */

firth_slice firth_encryption_owed(firth_encryption *encryption)
{
    if (!encryption->ready_owed && firth_encryption_met(encryption)) {
        memcpy(encryption->owed + encryption->owed_length, encryption->ready.data,
               FIRTH_READY_SIZE);
        encryption->owed_length += FIRTH_READY_SIZE;
        encryption->ready_owed = true;
    }
    return (firth_slice){encryption->owed + encryption->owed_gone,
                         encryption->owed_length - encryption->owed_gone};
}

/* They may meet meanwhile. */
void firth_encryption_paid(firth_encryption *encryption, size_t count)
{
    encryption->owed_gone += count;
    if (encryption->owed_gone != encryption->owed_length)
        return;
    atomic_store(&encryption->owes, false);
    if (!encryption->ready_owed && firth_encryption_met(encryption))
        atomic_store(&encryption->owes, true);
}

firth_err firth_encryption_seal(firth_encryption *encryption, firth_inner inner, const void *data,
                                size_t length, firth_buffer *frames)
{
    size_t before = frames->length;
    firth_slice owed = firth_encryption_owed(encryption);
    if (encryption->ended)
        return firth_fail(FIRTH_E_CLOSED, "%s", "the end has been sealed: nothing may follow it");
    firth_err err = firth_encryption_fault(encryption);
    if (err == FIRTH_OK)
        err = firth_encryption_check_process(encryption);
    if (err == FIRTH_OK)
        err = firth_buffer_reserve(frames, before + owed.length + FIRTH_READY_SIZE + length);
    if (err == FIRTH_OK)
        err = firth_buffer_append(frames, owed.data, owed.length);
    if (err == FIRTH_OK)
        err = firth_seal_frame(&encryption->sealing, inner, data, length, frames);
    if (err != FIRTH_OK) {
        frames->length = before;
        return err == FIRTH_E_SYSTEM
                   ? firth_encryption_fail(encryption, "%s", firth_last_error()->detail)
                   : err;
    }
    firth_encryption_paid(encryption, owed.length);
    encryption->ended = inner == FIRTH_INNER_END;
    return FIRTH_OK;
}

/* ---- The way in ----------------------------------------------------------------- */

firth_err firth_encryption_check_header(firth_encryption *encryption, unsigned flag, size_t length)
{
    if (flag != 0)
        return firth_encryption_fail(
            encryption, "sealed frame: the flag of its header is %u, expected 0", flag);
    if (!atomic_load(&encryption->confirmed) && length != FIRTH_SEAL_OVERHEAD)
        return firth_encryption_fail(encryption,
                                     "the first sealed frame: the length is %zu bytes, expected %d",
                                     length, FIRTH_SEAL_OVERHEAD);
    if (length < FIRTH_SEAL_OVERHEAD || length > encryption->frame_limit)
        return firth_encryption_fail(encryption,
                                     "sealed frame: the length is %zu bytes, expected %d to %zu",
                                     length, FIRTH_SEAL_OVERHEAD, encryption->frame_limit);
    return FIRTH_OK;
}

firth_err firth_encryption_open(firth_encryption *encryption, const firth_sealed_body *body,
                                unsigned char *data)
{
    firth_err err = firth_seal_open(&encryption->opening, body, data);
    if (err != FIRTH_E_ENCRYPTION)
        return err;
    return firth_encryption_fail(encryption, "%s", firth_last_error()->detail);
}

/* Ready comes first and once, the end last, and both hold nothing. */
static bool in_order(firth_encryption *self, unsigned char inner, const firth_sealed_body *body)
{
    bool confirmed = atomic_load(&self->confirmed);
    if (inner == FIRTH_INNER_READY)
        return !confirmed && body->rest_length == FIRTH_SEAL_TAG_SIZE;
    return inner == FIRTH_INNER_END && confirmed && body->rest_length == FIRTH_SEAL_TAG_SIZE;
}

static firth_err fail_order(firth_encryption *self)
{
    return firth_encryption_fail(self, "%s",
                                 atomic_load(&self->confirmed)
                                     ? "a sealed frame holds neither a payload nor the end"
                                     : "the first sealed frame is not the one that is to be first");
}

firth_err firth_encryption_peek(firth_encryption *encryption, const firth_sealed_body *body,
                                firth_inner *inner)
{
    unsigned char found;
    firth_err err = firth_seal_peek(&encryption->opening, body, &found);
    if (err != FIRTH_OK)
        return err;
    *inner = (firth_inner)found;
    if (found <= FIRTH_INNER_DEFLATED && atomic_load(&encryption->confirmed))
        return FIRTH_OK;
    err = firth_encryption_open(encryption, body, body->rest);
    if (err == FIRTH_OK && !in_order(encryption, found, body))
        err = fail_order(encryption);
    if (err == FIRTH_OK && found == FIRTH_INNER_READY)
        atomic_store(&encryption->confirmed, true);
    return err;
}
