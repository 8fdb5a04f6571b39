#include "channel/seal_stage.h"

#include "base/fail.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#define NONCE_SIZE 12
/* What OpenSSL is given at once; its lengths are int. */
#define PIECE ((size_t)1 << 30)

firth_err firth_seal_init(firth_seal *seal, bool opens)
{
    *seal = (firth_seal){.opens = opens};
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    seal->context = cipher != NULL ? EVP_CIPHER_CTX_new() : NULL;
    bool done = seal->context != NULL &&
                EVP_CipherInit_ex2(seal->context, cipher, NULL, NULL, !opens, NULL) == 1;
    EVP_CIPHER_free(cipher);
    return done ? FIRTH_OK : firth_crypto_fail("begin with AES-256-GCM");
}

void firth_seal_set_key(firth_seal *seal, const unsigned char key[FIRTH_SECRET_SIZE])
{
    memcpy(seal->key, key, FIRTH_SECRET_SIZE);
    seal->frames = 0;
    seal->bytes = 0;
    seal->keyed = false;
}

void firth_seal_release(firth_seal *seal)
{
    EVP_CIPHER_CTX_free(seal->context);
    OPENSSL_cleanse(seal, sizeof *seal);
}

static firth_err ratchet(firth_seal *seal)
{
    static const unsigned char zeros[FIRTH_SECRET_SIZE];
    static const firth_slice info = {FIRTH_SEAL_LABEL " ratchet",
                                     sizeof(FIRTH_SEAL_LABEL " ratchet") - 1};
    unsigned char next[FIRTH_SECRET_SIZE];
    firth_err err = firth_hkdf(zeros, seal->key, &info, 1, next);
    if (err == FIRTH_OK)
        firth_seal_set_key(seal, next);
    OPENSSL_cleanse(next, sizeof next);
    return err;
}

static void write_nonce(unsigned char nonce[NONCE_SIZE], uint64_t counter)
{
    memset(nonce, 0, NONCE_SIZE);
    for (int i = 0; i < 8; i++)
        nonce[NONCE_SIZE - 1 - i] = (unsigned char)(counter >> (8 * i));
}

/* Key, nonce and header of the next frame. Nothing is spent by it. */
static firth_err begin(firth_seal *seal, const unsigned char header[FIRTH_FRAME_HEADER_SIZE])
{
    unsigned char nonce[NONCE_SIZE];
    int ignored;
    if (seal->frames >= FIRTH_SEAL_FRAMES || seal->bytes >= FIRTH_SEAL_BYTES) {
        firth_err err = ratchet(seal);
        if (err != FIRTH_OK)
            return err;
    }
    write_nonce(nonce, seal->frames);
    if (EVP_CipherInit_ex2(seal->context, NULL, seal->keyed ? NULL : seal->key, nonce, !seal->opens,
                           NULL) != 1)
        return firth_crypto_fail("begin a frame with AES-256-GCM");
    seal->keyed = true;
    if (EVP_CipherUpdate(seal->context, NULL, &ignored, header, FIRTH_FRAME_HEADER_SIZE) != 1)
        return firth_crypto_fail("begin a frame with AES-256-GCM");
    return FIRTH_OK;
}

static void spend(firth_seal *seal, size_t length)
{
    seal->frames++;
    seal->bytes += length;
}

static bool transform(firth_seal *seal, const unsigned char *from, size_t length, unsigned char *to)
{
    bool done = true;
    int count;
    while (done && length != 0) {
        size_t part = length < PIECE ? length : PIECE;
        done = EVP_CipherUpdate(seal->context, to, &count, from, (int)part) == 1;
        from += part;
        to += part;
        length -= part;
    }
    return done;
}

static unsigned char *write_header(unsigned char *at, size_t length)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (unsigned char)(length >> shift);
    *at++ = 0;
    return at;
}

static bool seal_body(firth_seal *seal, firth_inner inner, const void *data, size_t length,
                      unsigned char *body)
{
    unsigned char flag = (unsigned char)inner;
    int ignored;
    return transform(seal, &flag, 1, body) && transform(seal, data, length, body + 1) &&
           EVP_CipherFinal_ex(seal->context, body + 1 + length, &ignored) == 1 &&
           EVP_CIPHER_CTX_ctrl(seal->context, EVP_CTRL_AEAD_GET_TAG, FIRTH_SEAL_TAG_SIZE,
                               body + 1 + length) == 1;
}

firth_err firth_seal_frame(firth_seal *seal, firth_inner inner, const void *data, size_t length,
                           firth_buffer *frame)
{
    size_t body_length = length + FIRTH_SEAL_OVERHEAD;
    size_t before = frame->length;
    size_t whole = FIRTH_FRAME_HEADER_SIZE + body_length + FIRTH_FRAME_TRAILER_SIZE;
    firth_err err = firth_buffer_reserve(frame, before + whole);
    if (err != FIRTH_OK)
        return err;
    unsigned char *header = frame->data + before;
    unsigned char *body = write_header(header, body_length);
    err = begin(seal, header);
    if (err != FIRTH_OK)
        return err;
    spend(seal, 1 + length);
    if (!seal_body(seal, inner, data, length, body)) {
        ERR_clear_error();
        return firth_fail(FIRTH_E_SYSTEM, "%s", "OpenSSL could not seal a frame with AES-256-GCM");
    }
    body[body_length] = '\n';
    frame->length = before + whole;
    return FIRTH_OK;
}

firth_err firth_seal_peek(firth_seal *seal, const firth_sealed_body *body, unsigned char *inner)
{
    firth_err err = begin(seal, body->header);
    if (err == FIRTH_OK && !transform(seal, &body->first, 1, inner))
        err = firth_crypto_fail("open a frame with AES-256-GCM");
    return err;
}

static bool tag_fits(firth_seal *seal, const unsigned char *tag)
{
    unsigned char none[1];
    int ignored;
    return EVP_CIPHER_CTX_ctrl(seal->context, EVP_CTRL_AEAD_SET_TAG, FIRTH_SEAL_TAG_SIZE,
                               (void *)(uintptr_t)tag) == 1 &&
           EVP_CipherFinal_ex(seal->context, none, &ignored) == 1;
}

firth_err firth_seal_open(firth_seal *seal, const firth_sealed_body *body, unsigned char *data)
{
    size_t length = body->rest_length - FIRTH_SEAL_TAG_SIZE;
    if (transform(seal, body->rest, length, data) && tag_fits(seal, body->rest + length)) {
        spend(seal, 1 + length);
        return FIRTH_OK;
    }
    if (length != 0)
        OPENSSL_cleanse(data, length);
    ERR_clear_error();
    return firth_fail(FIRTH_E_ENCRYPTION, "%s",
                      "a frame does not open: it was altered, or sealed with another key");
}
