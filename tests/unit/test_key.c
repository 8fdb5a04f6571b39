/* Keys: random ones, and those of passphrases. */
#include "check.h"

#include <openssl/rand.h>
#include <string.h>

/* In place of OpenSSL's, which can be told to fail. */
static bool fails;

int RAND_priv_bytes(unsigned char *bytes, int length)
{
    if (fails) {
        memset(bytes, 0xee, (size_t)length);
        return 0;
    }
    return RAND_bytes(bytes, length);
}

static void random_keys_differ(void **state)
{
    (void)state;
    unsigned char one[FIRTH_KEY_SIZE], other[FIRTH_KEY_SIZE];
    CHECK_OK(firth_generate_key(one));
    CHECK_OK(firth_generate_key(other));
    assert_memory_not_equal(one, other, sizeof one);
    CHECK_FAILS(INVALID, firth_generate_key(NULL));
}

static void a_key_is_wiped_if_there_is_no_chance(void **state)
{
    (void)state;
    static const unsigned char zeros[FIRTH_KEY_SIZE];
    unsigned char key[FIRTH_KEY_SIZE] = {1};
    fails = true;
    CHECK_FAILS(SYSTEM, firth_generate_key(key));
    fails = false;
    assert_memory_equal(key, zeros, sizeof key);
}

static void no_hello_is_made_without_chance(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.key = "0123456789abcdef";
    options.key_length = 16;
    fails = true;
    firth_err err = firth_frame_codec_create(&codec, &options);
    fails = false;
    assert_int_equal(err, FIRTH_E_SYSTEM);
    assert_null(codec);
}

/* As hashlib.scrypt(passphrase, salt=salt, n=65536, r=8, p=1, maxmem=96 << 20, dklen=32) of
 * Python says. */
static void a_passphrase_gives_the_key_of_scrypt(void **state)
{
    (void)state;
    static const unsigned char expected[FIRTH_KEY_SIZE] = {
        0x57, 0x7,  0x33, 0x2e, 0xaf, 0x4e, 0x73, 0xd,  0xf2, 0xfb, 0x9d,
        0x3c, 0xb,  0x73, 0x57, 0x8e, 0x7e, 0xb8, 0xe7, 0x56, 0x17, 0xa8,
        0x61, 0xba, 0x32, 0xd,  0xda, 0xab, 0xfd, 0xcf, 0x41, 0x4d};
    unsigned char key[FIRTH_KEY_SIZE];
    CHECK_OK(firth_key_from_passphrase("salt in the firth", 17, "0123456789abcdef", 16, key));
    assert_memory_equal(key, expected, sizeof key);
}

static void passphrases_and_salts_have_a_least_length(void **state)
{
    (void)state;
    unsigned char key[FIRTH_KEY_SIZE];
    const char *salt = "0123456789abcdef";
    CHECK_FAILS(INVALID, firth_key_from_passphrase("x", 0, salt, 16, key));
    CHECK_FAILS(INVALID, firth_key_from_passphrase(NULL, 1, salt, 16, key));
    CHECK_FAILS(INVALID, firth_key_from_passphrase("x", 1, salt, 15, key));
    CHECK_DETAIL("15 bytes, expected at least 16");
    CHECK_FAILS(INVALID, firth_key_from_passphrase("x", 1, NULL, 16, key));
    CHECK_FAILS(INVALID, firth_key_from_passphrase("x", 1, salt, 16, NULL));
}

static void a_zero_within_a_passphrase_or_behind_a_salt_counts(void **state)
{
    (void)state;
    unsigned char one[FIRTH_KEY_SIZE], other[FIRTH_KEY_SIZE];
    CHECK_OK(firth_key_from_passphrase("x", 1, "0123456789abcdef", 16, one));
    CHECK_OK(firth_key_from_passphrase("x\0y", 3, "0123456789abcdef", 16, other));
    assert_memory_not_equal(one, other, sizeof one);
    CHECK_OK(firth_key_from_passphrase("x", 1, "0123456789abcdef\0", 17, other));
    assert_memory_not_equal(one, other, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_keys_differ),
        cmocka_unit_test(a_key_is_wiped_if_there_is_no_chance),
        cmocka_unit_test(no_hello_is_made_without_chance),
        cmocka_unit_test(a_passphrase_gives_the_key_of_scrypt),
        cmocka_unit_test(passphrases_and_salts_have_a_least_length),
        cmocka_unit_test(a_zero_within_a_passphrase_or_behind_a_salt_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
