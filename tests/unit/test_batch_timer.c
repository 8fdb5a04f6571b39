/* A batch leaves when its time is up, without any further call; what happens then is told by
 * the next one. */
#include "batches.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static firth_channel *channel;

/* How often the timers' thread was woken. */
static _Atomic int wakes;

int __real_pthread_cond_signal(pthread_cond_t *condition);
int __wrap_pthread_cond_signal(pthread_cond_t *condition);

int __wrap_pthread_cond_signal(pthread_cond_t *condition)
{
    atomic_fetch_add(&wakes, 1);
    return __real_pthread_cond_signal(condition);
}

static void a_batch_leaves_when_its_time_is_up(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 10, SOON);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(send_numbers(channel, 3 * i, 3, 5));
        assert_true(hear_numbers(far, 3 * i, 3));
    }
    firth_channel_free(channel);
}

static void a_batch_does_not_leave_before_its_time(void **state)
{
    duplex *far = *state;
    struct timespec start, end;
    channel = batching(far->stream, 10, 0.05);
    uint64_t before = write_calls(far->stream);
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK_OK(send_numbers(channel, 0, 1, 5));
    assert_true(hear_numbers(far, 0, 1));
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    assert_true(seconds >= 0.05);
    CHECK_OK(firth_channel_flush(channel, 5)); /* after the timer, which has counted then */
    assert_int_equal(write_calls(far->stream), before + 1);
    firth_channel_free(channel);
}

/* Payloads go on coming, sooner than the time is up. */
static void the_time_begins_with_the_first_payload(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 1000, 8 * SOON);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(send_numbers(channel, i, 1, 5));
        wait_for_a_later_batch();
    }
    assert_false(hears_nothing(far));
    assert_true(hear_numbers(far, 0, 2));
    firth_channel_free(channel);
}

static void a_full_batch_does_not_wait_for_its_time(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 3, NEVER_SOON);
    CHECK_OK(send_numbers(channel, 0, 6, 5));
    assert_true(hear_numbers(far, 0, 6));
    assert_true(hears_nothing(far));
    firth_channel_free(channel);
}

static void many_batches_wake_the_timers_thread_once_at_most(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 10, NEVER_SOON);
    atomic_store(&wakes, 0);
    for (int i = 0; i < 500; i++) {
        CHECK_OK(send_numbers(channel, 10 * i, 10, 5));
        assert_true(hear_numbers(far, 10 * i, 10));
    }
    assert_in_range(atomic_load(&wakes), 0, 1);
    firth_channel_free(channel);
}

static void a_time_that_is_never_up_is_none(void **state)
{
    duplex *far = *state;
    const double times[] = {0, -1, 1e300};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        channel = batching(far->stream, 3, times[i]);
        CHECK_OK(send_numbers(channel, 0, 2, 5));
        wait_for_a_later_batch();
        assert_true(hears_nothing(far));
        firth_channel_free(channel);
    }
}

static void a_cork_holds_the_time_too(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 10, SOON);
    CHECK_OK(firth_channel_cork(channel));
    CHECK_OK(send_numbers(channel, 0, 21, 5));
    wait_for_a_later_batch();
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_uncork(channel, 5));
    assert_true(hear_numbers(far, 0, 21));
    CHECK_OK(send_numbers(channel, 21, 1, 5));
    assert_true(hear_numbers(far, 21, 1));
    firth_channel_free(channel);
}

/* A batch that was begun, and then corked before its time was up. */
static void begin_and_cork(const duplex *far)
{
    int number = 0;
    do {
        channel = batching(far->stream, 10, 20 * SOON);
        CHECK_OK(send_numbers(channel, number, 1, 5));
        CHECK_OK(firth_channel_cork(channel));
        if (firth_channel_pending(channel) != 0)
            return;
        assert_true(hear_numbers(far, number++, 1));
        firth_channel_free(channel);
    } while (true);
}

static void a_cork_holds_the_time_of_a_batch_that_was_begun(void **state)
{
    duplex *far = *state;
    begin_and_cork(far);
    for (int i = 0; i < 5; i++)
        wait_for_a_later_batch();
    assert_true(hears_nothing(far));
    assert_int_equal(firth_channel_pending(channel), NUMBER_FRAME);
    firth_channel_free(channel);
}

static void what_a_peer_does_not_take_leaves_as_soon_as_it_does(void **state)
{
    duplex *far = *state;
    size_t filled = fill_up(far->stream);
    char *filling = malloc(filled);
    channel = batching(far->stream, 10, SOON);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    wait_for_a_later_batch();
    CHECK_OK(send_numbers(channel, 3, 2, 0));
    assert_true(hear(far, filling, filled));
    assert_true(hear_numbers(far, 0, 5));
    free(filling);
    firth_channel_free(channel);
}

static void what_an_uncork_leaves_over_is_sent_in_the_background(void **state)
{
    duplex *far = *state;
    size_t filled = fill_up(far->stream);
    char *filling = malloc(filled);
    channel = batching(far->stream, 10, NEVER_SOON);
    CHECK_OK(firth_channel_cork(channel));
    CHECK_OK(send_numbers(channel, 0, 9, 5));
    CHECK_FAILS(TIMEOUT, firth_channel_uncork(channel, 0));
    assert_true(hear(far, filling, filled));
    assert_true(hear_numbers(far, 0, 9));
    free(filling);
    firth_channel_free(channel);
}

static void what_a_full_batch_leaves_over_is_sent_in_the_background(void **state)
{
    duplex *far = *state;
    size_t filled = fill_up(far->stream);
    char *filling = malloc(filled);
    channel = batching(far->stream, 3, NEVER_SOON);
    CHECK_OK(send_numbers(channel, 0, 2, 5));
    CHECK_FAILS(TIMEOUT, send_numbers(channel, 2, 1, 0));
    assert_true(hear(far, filling, filled));
    assert_true(hear_numbers(far, 0, 3));
    free(filling);
    firth_channel_free(channel);
}

static void a_stalled_peer_delays_no_other_channel(void **state)
{
    duplex *far = *state, other = open_duplex(OVER_UNIX);
    fill_up(far->stream);
    channel = batching(far->stream, 10, SOON);
    firth_channel *lively = batching(other.stream, 10, SOON);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    for (int i = 0; i < 20; i++) {
        CHECK_OK(send_numbers(lively, i, 1, 5));
        assert_true(hear_numbers(&other, i, 1));
    }
    assert_int_equal(firth_channel_pending(channel), 3 * NUMBER_FRAME);
    firth_channel_free(lively);
    firth_channel_free(channel);
    close_duplex(&other);
}

static void a_receiver_is_not_needed_for_the_batch_to_leave(void **state)
{
    duplex *far = *state;
    int number;
    channel = batching(far->stream, 10, SOON);
    CHECK_OK(send_numbers(channel, 0, 1, 5));
    assert_true(hear_numbers(far, 0, 1));
    say_number(far, 7);
    CHECK_OK(receive_number(channel, 5, &number));
    assert_int_equal(number, 7);
    firth_channel_free(channel);
}

static void freeing_while_the_timer_is_busy_is_fine(void **state)
{
    duplex *far = *state;
    for (int i = 0; i < 300; i++) {
        channel = batching(far->stream, 10, 1e-9);
        CHECK_OK(send_numbers(channel, 0, 1 + i % 4, 5));
        firth_channel_free(channel);
    }
}

static void closing_while_the_timer_is_busy_loses_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        duplex far = open_duplex(OVER_UNIX);
        channel = batching(far.stream, 10, 1e-9);
        CHECK_OK(send_numbers(channel, 0, 3, 0));
        CHECK_OK(i % 2 != 0 ? firth_channel_close(channel) : firth_channel_finish(channel, 0));
        assert_true(hear_numbers(&far, 0, 3));
        firth_channel_free(channel);
        close_duplex(&far);
    }
}

static void who_only_tries_is_not_refused_for_the_timers_sake(void **state)
{
    duplex *far = *state;
    channel = batching(far->stream, 1000000, 1e-9);
    for (int i = 0; i < 500; i++) {
        CHECK_OK(send_numbers(channel, i, 1, 0));
        if (i % 3 == 0)
            CHECK_OK(firth_channel_flush(channel, 0));
        assert_true(hear_numbers(far, i, 1));
    }
    firth_channel_free(channel);
}

#define ON(test, medium)                                               \
    {                                                                  \
#test " (" #medium ")", test, open_##medium, close_state, NULL \
    }

static int open_buffered(void **state)
{
    return open_state(state, OVER_BUFFERED);
}

static int open_tls(void **state)
{
    return open_state(state, OVER_TLS);
}

static int open_tls_pipes(void **state)
{
    return open_state(state, OVER_TLS_PIPES);
}

static int open_buffered_tls(void **state)
{
    return open_state(state, OVER_BUFFERED_TLS);
}

static int open_custom(void **state)
{
    return open_state(state, OVER_CUSTOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_batch_leaves_when_its_time_is_up),
        ON(a_batch_leaves_when_its_time_is_up, buffered),
        ON(a_batch_leaves_when_its_time_is_up, tls),
        ON(a_batch_leaves_when_its_time_is_up, tls_pipes),
        ON(a_batch_leaves_when_its_time_is_up, buffered_tls),
        ON(a_batch_leaves_when_its_time_is_up, custom),
        ON_UNIX(a_batch_does_not_leave_before_its_time),
        ON_UNIX(the_time_begins_with_the_first_payload),
        ON_UNIX(a_full_batch_does_not_wait_for_its_time),
        ON_UNIX(many_batches_wake_the_timers_thread_once_at_most),
        ON_UNIX(a_time_that_is_never_up_is_none),
        ON_UNIX(a_cork_holds_the_time_too),
        ON_UNIX(a_cork_holds_the_time_of_a_batch_that_was_begun),
        ON_UNIX(what_a_peer_does_not_take_leaves_as_soon_as_it_does),
        ON_PIPES(what_a_peer_does_not_take_leaves_as_soon_as_it_does),
        ON_UNIX(what_an_uncork_leaves_over_is_sent_in_the_background),
        ON_UNIX(what_a_full_batch_leaves_over_is_sent_in_the_background),
        ON_UNIX(a_stalled_peer_delays_no_other_channel),
        ON_UNIX(a_receiver_is_not_needed_for_the_batch_to_leave),
        ON_TCP(freeing_while_the_timer_is_busy_is_fine),
        cmocka_unit_test(closing_while_the_timer_is_busy_loses_nothing),
        ON_UNIX(who_only_tries_is_not_refused_for_the_timers_sake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
