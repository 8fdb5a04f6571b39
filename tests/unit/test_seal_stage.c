/* The seal stage by itself: when its key is replaced, and what a fault leaves behind. */
#include "check.h"

#include "channel/seal_stage.h"

#include <string.h>

static const unsigned char key[FIRTH_SECRET_SIZE] = "a key for the tests of the stage";

static firth_seal seal_with_key(bool opens)
{
    firth_seal made;
    CHECK_OK(firth_seal_init(&made, opens));
    firth_seal_set_key(&made, key);
    return made;
}

/* Whether a frame that is sealed under a key that has served so much is sealed under the next. */
static bool replaces(uint64_t frames, uint64_t bytes)
{
    firth_buffer frame = {0};
    firth_seal seal = seal_with_key(false);
    seal.frames = frames;
    seal.bytes = bytes;
    CHECK_OK(firth_seal_frame(&seal, FIRTH_INNER_PAYLOAD, "data", 4, &frame));
    bool replaced = memcmp(seal.key, key, sizeof key) != 0;
    assert_int_equal(seal.frames, replaced ? 1 : frames + 1);
    assert_int_equal(seal.bytes, replaced ? 5 : bytes + 5);
    firth_buffer_release(&frame);
    firth_seal_release(&seal);
    return replaced;
}

static void a_key_is_replaced_once_it_has_served_65536_frames_or_64_mebibytes(void **state)
{
    (void)state;
    assert_false(replaces(65535, 0));
    assert_true(replaces(65536, 0));
    assert_false(replaces(0, 67108863));
    assert_true(replaces(0, 67108864));
}

static void what_does_not_open_leaves_no_byte_of_it(void **state)
{
    static const unsigned char zeros[32];
    unsigned char inner, found[32];
    (void)state;
    firth_buffer frame = {0};
    firth_seal sealing = seal_with_key(false), opening = seal_with_key(true);
    memset(found, 'x', sizeof found);
    CHECK_OK(firth_seal_frame(&sealing, FIRTH_INNER_PAYLOAD, found, sizeof found, &frame));
    frame.data[frame.length - 2] ^= 1; /* the end of the tag */
    firth_sealed_body body = {.header = frame.data,
                              .first = frame.data[FIRTH_FRAME_HEADER_SIZE],
                              .rest = frame.data + FIRTH_FRAME_HEADER_SIZE + 1,
                              .rest_length = frame.length - FIRTH_FRAME_HEADER_SIZE - 2};
    CHECK_OK(firth_seal_peek(&opening, &body, &inner));
    CHECK_FAILS(ENCRYPTION, firth_seal_open(&opening, &body, found));
    assert_memory_equal(found, zeros, sizeof found);
    firth_buffer_release(&frame);
    firth_seal_release(&sealing);
    firth_seal_release(&opening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_replaced_once_it_has_served_65536_frames_or_64_mebibytes),
        cmocka_unit_test(what_does_not_open_leaves_no_byte_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
