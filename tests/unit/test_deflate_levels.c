/* One thread deflates at several levels: zlib's state is used again. */
#include "check.h"
#include "frames.h"

#include <stdlib.h>
#include <zlib.h>

/* Up to version 1.2.11 a change of the level writes to where the last payload went. */
static int level_changes;
static bool has_room;

int __real_deflateParams(z_streamp zlib, int level, int strategy);
int __wrap_deflateParams(z_streamp zlib, int level, int strategy);

int __wrap_deflateParams(z_streamp zlib, int level, int strategy)
{
    level_changes++;
    has_room = has_room || zlib->avail_out != 0;
    return __real_deflateParams(zlib, level, strategy);
}

static void encode_at(int level, const blob *payload)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_frame_codec *codec;
    firth_bytes frame;
    options.compression_level = level;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    CHECK_OK(firth_frame_codec_encode(codec, payload->data, payload->length, &frame));
    blob expected = deflated_frame(payload->data, payload->length, level);
    assert_true(same_bytes(frame.data, frame.length, expected.data, expected.length));
    free(expected.data);
    firth_bytes_free(&frame);
    firth_frame_codec_free(codec);
}

static void every_level_after_every_other_gives_the_bytes_of_that_level(void **state)
{
    (void)state;
    blob payload = text_of(40000);
    for (int before = 1; before <= 9; before++)
        for (int level = 1; level <= 9; level++) {
            encode_at(before, &payload);
            encode_at(level, &payload);
        }
    free(payload.data);
}

static void a_change_of_the_level_has_nowhere_to_write(void **state)
{
    (void)state;
    blob payload = text_of(40000);
    level_changes = 0;
    has_room = false;
    encode_at(1, &payload);
    encode_at(9, &payload);
    assert_in_range(level_changes, 1, 2);
    assert_false(has_room);
    free(payload.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_after_every_other_gives_the_bytes_of_that_level),
        cmocka_unit_test(a_change_of_the_level_has_nowhere_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
