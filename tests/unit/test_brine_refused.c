/* Misuse, and bytes that no value has. */
#include "brine_check.h"
#include "check.h"

#include <string.h>

/* What an encoder says to the value alone, and again when it is finished; then it is fit for
 * another. */
static void check_refused(firth_err expected, firth_brine_value value, const char *detail)
{
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    assert_int_equal(firth_brine_encoder_add(encoder, value), expected);
    CHECK_DETAIL(detail);
    assert_int_equal(firth_brine_encoder_add(encoder, firth_brine_none()), expected);
    CHECK_DETAIL(detail);
    assert_int_equal(firth_brine_encoder_finish(encoder, &encoded), expected);
    CHECK_DETAIL(detail);
    assert_null(encoded.data);
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
    assert_int_equal(encoded.length, 1);
    firth_brine_encoder_free(encoder);
}

static void what_is_no_value_is_refused_up_to_finish(void **state)
{
    (void)state;
    check_refused(FIRTH_E_INVALID, text_value("abc\xff"),
                  "a string that is not UTF-8: byte 0xff at offset 3");
    check_refused(FIRTH_E_INVALID, firth_brine_big_integer("12x", 3), "decimal digits");
    check_refused(FIRTH_E_INVALID, firth_brine_big_integer("", 0), "decimal digits");
    check_refused(FIRTH_E_INVALID, firth_brine_big_integer("-0", 2), "decimal digits");
    check_refused(FIRTH_E_INVALID, firth_brine_big_integer("007", 3), "decimal digits");
    check_refused(FIRTH_E_INVALID, firth_brine_bytes(NULL, 3), "the memory is NULL");
    check_refused(FIRTH_E_INVALID, firth_brine_string(NULL, 3), "the memory is NULL");
    check_refused(FIRTH_E_INVALID, firth_brine_big_integer(NULL, 3), "the memory is NULL");
    check_refused(FIRTH_E_INVALID, (firth_brine_value){.kind = (firth_brine_kind)99},
                  "99 is no kind of a value");
}

static void a_value_more_than_complete_is_refused(void **state)
{
    (void)state;
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_tuple(1)));
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_FAILS(INVALID, firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_DETAIL("the value is complete");
    CHECK_FAILS(INVALID, firth_brine_encoder_finish(encoder, &encoded));
    firth_brine_encoder_free(encoder);
}

static void a_value_less_than_complete_is_not_finished(void **state)
{
    (void)state;
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    CHECK_FAILS(INVALID, firth_brine_encoder_finish(encoder, &encoded));
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_slice()));
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_FAILS(INVALID, firth_brine_encoder_finish(encoder, &encoded));
    CHECK_DETAIL("items are missing");
    assert_null(encoded.data);
    CHECK_OK(firth_brine_encoder_add(encoder, firth_brine_ellipsis()));
    CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
    assert_memory_equal(encoded.data, "\x06", 1);
    firth_brine_encoder_free(encoder);
}

static void a_decoder_is_not_finished_before_the_end(void **state)
{
    (void)state;
    firth_brine_value value;
    firth_brine_decoder *decoder = decoder_with(NULL, "\x10\x53", 2);
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    CHECK_FAILS(INVALID, firth_brine_decoder_finish(decoder));
    CHECK_FAILS(INVALID, firth_brine_decoder_next(decoder, &value));
    CHECK_DETAIL("items are left");
    firth_brine_decoder_free(decoder);
}

static void a_complete_value_has_no_next_one(void **state)
{
    (void)state;
    firth_brine_value value = firth_brine_bool(true);
    firth_brine_decoder *decoder = decoder_with(NULL, "\x53", 1);
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    CHECK_FAILS(INVALID, firth_brine_decoder_next(decoder, &value));
    assert_int_equal(value.kind, FIRTH_BRINE_NONE);
    firth_brine_decoder_free(decoder);
}

static void check_no_value(const char *bytes, size_t length)
{
    firth_brine_value value = firth_brine_bool(true);
    firth_brine_limits limits = {0, 100, 100, 100};
    firth_brine_decoder *decoder = decoder_with(&limits, bytes, length);
    assert_int_not_equal(firth_brine_decoder_next(decoder, &value), FIRTH_OK);
    assert_int_equal(value.kind, FIRTH_BRINE_NONE);
    assert_int_equal(value.length, 0);
    firth_brine_decoder_free(decoder);
}

static void no_value_comes_of_a_fault(void **state)
{
    (void)state;
    check_no_value("\x19\x00", 2);
    check_no_value("\x19\x11\0\0", 4);
    check_no_value("\x1a", 1);
    check_no_value("\x10\0", 2);
    check_no_value("\x08\x0a\xff", 3);
}

static void check_detail_of(const char *bytes, size_t length, const char *detail)
{
    firth_brine_value value;
    firth_brine_decoder *decoder = decoder_with(NULL, bytes, length);
    CHECK_FAILS(PROTOCOL, decode_all(decoder));
    CHECK_DETAIL(detail);
    CHECK_FAILS(PROTOCOL, firth_brine_decoder_next(decoder, &value));
    CHECK_DETAIL(detail);
    CHECK_FAILS(PROTOCOL, firth_brine_decoder_finish(decoder));
    CHECK_DETAIL(detail);
    CHECK_OK(firth_brine_decoder_start(decoder, "\x53", 1));
    CHECK_OK(decode_all(decoder));
    firth_brine_decoder_free(decoder);
}

#define CHECK_PROTOCOL(bytes, detail) check_detail_of((bytes), sizeof(bytes) - 1, (detail))

static void a_fault_says_what_was_expected_and_what_is_where_up_to_the_next_start(void **state)
{
    (void)state;
    CHECK_PROTOCOL("", "a value at offset 0 takes 1 bytes, there are 0");
    CHECK_PROTOCOL("\x11\x51\x07", "byte 0x07 at offset 2, expected a tag");
    CHECK_PROTOCOL("\x08\x53", "byte 0x53 at offset 1, expected the bytes of a string");
    CHECK_PROTOCOL("\x19\x00", "byte 0x00 at offset 1, expected a tuple");
    CHECK_PROTOCOL("\x19\x11\0\0", "a slice of 2 items at offset 1, expected 3");
    CHECK_PROTOCOL("\x0e\x05"
                   "abc",
                   "at offset 2 takes 5 bytes, there are 3");
    CHECK_PROTOCOL("\x15\xff\xff\xff\xff\0", "4294967295 items at offset 5");
    CHECK_PROTOCOL("\x08\x0c"
                   "a\xc3x",
                   "byte 0xc3 at offset 3, expected UTF-8");
    CHECK_PROTOCOL("\x16\x02+5", "the 2 bytes at offset 2 are no integer");
    CHECK_PROTOCOL("\x53\x53\x53", "2 bytes follow the value, which ends at offset 1");
    CHECK_PROTOCOL("\x1b\0\0\0\0\0\0\0\0", "a complex number at offset 1 takes 16 bytes");
}

static void a_fault_in_a_string_is_where_its_character_begins(void **state)
{
    (void)state;
    CHECK_PROTOCOL("\x08\x0c\xe0\x80\x80", "byte 0xe0 at offset 2, expected UTF-8");
    CHECK_PROTOCOL("\x08\x0e\x05"
                   "ab\xed\xa0\x80",
                   "byte 0xed at offset 5, expected UTF-8");
    CHECK_PROTOCOL("\x08\x0d\xf4\x90\x80\x80", "byte 0xf4 at offset 2, expected UTF-8");
    CHECK_PROTOCOL("\x08\x0e\x0b"
                   "12345678\xe2\x82"
                   "9",
                   "byte 0xe2 at offset 11, expected UTF-8");
}

static void every_prefix_of_a_value_ends_too_early(void **state)
{
    (void)state;
    static const char encoded[] = "\x13\x0e\x06"
                                  "abcdef\x16\x03"
                                  "999\x19\x12\x50\x18\x3f\xf8\0\0\0\0\0\0\x00\x1a\x10\x08\x0a"
                                  "b";
    for (size_t length = 0; length < sizeof encoded - 1; length++) {
        firth_brine_decoder *decoder = decoder_with(NULL, encoded, length);
        CHECK_FAILS(PROTOCOL, decode_all(decoder));
        CHECK_DETAIL("brine ends too early");
        firth_brine_decoder_free(decoder);
    }
    firth_brine_decoder *decoder = decoder_with(NULL, encoded, sizeof encoded - 1);
    CHECK_OK(decode_all(decoder));
    firth_brine_decoder_free(decoder);
}

static void null_handles_are_misuse_and_may_be_freed(void **state)
{
    (void)state;
    firth_slice encoded;
    firth_brine_value value;
    firth_brine_encoder *encoder = encoder_with(NULL);
    firth_brine_decoder *decoder = decoder_with(NULL, "\x00", 1);
    CHECK_FAILS(INVALID, firth_brine_encoder_create(NULL, NULL));
    CHECK_FAILS(INVALID, firth_brine_decoder_create(NULL, NULL));
    CHECK_FAILS(INVALID, firth_brine_encoder_add(NULL, firth_brine_none()));
    CHECK_FAILS(INVALID, firth_brine_encoder_finish(NULL, &encoded));
    CHECK_FAILS(INVALID, firth_brine_encoder_finish(encoder, NULL));
    CHECK_FAILS(INVALID, firth_brine_decoder_start(NULL, "", 0));
    CHECK_FAILS(INVALID, firth_brine_decoder_start(decoder, NULL, 1));
    CHECK_FAILS(INVALID, firth_brine_decoder_next(NULL, &value));
    CHECK_FAILS(INVALID, firth_brine_decoder_next(decoder, NULL));
    CHECK_FAILS(INVALID, firth_brine_decoder_finish(NULL));
    firth_brine_encoder_free(NULL);
    firth_brine_decoder_free(NULL);
    CHECK_OK(decode_all(decoder));
    firth_brine_encoder_free(encoder);
    firth_brine_decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_value_is_refused_up_to_finish),
        cmocka_unit_test(a_value_more_than_complete_is_refused),
        cmocka_unit_test(a_value_less_than_complete_is_not_finished),
        cmocka_unit_test(a_decoder_is_not_finished_before_the_end),
        cmocka_unit_test(a_complete_value_has_no_next_one),
        cmocka_unit_test(no_value_comes_of_a_fault),
        cmocka_unit_test(a_fault_says_what_was_expected_and_what_is_where_up_to_the_next_start),
        cmocka_unit_test(a_fault_in_a_string_is_where_its_character_begins),
        cmocka_unit_test(every_prefix_of_a_value_ends_too_early),
        cmocka_unit_test(null_handles_are_misuse_and_may_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
