/* Golden bytes: what a payload becomes. */
#include "check.h"
#include "frames.h"

#include <stdlib.h>
#include <string.h>

static firth_frame_codec *codec_with(bool compress, int level, size_t threshold)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_frame_codec *codec;
    options.compress = compress;
    options.compression_level = level;
    options.compression_threshold = threshold;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    return codec;
}

static void assert_frame(firth_frame_codec *codec, blob payload, blob expected)
{
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_encode(codec, payload.data, payload.length, &frame));
    assert_true(same_bytes(frame.data, frame.length, expected.data, expected.length));
    firth_bytes_free(&frame);
    assert_null(frame.data);
    free(expected.data);
}

static void a_short_payload(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
    assert_int_equal(frame.length, 11);
    assert_memory_equal(frame.data, "\0\0\0\5\0brine\n", 11);
    firth_bytes_free(&frame);
    firth_frame_codec_free(codec);
}

static void an_empty_payload(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    CHECK_OK(firth_frame_codec_encode(codec, NULL, 0, &frame));
    assert_int_equal(frame.length, 6);
    assert_memory_equal(frame.data, "\0\0\0\0\0\n", 6);
    firth_bytes_free(&frame);
    firth_frame_codec_free(codec);
}

static void three_thousand_bytes_are_not_compressed(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    blob payload = text_of(3000);
    assert_frame(codec, payload, plain_frame(payload.data, payload.length));
    free(payload.data);
    firth_frame_codec_free(codec);
}

static void one_byte_more_is_compressed_at_level_1(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    blob payload = text_of(3001);
    assert_frame(codec, payload, deflated_frame(payload.data, payload.length, 1));
    free(payload.data);
    firth_frame_codec_free(codec);
}

static void noise_is_compressed_though_it_gets_longer(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    blob payload = noise_of(3001);
    blob expected = deflated_frame(payload.data, payload.length, 1);
    assert_true(expected.length > payload.length + 6);
    assert_frame(codec, payload, expected);
    free(payload.data);
    firth_frame_codec_free(codec);
}

static void without_compression_nothing_is_compressed(void **state)
{
    (void)state;
    firth_frame_codec *codec = codec_with(false, 9, 0);
    blob payload = text_of(100000);
    assert_frame(codec, payload, plain_frame(payload.data, payload.length));
    free(payload.data);
    firth_frame_codec_free(codec);
}

static void level_0_sends_everything_uncompressed(void **state)
{
    (void)state;
    firth_frame_codec *codec = codec_with(true, 0, 0);
    blob payload = text_of(100000);
    assert_frame(codec, payload, plain_frame(payload.data, payload.length));
    free(payload.data);
    firth_frame_codec_free(codec);
}

/* Levels follow each other in one thread, whose deflate state is used again. */
static void each_level_gives_what_a_fresh_zlib_gives(void **state)
{
    (void)state;
    static const int levels[] = {1, 6, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 1, 1, 3};
    blob text = text_of(70000), noise = noise_of(70000);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        firth_frame_codec *codec = codec_with(true, levels[i], 0);
        assert_frame(codec, text, deflated_frame(text.data, text.length, levels[i]));
        assert_frame(codec, noise, deflated_frame(noise.data, noise.length, levels[i]));
        firth_frame_codec_free(codec);
    }
    free(text.data);
    free(noise.data);
}

static void the_threshold_can_be_set(void **state)
{
    (void)state;
    firth_frame_codec *codec = codec_with(true, 1, 10);
    blob ten = text_of(10), eleven = text_of(11);
    assert_frame(codec, ten, plain_frame(ten.data, ten.length));
    assert_frame(codec, eleven, deflated_frame(eleven.data, eleven.length, 1));
    free(ten.data);
    free(eleven.data);
    firth_frame_codec_free(codec);
}

static void payloads_of_many_lengths_come_back(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    for (size_t length = 0; length < 3000000; length = length * 3 + 1) {
        blob noise = noise_of(length);
        firth_bytes frame, payload;
        CHECK_OK(firth_frame_codec_encode(codec, noise.data, length, &frame));
        CHECK_OK(firth_frame_codec_feed(codec, frame.data, frame.length));
        CHECK_OK(firth_frame_codec_decode(codec, &payload));
        assert_true(same_bytes(payload.data, payload.length, noise.data, length));
        assert_non_null(payload.data);
        firth_bytes_free(&frame);
        firth_bytes_free(&payload);
        free(noise.data);
    }
    firth_frame_codec_free(codec);
}

static void a_body_of_exactly_the_limit_is_sent(void **state)
{
    (void)state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_frame_codec *codec;
    firth_bytes frame;
    options.limits.frame = 5;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
    firth_bytes_free(&frame);
    CHECK_FAILS(BUFFER_OVERFLOW, firth_frame_codec_encode(codec, "brines", 6, &frame));
    CHECK_DETAIL("6");
    assert_null(frame.data);
    CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
    firth_bytes_free(&frame);
    firth_frame_codec_free(codec);
}

static void the_limit_counts_the_body_and_not_the_payload(void **state)
{
    (void)state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_frame_codec *codec;
    firth_bytes frame;
    blob payload = text_of(100000);
    options.limits.frame = 5000;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    CHECK_OK(firth_frame_codec_encode(codec, payload.data, payload.length, &frame));
    firth_bytes_free(&frame);
    firth_frame_codec_free(codec);
    free(payload.data);
}

static void refuse(firth_channel_options options, const char *named)
{
    firth_frame_codec *codec;
    CHECK_FAILS(INVALID, firth_frame_codec_create(&codec, &options));
    CHECK_DETAIL(named);
    assert_null(codec);
}

static void options_out_of_range_are_invalid(void **state)
{
    (void)state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compression_level = 10;
    refuse(options, "compression_level");
    options.compression_level = -1;
    refuse(options, "compression_level");
    options = (firth_channel_options)FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.frame = (size_t)UINT32_MAX + 1;
    refuse(options, "limits.frame");
    options = (firth_channel_options)FIRTH_CHANNEL_OPTIONS_INIT;
    options.size = 8;
    refuse(options, "size");
    CHECK_FAILS(INVALID, firth_frame_codec_create(NULL, NULL));
}

static void memory_that_is_null_is_invalid(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    CHECK_FAILS(INVALID, firth_frame_codec_encode(codec, NULL, 1, &frame));
    CHECK_FAILS(INVALID, firth_frame_codec_encode(codec, "x", 1, NULL));
    CHECK_FAILS(INVALID, firth_frame_codec_feed(codec, NULL, 1));
    CHECK_FAILS(INVALID, firth_frame_codec_decode(codec, NULL));
    firth_frame_codec_free(codec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_payload),
        cmocka_unit_test(an_empty_payload),
        cmocka_unit_test(three_thousand_bytes_are_not_compressed),
        cmocka_unit_test(one_byte_more_is_compressed_at_level_1),
        cmocka_unit_test(noise_is_compressed_though_it_gets_longer),
        cmocka_unit_test(without_compression_nothing_is_compressed),
        cmocka_unit_test(level_0_sends_everything_uncompressed),
        cmocka_unit_test(each_level_gives_what_a_fresh_zlib_gives),
        cmocka_unit_test(the_threshold_can_be_set),
        cmocka_unit_test(payloads_of_many_lengths_come_back),
        cmocka_unit_test(a_body_of_exactly_the_limit_is_sent),
        cmocka_unit_test(the_limit_counts_the_body_and_not_the_payload),
        cmocka_unit_test(options_out_of_range_are_invalid),
        cmocka_unit_test(memory_that_is_null_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
