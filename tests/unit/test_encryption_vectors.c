/* The test vectors of the encryption, step by step, by the library's own functions. */
#include "check.h"

#include "encryption_vectors_types.h"

#include "channel/encryption.h"
#include "channel/frame_encoder.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "encryption_vectors.h"

#define SESSIONS (sizeof sessions / sizeof *sessions)

static void same(firth_slice expected, const void *found, size_t length)
{
    assert_int_equal(length, expected.length);
    assert_memory_equal(found, expected.data, length);
}

/* What RAND_priv_bytes gives, in place of OpenSSL's. */
static const void *next_private_key;

int RAND_priv_bytes(unsigned char *bytes, int length)
{
    assert_int_equal(length, 32);
    memcpy(bytes, next_private_key, 32);
    return 1;
}

static firth_encryption *begin(const vector_session *session, int side)
{
    firth_encryption *made;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = session->shared_key.data;
    options.key_length = session->shared_key.length;
    next_private_key = session->sides[side].private_key.data;
    CHECK_OK(firth_encryption_create(&made, &options));
    return made;
}

static firth_encryption *meet(const vector_session *session, int side)
{
    firth_encryption *made = begin(session, side);
    firth_span space = firth_encryption_hello_space(made);
    assert_int_equal(space.length, session->sides[!side].hello.length);
    memcpy(space.data, session->sides[!side].hello.data, space.length);
    CHECK_OK(firth_encryption_hello_came(made, space.length));
    CHECK_OK(firth_encryption_meet(made));
    return made;
}

static void hashes_of_shared_keys_are_those_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < SESSIONS; i++) {
        unsigned char hash[32];
        CHECK_OK(firth_hash_shared_key(sessions[i].shared_key.data, sessions[i].shared_key.length,
                                       hash));
        same(sessions[i].shared_hash, hash, sizeof hash);
    }
}

static void both_sides_agree_on_the_secret_of_the_vectors(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        EVP_PKEY *private_key;
        unsigned char public_key[32], secret[32];
        const vector_side *own = &sessions[0].sides[side], *other = &sessions[0].sides[!side];
        next_private_key = own->private_key.data;
        CHECK_OK(firth_x25519_create(&private_key, public_key));
        same(own->public_key, public_key, sizeof public_key);
        CHECK_OK(firth_x25519_agree(private_key, other->public_key.data, secret));
        same(sessions[0].secret, secret, sizeof secret);
        EVP_PKEY_free(private_key);
    }
}

static void hellos_are_those_of_the_vectors(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        firth_encryption *made = begin(&sessions[0], side);
        firth_slice owed = firth_encryption_owed(made);
        same(sessions[0].sides[side].hello, owed.data, owed.length);
        firth_encryption_free(made);
    }
}

static void first_keys_are_those_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * SESSIONS; i++) {
        const vector_session *session = &sessions[i / 2];
        firth_encryption *made = meet(session, i % 2);
        same(session->sides[i % 2].traffic_key, made->sealing.key, 32);
        same(session->sides[1 - i % 2].traffic_key, made->opening.key, 32);
        firth_encryption_free(made);
    }
}

static void what_is_sealed_is_that_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * SESSIONS; i++) {
        const vector_side *side = &sessions[i / 2].sides[i % 2];
        firth_encryption *made = meet(&sessions[i / 2], i % 2);
        firth_encryption_paid(made, FIRTH_HELLO_SIZE);
        firth_slice owed = firth_encryption_owed(made);
        same(side->ready, owed.data, owed.length);
        firth_encryption_paid(made, owed.length);
        for (int n = 0; n < VECTOR_FRAMES; n++) {
            firth_buffer frame = {0};
            const vector_frame *expected = &side->frames[n];
            CHECK_OK(firth_encryption_seal(made, (firth_inner)expected->inner,
                                           expected->sealed.data, expected->sealed.length, &frame));
            same(expected->frame, frame.data, frame.length);
            firth_buffer_release(&frame);
        }
        firth_buffer end = {0};
        CHECK_OK(firth_encryption_seal(made, FIRTH_INNER_END, "", 0, &end));
        same(side->end, end.data, end.length);
        firth_buffer_release(&end);
        firth_encryption_free(made);
    }
}

static firth_frame_codec *codec_of(const vector_session *session, int side)
{
    firth_frame_codec *codec;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = session->shared_key.data;
    options.key_length = session->shared_key.length;
    next_private_key = session->sides[side].private_key.data;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    return codec;
}

static void feed(firth_frame_codec *codec, firth_slice bytes)
{
    CHECK_OK(firth_frame_codec_feed(codec, bytes.data, bytes.length));
}

static void what_is_opened_is_that_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * SESSIONS; i++) {
        firth_bytes payload;
        const vector_side *other = &sessions[i / 2].sides[1 - i % 2];
        firth_frame_codec *codec = codec_of(&sessions[i / 2], i % 2);
        feed(codec, other->hello);
        feed(codec, other->ready);
        for (int n = 0; n < VECTOR_FRAMES; n++) {
            feed(codec, other->frames[n].frame);
            CHECK_OK(firth_frame_codec_decode(codec, &payload));
            same(other->frames[n].payload, payload.data, payload.length);
            firth_bytes_free(&payload);
        }
        feed(codec, other->end);
        CHECK_FAILS(EOF, firth_frame_codec_decode(codec, &payload));
        firth_frame_codec_free(codec);
    }
}

static void hash_frame(EVP_MD_CTX *hash, firth_encryption *made, const void *payload, size_t length,
                       firth_buffer *frame)
{
    frame->length = 0;
    CHECK_OK(firth_encryption_seal(made, FIRTH_INNER_PAYLOAD, payload, length, frame));
    assert_int_equal(EVP_DigestUpdate(hash, frame->data, frame->length), 1);
}

static void check_hash(EVP_MD_CTX *hash, firth_slice expected)
{
    unsigned char found[32];
    assert_int_equal(EVP_DigestFinal_ex(hash, found, NULL), 1);
    same(expected, found, sizeof found);
    EVP_MD_CTX_free(hash);
}

/* The session with the vectors' key of 32 bytes, ready hashed. */
static firth_encryption *begin_ratchet(EVP_MD_CTX *hash)
{
    const vector_session *session = sessions;
    while (session->shared_key.length != by_frames.shared_key.length)
        session++;
    firth_encryption *made = meet(session, 0);
    firth_encryption_paid(made, FIRTH_HELLO_SIZE);
    firth_slice owed = firth_encryption_owed(made);
    assert_int_equal(EVP_DigestInit_ex(hash, EVP_sha256(), NULL), 1);
    assert_int_equal(EVP_DigestUpdate(hash, owed.data, owed.length), 1);
    firth_encryption_paid(made, owed.length);
    return made;
}

static void keys_after_65536_frames_are_those_of_the_vectors(void **state)
{
    (void)state;
    size_t shown = 0;
    firth_buffer frame = {0};
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    firth_encryption *made = begin_ratchet(hash);
    for (unsigned i = 1; i < by_frames.count; i++) {
        unsigned char payload[4] = {(unsigned char)(i >> 24), (unsigned char)(i >> 16),
                                    (unsigned char)(i >> 8), (unsigned char)i};
        hash_frame(hash, made, payload, sizeof payload, &frame);
        if (shown < VECTOR_SHOWN && by_frames.shown[shown].number == i)
            same(by_frames.shown[shown++].frame, frame.data, frame.length);
    }
    assert_int_equal(shown, VECTOR_SHOWN);
    same(by_frames.next_key, made->sealing.key, 32);
    check_hash(hash, by_frames.hash);
    firth_buffer_release(&frame);
    firth_encryption_free(made);
}

static void keys_after_64_mebibytes_are_those_of_the_vectors(void **state)
{
    (void)state;
    firth_buffer frame = {0};
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    firth_encryption *made = begin_ratchet(hash);
    unsigned char *payload = malloc(by_bytes.length);
    for (unsigned i = 1; i < by_bytes.count; i++) {
        memset(payload, (int)i, by_bytes.length);
        hash_frame(hash, made, payload, by_bytes.length, &frame);
    }
    same(by_frames.next_key, made->sealing.key, 32);
    check_hash(hash, by_bytes.hash);
    free(payload);
    firth_buffer_release(&frame);
    firth_encryption_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_of_shared_keys_are_those_of_the_vectors),
        cmocka_unit_test(both_sides_agree_on_the_secret_of_the_vectors),
        cmocka_unit_test(hellos_are_those_of_the_vectors),
        cmocka_unit_test(first_keys_are_those_of_the_vectors),
        cmocka_unit_test(what_is_sealed_is_that_of_the_vectors),
        cmocka_unit_test(what_is_opened_is_that_of_the_vectors),
        cmocka_unit_test(keys_after_65536_frames_are_those_of_the_vectors),
        cmocka_unit_test(keys_after_64_mebibytes_are_those_of_the_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
