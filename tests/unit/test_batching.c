/* What makes a batch leave, but for its time: no timer runs here. */
#include "channel/channel_state.h"
#include "child.h"
#include "frames.h"
#include "media.h"
#include "numbers.h"
#include "worker.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static firth_channel *channel;

static void batch_over(const duplex *far, size_t batch_size, size_t queue)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.queue = queue;
    options.compress = FIRTH_COMPRESSION_OFF;
    CHECK_OK(firth_batching_channel_create(&channel, far->stream, batch_size, 0, &options));
}

static void a_full_batch_is_one_write(void **state)
{
    duplex *far = *state;
    batch_over(far, 10, FIRTH_QUEUE_LIMIT);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 9, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(send_numbers(channel, 9, 1, 0));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_int_equal(firth_channel_pending(channel), 0);
    assert_true(hear_numbers(far, 0, 10));
    CHECK_OK(send_numbers(channel, 10, 35, 0));
    assert_int_equal(write_calls(far->stream), before + 4);
    assert_int_equal(firth_channel_pending(channel), 5 * NUMBER_FRAME);
    assert_true(hear_numbers(far, 10, 30));
    firth_channel_free(channel);
}

static void a_batch_of_one_is_no_batch(void **state)
{
    duplex *far = *state;
    batch_over(far, 1, FIRTH_QUEUE_LIMIT);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 5, 0));
    assert_int_equal(write_calls(far->stream), before + 5);
    assert_true(hear_numbers(far, 0, 5));
    firth_channel_free(channel);
}

static void a_batch_of_none_is_refused(void **state)
{
    duplex *far = *state;
    CHECK_FAILS(INVALID, firth_batching_channel_create(&channel, far->stream, 0, 0, NULL));
    CHECK_DETAIL("batch_size is 0, expected at least 1");
}

static void a_time_that_is_no_number_is_refused(void **state)
{
    duplex *far = *state;
    CHECK_FAILS(INVALID, firth_batching_channel_create(&channel, far->stream, 10, NAN, NULL));
    CHECK_DETAIL("batch_timeout is not a number");
}

static void a_huge_batch_leaves_when_its_bytes_are_many(void **state)
{
    duplex *far = *state;
    batch_over(far, SIZE_MAX, 10 * NUMBER_FRAME);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 9, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(send_numbers(channel, 9, 1, 0));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_true(hear_numbers(far, 0, 10));
    firth_channel_free(channel);
}

static void a_batch_is_full_with_max_buffer_size_whatever_the_queue_may_hold(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(FIRTH_MAX_BUFFER_SIZE - 6);
    batch_over(far, SIZE_MAX, SIZE_MAX);
    CHECK_OK(firth_channel_send(channel, noise.data, noise.length - 1, 0));
    assert_true(hears_nothing(far));
    firth_channel_free(channel);
    batch_over(far, SIZE_MAX, SIZE_MAX);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    assert_false(hears_nothing(far));
    firth_channel_free(channel);
    free(noise.data);
}

static void a_large_frame_completes_a_batch_in_the_same_write(void **state)
{
    duplex *far = *state;
    char heard[2000 + 6];
    blob text = text_of(2000);
    batch_over(far, 3, FIRTH_QUEUE_LIMIT);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 0));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_true(hear_numbers(far, 0, 2));
    assert_true(hear(far, heard, sizeof heard));
    assert_memory_equal(heard + 5, text.data, text.length);
    free(text.data);
    firth_channel_free(channel);
}

static void a_frame_over_the_queue_limit_leaves_at_once_behind_the_others(void **state)
{
    duplex *far = *state;
    char heard[200 + 6];
    blob text = text_of(200);
    batch_over(far, 100, 100);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 0));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_true(hear_numbers(far, 0, 2));
    assert_true(hear(far, heard, sizeof heard));
    free(text.data);
    firth_channel_free(channel);
}

static void a_flush_sends_a_batch_that_is_not_full(void **state)
{
    duplex *far = *state;
    batch_over(far, 10, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_OK(firth_channel_flush(channel, 5));
    assert_true(hear_numbers(far, 0, 3));
    CHECK_OK(send_numbers(channel, 3, 9, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(send_numbers(channel, 12, 1, 0));
    assert_true(hear_numbers(far, 3, 10));
    firth_channel_free(channel);
}

static void a_cork_holds_a_full_batch(void **state)
{
    duplex *far = *state;
    batch_over(far, 3, FIRTH_QUEUE_LIMIT);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(firth_channel_cork(channel));
    CHECK_OK(send_numbers(channel, 0, 20, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_uncork(channel, 5));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_true(hear_numbers(far, 0, 20));
    firth_channel_free(channel);
}

static void receiving_and_polling_first_send_the_batch(void **state)
{
    duplex *far = *state;
    int number;
    bool ready;
    batch_over(far, 10, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_FAILS(TIMEOUT, receive_number(channel, 0, &number));
    assert_true(hear_numbers(far, 0, 2));
    CHECK_OK(send_numbers(channel, 2, 2, 0));
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_true(hear_numbers(far, 2, 2));
    firth_channel_free(channel);
}

static void a_payload_that_fills_a_batch_is_taken_though_the_peer_takes_nothing(void **state)
{
    duplex *far = *state;
    size_t filled = fill_up(far->stream);
    char *filling = malloc(filled);
    batch_over(far, 3, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_FAILS(TIMEOUT, send_numbers(channel, 2, 1, 0));
    assert_int_equal(firth_last_error()->count, NUMBER_FRAME);
    CHECK_FAILS(TIMEOUT, send_numbers(channel, 3, 1, 0.01));
    assert_int_equal(firth_last_error()->count, NUMBER_FRAME);
    assert_int_equal(firth_channel_pending(channel), 4 * NUMBER_FRAME);
    assert_true(hear(far, filling, filled));
    CHECK_OK(send_numbers(channel, 4, 1, 0));
    assert_true(hear_numbers(far, 0, 5));
    firth_channel_free(channel);
    free(filling);
}

static void a_stalled_peer_bounds_what_a_batch_collects(void **state)
{
    duplex *far = *state;
    int taken = 0;
    firth_err err;
    fill_up(far->stream);
    batch_over(far, 3, 10 * NUMBER_FRAME);
    while ((err = send_numbers(channel, taken, 1, 0)) != FIRTH_E_BUSY) {
        assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
        taken++;
    }
    assert_int_equal(taken, 10);
    assert_int_equal(firth_last_error()->count, 0);
    assert_int_equal(firth_channel_pending(channel), 10 * NUMBER_FRAME);
    firth_channel_free(channel);
}

/* A frame that the queue cannot hold leaves at once; here a part of it. */
static void what_a_large_frame_left_over_leaves_with_the_next_send(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(FIRTH_MAX_BUFFER_SIZE);
    batch_over(far, 3, 3 * FIRTH_MAX_BUFFER_SIZE);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    size_t left = firth_channel_pending(channel);
    hear_all(far);
    CHECK_OK(send_numbers(channel, 0, 1, 0));
    assert_true(firth_channel_pending(channel) < left);
    firth_channel_free(channel);
    free(noise.data);
}

static firth_err receive_any(void *argument)
{
    int number;
    return receive_number(argument, 20, &number);
}

static void who_gives_up_the_turn_that_a_receiver_met_taken_sends_what_is_queued(void **state)
{
    duplex *far = *state;
    worker receiver;
    batch_over(far, 10, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 1, 0));
    const firth_deadline now = firth_deadline_in(0);
    CHECK_OK(firth_stream_enter(channel->stream, FIRTH_WRITING, &now));
    start_worker(&receiver, receive_any, channel);
    wait_until_polling(&receiver);
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_leave_writing(channel, FIRTH_OK));
    assert_true(hear_numbers(far, 0, 1));
    say_number(far, 7);
    CHECK_OK(join_worker(&receiver));
    firth_channel_free(channel);
}

static void a_lost_peer_is_told_by_the_send_that_meets_it(void **state)
{
    duplex *far = *state;
    batch_over(far, 3, FIRTH_QUEUE_LIMIT);
    hang_up(far);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_FAILS(CONNECTION_LOST, send_numbers(channel, 2, 1, 0));
    assert_true(firth_channel_closed(channel));
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void a_batch_that_met_no_call_is_told_of_by_the_close(void **state)
{
    duplex *far = *state;
    batch_over(far, 3, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_OK(firth_stream_close(far->stream));
    CHECK_FAILS(UNSENT, firth_channel_finish(channel, 5));
    assert_int_equal(firth_last_error()->count, 2 * NUMBER_FRAME);
    CHECK_OK(firth_channel_finish(channel, 5));
    firth_channel_free(channel);
}

static int child_of_the_batching(void *unused)
{
    int number;
    bool ready;
    size_t length;
    (void)unused;
    EXPECT(send_numbers(channel, 9, 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_channel_flush(channel, 0) == FIRTH_E_FORKED);
    EXPECT(firth_channel_poll(channel, 0, &ready) == FIRTH_E_FORKED);
    EXPECT(firth_channel_recv_length(channel, 0, &length) == FIRTH_E_FORKED);
    EXPECT(receive_number(channel, 0, &number) == FIRTH_E_FORKED);
    EXPECT(firth_channel_close(channel) == FIRTH_OK);
    firth_channel_free(channel);
    return 0;
}

static void a_child_of_fork_is_refused_with_a_batch_and_without(void **state)
{
    duplex *far = *state;
    batch_over(far, 10, FIRTH_QUEUE_LIMIT);
    run_in_child(child_of_the_batching, NULL);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    run_in_child(child_of_the_batching, NULL);
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_flush(channel, 5));
    assert_true(hear_numbers(far, 0, 2));
    firth_channel_free(channel);
}

/* What goes round between two ends that both send more than fits before they receive. */
#define GREAT 2000

typedef struct side {
    firth_channel *channel;
    blob noise;
} side;

static firth_err send_all_then_receive(void *argument)
{
    side *self = argument;
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < GREAT;) {
        err = firth_channel_send(self->channel, self->noise.data, self->noise.length, 0);
        bool taken = err == FIRTH_OK || (err == FIRTH_E_TIMEOUT && firth_last_error()->count != 0);
        i += taken;
        if (err == FIRTH_E_BUSY || err == FIRTH_E_TIMEOUT)
            err = FIRTH_OK;
        if (!taken)
            break;
    }
    return err;
}

static firth_err receive_all(void *argument)
{
    side *self = argument;
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < GREAT; i++) {
        firth_bytes payload;
        err = firth_channel_recv(self->channel, 20, &payload);
        if (err == FIRTH_OK && payload.length != self->noise.length)
            err = FIRTH_E_INVALID;
        firth_bytes_free(&payload);
    }
    return err == FIRTH_OK ? firth_channel_flush(self->channel, 20) : err;
}

/* Each side takes all that it may without waiting: more than the connection holds. */
static void fill_both(side sides[2], firth_stream *const streams[2])
{
    for (int i = 0; i < 2; i++) {
        firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
        options.limits.queue = (size_t)GREAT * 1100;
        options.compress = FIRTH_COMPRESSION_OFF;
        CHECK_OK(firth_batching_channel_create(&sides[i].channel, streams[i], 7, 0, &options));
        sides[i].noise = noise_of(1000);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(send_all_then_receive(&sides[i]), FIRTH_OK);
        assert_true(firth_channel_pending(sides[i].channel) > (size_t)GREAT * 700);
    }
}

static void check_both_receive(firth_stream *const streams[2])
{
    side sides[2];
    worker workers[2];
    fill_both(sides, streams);
    for (int i = 0; i < 2; i++)
        start_worker(&workers[i], receive_all, &sides[i]);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(join_worker(&workers[i]), FIRTH_OK);
        firth_channel_free(sides[i].channel);
        free(sides[i].noise.data);
    }
}

static void open_both(firth_stream *streams[2])
{
    int sockets[2];
    open_sockets(OVER_UNIX, sockets);
    for (int i = 0; i < 2; i++)
        CHECK_OK(firth_socket_stream_from_descriptor(&streams[i], sockets[i], NULL));
}

static void two_peers_with_full_queues_do_not_wait_for_each_other(void **state)
{
    firth_stream *streams[2];
    (void)state;
    open_both(streams);
    check_both_receive(streams);
    firth_stream_free(streams[0]);
    firth_stream_free(streams[1]);
}

static void two_buffered_peers_do_not_wait_for_each_other(void **state)
{
    firth_stream *streams[2], *buffered[2];
    (void)state;
    open_both(streams);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(firth_buffered_stream_create(&buffered[i], streams[i], 0));
        firth_stream_free(streams[i]);
    }
    check_both_receive(buffered);
    firth_stream_free(buffered[0]);
    firth_stream_free(buffered[1]);
}

/* Over streams that can wait for one direction at a time only. */
static void two_custom_peers_do_not_wait_for_each_other(void **state)
{
    int sockets[2];
    duplex ends[2];
    (void)state;
    open_sockets(OVER_UNIX, sockets);
    const int copies[2] = {dup(sockets[0]), dup(sockets[1])};
    ends[0] = open_over_custom((const int[]){sockets[0], copies[1]}, false);
    ends[1] = open_over_custom((const int[]){sockets[1], copies[0]}, false);
    check_both_receive((firth_stream *const[]){ends[0].stream, ends[1].stream});
    close_duplex(&ends[0]);
    close_duplex(&ends[1]);
}

#define ON_EXACT_MEDIA(test) ON_UNIX(test), ON_PIPES(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_full_batch_is_one_write),
        ON_UNIX(a_batch_of_one_is_no_batch),
        ON_UNIX(a_batch_of_none_is_refused),
        ON_UNIX(a_time_that_is_no_number_is_refused),
        ON_EVERY_MEDIUM(a_huge_batch_leaves_when_its_bytes_are_many),
        ON_UNIX(a_batch_is_full_with_max_buffer_size_whatever_the_queue_may_hold),
        ON_EVERY_MEDIUM(a_large_frame_completes_a_batch_in_the_same_write),
        ON_UNIX(a_frame_over_the_queue_limit_leaves_at_once_behind_the_others),
        ON_EVERY_MEDIUM(a_flush_sends_a_batch_that_is_not_full),
        ON_UNIX(a_cork_holds_a_full_batch),
        ON_EVERY_MEDIUM(receiving_and_polling_first_send_the_batch),
        ON_EXACT_MEDIA(a_payload_that_fills_a_batch_is_taken_though_the_peer_takes_nothing),
        ON_EXACT_MEDIA(a_stalled_peer_bounds_what_a_batch_collects),
        ON_EXACT_MEDIA(what_a_large_frame_left_over_leaves_with_the_next_send),
        ON_EVERY_MEDIUM(who_gives_up_the_turn_that_a_receiver_met_taken_sends_what_is_queued),
        ON_UNIX(a_lost_peer_is_told_by_the_send_that_meets_it),
        ON_UNIX(a_batch_that_met_no_call_is_told_of_by_the_close),
        ON_EVERY_MEDIUM(a_child_of_fork_is_refused_with_a_batch_and_without),
        cmocka_unit_test(two_peers_with_full_queues_do_not_wait_for_each_other),
        cmocka_unit_test(two_buffered_peers_do_not_wait_for_each_other),
        cmocka_unit_test(two_custom_peers_do_not_wait_for_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
