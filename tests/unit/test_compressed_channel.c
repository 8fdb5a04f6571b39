/* Levels and thresholds; and what zlib's states cost, which are a thread's and not a channel's. */
#include "frames.h"
#include "media.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* States made since the test began. */
static _Atomic int deflates_made, inflates_made;

int __real_deflateInit_(z_streamp stream, int level, const char *version, int size);
int __real_inflateInit_(z_streamp stream, const char *version, int size);
int __wrap_deflateInit_(z_streamp stream, int level, const char *version, int size);
int __wrap_inflateInit_(z_streamp stream, const char *version, int size);

int __wrap_deflateInit_(z_streamp stream, int level, const char *version, int size)
{
    atomic_fetch_add(&deflates_made, 1);
    return __real_deflateInit_(stream, level, version, size);
}

int __wrap_inflateInit_(z_streamp stream, const char *version, int size)
{
    atomic_fetch_add(&inflates_made, 1);
    return __real_inflateInit_(stream, version, size);
}

static void check_heard(const duplex *far, blob expected)
{
    unsigned char *heard = malloc(expected.length);
    assert_true(hear(far, heard, expected.length));
    assert_memory_equal(heard, expected.data, expected.length);
    free(heard);
    free(expected.data);
}

static void every_level_gives_what_zlib_gives(void **state)
{
    duplex *far = *state;
    blob text = text_of(3001);
    for (int level = 1; level <= 9; level++) {
        firth_channel *channel;
        CHECK_OK(firth_compressed_channel_create(&channel, far->stream, level, NULL));
        assert_true(firth_channel_compress(channel));
        CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
        check_heard(far, deflated_frame(text.data, text.length, level));
        firth_channel_free(channel);
    }
    free(text.data);
}

static void level_0_sends_everything_uncompressed(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    blob text = text_of(5000);
    CHECK_OK(firth_compressed_channel_create(&channel, far->stream, 0, NULL));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    check_heard(far, plain_frame(text.data, text.length));
    firth_channel_free(channel);
    free(text.data);
}

static void other_levels_are_refused(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    CHECK_FAILS(INVALID, firth_compressed_channel_create(&channel, far->stream, 10, NULL));
    CHECK_DETAIL("compression_level is 10, expected 0 to 9");
    CHECK_FAILS(INVALID, firth_compressed_channel_create(&channel, far->stream, -1, NULL));
    CHECK_DETAIL("compression_level is -1, expected 0 to 9");
    assert_null(channel);
}

static void check_threshold(const duplex *far, size_t threshold)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_channel *channel;
    options.compression_threshold = threshold;
    CHECK_OK(firth_compressed_channel_create(&channel, far->stream, 6, &options));
    for (size_t length = threshold; length <= threshold + 1; length++) {
        blob text = text_of(length);
        CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
        check_heard(far, length > threshold ? deflated_frame(text.data, text.length, 6)
                                            : plain_frame(text.data, text.length));
        free(text.data);
    }
    firth_channel_free(channel);
}

static void only_what_is_longer_than_the_threshold_is_compressed(void **state)
{
    check_threshold(*state, FIRTH_COMPRESSION_THRESHOLD);
    check_threshold(*state, 0);
    check_threshold(*state, 100);
}

static void compressing_can_be_turned_off_and_on(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    blob text = text_of(5000);
    CHECK_OK(firth_compressed_channel_create(&channel, far->stream, 6, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    check_heard(far, plain_frame(text.data, text.length));
    CHECK_OK(firth_channel_set_compress(channel, true));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    check_heard(far, deflated_frame(text.data, text.length, 6));
    firth_channel_free(channel);
    free(text.data);
}

/* What goes out by a channel of the duplex and comes in by the same, in a thread of its own. */
typedef struct traffic {
    duplex *far;
    const int *levels;
    size_t level_count;
    int rounds;
} traffic;

static firth_err send_and_receive(firth_channel *channel, const duplex *far, blob text, int level)
{
    firth_bytes back = {0};
    blob frame = deflated_frame(text.data, text.length, level);
    unsigned char *heard = malloc(frame.length);
    firth_err err = firth_channel_send(channel, text.data, text.length, 5);
    if (err == FIRTH_OK &&
        (!hear(far, heard, frame.length) || memcmp(heard, frame.data, frame.length) != 0 ||
         !tell(far, frame.data, frame.length)))
        err = FIRTH_E_INVALID;
    if (err == FIRTH_OK)
        err = firth_channel_recv(channel, 5, &back);
    if (err == FIRTH_OK && !same_bytes(back.data, back.length, text.data, text.length))
        err = FIRTH_E_INVALID;
    firth_bytes_free(&back);
    free(heard);
    free(frame.data);
    return err;
}

static firth_err use_levels_in_turn(void *argument)
{
    traffic *self = argument;
    blob text = text_of(4000);
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < self->rounds; i++) {
        int level = self->levels[(size_t)i % self->level_count];
        firth_channel *channel;
        err = firth_compressed_channel_create(&channel, self->far->stream, level, NULL);
        if (err == FIRTH_OK)
            err = send_and_receive(channel, self->far, text, level);
        firth_channel_free(channel);
    }
    free(text.data);
    return err;
}

static void run_in_a_new_thread(traffic *what)
{
    worker thread;
    atomic_store(&deflates_made, 0);
    atomic_store(&inflates_made, 0);
    start_worker(&thread, use_levels_in_turn, what);
    assert_int_equal(join_worker(&thread), FIRTH_OK);
}

static void two_levels_in_turn_rebuild_nothing(void **state)
{
    static const int levels[] = {1, 6};
    traffic what = {*state, levels, 2, 40};
    run_in_a_new_thread(&what);
    assert_int_equal(atomic_load(&deflates_made), 2);
    assert_int_equal(atomic_load(&inflates_made), 1);
}

static void a_thread_makes_no_state_that_it_does_not_need(void **state)
{
    static const int levels[] = {9};
    traffic what = {*state, levels, 1, 3};
    run_in_a_new_thread(&what);
    assert_int_equal(atomic_load(&deflates_made), 1);
    run_in_a_new_thread(&what);
    assert_int_equal(atomic_load(&deflates_made), 1);
}

#define MANY 10000

static void ten_thousand_channels_share_the_states_of_their_thread(void **state)
{
    duplex *far = *state;
    blob text = text_of(4000);
    static firth_channel *channels[MANY];
    firth_live before, after;
    atomic_store(&deflates_made, 0);
    atomic_store(&inflates_made, 0);
    firth_live_counts(&before);
    for (int i = 0; i < MANY; i++) {
        CHECK_OK(firth_compressed_channel_create(&channels[i], far->stream, 6, NULL));
        assert_int_equal(send_and_receive(channels[i], far, text, 6), FIRTH_OK);
    }
    firth_live_counts(&after);
    assert_in_range(atomic_load(&deflates_made), 0, 1);
    assert_in_range(atomic_load(&inflates_made), 0, 1);
    assert_int_equal(after.allocations - before.allocations, MANY);
    for (int i = 0; i < MANY; i++)
        firth_channel_free(channels[i]);
    free(text.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_UNIX(every_level_gives_what_zlib_gives),
        ON_UNIX(level_0_sends_everything_uncompressed),
        ON_UNIX(other_levels_are_refused),
        ON_UNIX(only_what_is_longer_than_the_threshold_is_compressed),
        ON_UNIX(compressing_can_be_turned_off_and_on),
        ON_UNIX(two_levels_in_turn_rebuild_nothing),
        ON_UNIX(a_thread_makes_no_state_that_it_does_not_need),
        ON_UNIX(ten_thousand_channels_share_the_states_of_their_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
