/* Keys: the call that takes its time. */
#include "blocking.h"

typedef struct key_call {
    firth_ruby_call base;
    firth_slice passphrase;
    firth_slice salt;
    unsigned char *key;
} key_call;

static firth_err attempt(firth_ruby_call *base)
{
    key_call *call = (key_call *)base;
    return firth_key_from_passphrase(call->passphrase.data, call->passphrase.length,
                                     call->salt.data, call->salt.length, call->key);
}

firth_err firth_ruby_key_from_passphrase(const void *passphrase, size_t passphrase_length,
                                         const void *salt, size_t salt_length,
                                         unsigned char key[FIRTH_KEY_SIZE])
{
    key_call call = {.base = {.attempt = attempt},
                     .passphrase = {passphrase, passphrase_length},
                     .salt = {salt, salt_length},
                     .key = key};
    return firth_ruby_run(&call.base, FIRTH_FOREVER);
}
