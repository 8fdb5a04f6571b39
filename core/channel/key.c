/* Keys for EncryptedChannel: random, or of a passphrase (RFC 7914). */
#include "base/fail.h"

#include <firth/encrypted_channel.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define SCRYPT_N 65536
#define SCRYPT_R 8
#define SCRYPT_P 1
/* 128 * N * r bytes, and something for the rest. */
#define SCRYPT_MEMORY ((uint64_t)96 * 1024 * 1024)

static firth_err fail_openssl(firth_err code, unsigned char *key, const char *what)
{
    OPENSSL_cleanse(key, FIRTH_KEY_SIZE);
    ERR_clear_error();
    return firth_fail(code, "OpenSSL could not %s", what);
}

firth_err firth_generate_key(unsigned char key[FIRTH_KEY_SIZE])
{
    if (key == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the key is NULL");
    if (RAND_priv_bytes(key, FIRTH_KEY_SIZE) != 1)
        return fail_openssl(FIRTH_E_SYSTEM, key, "give random bytes");
    return FIRTH_OK;
}

firth_err firth_key_from_passphrase(const void *passphrase, size_t passphrase_length,
                                    const void *salt, size_t salt_length,
                                    unsigned char key[FIRTH_KEY_SIZE])
{
    if (key == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the key is NULL");
    if (passphrase == NULL || passphrase_length == 0)
        return firth_fail(FIRTH_E_INVALID, "%s", "the passphrase is empty");
    if (salt == NULL || salt_length < FIRTH_SALT_MIN)
        return firth_fail(FIRTH_E_INVALID, "the salt has %zu bytes, expected at least %d",
                          salt == NULL ? 0 : salt_length, FIRTH_SALT_MIN);
    if (EVP_PBE_scrypt(passphrase, passphrase_length, salt, salt_length, SCRYPT_N, SCRYPT_R,
                       SCRYPT_P, SCRYPT_MEMORY, key, FIRTH_KEY_SIZE) != 1)
        return fail_openssl(FIRTH_E_NO_MEMORY, key, "run scrypt in 64 MiB");
    return FIRTH_OK;
}
