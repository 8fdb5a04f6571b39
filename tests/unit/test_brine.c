/* Values to bytes and back. The vectors of tests/conformance hold many more. */
#include "brine_check.h"
#include "check.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void one_byte_is_enough_for_the_simplest_values(void **state)
{
    (void)state;
    CHECK_ENCODED("\x00", firth_brine_none());
    CHECK_ENCODED("\x01", firth_brine_bytes(NULL, 0));
    CHECK_ENCODED("\x02", firth_brine_tuple(0));
    CHECK_ENCODED("\x03", firth_brine_bool(true));
    CHECK_ENCODED("\x04", firth_brine_bool(false));
    CHECK_ENCODED("\x05", firth_brine_not_implemented());
    CHECK_ENCODED("\x06", firth_brine_ellipsis());
}

static void small_integers_are_one_byte_and_others_are_digits(void **state)
{
    (void)state;
    CHECK_ENCODED("\x16\x03-49", firth_brine_integer(-49));
    CHECK_ENCODED("\x20", firth_brine_integer(-48));
    CHECK_ENCODED("\x4f", firth_brine_integer(-1));
    CHECK_ENCODED("\x50", firth_brine_integer(0));
    CHECK_ENCODED("\xef", firth_brine_integer(159));
    CHECK_ENCODED("\x16\x03"
                  "160",
                  firth_brine_integer(160));
    CHECK_ENCODED("\x16\x13"
                  "9223372036854775807",
                  firth_brine_integer(INT64_MAX));
    CHECK_ENCODED("\x16\x14-9223372036854775808", firth_brine_integer(INT64_MIN));
}

static void what_64_bits_do_not_hold_comes_as_digits(void **state)
{
    (void)state;
    CHECK_ENCODED("\x16\x13"
                  "9223372036854775808",
                  firth_brine_big_integer("9223372036854775808", 19));
    CHECK_ENCODED("\x16\x14-9223372036854775809",
                  firth_brine_big_integer("-9223372036854775809", 20));
    CHECK_ENCODED("\x16\x15"
                  "100000000000000000000",
                  firth_brine_big_integer("100000000000000000000", 21));
}

static void digits_that_64_bits_hold_are_encoded_as_an_integer(void **state)
{
    (void)state;
    firth_brine_encoder *encoder = encoder_with(NULL);
    firth_slice encoded;
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_big_integer("-48", 3)));
    CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
    assert_int_equal(encoded.length, 1);
    assert_memory_equal(encoded.data, "\x20", 1);
    firth_brine_encoder_free(encoder);
    CHECK_DECODED("\x16\x14-9223372036854775808", firth_brine_integer(INT64_MIN));
}

static void integers_of_256_characters_have_a_long_length(void **state)
{
    (void)state;
    unsigned char encoded[5 + 256] = {0x17, 0, 0, 1, 0, '-'};
    memset(encoded + 6, '9', 255);
    firth_brine_value number = firth_brine_big_integer((char *)encoded + 5, 256);
    check_encoded(encoded, sizeof encoded, &number, 1, __FILE__, __LINE__);
    encoded[3] = 0x16;
    encoded[4] = 0xff;
    number.length = 255;
    check_encoded(encoded + 3, 2 + 255, &number, 1, __FILE__, __LINE__);
}

static void floats_are_their_bits(void **state)
{
    (void)state;
    CHECK_ENCODED("\x18\x3f\xf8\0\0\0\0\0\0", firth_brine_float(1.5));
    CHECK_ENCODED("\x18\x80\0\0\0\0\0\0\0", firth_brine_float(-0.0));
    CHECK_ENCODED("\x18\xff\xf0\0\0\0\0\0\0", firth_brine_float(-(double)INFINITY));
    CHECK_ENCODED("\x18\0\0\0\0\0\0\0\x01", firth_brine_float(DBL_TRUE_MIN));
    CHECK_ENCODED("\x1b\x3f\xf8\0\0\0\0\0\0\x80\0\0\0\0\0\0\0", firth_brine_complex(1.5, -0.0));
}

static void a_nan_keeps_its_bits(void **state)
{
    (void)state;
    const uint64_t bits = UINT64_C(0xfff8000000000abc);
    double number;
    memcpy(&number, &bits, sizeof number);
    CHECK_ENCODED("\x18\xff\xf8\0\0\0\0\x0a\xbc", firth_brine_float(number));
}

static void bytes_have_a_tag_for_each_short_length(void **state)
{
    (void)state;
    CHECK_ENCODED("\x0a\0", firth_brine_bytes("\0", 1));
    CHECK_ENCODED("\x0b\xff\0", firth_brine_bytes("\xff\0", 2));
    CHECK_ENCODED("\x0c"
                  "abc",
                  firth_brine_bytes("abc", 3));
    CHECK_ENCODED("\x0d"
                  "abcd",
                  firth_brine_bytes("abcd", 4));
    CHECK_ENCODED("\x0e\x05"
                  "abcde",
                  firth_brine_bytes("abcde", 5));
}

static void longer_bytes_have_a_length_of_one_byte_or_of_four(void **state)
{
    (void)state;
    unsigned char encoded[5 + 256] = {0x0f, 0, 0, 1, 0};
    memset(encoded + 5, 'a', 256);
    firth_brine_value bytes = firth_brine_bytes(encoded + 5, 256);
    check_encoded(encoded, sizeof encoded, &bytes, 1, __FILE__, __LINE__);
    encoded[3] = 0x0e;
    encoded[4] = 0xff;
    bytes.length = 255;
    check_encoded(encoded + 3, 2 + 255, &bytes, 1, __FILE__, __LINE__);
}

static void strings_are_bytes_behind_a_tag(void **state)
{
    (void)state;
    CHECK_ENCODED("\x08\x01", text_value(""));
    CHECK_ENCODED("\x08\x0b\xc3\xa9", text_value("\xc3\xa9"));
    CHECK_ENCODED("\x08\x0c"
                  "a\0b",
                  firth_brine_string("a\0b", 3));
    CHECK_ENCODED("\x08\x0d\xf0\x9d\x94\x98", text_value("\xf0\x9d\x94\x98"));
}

static void containers_are_followed_by_their_items(void **state)
{
    (void)state;
    CHECK_ENCODED("\x10\x02", firth_brine_tuple(1), firth_brine_tuple(0));
    CHECK_ENCODED("\x11\x12\x51\x1a\x10\x03\x00\x08\x0a"
                  "b",
                  firth_brine_tuple(2), firth_brine_tuple(3), firth_brine_integer(1),
                  firth_brine_frozenset(1), firth_brine_bool(true), firth_brine_none(),
                  text_value("b"));
    CHECK_ENCODED("\x1a\x02", firth_brine_frozenset(0));
    CHECK_ENCODED("\x19\x12\x51\x00\x13\x50\x50\x50\x50", firth_brine_slice(),
                  firth_brine_integer(1), firth_brine_none(), firth_brine_tuple(4),
                  firth_brine_integer(0), firth_brine_integer(0), firth_brine_integer(0),
                  firth_brine_integer(0));
}

static void tuples_have_lengths_as_bytes_have(void **state)
{
    (void)state;
    firth_brine_value values[1 + 256] = {firth_brine_tuple(256)};
    unsigned char encoded[5 + 256] = {0x15, 0, 0, 1, 0};
    check_encoded(encoded, sizeof encoded, values, 1 + 256, __FILE__, __LINE__);
    encoded[3] = 0x14;
    encoded[4] = 0xff;
    values[0].length = 255;
    check_encoded(encoded + 3, 2 + 255, values, 1 + 255, __FILE__, __LINE__);
    CHECK_ENCODED("\x14\x05\0\0\0\0\0", firth_brine_tuple(5), firth_brine_none(),
                  firth_brine_none(), firth_brine_none(), firth_brine_none(), firth_brine_none());
}

static void longer_forms_than_needed_are_decoded(void **state)
{
    (void)state;
    CHECK_DECODED("\x16\x01"
                  "5",
                  firth_brine_integer(5));
    CHECK_DECODED("\x17\0\0\0\x01"
                  "5",
                  firth_brine_integer(5));
    CHECK_DECODED("\x0e\0", firth_brine_bytes("", 0));
    CHECK_DECODED("\x08\x0f\0\0\0\x01"
                  "a",
                  text_value("a"));
    CHECK_DECODED("\x19\x14\x03\0\0\0", firth_brine_slice(), firth_brine_none(), firth_brine_none(),
                  firth_brine_none());
}

static void decoded_data_lies_in_the_bytes(void **state)
{
    (void)state;
    static const char encoded[] = "\x0c"
                                  "abc";
    firth_brine_decoder *decoder = decoder_with(NULL, encoded, 4);
    firth_brine_value value;
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    assert_ptr_equal(value.data, encoded + 1);
    firth_brine_decoder_free(decoder);
}

static void data_is_copied_when_it_is_added(void **state)
{
    (void)state;
    char data[] = "abc";
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_bytes(data, 3)));
    memset(data, 'x', 3);
    CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
    assert_memory_equal(encoded.data,
                        "\x0c"
                        "abc",
                        4);
    firth_brine_encoder_free(encoder);
}

static void finish_may_be_asked_again(void **state)
{
    (void)state;
    firth_slice first, second;
    firth_brine_encoder *encoder = encoder_with(NULL);
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_OK(firth_brine_encoder_finish(encoder, &first));
    CHECK_OK(firth_brine_encoder_finish(encoder, &second));
    assert_ptr_equal(first.data, second.data);
    assert_int_equal(second.length, 1);
    firth_brine_encoder_free(encoder);
}

static void an_encoder_makes_one_value_after_another(void **state)
{
    (void)state;
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    for (int i = 0; i < 100; i++) {
        CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_tuple(1)));
        CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_integer(i)));
        CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
        assert_int_equal(encoded.length, 2);
        assert_int_equal(((const unsigned char *)encoded.data)[1], 0x50 + i);
    }
    firth_brine_encoder_free(encoder);
}

static void a_decoder_reads_one_value_after_another(void **state)
{
    (void)state;
    firth_brine_value value;
    firth_brine_decoder *decoder = decoder_with(NULL, "\x12\x50\x50\x50", 4);
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    CHECK_OK(firth_brine_decoder_start(decoder, "\x10\x53", 2));
    CHECK_OK(decode_all(decoder));
    CHECK_OK(firth_brine_decoder_start(decoder, "\x54", 1));
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    assert_int_equal(value.integer, 4);
    CHECK_OK(firth_brine_decoder_finish(decoder));
    CHECK_OK(firth_brine_decoder_finish(decoder));
    firth_brine_decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_byte_is_enough_for_the_simplest_values),
        cmocka_unit_test(small_integers_are_one_byte_and_others_are_digits),
        cmocka_unit_test(what_64_bits_do_not_hold_comes_as_digits),
        cmocka_unit_test(digits_that_64_bits_hold_are_encoded_as_an_integer),
        cmocka_unit_test(integers_of_256_characters_have_a_long_length),
        cmocka_unit_test(floats_are_their_bits),
        cmocka_unit_test(a_nan_keeps_its_bits),
        cmocka_unit_test(bytes_have_a_tag_for_each_short_length),
        cmocka_unit_test(longer_bytes_have_a_length_of_one_byte_or_of_four),
        cmocka_unit_test(strings_are_bytes_behind_a_tag),
        cmocka_unit_test(containers_are_followed_by_their_items),
        cmocka_unit_test(tuples_have_lengths_as_bytes_have),
        cmocka_unit_test(longer_forms_than_needed_are_decoded),
        cmocka_unit_test(decoded_data_lies_in_the_bytes),
        cmocka_unit_test(data_is_copied_when_it_is_added),
        cmocka_unit_test(finish_may_be_asked_again),
        cmocka_unit_test(an_encoder_makes_one_value_after_another),
        cmocka_unit_test(a_decoder_reads_one_value_after_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
