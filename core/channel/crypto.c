#include "channel/crypto.h"

#include "base/fail.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdint.h>

/* Slices of one hash or one `info`. */
#define PIECES 4

/* An allocation that failed explains whatever else there is; some say nothing at all. */
static firth_err take_reason(void)
{
    unsigned long one;
    firth_err found = FIRTH_E_NO_MEMORY;
    while ((one = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(one) == ERR_R_MALLOC_FAILURE) {
            ERR_clear_error();
            return FIRTH_E_NO_MEMORY;
        }
        found = ERR_GET_REASON(one) == ERR_R_UNSUPPORTED ||
                        ERR_GET_REASON(one) == EVP_R_UNSUPPORTED_ALGORITHM
                    ? FIRTH_E_NOT_SUPPORTED
                    : FIRTH_E_SYSTEM;
    }
    return found;
}

firth_err firth_crypto_fail(const char *what)
{
    return firth_fail(take_reason(), "OpenSSL could not %s", what);
}

firth_err firth_sha256(const firth_slice *slices, size_t slice_count,
                       unsigned char hash[FIRTH_SECRET_SIZE])
{
    EVP_MD *method = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *context = method != NULL ? EVP_MD_CTX_new() : NULL;
    bool done = context != NULL && EVP_DigestInit_ex2(context, method, NULL) == 1;
    for (size_t i = 0; done && i < slice_count; i++)
        done = EVP_DigestUpdate(context, slices[i].data, slices[i].length) == 1;
    done = done && EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    EVP_MD_free(method);
    if (done)
        return FIRTH_OK;
    OPENSSL_cleanse(hash, FIRTH_SECRET_SIZE);
    return firth_crypto_fail("make a SHA-256 hash");
}

static OSSL_PARAM octets(const char *name, const void *data, size_t length)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)data, length);
}

/* RFC 5869, 2.2. Not by EVP_KDF, which gives the memory of the salt back as it is. */
static firth_err extract(const unsigned char salt[FIRTH_SECRET_SIZE],
                         const unsigned char input[FIRTH_SECRET_SIZE],
                         unsigned char extracted[FIRTH_SECRET_SIZE])
{
    size_t length = 0;
    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, salt, FIRTH_SECRET_SIZE, input,
                  FIRTH_SECRET_SIZE, extracted, FIRTH_SECRET_SIZE, &length) != NULL)
        return FIRTH_OK;
    return firth_crypto_fail("extract a key by HKDF");
}

/* RFC 5869, 2.3. */
static firth_err expand(const unsigned char extracted[FIRTH_SECRET_SIZE], const firth_slice *info,
                        size_t info_count, unsigned char key[FIRTH_SECRET_SIZE])
{
    OSSL_PARAM parameters[3 + PIECES + 1];
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    size_t count = 0;
    parameters[count++] = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode);
    parameters[count++] =
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){"SHA256"}, 0);
    parameters[count++] = octets(OSSL_KDF_PARAM_KEY, extracted, FIRTH_SECRET_SIZE);
    for (size_t i = 0; i < info_count && i < PIECES; i++)
        parameters[count++] = octets(OSSL_KDF_PARAM_INFO, info[i].data, info[i].length);
    parameters[count] = OSSL_PARAM_construct_end();
    EVP_KDF *method = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = method != NULL ? EVP_KDF_CTX_new(method) : NULL;
    bool done = context != NULL && EVP_KDF_derive(context, key, FIRTH_SECRET_SIZE, parameters) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(method);
    return done ? FIRTH_OK : firth_crypto_fail("expand a key by HKDF");
}

firth_err firth_hkdf(const unsigned char salt[FIRTH_SECRET_SIZE],
                     const unsigned char input[FIRTH_SECRET_SIZE], const firth_slice *info,
                     size_t info_count, unsigned char key[FIRTH_SECRET_SIZE])
{
    unsigned char extracted[FIRTH_SECRET_SIZE];
    firth_err err = extract(salt, input, extracted);
    if (err == FIRTH_OK)
        err = expand(extracted, info, info_count, key);
    OPENSSL_cleanse(extracted, sizeof extracted);
    if (err != FIRTH_OK)
        OPENSSL_cleanse(key, FIRTH_SECRET_SIZE);
    return err;
}

static firth_err fail_random(unsigned char bytes[FIRTH_SECRET_SIZE])
{
    OPENSSL_cleanse(bytes, FIRTH_SECRET_SIZE);
    ERR_clear_error();
    return firth_fail(FIRTH_E_SYSTEM, "%s", "OpenSSL could not give random bytes");
}

firth_err firth_x25519_create(EVP_PKEY **private_key, unsigned char public_key[FIRTH_SECRET_SIZE])
{
    unsigned char bytes[FIRTH_SECRET_SIZE];
    size_t length = FIRTH_SECRET_SIZE;
    if (RAND_priv_bytes(bytes, sizeof bytes) != 1)
        return fail_random(bytes);
    EVP_PKEY *made = EVP_PKEY_new_raw_private_key_ex(NULL, "X25519", NULL, bytes, sizeof bytes);
    OPENSSL_cleanse(bytes, sizeof bytes);
    if (made != NULL && EVP_PKEY_get_raw_public_key(made, public_key, &length) == 1) {
        *private_key = made;
        return FIRTH_OK;
    }
    EVP_PKEY_free(made);
    return firth_crypto_fail("make a pair of X25519 keys");
}

/* It says so itself, or gives zeros (RFC 7748, 6.1). */
static bool agreed_on_zeros(int derived, const unsigned char *secret)
{
    unsigned char any = 0;
    for (size_t i = 0; i < FIRTH_SECRET_SIZE; i++)
        any |= secret[i];
    return derived == 1 && any == 0;
}

static firth_err fail_point(void)
{
    ERR_clear_error();
    return firth_fail(FIRTH_E_ENCRYPTION, "%s",
                      "the peer's public key is a point of small order, expected a proper one");
}

/* The last step is the only one that can fail because of the peer. */
firth_err firth_x25519_agree(EVP_PKEY *private_key, const unsigned char peer[FIRTH_SECRET_SIZE],
                             unsigned char secret[FIRTH_SECRET_SIZE])
{
    size_t length = FIRTH_SECRET_SIZE;
    int derived = 0;
    EVP_PKEY *theirs =
        EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, peer, FIRTH_SECRET_SIZE);
    EVP_PKEY_CTX *context =
        theirs != NULL ? EVP_PKEY_CTX_new_from_pkey(NULL, private_key, NULL) : NULL;
    bool ready = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                 EVP_PKEY_derive_set_peer(context, theirs) == 1;
    if (ready)
        derived = EVP_PKEY_derive(context, secret, &length);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(theirs);
    if (derived == 1 && !agreed_on_zeros(derived, secret))
        return FIRTH_OK;
    OPENSSL_cleanse(secret, FIRTH_SECRET_SIZE);
    if (ready && ERR_GET_REASON(ERR_peek_error()) != ERR_R_MALLOC_FAILURE)
        return fail_point();
    return firth_crypto_fail("agree on a secret by X25519");
}
