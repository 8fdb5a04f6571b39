/* A session that was recorded, and is altered: no payload is delivered that was not sent, there
 * and then, by who has the key. */
#include "check.h"
#include "codec_pair.h"
#include "tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tape left, right;

static int record(void **state)
{
    (void)state;
    left = record_tape(LEFT);
    right = record_tape(RIGHT);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    free_tape(&left);
    free_tape(&right);
    return 0;
}

/* Played to who the tape was made for. */
static outcome play_blob(blob bytes)
{
    firth_frame_codec *codec = hearer_of(LEFT);
    outcome found = play(codec, bytes.data, bytes.length);
    firth_frame_codec_free(codec);
    free(bytes.data);
    return found;
}

static blob pieces_of(const int *order, size_t count)
{
    blob bytes = {malloc(1), 0};
    for (size_t i = 0; i < count; i++) {
        const blob *piece = &left.pieces[order[i]];
        blob copy = {malloc(piece->length), piece->length};
        memcpy(copy.data, piece->data, piece->length);
        bytes = joined(bytes, copy);
    }
    return bytes;
}

#define PLAY(...) \
    play_blob(    \
        pieces_of((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))

static void must_be(outcome found, size_t payloads, firth_err err)
{
    assert_int_equal(found.payloads, payloads);
    assert_int_equal(found.err, err);
}

static void the_recording_itself_is_taken(void **state)
{
    (void)state;
    must_be(play_blob(whole_tape(&left)), TAPE_PAYLOADS, FIRTH_E_EOF);
}

/* The pieces that end at or before `at`, as payloads. */
static size_t payloads_before(size_t at)
{
    size_t end = 0;
    int piece = 0;
    while (piece < TAPE_END && (end += left.pieces[piece].length) <= at)
        piece++;
    return piece > TAPE_FIRST ? (size_t)(piece - TAPE_FIRST) : 0;
}

static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    blob whole = whole_tape(&left);
    for (size_t bit = 0; bit < 8 * whole.length; bit++) {
        blob flipped = whole_tape(&left);
        flipped.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        outcome found = play_blob(flipped);
        assert_int_equal(found.payloads, payloads_before(bit / 8));
        assert_true(found.err == FIRTH_E_ENCRYPTION || found.err == FIRTH_E_CONNECTION_LOST);
    }
    free(whole.data);
}

/* Only a length can make bytes look as if some were missing. */
static void a_flipped_bit_outside_of_a_length_is_an_encryption_error(void **state)
{
    (void)state;
    size_t at = 0;
    for (int piece = 0; piece < TAPE_PIECES; piece++) {
        for (size_t byte = 4; byte < left.pieces[piece].length; byte++) {
            blob flipped = whole_tape(&left);
            flipped.data[at + byte] ^= 0x10;
            assert_int_equal(play_blob(flipped).err, FIRTH_E_ENCRYPTION);
        }
        at += left.pieces[piece].length;
    }
}

static void a_cut_anywhere_is_a_lost_connection(void **state)
{
    (void)state;
    blob whole = whole_tape(&left);
    for (size_t length = 0; length < whole.length; length++) {
        blob cut = {malloc(length + 1), length};
        memcpy(cut.data, whole.data, length);
        must_be(play_blob(cut), payloads_before(length), FIRTH_E_CONNECTION_LOST);
    }
    free(whole.data);
}

static void frames_that_change_places_are_found(void **state)
{
    (void)state;
    must_be(PLAY(0, 1, 3, 2, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 2, 4, 3, 5), 1, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 2, 1, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(1, 0, 2, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
}

static void frames_that_are_missing_are_found(void **state)
{
    (void)state;
    must_be(PLAY(1, 2, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 2, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 2, 3, 5), 2, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 2, 3, 4), 3, FIRTH_E_CONNECTION_LOST);
}

static void frames_that_come_again_are_found(void **state)
{
    (void)state;
    must_be(PLAY(0, 0, 1, 2, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 1, 2, 3, 4, 5), 0, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 2, 2, 3, 4, 5), 1, FIRTH_E_ENCRYPTION);
    must_be(PLAY(0, 1, 2, 3, 4, 4, 5), 3, FIRTH_E_ENCRYPTION);
}

static void bytes_after_the_end_change_nothing(void **state)
{
    (void)state;
    must_be(PLAY(0, 1, 2, 3, 4, 5, 5), 3, FIRTH_E_EOF);
    must_be(PLAY(0, 1, 2, 3, 4, 5, 2), 3, FIRTH_E_EOF);
    must_be(play_blob(joined(whole_tape(&left), plain_frame("more", 4))), 3, FIRTH_E_EOF);
}

static void a_recording_is_nothing_to_a_new_peer(void **state)
{
    (void)state;
    private_key_number = 77;
    blob whole = whole_tape(&left);
    firth_frame_codec *codec = codec_with_key(PAIR_KEY, strlen(PAIR_KEY));
    must_be(play(codec, whole.data, whole.length), 0, FIRTH_E_ENCRYPTION);
    firth_frame_codec_free(codec);
    free(whole.data);
}

static void what_a_side_says_is_not_taken_when_it_comes_back(void **state)
{
    (void)state;
    must_be(play_blob(whole_tape(&right)), 0, FIRTH_E_ENCRYPTION);
    CHECK_DETAIL("own public key");
}

static void frames_of_the_other_direction_are_not_taken(void **state)
{
    (void)state;
    blob bytes = pieces_of((const int[]){0}, 1);
    for (int i = 1; i < TAPE_PIECES; i++) {
        blob copy = {malloc(right.pieces[i].length), right.pieces[i].length};
        memcpy(copy.data, right.pieces[i].data, copy.length);
        bytes = joined(bytes, copy);
    }
    must_be(play_blob(bytes), 0, FIRTH_E_ENCRYPTION);
}

static void must_fail_with_key(const void *key, size_t length)
{
    private_key_number = RIGHT;
    blob whole = whole_tape(&left);
    firth_frame_codec *codec = codec_with_key(key, length);
    must_be(play(codec, whole.data, whole.length), 0, FIRTH_E_ENCRYPTION);
    CHECK_DETAIL("does not open");
    firth_frame_codec_free(codec);
    free(whole.data);
}

static void another_key_opens_nothing(void **state)
{
    (void)state;
    must_fail_with_key("0123456789abcdeF", 16);
    must_fail_with_key("0123456789abcdef\0", 17);
    must_fail_with_key("0123456789abcdef\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32);
}

static void must_be_no_hello(const char *bytes, size_t length)
{
    blob copy = {malloc(length + 1), length};
    memcpy(copy.data, bytes, length);
    must_be(play_blob(copy), 0, FIRTH_E_ENCRYPTION);
    CHECK_DETAIL("does not speak firth's encryption");
}

#define NO_HELLO(text) must_be_no_hello(text, sizeof(text) - 1)

static void a_peer_that_speaks_something_else_is_told_apart_at_once(void **state)
{
    (void)state;
    blob plain = plain_frame("brine is salty", 14);
    must_be_no_hello((char *)plain.data, 5);
    free(plain.data);
    NO_HELLO("G");
    NO_HELLO("GET / HTTP/1.1\r\n");
    NO_HELLO("SSH-2.0-OpenSSH_9.2\r\n");
    NO_HELLO("\x16\x03\x01\x02\x00\x01");
    NO_HELLO("\0\0\0\x29\1firth");
    NO_HELLO("\0\0\0\x29\0firth\0eC");
    NO_HELLO("\0\0\0\x28\0");
    NO_HELLO("\0\0\0\x2a\0");
}

static void a_hello_must_end_with_its_newline(void **state)
{
    (void)state;
    blob hello = pieces_of((const int[]){0}, 1);
    hello.data[46] = ' ';
    must_be(play_blob(hello), 0, FIRTH_E_ENCRYPTION);
}

static void another_version_is_named(void **state)
{
    (void)state;
    for (int version = 0; version < 256; version += version == 0 ? 2 : 1) {
        char expected[80];
        snprintf(expected, sizeof expected, "version %d of firth's encryption, expected version 1",
                 version);
        blob hello = {malloc(14), 14};
        memcpy(hello.data, left.pieces[0].data, 14);
        hello.data[13] = (unsigned char)version;
        must_be(play_blob(hello), 0, FIRTH_E_ENCRYPTION);
        CHECK_DETAIL(expected);
    }
}

/* The points of small order, and what is the same modulo the prime (RFC 7748, 7). */
static const char *const small_points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void a_public_key_of_small_order_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof small_points / sizeof *small_points; i++) {
        blob hello = pieces_of((const int[]){0}, 1);
        for (int byte = 0; byte < 32; byte++) {
            char digits[3] = {small_points[i / 2][2 * byte], small_points[i / 2][2 * byte + 1], 0};
            hello.data[14 + byte] = (unsigned char)strtol(digits, NULL, 16);
        }
        if (i % 2 != 0)
            hello.data[14 + 31] |= 0x80;
        must_be(play_blob(hello), 0, FIRTH_E_ENCRYPTION);
        CHECK_DETAIL("small order");
    }
}

static void must_end_with(blob forged)
{
    blob before = pieces_of((const int[]){0, 1, 2}, 3);
    must_be(play_blob(joined(before, forged)), 1, FIRTH_E_ENCRYPTION);
}

static void a_forged_frame_is_found(void **state)
{
    (void)state;
    unsigned char zeros[100] = {0};
    must_end_with(frame_of(0, zeros, 17, '\n'));
    must_end_with(frame_of(0, "\3", 1, '\n'));
    must_end_with(frame_of(0, zeros, 16, '\n'));
    must_end_with(frame_of(0, zeros, 0, '\n'));
    must_end_with(frame_of(1, zeros, 17, '\n'));
    must_end_with(frame_of(255, zeros, 17, '\n'));
    must_end_with(plain_frame("brine is salty, very", 20));
    must_end_with(frame_of(0, left.pieces[TAPE_END].data + 5, 17, '\n'));
}

/* It would have to be kept until it was whole. */
static void a_long_frame_is_refused_by_its_header_until_the_key_was_shown(void **state)
{
    (void)state;
    static const char header[] = "\0\1\0\0\0";
    blob long_frame = {malloc(5), 5};
    memcpy(long_frame.data, header, 5);
    must_be(play_blob(joined(pieces_of((const int[]){0}, 1), long_frame)), 0, FIRTH_E_ENCRYPTION);
    CHECK_DETAIL("the first sealed frame: the length is 65536 bytes, expected 17");
    long_frame = (blob){malloc(5), 5};
    memcpy(long_frame.data, header, 5);
    must_be(play_blob(joined(pieces_of((const int[]){0, 1}, 2), long_frame)), 0,
            FIRTH_E_CONNECTION_LOST);
}

static void a_fault_is_final(void **state)
{
    (void)state;
    firth_bytes frame, payload;
    firth_frame_codec *codec = hearer_of(LEFT);
    blob bytes = joined(pieces_of((const int[]){0, 1, 2}, 3), plain_frame("x", 1));
    must_be(play(codec, bytes.data, bytes.length), 1, FIRTH_E_ENCRYPTION);
    CHECK_OK(firth_frame_codec_feed(codec, left.pieces[3].data, left.pieces[3].length));
    for (int i = 0; i < 3; i++) {
        CHECK_FAILS(ENCRYPTION, firth_frame_codec_decode(codec, &payload));
        CHECK_FAILS(ENCRYPTION, firth_frame_codec_end(codec));
        CHECK_FAILS(ENCRYPTION, firth_frame_codec_encode(codec, "x", 1, &frame));
        CHECK_FAILS(ENCRYPTION, firth_frame_codec_encode_end(codec, &frame));
    }
    firth_frame_codec_free(codec);
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recording_itself_is_taken),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(a_flipped_bit_outside_of_a_length_is_an_encryption_error),
        cmocka_unit_test(a_cut_anywhere_is_a_lost_connection),
        cmocka_unit_test(frames_that_change_places_are_found),
        cmocka_unit_test(frames_that_are_missing_are_found),
        cmocka_unit_test(frames_that_come_again_are_found),
        cmocka_unit_test(bytes_after_the_end_change_nothing),
        cmocka_unit_test(a_recording_is_nothing_to_a_new_peer),
        cmocka_unit_test(what_a_side_says_is_not_taken_when_it_comes_back),
        cmocka_unit_test(frames_of_the_other_direction_are_not_taken),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(a_peer_that_speaks_something_else_is_told_apart_at_once),
        cmocka_unit_test(a_hello_must_end_with_its_newline),
        cmocka_unit_test(another_version_is_named),
        cmocka_unit_test(a_public_key_of_small_order_is_refused),
        cmocka_unit_test(a_forged_frame_is_found),
        cmocka_unit_test(a_long_frame_is_refused_by_its_header_until_the_key_was_shown),
        cmocka_unit_test(a_fault_is_final),
    };
    return cmocka_run_group_tests(tests, record, forget);
}
