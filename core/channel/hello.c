#include "channel/hello.h"

#include "channel/seal_stage.h"

#include <string.h>

/* Header, magic, version: all that is the same in every hello. */
static const unsigned char beginning[FIRTH_HELLO_KEY_AT] = {
    0, 0, 0, FIRTH_HELLO_BODY_SIZE, 0, 'f', 'i', 'r', 't', 'h', 0, 'e', 'c', FIRTH_HELLO_VERSION};

#define VERSION_AT (FIRTH_HELLO_KEY_AT - 1)

static const firth_slice label = {FIRTH_SEAL_LABEL, sizeof(FIRTH_SEAL_LABEL) - 1};

void firth_hello_write(unsigned char hello[FIRTH_HELLO_SIZE],
                       const unsigned char public_key[FIRTH_SECRET_SIZE])
{
    memcpy(hello, beginning, FIRTH_HELLO_KEY_AT);
    memcpy(hello + FIRTH_HELLO_KEY_AT, public_key, FIRTH_SECRET_SIZE);
    hello[FIRTH_HELLO_SIZE - 1] = '\n';
}

firth_hello_verdict firth_hello_judge(const unsigned char *bytes, size_t length)
{
    size_t same = length < VERSION_AT ? length : VERSION_AT;
    if (memcmp(bytes, beginning, same) != 0)
        return FIRTH_HELLO_IS_NONE;
    if (length > VERSION_AT && bytes[VERSION_AT] != FIRTH_HELLO_VERSION)
        return FIRTH_HELLO_VERSION_OTHER;
    if (length == FIRTH_HELLO_SIZE && bytes[FIRTH_HELLO_SIZE - 1] != '\n')
        return FIRTH_HELLO_IS_NONE;
    return FIRTH_HELLO_FITS;
}

firth_err firth_hash_shared_key(const void *key, size_t length,
                                unsigned char hash[FIRTH_SECRET_SIZE])
{
    const firth_slice slices[] = {label, {key, length}};
    return firth_sha256(slices, 2, hash);
}

firth_err firth_traffic_key(const unsigned char shared_hash[FIRTH_SECRET_SIZE],
                            const unsigned char secret[FIRTH_SECRET_SIZE],
                            const unsigned char sender_hello[FIRTH_HELLO_SIZE],
                            const unsigned char receiver_hello[FIRTH_HELLO_SIZE],
                            unsigned char key[FIRTH_SECRET_SIZE])
{
    const firth_slice info[] = {
        label, {sender_hello, FIRTH_HELLO_SIZE}, {receiver_hello, FIRTH_HELLO_SIZE}};
    return firth_hkdf(shared_hash, secret, info, 3, key);
}
