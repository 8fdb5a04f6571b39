/* What of firth exists is counted, and nothing of it is left at the end. */
#include "child.h"
#include "frames.h"
#include "media.h"
#include "processes.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t objects(void)
{
    firth_live live;
    firth_live_counts(&live);
    return live.objects;
}

static size_t allocations(void)
{
    firth_live live;
    firth_live_counts(&live);
    return live.allocations;
}

static void at_first_there_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(objects(), 0);
    assert_int_equal(allocations(), 0);
    firth_live_counts(NULL);
}

static void streams_are_counted_until_the_last_reference_goes(void **state)
{
    (void)state;
    firth_stream *first, *second;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    assert_int_equal(objects(), 2);
    assert_true(allocations() >= 2);
    firth_stream_free(firth_stream_retain(first));
    CHECK_OK(firth_stream_close(first));
    assert_int_equal(objects(), 2);
    firth_stream_free(first);
    assert_int_equal(objects(), 1);
    firth_stream_free(second);
    assert_int_equal(objects(), 0);
}

static void a_stream_over_another_is_one_more(void **state)
{
    (void)state;
    firth_stream *first, *second, *buffered;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    CHECK_OK(firth_buffered_stream_create(&buffered, first, 0));
    firth_stream_free(first);
    assert_int_equal(objects(), 3);
    firth_stream_free(buffered);
    assert_int_equal(objects(), 1);
    firth_stream_free(second);
}

static void channels_are_counted_and_keep_their_streams(void **state)
{
    (void)state;
    firth_stream *first, *second;
    firth_channel *channel;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    CHECK_OK(firth_channel_create(&channel, first, NULL));
    firth_stream_free(first);
    firth_stream_free(second);
    assert_int_equal(objects(), 2);
    firth_channel_free(channel);
    assert_int_equal(objects(), 0);
}

static void listeners_and_codecs_are_counted(void **state)
{
    (void)state;
    firth_listener *listener;
    firth_frame_codec *codec;
    CHECK_OK(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    assert_int_equal(objects(), 1);
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    assert_int_equal(objects(), 2);
    firth_frame_codec_free(codec);
    firth_listener_free(listener);
    assert_int_equal(objects(), 0);
}

static void bytes_are_counted_until_they_are_given_back(void **state)
{
    (void)state;
    firth_bytes bytes, empty;
    CHECK_OK(firth_bytes_create(&bytes, 5));
    assert_int_equal(bytes.length, 5);
    memcpy(bytes.data, "brine", 5);
    CHECK_OK(firth_bytes_create(&empty, 0));
    assert_int_equal(empty.length, 0);
    assert_non_null(empty.data);
    assert_int_equal(allocations(), 2);
    firth_bytes_free(&bytes);
    firth_bytes_free(&bytes);
    firth_bytes_free(&empty);
    assert_int_equal(allocations(), 0);
    CHECK_FAILS(INVALID, firth_bytes_create(NULL, 5));
}

static void a_payload_is_counted_until_it_is_given_back(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes frame;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    CHECK_OK(firth_frame_codec_encode(codec, "brine", 5, &frame));
    firth_frame_codec_free(codec);
    assert_int_equal(objects(), 0);
    assert_int_equal(allocations(), 1);
    firth_bytes_free(&frame);
}

static void what_could_not_be_made_is_not_counted(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_listener *listener;
    CHECK_FAILS(FILE_NOT_FOUND, firth_create_unix_stream(&stream, "/no/such/socket"));
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, -1, -1, NULL));
    CHECK_FAILS(FILE_NOT_FOUND,
                firth_listener_unix_listen(&listener, "/no/such/folder/socket", NULL));
}

/* What a thread keeps for compressing is its own. */
static firth_err exchange(void *unused)
{
    (void)unused;
    duplex far = open_duplex(OVER_UNIX);
    blob much = text_of(100000);
    blob frame = deflated_frame(much.data, much.length, 1);
    firth_channel *channel;
    firth_bytes payload = {0};
    firth_err err = firth_channel_create(&channel, far.stream, NULL);
    if (err == FIRTH_OK)
        err = firth_channel_send(channel, much.data, much.length, 30);
    if (err == FIRTH_OK && tell(&far, frame.data, frame.length))
        err = firth_channel_recv(channel, 30, &payload);
    firth_channel_free(channel);
    close_duplex(&far);
    firth_bytes_free(&payload);
    free(much.data);
    free(frame.data);
    return err;
}

static void a_thread_that_goes_on_holds_nothing_that_is_counted(void **state)
{
    (void)state;
    assert_int_equal(exchange(NULL), FIRTH_OK);
}

static void threads_count_together(void **state)
{
    (void)state;
    worker threads[4];
    for (int i = 0; i < 4; i++)
        start_worker(&threads[i], exchange, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(join_worker(&threads[i]), FIRTH_OK);
}

static void a_child_process_is_counted_until_it_is_reaped(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    int pidfd = watch_child(stream);
    firth_stream_free(stream);
    assert_int_equal(objects(), 0);
    assert_true(allocations() > 0);
    kill_child(pidfd);
    wait_until_reaped(pidfd);
    close(pidfd);
    assert_true(soon_nothing_remains(descriptors));
}

static int nothing_is_left(void **state)
{
    at_first_there_is_nothing(state);
    return 0;
}

#define TEST(test)                               \
    {                                            \
#test, test, NULL, nothing_is_left, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(at_first_there_is_nothing),
        TEST(streams_are_counted_until_the_last_reference_goes),
        TEST(a_stream_over_another_is_one_more),
        TEST(channels_are_counted_and_keep_their_streams),
        TEST(listeners_and_codecs_are_counted),
        TEST(bytes_are_counted_until_they_are_given_back),
        TEST(a_payload_is_counted_until_it_is_given_back),
        TEST(what_could_not_be_made_is_not_counted),
        TEST(a_thread_that_goes_on_holds_nothing_that_is_counted),
        TEST(threads_count_together),
        TEST(a_child_process_is_counted_until_it_is_reaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
