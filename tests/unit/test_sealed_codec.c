/* FrameCodec with a key: what goes out, what comes in, and in which order. */
#include "check.h"
#include "child.h"
#include "codec_pair.h"

#include <stdlib.h>
#include <string.h>

static void payloads_come_back_as_they_were(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    static const size_t lengths[] = {0, 1, 15, 16, 17, 3000, 3001, 70000, (3 << 20) + 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        blob payload = noise_of(lengths[i]);
        must_bring(pair.right, frame_from(pair.left, payload.data, payload.length), payload.data,
                   payload.length);
        must_bring(pair.left, frame_from(pair.right, payload.data, payload.length), payload.data,
                   payload.length);
        free(payload.data);
    }
    free_pair(&pair);
}

static void compressed_payloads_come_back_too(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    options.compress = FIRTH_COMPRESSION_ON;
    codec_pair pair = met_pair(&options);
    blob text = text_of(100000), frame = frame_from(pair.left, text.data, text.length);
    assert_true(frame.length < text.length / 2);
    must_bring(pair.right, frame, text.data, text.length);
    free(text.data);
    free_pair(&pair);
}

static void nothing_is_compressed_unless_it_is_asked_for(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    blob text = text_of(100000), first = frame_from(pair.left, "", 0);
    blob frame = frame_from(pair.left, text.data, text.length);
    assert_int_equal(frame.length, 5 + 17 + text.length + 1);
    free(first.data);
    free(frame.data);
    free(text.data);
    free_pair(&pair);
}

static void the_hello_is_given_once_and_has_its_form(void **state)
{
    (void)state;
    static const unsigned char beginning[] = {0,   0,   0,   41, 0,   'f', 'i',
                                              'r', 't', 'h', 0,  'e', 'c', 1};
    firth_frame_codec *codec = codec_with_key(PAIR_KEY, 16);
    blob hello = hello_of(codec), again = hello_of(codec);
    assert_int_equal(hello.length, 47);
    assert_memory_equal(hello.data, beginning, sizeof beginning);
    assert_int_equal(hello.data[46], '\n');
    assert_int_equal(again.length, 0);
    free(hello.data);
    free(again.data);
    firth_frame_codec_free(codec);
}

static void two_codecs_never_say_the_same_hello(void **state)
{
    (void)state;
    firth_frame_codec *one = codec_with_key(PAIR_KEY, 16), *other = codec_with_key(PAIR_KEY, 16);
    blob left = hello_of(one), right = hello_of(other);
    assert_memory_not_equal(left.data + 14, right.data + 14, 32);
    free(left.data);
    free(right.data);
    firth_frame_codec_free(one);
    firth_frame_codec_free(other);
}

static void nothing_is_sealed_before_the_peers_hello(void **state)
{
    (void)state;
    firth_bytes frame;
    firth_frame_codec *codec = codec_with_key(PAIR_KEY, 16);
    assert_int_equal(firth_frame_codec_encode(codec, "brine", 5, &frame), FIRTH_E_WANT_READ);
    CHECK_DETAIL("must be decoded first");
    assert_int_equal(firth_frame_codec_encode_end(codec, &frame), FIRTH_E_WANT_READ);
    assert_null(frame.data);
    firth_frame_codec_free(codec);
}

static void the_first_frame_brings_the_proof_of_the_key_along(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    blob first = frame_from(pair.left, "brine", 5), second = frame_from(pair.left, "brine", 5);
    assert_int_equal(first.length, 23 + 5 + 17 + 5 + 1);
    assert_int_equal(second.length, 5 + 17 + 5 + 1);
    must_bring(pair.right, first, "brine", 5);
    must_bring(pair.right, second, "brine", 5);
    free_pair(&pair);
}

static void a_hello_that_was_not_asked_for_goes_out_with_the_first_frame(void **state)
{
    (void)state;
    firth_frame_codec *left = codec_with_key(PAIR_KEY, 16), *right = codec_with_key(PAIR_KEY, 16);
    said_of(left, hello_of(right));
    must_bring(right, frame_from(left, "brine", 5), "brine", 5);
    blob none = hello_of(left);
    assert_int_equal(none.length, 0);
    free(none.data);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
}

static void a_hello_after_the_peers_brings_the_proof_of_the_key_along(void **state)
{
    (void)state;
    firth_frame_codec *left = codec_with_key(PAIR_KEY, 16), *right = codec_with_key(PAIR_KEY, 16);
    said_of(left, hello_of(right));
    blob hello = hello_of(left);
    assert_int_equal(hello.length, 47 + 23);
    assert_int_equal(said_of(right, hello), FIRTH_E_WANT_READ);
    must_bring(right, frame_from(left, "brine", 5), "brine", 5);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
}

static void the_same_payload_is_never_the_same_bytes(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    free(frame_from(pair.left, "", 0).data);
    blob one = frame_from(pair.left, "brine", 5), two = frame_from(pair.left, "brine", 5);
    assert_memory_not_equal(one.data, two.data, one.length);
    free(one.data);
    free(two.data);
    free_pair(&pair);
}

static void the_end_comes_out_as_the_end_for_good(void **state)
{
    (void)state;
    firth_bytes frame;
    codec_pair pair = met_pair(NULL);
    must_bring(pair.right, frame_from(pair.left, "brine", 5), "brine", 5);
    CHECK_FAILS(CONNECTION_LOST, firth_frame_codec_end(pair.right));
    CHECK_FAILS(EOF, said_of(pair.right, end_from(pair.left)));
    CHECK_FAILS(EOF, firth_frame_codec_end(pair.right));
    CHECK_FAILS(EOF, said_of(pair.right, plain_frame("brine", 5)));
    CHECK_FAILS(EOF, firth_frame_codec_end(pair.right));
    CHECK_FAILS(CLOSED, firth_frame_codec_encode(pair.left, "brine", 5, &frame));
    CHECK_FAILS(CLOSED, firth_frame_codec_encode_end(pair.left, &frame));
    must_bring(pair.left, frame_from(pair.right, "still", 5), "still", 5);
    free_pair(&pair);
}

static void a_side_that_sends_nothing_ends_with_its_proof(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    blob end = end_from(pair.left);
    assert_int_equal(end.length, 2 * 23);
    CHECK_FAILS(EOF, said_of(pair.right, end));
    free_pair(&pair);
}

static void bytes_that_end_without_the_sealed_end_are_a_lost_connection(void **state)
{
    (void)state;
    firth_frame_codec *codec = codec_with_key(PAIR_KEY, 16);
    CHECK_FAILS(CONNECTION_LOST, firth_frame_codec_end(codec));
    firth_frame_codec_free(codec);
    codec_pair pair = met_pair(NULL);
    CHECK_FAILS(CONNECTION_LOST, firth_frame_codec_end(pair.left));
    free_pair(&pair);
}

static void keys_have_16_to_64_bytes(void **state)
{
    (void)state;
    unsigned char key[65] = {1};
    firth_channel_options options = options_with_key();
    static const size_t wrong[] = {0, 1, 15, 65}, right[] = {16, 17, 32, 63, 64};
    options.key = key;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        firth_frame_codec *codec;
        options.key_length = wrong[i];
        CHECK_FAILS(INVALID, firth_frame_codec_create(&codec, &options));
        CHECK_DETAIL("16 to 64");
        assert_null(codec);
    }
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        firth_frame_codec_free(codec_with_key(key, right[i]));
}

static void the_limit_counts_what_sealing_adds(void **state)
{
    (void)state;
    firth_bytes frame;
    firth_channel_options options = options_with_key();
    options.limits.frame = 117;
    codec_pair pair = met_pair(&options);
    blob payload = noise_of(101);
    must_bring(pair.right, frame_from(pair.left, payload.data, 100), payload.data, 100);
    CHECK_FAILS(BUFFER_OVERFLOW, firth_frame_codec_encode(pair.left, payload.data, 101, &frame));
    CHECK_DETAIL("118 bytes long, the limit is 117");
    must_bring(pair.right, frame_from(pair.left, payload.data, 100), payload.data, 100);
    free(payload.data);
    free_pair(&pair);
}

static void a_limit_that_leaves_no_room_for_a_seal_is_refused(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_channel_options options = options_with_key();
    options.limits.frame = 16;
    CHECK_FAILS(INVALID, firth_frame_codec_create(&codec, &options));
    CHECK_DETAIL("limits.frame is 16 bytes, expected at least 17");
    options.limits.frame = 17;
    codec_pair pair = met_pair(&options);
    must_bring(pair.right, frame_from(pair.left, "", 0), "", 0);
    free_pair(&pair);
}

static void a_length_over_the_limit_is_an_encryption_error(void **state)
{
    (void)state;
    firth_channel_options small = options_with_key();
    small.limits.frame = 100;
    firth_frame_codec *left = codec_with_key(PAIR_KEY, 16), *right;
    CHECK_OK(firth_frame_codec_create(&right, &small));
    said_of(right, hello_of(left));
    said_of(left, hello_of(right));
    blob payload = noise_of(84);
    must_bring(right, frame_from(left, payload.data, 83), payload.data, 83);
    CHECK_FAILS(ENCRYPTION, said_of(right, frame_from(left, payload.data, 84)));
    CHECK_DETAIL("101 bytes, expected 17 to 100");
    free(payload.data);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
}

static void what_opens_but_does_not_inflate_costs_its_frame_only(void **state)
{
    (void)state;
    firth_channel_options sends = options_with_key(), takes = options_with_key();
    sends.compress = FIRTH_COMPRESSION_ON;
    takes.limits.inflated = 5000;
    firth_frame_codec *left, *right;
    CHECK_OK(firth_frame_codec_create(&left, &sends));
    CHECK_OK(firth_frame_codec_create(&right, &takes));
    said_of(right, hello_of(left));
    said_of(left, hello_of(right));
    blob text = text_of(5001);
    CHECK_FAILS(BUFFER_OVERFLOW, said_of(right, frame_from(left, text.data, 5001)));
    must_bring(right, frame_from(left, text.data, 5000), text.data, 5000);
    free(text.data);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
}

static void the_key_is_read_while_creating_only(void **state)
{
    (void)state;
    char key[] = PAIR_KEY;
    firth_frame_codec *left = codec_with_key(key, 16), *right = codec_with_key(PAIR_KEY, 16);
    memset(key, 'x', sizeof key);
    said_of(right, hello_of(left));
    said_of(left, hello_of(right));
    must_bring(right, frame_from(left, "brine", 5), "brine", 5);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
}

static int says_nothing(void *argument)
{
    const codec_pair *pair = argument;
    firth_bytes bytes;
    EXPECT(firth_frame_codec_encode(pair->left, "x", 1, &bytes) == FIRTH_E_FORKED);
    EXPECT(firth_frame_codec_encode_end(pair->left, &bytes) == FIRTH_E_FORKED);
    EXPECT(firth_frame_codec_hello(pair->left, &bytes) == FIRTH_E_FORKED);
    EXPECT(firth_frame_codec_decode(pair->left, &bytes) == FIRTH_E_FORKED);
    return 0;
}

/* What parent and child sealed would have the same numbers under the same key. */
static void a_child_of_fork_seals_nothing(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    run_in_child(says_nothing, &pair);
    must_bring(pair.right, frame_from(pair.left, "brine", 5), "brine", 5);
    free_pair(&pair);
}

static void a_child_of_fork_meets_nobody(void **state)
{
    (void)state;
    codec_pair pair = {codec_with_key(PAIR_KEY, 16), codec_with_key(PAIR_KEY, 16)};
    blob hello = hello_of(pair.right);
    CHECK_OK(firth_frame_codec_feed(pair.left, hello.data, hello.length));
    run_in_child(says_nothing, &pair);
    free(hello.data);
    free_pair(&pair);
}

static void keys_are_replaced_after_65536_frames(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    for (int i = 0; i < 65536 + 3; i++) {
        must_bring(pair.right, frame_from(pair.left, &i, sizeof i), &i, sizeof i);
        if (i % 16384 == 0)
            must_bring(pair.left, frame_from(pair.right, &i, sizeof i), &i, sizeof i);
    }
    free_pair(&pair);
}

static void keys_are_replaced_after_64_mebibytes(void **state)
{
    (void)state;
    codec_pair pair = met_pair(NULL);
    blob payload = noise_of(9 << 20);
    for (int i = 0; i < 9; i++)
        must_bring(pair.right, frame_from(pair.left, payload.data, payload.length), payload.data,
                   payload.length);
    free(payload.data);
    free_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_come_back_as_they_were),
        cmocka_unit_test(compressed_payloads_come_back_too),
        cmocka_unit_test(nothing_is_compressed_unless_it_is_asked_for),
        cmocka_unit_test(the_hello_is_given_once_and_has_its_form),
        cmocka_unit_test(two_codecs_never_say_the_same_hello),
        cmocka_unit_test(nothing_is_sealed_before_the_peers_hello),
        cmocka_unit_test(the_first_frame_brings_the_proof_of_the_key_along),
        cmocka_unit_test(a_hello_that_was_not_asked_for_goes_out_with_the_first_frame),
        cmocka_unit_test(a_hello_after_the_peers_brings_the_proof_of_the_key_along),
        cmocka_unit_test(the_same_payload_is_never_the_same_bytes),
        cmocka_unit_test(the_end_comes_out_as_the_end_for_good),
        cmocka_unit_test(a_side_that_sends_nothing_ends_with_its_proof),
        cmocka_unit_test(bytes_that_end_without_the_sealed_end_are_a_lost_connection),
        cmocka_unit_test(keys_have_16_to_64_bytes),
        cmocka_unit_test(the_limit_counts_what_sealing_adds),
        cmocka_unit_test(a_limit_that_leaves_no_room_for_a_seal_is_refused),
        cmocka_unit_test(a_length_over_the_limit_is_an_encryption_error),
        cmocka_unit_test(what_opens_but_does_not_inflate_costs_its_frame_only),
        cmocka_unit_test(the_key_is_read_while_creating_only),
        cmocka_unit_test(a_child_of_fork_seals_nothing),
        cmocka_unit_test(a_child_of_fork_meets_nobody),
        cmocka_unit_test(keys_are_replaced_after_65536_frames),
        cmocka_unit_test(keys_are_replaced_after_64_mebibytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
