/* Each limit, at its last good value and one beyond, for both directions. */
#include "brine_check.h"
#include "check.h"

#include <string.h>

static firth_err encode(const firth_brine_limits *limits, const firth_brine_value *values,
                        size_t count)
{
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(limits);
    for (size_t i = 0; i < count; i++)
        if (firth_brine_encoder_add(encoder, values[i]) != FIRTH_OK)
            break;
    firth_err err = firth_brine_encoder_finish(encoder, &encoded);
    firth_brine_encoder_free(encoder);
    return err;
}

/* A failure to start is said again by what follows. */
static firth_err decode(const firth_brine_limits *limits, const void *bytes, size_t length)
{
    firth_brine_decoder *decoder;
    CHECK_OK(firth_brine_decoder_create(&decoder, limits));
    firth_err started = firth_brine_decoder_start(decoder, bytes, length);
    firth_err err = decode_all(decoder);
    assert_true(started == FIRTH_OK || started == err);
    firth_brine_decoder_free(decoder);
    return err;
}

#define ENCODE(limits, ...) \
    encode((limits), (firth_brine_value[]){__VA_ARGS__}, VALUES_IN(__VA_ARGS__))
#define DECODE(limits, bytes) decode((limits), (bytes), sizeof(bytes) - 1)

static firth_brine_limits limits_of(size_t depth, size_t size, size_t items, size_t digits)
{
    return (firth_brine_limits){depth, size, items, digits};
}

static void depth_is_limited(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(2, 100, 100, 100);
    CHECK_OK(ENCODE(&limits, firth_brine_tuple(1), firth_brine_frozenset(1), firth_brine_none()));
    CHECK_OK(DECODE(&limits, "\x10\x1a\x10\x00"));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_tuple(1), firth_brine_frozenset(1),
                                        firth_brine_slice()));
    CHECK_DETAIL("deeper than the limit of 2");
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x10\x1a\x10\x19\x12\0\0\0"));
    CHECK_DETAIL("deeper than the limit of 2");
}

static void depth_counts_the_containers_that_are_open_alone(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(2, 100, 100, 100);
    CHECK_OK(DECODE(&limits, "\x13\x10\x00\x10\x00\x10\x00\x10\x00"));
    CHECK_OK(DECODE(&limits, "\x10\x10\x02"));
    limits.depth = 0;
    CHECK_OK(DECODE(&limits, "\x02"));
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x10\x00"));
}

static void the_greatest_depth_can_be_used(void **state)
{
    (void)state;
    static unsigned char encoded[FIRTH_BRINE_DEPTH_MAX + 2];
    firth_brine_limits limits = FIRTH_BRINE_LIMITS_INIT;
    limits.depth = FIRTH_BRINE_DEPTH_MAX;
    memset(encoded, 0x10, sizeof encoded);
    encoded[FIRTH_BRINE_DEPTH_MAX] = 0x00;
    CHECK_OK(decode(&limits, encoded, FIRTH_BRINE_DEPTH_MAX + 1));
    encoded[FIRTH_BRINE_DEPTH_MAX] = 0x10;
    CHECK_FAILS(BUFFER_OVERFLOW, decode(&limits, encoded, FIRTH_BRINE_DEPTH_MAX + 2));
}

static void size_is_limited(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(10, 5, 100, 100);
    CHECK_OK(ENCODE(&limits, firth_brine_tuple(1), firth_brine_bytes("abc", 3)));
    CHECK_OK(ENCODE(&limits, firth_brine_bytes("abcd", 4)));
    CHECK_OK(DECODE(&limits, "\x0d"
                             "abcd"));
    CHECK_FAILS(BUFFER_OVERFLOW,
                ENCODE(&limits, firth_brine_tuple(1), firth_brine_bytes("abcd", 4)));
    CHECK_DETAIL("the limit of 5 bytes");
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x10\x0d"
                                                 "abcd"));
    CHECK_DETAIL("6 bytes, over the limit of 5");
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_float(1)));
    limits.size = 1;
    CHECK_OK(ENCODE(&limits, firth_brine_none()));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, text_value("")));
    limits.size = 0;
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_none()));
}

static void items_are_limited(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(10, 100, 3, 100);
    CHECK_OK(ENCODE(&limits, firth_brine_tuple(2), firth_brine_none(), firth_brine_none()));
    CHECK_OK(DECODE(&limits, "\x11\0\0"));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_tuple(3)));
    CHECK_DETAIL("the limit of 3 values");
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x12\0\0\0"));
    limits.items = 0;
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x00"));
}

static void no_limit_of_items_lets_more_in_than_a_length_can_say(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(10, UINT32_MAX, SIZE_MAX, 100);
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_tuple((size_t)1 << 32)));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_frozenset(SIZE_MAX)));
    CHECK_FAILS(INVALID, ENCODE(&limits, firth_brine_tuple(UINT32_MAX - 1)));
    CHECK_DETAIL("items are missing");
}

static void digits_are_limited_and_a_sign_is_none(void **state)
{
    (void)state;
    firth_brine_limits limits = limits_of(10, 100, 100, 3);
    CHECK_OK(ENCODE(&limits, firth_brine_integer(-999)));
    CHECK_OK(DECODE(&limits, "\x16\x04-999"));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_integer(1000)));
    CHECK_DETAIL("an integer of 4 digits, over the limit of 3");
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(&limits, firth_brine_big_integer("1000", 4)));
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x16\x04"
                                                 "1000"));
    CHECK_FAILS(BUFFER_OVERFLOW, DECODE(&limits, "\x16\x05-1000"));
    limits.digits = 0;
    CHECK_OK(ENCODE(&limits, firth_brine_integer(159)));
    CHECK_OK(DECODE(&limits, "\xef"));
}

static void the_limits_are_those_of_the_header_unless_given(void **state)
{
    (void)state;
    unsigned char deep[FIRTH_BRINE_DEPTH_LIMIT + 2];
    memset(deep, 0x10, sizeof deep);
    deep[FIRTH_BRINE_DEPTH_LIMIT] = 0x00;
    CHECK_OK(decode(NULL, deep, FIRTH_BRINE_DEPTH_LIMIT + 1));
    deep[FIRTH_BRINE_DEPTH_LIMIT] = 0x10;
    CHECK_FAILS(BUFFER_OVERFLOW, decode(NULL, deep, sizeof deep));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(NULL, firth_brine_tuple(FIRTH_BRINE_ITEMS_LIMIT)));
    CHECK_FAILS(INVALID, ENCODE(NULL, firth_brine_tuple(FIRTH_BRINE_ITEMS_LIMIT - 1)));
    char digits[FIRTH_BRINE_DIGITS_LIMIT + 1];
    memset(digits, '7', sizeof digits);
    CHECK_OK(ENCODE(NULL, firth_brine_big_integer(digits, FIRTH_BRINE_DIGITS_LIMIT)));
    CHECK_FAILS(BUFFER_OVERFLOW, ENCODE(NULL, firth_brine_big_integer(digits, sizeof digits)));
}

static void limits_out_of_range_are_refused(void **state)
{
    (void)state;
    firth_brine_encoder *encoder;
    firth_brine_decoder *decoder;
    firth_brine_limits limits = FIRTH_BRINE_LIMITS_INIT;
    limits.depth = FIRTH_BRINE_DEPTH_MAX + 1;
    CHECK_FAILS(INVALID, firth_brine_encoder_create(&encoder, &limits));
    CHECK_DETAIL("the limit of depth is 4097, expected at most 4096");
    assert_null(encoder);
    CHECK_FAILS(INVALID, firth_brine_decoder_create(&decoder, &limits));
    assert_null(decoder);
    limits = (firth_brine_limits)FIRTH_BRINE_LIMITS_INIT;
    limits.size = (size_t)UINT32_MAX + 1;
    CHECK_FAILS(INVALID, firth_brine_decoder_create(&decoder, &limits));
    CHECK_DETAIL("the limit of size is 4294967296 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(depth_counts_the_containers_that_are_open_alone),
        cmocka_unit_test(the_greatest_depth_can_be_used),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(items_are_limited),
        cmocka_unit_test(no_limit_of_items_lets_more_in_than_a_length_can_say),
        cmocka_unit_test(digits_are_limited_and_a_sign_is_none),
        cmocka_unit_test(the_limits_are_those_of_the_header_unless_given),
        cmocka_unit_test(limits_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
