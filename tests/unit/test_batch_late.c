/* What goes wrong in the background, when a batch's time is up, is told by the next call,
 * whichever it is, once. */
#include "batches.h"
#include "channel/channel_state.h"
#include "worker.h"

#include <string.h>
#include <time.h>

static firth_channel *channel;

static firth_err call_send(void)
{
    return firth_channel_send(channel, "x", 1, 0);
}

static firth_err call_recv(void)
{
    int number;
    return receive_number(channel, 0, &number);
}

static void *no_memory(void *context, size_t size)
{
    (void)context, (void)size;
    return NULL;
}

static firth_err call_recv_into(void)
{
    size_t length;
    return firth_channel_recv_into(channel, 0, no_memory, NULL, &length);
}

static firth_err call_recv_length(void)
{
    size_t length;
    return firth_channel_recv_length(channel, 0, &length);
}

static firth_err call_recv_some(void)
{
    size_t count;
    bool complete;
    char some[4];
    return firth_channel_recv_some(channel, some, sizeof some, 0, &count, &complete);
}

static firth_err call_poll(void)
{
    return firth_channel_poll(channel, 0, NULL);
}

static firth_err call_flush(void)
{
    return firth_channel_flush(channel, 0);
}

static firth_err call_uncork(void)
{
    return firth_channel_uncork(channel, 0);
}

static firth_err call_finish(void)
{
    return firth_channel_finish(channel, 0);
}

static firth_err call_close(void)
{
    return firth_channel_close(channel);
}

typedef struct kind_of_call {
    const char *name;
    firth_err (*call)(void);
    firth_err then; /* what a second one says */
} kind_of_call;

static const kind_of_call kinds[] = {
    {"send", call_send, FIRTH_E_CONNECTION_LOST},
    {"recv", call_recv, FIRTH_E_CONNECTION_LOST},
    {"recv_into", call_recv_into, FIRTH_E_CONNECTION_LOST},
    {"recv_length", call_recv_length, FIRTH_E_CONNECTION_LOST},
    {"recv_some", call_recv_some, FIRTH_E_CONNECTION_LOST},
    {"poll", call_poll, FIRTH_E_CONNECTION_LOST},
    {"flush", call_flush, FIRTH_E_CONNECTION_LOST},
    {"finish", call_finish, FIRTH_OK},
    {"close", call_close, FIRTH_OK},
};

/* A batch of three whose peer is gone when its time is up; returns when that has shown. */
static void lose_in_the_background(duplex *far)
{
    fill_up(far->stream);
    channel = batching(far->stream, 10, SOON);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    hang_up(far);
    while (!firth_channel_closed(channel))
        let_others_run();
}

static void a_loss_is_told_once_by_whichever_call_comes_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        duplex far = open_duplex(OVER_UNIX);
        lose_in_the_background(&far);
        firth_err first = kinds[i].call();
        bool tells_why = strstr(firth_last_error()->detail, "has ended") == NULL;
        firth_err second = kinds[i].call();
        if (first != FIRTH_E_CONNECTION_LOST || second != kinds[i].then || !tells_why)
            fail_msg("%s: %s, then %s", kinds[i].name, firth_error_name(first),
                     firth_error_name(second));
        if (second != FIRTH_OK)
            CHECK_DETAIL("has ended");
        CHECK_OK(firth_channel_close(channel));
        CHECK_OK(firth_channel_finish(channel, 0));
        firth_channel_free(channel);
        close_duplex(&far);
    }
}

static void an_uncork_tells_of_a_loss_and_takes_the_cork_away(void **state)
{
    lose_in_the_background(*state);
    CHECK_OK(firth_channel_cork(channel));
    CHECK_FAILS(CONNECTION_LOST, call_uncork());
    assert_false(firth_channel_corked(channel));
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void a_send_that_tells_has_not_taken_its_payload(void **state)
{
    lose_in_the_background(*state);
    CHECK_FAILS(CONNECTION_LOST, call_send());
    assert_int_equal(firth_last_error()->count, 0);
    firth_channel_free(channel);
}

static void close_and_finish_tell_how_many_bytes_the_loss_has_cost(void **state)
{
    duplex *far = *state, other = open_duplex(OVER_UNIX);
    lose_in_the_background(far);
    CHECK_FAILS(CONNECTION_LOST, call_close());
    assert_int_equal(firth_last_error()->count, 3 * NUMBER_FRAME);
    firth_channel_free(channel);
    lose_in_the_background(&other);
    CHECK_FAILS(CONNECTION_LOST, call_finish());
    assert_int_equal(firth_last_error()->count, 3 * NUMBER_FRAME);
    firth_channel_free(channel);
    close_duplex(&other);
}

/* A call that runs into the closed stream while the timer has not said yet what it met. */
static void a_loss_is_told_no_matter_how_soon_after_it_the_call_comes(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        duplex far = open_duplex(OVER_UNIX);
        channel = batching(far.stream, 10, 1e-9);
        hang_up(&far);
        CHECK_OK(send_numbers(channel, 0, 1, 5));
        while (!firth_channel_closed(channel))
            continue;
        CHECK_FAILS(CONNECTION_LOST, call_close());
        CHECK_OK(call_close());
        firth_channel_free(channel);
        close_duplex(&far);
    }
}

/* ---- A stream that fails and stays open --------------------------------------- */

static struct {
    _Atomic bool held;    /* it takes nothing for now */
    _Atomic int failures; /* writes that are then to fail */
    _Atomic firth_err code;
    _Atomic int refused; /* writes that have */
    _Atomic size_t written;
    double refused_at[16]; /* seconds on some clock */
} fragile;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static firth_err read_nothing(void *self, const firth_span *spans, size_t span_count,
                              double timeout, size_t *count)
{
    (void)self, (void)spans, (void)span_count, (void)timeout, (void)count;
    return FIRTH_E_WANT_READ;
}

static firth_err write_or_fail(void *self, const firth_slice *slices, size_t slice_count,
                               double timeout, size_t *count)
{
    (void)self, (void)timeout;
    if (atomic_load(&fragile.held))
        return FIRTH_E_WANT_WRITE;
    if (atomic_load(&fragile.failures) > 0) {
        fragile.refused_at[atomic_load(&fragile.refused) % 16] = now();
        atomic_fetch_sub(&fragile.failures, 1);
        atomic_fetch_add(&fragile.refused, 1);
        return firth_error_raise(atomic_load(&fragile.code), 0, "the test's stream is ill");
    }
    for (size_t i = 0; i < slice_count; i++)
        *count += slices[i].length;
    atomic_fetch_add(&fragile.written, *count);
    return FIRTH_OK;
}

static void release_nothing(void *self)
{
    (void)self;
}

static const firth_stream_ops fragile_ops = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "fragile",
    .read_some = read_nothing,
    .write_some = write_or_fail,
    .release = release_nothing,
};

/* A batch of three whose time is up, or will be, before the stream fails. */
static void batch_over_fragile(firth_err code, int failures)
{
    firth_stream *stream;
    fragile.held = true;
    fragile.failures = failures;
    fragile.code = code;
    fragile.refused = 0;
    fragile.written = 0;
    CHECK_OK(firth_stream_create(&stream, &fragile_ops, &fragile));
    channel = batching(stream, 10, SOON);
    firth_stream_free(stream);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    atomic_store(&fragile.held, false);
}

static void wait_for_failures(int count)
{
    while (atomic_load(&fragile.refused) < count)
        let_others_run();
}

static void a_failure_that_ends_nothing_is_told_once_and_the_batch_is_kept(void **state)
{
    const firth_err codes[] = {FIRTH_E_SYSTEM, FIRTH_E_CALLBACK, FIRTH_E_NOT_SUPPORTED};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        batch_over_fragile(codes[i], 1);
        wait_for_failures(1);
        wait_for_a_later_batch();
        atomic_store(&fragile.held, true);
        assert_int_equal(call_send(), codes[i]);
        CHECK_DETAIL("the test's stream is ill");
        assert_int_equal(firth_last_error()->count, 0);
        assert_int_equal(firth_channel_pending(channel), 3 * NUMBER_FRAME);
        atomic_store(&fragile.held, false);
        CHECK_OK(firth_channel_flush(channel, 5));
        assert_int_equal(atomic_load(&fragile.written), 3 * NUMBER_FRAME);
        CHECK_OK(firth_channel_finish(channel, 5));
        firth_channel_free(channel);
    }
}

static void a_finish_sends_what_a_failure_left_and_still_tells_of_it(void **state)
{
    (void)state;
    batch_over_fragile(FIRTH_E_SYSTEM, 1);
    wait_for_failures(1);
    CHECK_FAILS(SYSTEM, firth_channel_finish(channel, 5));
    assert_int_equal(firth_last_error()->count, 0);
    assert_int_equal(atomic_load(&fragile.written), 3 * NUMBER_FRAME);
    CHECK_OK(firth_channel_finish(channel, 5));
    firth_channel_free(channel);
}

static void a_batch_goes_on_after_its_failure_was_told(void **state)
{
    (void)state;
    batch_over_fragile(FIRTH_E_SYSTEM, 1);
    wait_for_failures(1);
    wait_for_a_later_batch();
    CHECK_FAILS(SYSTEM, call_send());
    CHECK_OK(send_numbers(channel, 3, 1, 5));
    while (atomic_load(&fragile.written) != 4 * NUMBER_FRAME)
        let_others_run();
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void a_batch_leaves_without_a_further_call_once_its_failure_was_told(void **state)
{
    firth_err (*const calls[])(void) = {call_send, call_recv, call_poll, call_flush};
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        batch_over_fragile(FIRTH_E_SYSTEM, 1);
        wait_for_failures(1);
        wait_for_a_later_batch();
        assert_int_equal(calls[i](), FIRTH_E_SYSTEM);
        while (atomic_load(&fragile.written) != 3 * NUMBER_FRAME)
            let_others_run();
        firth_channel_free(channel);
    }
}

static void a_batch_does_not_wait_for_the_pauses_of_the_one_before(void **state)
{
    (void)state;
    batch_over_fragile(FIRTH_E_WANT_WRITE, 9);
    wait_for_failures(9);
    CHECK_OK(firth_channel_flush(channel, 5));
    CHECK_OK(send_numbers(channel, 3, 1, 5));
    wait_for_a_later_batch();
    assert_int_equal(atomic_load(&fragile.written), 4 * NUMBER_FRAME);
    firth_channel_free(channel);
}

/* Without a timer. The send collects, and tries to send for a receiver that waits. */
static void a_send_tells_what_fails_when_it_sends_for_a_receiver(void **state)
{
    firth_stream *stream;
    (void)state;
    fragile.held = false;
    fragile.failures = 1;
    fragile.code = FIRTH_E_CALLBACK;
    fragile.written = 0;
    CHECK_OK(firth_stream_create(&stream, &fragile_ops, &fragile));
    channel = batching(stream, 10, 0);
    firth_stream_free(stream);
    atomic_store(&channel->queue.wanted, true);
    CHECK_FAILS(CALLBACK, send_numbers(channel, 0, 1, 5));
    CHECK_DETAIL("the test's stream is ill");
    assert_int_equal(firth_last_error()->count, NUMBER_FRAME);
    CHECK_OK(firth_channel_flush(channel, 5));
    assert_int_equal(atomic_load(&fragile.written), NUMBER_FRAME);
    firth_channel_free(channel);
}

/* Whether the first pause of a batch is shorter than the longest, which that before it had. */
static bool begins_with_a_short_pause(void)
{
    batch_over_fragile(FIRTH_E_WANT_WRITE, 9);
    wait_for_failures(9);
    CHECK_OK(firth_channel_flush(channel, 5));
    atomic_store(&fragile.failures, 2);
    CHECK_OK(send_numbers(channel, 3, 1, 5));
    wait_for_failures(11);
    firth_channel_free(channel);
    return fragile.refused_at[10] - fragile.refused_at[9] < 0.1;
}

static void every_batch_begins_with_the_shortest_pause(void **state)
{
    (void)state;
    /* This thread, or that of the timers, may be kept from running for once. */
    assert_true(begins_with_a_short_pause() || begins_with_a_short_pause() ||
                begins_with_a_short_pause());
}

static void what_is_not_taken_is_tried_again_after_ever_longer_pauses(void **state)
{
    (void)state;
    batch_over_fragile(FIRTH_E_WANT_WRITE, 10);
    while (atomic_load(&fragile.written) == 0)
        let_others_run();
    assert_int_equal(atomic_load(&fragile.refused), 10);
    for (int i = 0; i < 9; i++) {
        double longest = 0.1, pause = 0.001 * (1 << i);
        double gap = fragile.refused_at[i + 1] - fragile.refused_at[i];
        assert_true(gap >= 0.99 * (pause < longest ? pause : longest));
    }
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

/* ---- Streams that are the caller's threads' alone ----------------------------- */

static void check_refused(firth_stream *stream)
{
    CHECK_FAILS(NOT_SUPPORTED, firth_batching_channel_create(&channel, stream, 10, 0.1, NULL));
    CHECK_DETAIL("give 0, or none");
    assert_null(channel);
    CHECK_OK(firth_batching_channel_create(&channel, stream, 10, 0, NULL));
    firth_channel_free(channel);
    CHECK_OK(firth_batching_channel_create(&channel, stream, 10, -1, NULL));
    firth_channel_free(channel);
    CHECK_OK(firth_batching_channel_create(&channel, stream, 1, 0.1, NULL));
    firth_channel_free(channel);
}

static void a_time_is_refused_over_what_only_the_callers_threads_may_use(void **state)
{
    firth_stream *lower, *above[4];
    firth_stream_ops ops = fragile_ops;
    firth_tls_options unchecked = FIRTH_TLS_OPTIONS_INIT;
    (void)state;
    unchecked.check_hostname = false;
    ops.flags = FIRTH_STREAM_CALLERS_THREADS;
    CHECK_OK(firth_stream_create(&lower, &ops, &fragile));
    check_refused(lower);
    CHECK_OK(firth_buffered_stream_create(&above[0], lower, 0));
    CHECK_OK(firth_tunneled_socket_stream_create(&above[1], lower, NULL));
    CHECK_OK(firth_tls_stream_client(&above[2], lower, &unchecked));
    CHECK_OK(firth_buffered_stream_create(&above[3], above[2], 0));
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++)
        check_refused(above[i]);
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++)
        firth_stream_free(above[i]);
    firth_stream_free(lower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loss_is_told_once_by_whichever_call_comes_first),
        ON_UNIX(an_uncork_tells_of_a_loss_and_takes_the_cork_away),
        ON_UNIX(a_send_that_tells_has_not_taken_its_payload),
        ON_UNIX(close_and_finish_tell_how_many_bytes_the_loss_has_cost),
        cmocka_unit_test(a_loss_is_told_no_matter_how_soon_after_it_the_call_comes),
        cmocka_unit_test(a_failure_that_ends_nothing_is_told_once_and_the_batch_is_kept),
        cmocka_unit_test(a_finish_sends_what_a_failure_left_and_still_tells_of_it),
        cmocka_unit_test(a_batch_goes_on_after_its_failure_was_told),
        cmocka_unit_test(a_batch_leaves_without_a_further_call_once_its_failure_was_told),
        cmocka_unit_test(a_batch_does_not_wait_for_the_pauses_of_the_one_before),
        cmocka_unit_test(a_send_tells_what_fails_when_it_sends_for_a_receiver),
        cmocka_unit_test(every_batch_begins_with_the_shortest_pause),
        cmocka_unit_test(what_is_not_taken_is_tried_again_after_ever_longer_pauses),
        cmocka_unit_test(a_time_is_refused_over_what_only_the_callers_threads_may_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
