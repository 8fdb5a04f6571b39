/* No memory that is given back holds a key or what keys are made of. */
#include "check.h"

#include "encryption_vectors_types.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "encryption_vectors.h"

#define SESSION (&sessions[2])

/* In place of OpenSSL's. */
int RAND_priv_bytes(unsigned char *bytes, int length)
{
    assert_int_equal(length, 32);
    memcpy(bytes, SESSION->sides[0].private_key.data, 32);
    return 1;
}

static unsigned looked_at, found_secrets;

static bool holds(const unsigned char *block, size_t size, firth_slice secret)
{
    return block != NULL && memmem(block, size, secret.data, secret.length) != NULL;
}

/* Half of a secret would be too much as well. */
static void look_at(void *block)
{
    const vector_session *session = SESSION;
    const firth_slice secrets[] = {session->shared_key,
                                   session->shared_hash,
                                   session->secret,
                                   session->sides[0].private_key,
                                   session->sides[0].traffic_key,
                                   session->sides[1].traffic_key,
                                   by_frames.next_key};
    if (block == NULL)
        return;
    size_t size = malloc_usable_size(block);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        for (size_t half = 0; half < 2; half++)
            found_secrets +=
                holds(block, size, (firth_slice){(const char *)secrets[i].data + 16 * half, 16});
    looked_at++;
}

void __real_free(void *block);
void __wrap_free(void *block);

void __wrap_free(void *block)
{
    look_at(block);
    __real_free(block);
}

static void *foreign_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return malloc(size);
}

static void *foreign_realloc(void *before, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    void *block = malloc(size);
    if (block != NULL && before != NULL) {
        size_t old = malloc_usable_size(before);
        memcpy(block, before, old < size ? old : size);
        free(before);
    }
    return block;
}

static void foreign_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}

static void feed(firth_frame_codec *codec, firth_slice bytes)
{
    CHECK_OK(firth_frame_codec_feed(codec, bytes.data, bytes.length));
}

static firth_frame_codec *make(void)
{
    firth_frame_codec *codec;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = SESSION->shared_key.data;
    options.key_length = SESSION->shared_key.length;
    looked_at = found_secrets = 0;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    return codec;
}

static void must_be_wiped(firth_frame_codec *codec)
{
    firth_frame_codec_free(codec);
    assert_true(looked_at > 5);
    assert_int_equal(found_secrets, 0);
}

static void a_secret_that_stays_is_found(void **state)
{
    (void)state;
    unsigned char *volatile copy = malloc(100);
    found_secrets = 0;
    memcpy(copy + 30, SESSION->sides[1].traffic_key.data, 32);
    look_at(copy);
    free(copy);
    assert_true(found_secrets >= 2);
}

static void keys_are_wiped_at_the_end(void **state)
{
    (void)state;
    firth_bytes payload, frame;
    firth_frame_codec *codec = make();
    feed(codec, SESSION->sides[1].hello);
    feed(codec, SESSION->sides[1].ready);
    feed(codec, SESSION->sides[1].frames[0].frame);
    CHECK_OK(firth_frame_codec_decode(codec, &payload));
    firth_bytes_free(&payload);
    CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
    firth_bytes_free(&frame);
    must_be_wiped(codec);
}

static void keys_are_wiped_if_nobody_answers(void **state)
{
    (void)state;
    must_be_wiped(make());
}

static void keys_are_wiped_after_a_fault(void **state)
{
    (void)state;
    firth_bytes payload;
    firth_frame_codec *codec = make();
    feed(codec, SESSION->sides[1].hello);
    feed(codec, SESSION->sides[1].frames[1].frame);
    CHECK_FAILS(ENCRYPTION, firth_frame_codec_decode(codec, &payload));
    must_be_wiped(codec);
}

static void replaced_keys_are_wiped(void **state)
{
    (void)state;
    firth_bytes payload, frame;
    firth_frame_codec *codec = make();
    feed(codec, SESSION->sides[1].hello);
    firth_frame_codec_decode(codec, &payload);
    for (int i = 0; i < 65540; i++) {
        CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
        firth_bytes_free(&frame);
    }
    must_be_wiped(codec);
}

/* The place that bindings have for one; "random" is what is looked for. */
static void a_key_that_was_handed_on_is_wiped(void **state)
{
    (void)state;
    firth_bytes key;
    CHECK_OK(firth_bytes_create(&key, FIRTH_KEY_SIZE));
    CHECK_OK(firth_generate_key(key.data));
    found_secrets = 0;
    firth_bytes_free(&key);
    assert_int_equal(found_secrets, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_that_stays_is_found),
        cmocka_unit_test(keys_are_wiped_at_the_end),
        cmocka_unit_test(keys_are_wiped_if_nobody_answers),
        cmocka_unit_test(keys_are_wiped_after_a_fault),
        cmocka_unit_test(replaced_keys_are_wiped),
        cmocka_unit_test(a_key_that_was_handed_on_is_wiped),
    };
    if (CRYPTO_set_mem_functions(foreign_malloc, foreign_realloc, foreign_free) != 1)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
