/* What the encryption takes from OpenSSL besides AES: SHA-256 (FIPS 180-4), HKDF (RFC 5869),
 * X25519 (RFC 7748). Outputs are wiped after a failure, which is FIRTH_E_NO_MEMORY,
 * FIRTH_E_NOT_SUPPORTED (of a restricted OpenSSL) or FIRTH_E_SYSTEM, unless said otherwise. */
#ifndef FIRTH_CHANNEL_CRYPTO_H
#define FIRTH_CHANNEL_CRYPTO_H

#include <firth/error.h>

#include <openssl/types.h>

/* Bytes of a hash, of a secret, of a traffic key, and of either half of a pair of keys. */
#define FIRTH_SECRET_SIZE 32

/* Of the slices, one after the other. */
firth_err firth_sha256(const firth_slice *slices, size_t slice_count,
                       unsigned char hash[FIRTH_SECRET_SIZE]);

/* HKDF-SHA-256, extract and expand; `info` is the slices, one after the other. */
firth_err firth_hkdf(const unsigned char salt[FIRTH_SECRET_SIZE],
                     const unsigned char input[FIRTH_SECRET_SIZE], const firth_slice *info,
                     size_t info_count, unsigned char key[FIRTH_SECRET_SIZE]);

/* A fresh private key, whose bytes are those of RAND_priv_bytes, and its public half. Freed,
 * which wipes it, by EVP_PKEY_free. */
firth_err firth_x25519_create(EVP_PKEY **private_key, unsigned char public_key[FIRTH_SECRET_SIZE]);

/* FIRTH_E_ENCRYPTION: the peer's is a point of small order, which agrees on nothing. */
firth_err firth_x25519_agree(EVP_PKEY *private_key, const unsigned char peer[FIRTH_SECRET_SIZE],
                             unsigned char secret[FIRTH_SECRET_SIZE]);

/* Says what OpenSSL could not do, and empties its queue of errors. */
firth_err firth_crypto_fail(const char *what);

#endif
