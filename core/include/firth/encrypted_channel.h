/* EncryptedChannel: a channel between two ends that share a key. Both must be firth's; the
 * format is docs/encryption.md. */
#ifndef FIRTH_ENCRYPTED_CHANNEL_H
#define FIRTH_ENCRYPTED_CHANNEL_H

#include <firth/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a key that firth makes. */
#define FIRTH_KEY_SIZE 32
/* Bytes of a salt, at least. */
#define FIRTH_SALT_MIN 16

/* As firth_channel_create, with `key` (FIRTH_KEY_MIN to FIRTH_KEY_MAX bytes, read during
 * the call only) in place of the options'. Compression is off unless the options say
 * FIRTH_COMPRESSION_ON. Sends its hello if that can be done without waiting; the peer's is
 * waited for by the first send or receive, or by firth_channel_handshake.
 * In a child of fork its calls are FIRTH_E_FORKED. `options` may be NULL.
 *
 * Besides the errors of every channel, sending, receiving and finishing give
 * FIRTH_E_ENCRYPTION, which is final: the peer's bytes were altered, or come from another
 * key, or from no EncryptedChannel. Bytes that end without the peer's sealed end are
 * FIRTH_E_CONNECTION_LOST, also between frames.
 *
 * A payload is taken once it was sealed, whatever error follows, with a count above 0. Over a
 * stream that cannot keep to a time, a send with one is FIRTH_E_NOT_SUPPORTED, not taken. */
FIRTH_API firth_err firth_encrypted_channel_create(firth_channel **channel, firth_stream *stream,
                                                   const void *key, size_t key_length,
                                                   const firth_channel_options *options);

/* Exchanges the hellos. May block up to `timeout` seconds. FIRTH_OK says that the peer speaks
 * this encryption, not yet that it has the key: the first payload received does, or a finish
 * after something was sent, which waits for the peer's proof (FIRTH_E_TIMEOUT: none came).
 * FIRTH_OK at once if it has been done, or the channel is not encrypted.
 * Before it is done a send that runs out of time is FIRTH_E_BUSY, and its payload not taken.
 * Threads that share a channel and only try (time 0) leave the hand-shake to one of them:
 * what each of them waits for may come to another. */
FIRTH_API firth_err firth_channel_handshake(firth_channel *channel, double timeout);

/* Exchanges the hellos and waits for the peer's proof that it has the key, as whatever
 * receives does first: for who must not block in firth_channel_finish, which after something
 * was sent waits for it too. May block up to `timeout` seconds.
 * FIRTH_OK at once if it has come, or the channel is not encrypted. */
FIRTH_API firth_err firth_channel_await_proof(firth_channel *channel, double timeout);

/* Whether the channel encrypts. False for NULL. */
FIRTH_API bool firth_channel_encrypted(const firth_channel *channel);

/* A random key. */
FIRTH_API firth_err firth_generate_key(unsigned char key[FIRTH_KEY_SIZE]);

/* The key of a passphrase (any bytes, at least 1; zeros at its end do not count), by scrypt
 * (RFC 7914) with N = 65536, r = 8, p = 1: takes 64 MiB and some tenths of a second. Both ends must
 * use the same salt, at least FIRTH_SALT_MIN bytes, best random ones; it need not be secret.
 * FIRTH_E_INVALID: one of them is too short. FIRTH_E_NO_MEMORY. */
FIRTH_API firth_err firth_key_from_passphrase(const void *passphrase, size_t passphrase_length,
                                              const void *salt, size_t salt_length,
                                              unsigned char key[FIRTH_KEY_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
