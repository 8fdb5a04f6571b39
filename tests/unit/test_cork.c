/* What a cork collects, how it leaves, and what bounds it. */
#include "child.h"
#include "frames.h"
#include "media.h"
#include "numbers.h"
#include "worker.h"

#include <string.h>

static firth_channel *channel;

static firth_channel *channel_over(firth_stream *stream, size_t queue)
{
    firth_channel *made;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.queue = queue;
    options.compress = FIRTH_COMPRESSION_OFF;
    CHECK_OK(firth_channel_create(&made, stream, &options));
    return made;
}

/* Corked, with room for that many bytes. */
static void cork_over(const duplex *far, size_t queue)
{
    channel = channel_over(far->stream, queue);
    CHECK_OK(firth_channel_cork(channel));
}

static void uncork_and_free(void)
{
    CHECK_OK(firth_channel_uncork(channel, 5));
    firth_channel_free(channel);
}

static void a_cork_of_many_payloads_is_one_write(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    uint64_t before = write_calls(far->stream);
    CHECK_OK(send_numbers(channel, 0, 500, 0));
    assert_int_equal(write_calls(far->stream), before);
    assert_int_equal(firth_channel_pending(channel), 500 * NUMBER_FRAME);
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_uncork(channel, 5));
    assert_int_equal(firth_channel_pending(channel), 0);
    /* A pipe that others may share takes 4096 bytes at once. */
    assert_in_range(write_calls(far->stream) - before, 1, far->says == far->hears ? 1 : 2);
    assert_true(hear_numbers(far, 0, 500));
    firth_channel_free(channel);
}

static void corks_are_counted(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(firth_channel_cork(channel));
    CHECK_OK(send_numbers(channel, 0, 1, 0));
    CHECK_OK(firth_channel_uncork(channel, 5));
    assert_true(firth_channel_corked(channel));
    assert_true(hears_nothing(far));
    CHECK_OK(firth_channel_uncork(channel, 5));
    assert_false(firth_channel_corked(channel));
    assert_true(hear_numbers(far, 0, 1));
    CHECK_FAILS(INVALID, firth_channel_uncork(channel, 5));
    CHECK_OK(send_numbers(channel, 1, 1, 0));
    assert_true(hear_numbers(far, 1, 1));
    firth_channel_free(channel);
}

static void a_flush_sends_what_is_corked_and_the_cork_stays(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_OK(firth_channel_flush(channel, 5));
    assert_true(hear_numbers(far, 0, 3));
    CHECK_OK(send_numbers(channel, 3, 1, 0));
    assert_true(hears_nothing(far));
    uncork_and_free();
    assert_true(hear_numbers(far, 3, 1));
}

static void what_would_go_over_the_limit_lets_the_others_leave_first(void **state)
{
    duplex *far = *state;
    cork_over(far, 3 * NUMBER_FRAME);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(send_numbers(channel, 3, 1, 0));
    assert_int_equal(firth_channel_pending(channel), NUMBER_FRAME);
    assert_true(hear_numbers(far, 0, 3));
    assert_true(hears_nothing(far));
    uncork_and_free();
    assert_true(hear_numbers(far, 3, 1));
}

static void a_frame_larger_than_the_queue_leaves_with_it_in_one_write(void **state)
{
    duplex *far = *state;
    char heard[1000 + 6];
    blob text = text_of(1000);
    cork_over(far, 1000 + 5);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    uint64_t before = write_calls(far->stream);
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 0));
    assert_int_equal(write_calls(far->stream), before + 1);
    assert_int_equal(firth_channel_pending(channel), 0);
    assert_true(hear_numbers(far, 0, 3));
    assert_true(hear(far, heard, sizeof heard));
    assert_memory_equal(heard + 5, text.data, text.length);
    free(text.data);
    uncork_and_free();
}

static void a_frame_that_just_fits_into_the_queue_is_collected(void **state)
{
    duplex *far = *state;
    cork_over(far, NUMBER_FRAME);
    CHECK_OK(send_numbers(channel, 0, 1, 0));
    assert_true(hears_nothing(far));
    CHECK_OK(send_numbers(channel, 1, 1, 0));
    assert_true(hear_numbers(far, 0, 1));
    assert_true(hears_nothing(far));
    uncork_and_free();
    assert_true(hear_numbers(far, 1, 1));
}

static void a_queue_of_one_byte_collects_nothing(void **state)
{
    duplex *far = *state;
    cork_over(far, 1);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    assert_true(hear_numbers(far, 0, 2));
    uncork_and_free();
}

static void a_queue_of_no_bytes_is_refused(void **state)
{
    duplex *far = *state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.queue = 0;
    CHECK_FAILS(INVALID, firth_channel_create(&channel, far->stream, &options));
    CHECK_DETAIL("limits.queue is 0 bytes, expected at least 1");
}

static void a_queue_has_no_largest_size(void **state)
{
    duplex *far = *state;
    cork_over(far, SIZE_MAX);
    CHECK_OK(send_numbers(channel, 0, 300, 0));
    assert_true(hears_nothing(far));
    uncork_and_free();
    assert_true(hear_numbers(far, 0, 300));
}

/* Takes numbers until one is refused; returns it. */
static int fill_queue(firth_err refusal)
{
    int next = 0;
    firth_err err;
    while ((err = send_numbers(channel, next, 1, 0)) == FIRTH_OK)
        next++;
    assert_int_equal(err, refusal);
    return next;
}

static firth_err flush_it(void *unused)
{
    (void)unused;
    return firth_channel_flush(channel, FIRTH_FOREVER);
}

static void a_full_queue_takes_no_more_from_who_does_not_wait(void **state)
{
    duplex *far = *state;
    worker flusher;
    fill_up(far->stream);
    cork_over(far, 10 * NUMBER_FRAME);
    assert_int_equal(fill_queue(FIRTH_E_BUSY), 10);
    assert_int_equal(firth_last_error()->count, 0);
    assert_int_equal(firth_channel_pending(channel), 10 * NUMBER_FRAME);
    CHECK_FAILS(BUSY, send_numbers(channel, 10, 1, 0.01));
    CHECK_FAILS(TIMEOUT, firth_channel_flush(channel, 0.01));
    start_worker(&flusher, flush_it, NULL);
    hear_all(far);
    assert_int_equal(join_worker(&flusher), FIRTH_OK);
    hear_all(far);
    firth_channel_free(channel);
}

static firth_err send_five_more(void *unused)
{
    (void)unused;
    return send_numbers(channel, 10, 5, FIRTH_FOREVER);
}

static void a_full_queue_makes_the_sender_wait_for_the_peer(void **state)
{
    duplex *far = *state;
    size_t before = fill_up(far->stream);
    worker sender;
    char *filling = malloc(before);
    cork_over(far, 10 * NUMBER_FRAME);
    assert_int_equal(fill_queue(FIRTH_E_BUSY), 10);
    start_worker(&sender, send_five_more, NULL);
    wait_until_polling(&sender);
    assert_true(hear(far, filling, before));
    assert_int_equal(join_worker(&sender), FIRTH_OK);
    assert_true(hear_numbers(far, 0, 10));
    uncork_and_free();
    assert_true(hear_numbers(far, 10, 5));
    free(filling);
}

static void receiving_first_sends_what_is_corked(void **state)
{
    duplex *far = *state;
    int number;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_FAILS(TIMEOUT, receive_number(channel, 0, &number));
    assert_true(hear_numbers(far, 0, 2));
    CHECK_OK(send_numbers(channel, 2, 1, 0));
    say_number(far, 77);
    CHECK_OK(receive_number(channel, 5, &number));
    assert_int_equal(number, 77);
    assert_true(hear_numbers(far, 2, 1));
    uncork_and_free();
}

static void polling_first_sends_what_is_corked(void **state)
{
    duplex *far = *state;
    bool ready;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_false(ready);
    assert_true(hear_numbers(far, 0, 2));
    CHECK_OK(send_numbers(channel, 2, 1, 0));
    say_number(far, 77);
    CHECK_OK(firth_channel_poll(channel, 5, &ready));
    assert_true(ready);
    assert_true(hear_numbers(far, 2, 1));
    uncork_and_free();
}

static void a_receive_goes_on_while_the_peer_takes_nothing(void **state)
{
    duplex *far = *state;
    int number;
    bool ready;
    fill_up(far->stream);
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    CHECK_FAILS(TIMEOUT, receive_number(channel, 0, &number));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_EITHER);
    CHECK_FAILS(TIMEOUT, receive_number(channel, 0.01, &number));
    CHECK_OK(firth_channel_poll(channel, 0.01, &ready));
    assert_false(ready);
    say_number(far, 77);
    CHECK_OK(firth_channel_poll(channel, 5, &ready));
    assert_true(ready);
    CHECK_OK(receive_number(channel, 5, &number));
    assert_int_equal(number, 77);
    assert_int_equal(firth_channel_pending(channel), 2 * NUMBER_FRAME);
    firth_channel_free(channel);
}

static void closing_gives_what_is_corked_one_try(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_OK(firth_channel_close(channel));
    assert_true(hear_numbers(far, 0, 3));
    firth_channel_free(channel);
}

static void closing_tells_how_many_bytes_are_lost(void **state)
{
    duplex *far = *state;
    fill_up(far->stream);
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_FAILS(UNSENT, firth_channel_close(channel));
    assert_int_equal(firth_last_error()->count, 3 * NUMBER_FRAME);
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void a_stream_closed_below_makes_the_close_tell_what_is_lost(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_OK(firth_stream_close(far->stream));
    CHECK_FAILS(UNSENT, firth_channel_close(channel));
    assert_int_equal(firth_last_error()->count, 3 * NUMBER_FRAME);
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void finishing_sends_what_is_corked(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    CHECK_OK(firth_channel_finish(channel, 5));
    assert_true(hear_numbers(far, 0, 3));
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void freeing_sends_nothing(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    firth_channel_free(channel);
    assert_true(hears_nothing(far));
}

static int child_of_the_corked(void *unused)
{
    (void)unused;
    EXPECT(send_numbers(channel, 9, 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_channel_uncork(channel, 0) == FIRTH_E_FORKED);
    EXPECT(firth_channel_flush(channel, 0) == FIRTH_E_FORKED);
    EXPECT(firth_channel_close(channel) == FIRTH_OK);
    firth_channel_free(channel);
    return 0;
}

static void a_child_sends_nothing_of_what_its_parent_corked(void **state)
{
    duplex *far = *state;
    cork_over(far, FIRTH_QUEUE_LIMIT);
    CHECK_OK(send_numbers(channel, 0, 3, 0));
    run_in_child(child_of_the_corked, NULL);
    assert_true(hears_nothing(far));
    uncork_and_free();
    assert_true(hear_numbers(far, 0, 3));
    assert_true(hears_nothing(far));
}

/* What fills a TCP connection depends on when the other side takes it over. */
#define ON_EXACT_MEDIA(test) ON_UNIX(test), ON_PIPES(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_cork_of_many_payloads_is_one_write),
        ON_UNIX(corks_are_counted),
        ON_EVERY_MEDIUM(a_flush_sends_what_is_corked_and_the_cork_stays),
        ON_EVERY_MEDIUM(what_would_go_over_the_limit_lets_the_others_leave_first),
        ON_EVERY_MEDIUM(a_frame_larger_than_the_queue_leaves_with_it_in_one_write),
        ON_UNIX(a_frame_that_just_fits_into_the_queue_is_collected),
        ON_UNIX(a_queue_of_one_byte_collects_nothing),
        ON_UNIX(a_queue_of_no_bytes_is_refused),
        ON_UNIX(a_queue_has_no_largest_size),
        ON_EXACT_MEDIA(a_full_queue_takes_no_more_from_who_does_not_wait),
        ON_EXACT_MEDIA(a_full_queue_makes_the_sender_wait_for_the_peer),
        ON_EVERY_MEDIUM(receiving_first_sends_what_is_corked),
        ON_EVERY_MEDIUM(polling_first_sends_what_is_corked),
        ON_EXACT_MEDIA(a_receive_goes_on_while_the_peer_takes_nothing),
        ON_EVERY_MEDIUM(closing_gives_what_is_corked_one_try),
        ON_EXACT_MEDIA(closing_tells_how_many_bytes_are_lost),
        ON_UNIX(a_stream_closed_below_makes_the_close_tell_what_is_lost),
        ON_EVERY_MEDIUM(finishing_sends_what_is_corked),
        ON_UNIX(freeing_sends_nothing),
        ON_EVERY_MEDIUM(a_child_sends_nothing_of_what_its_parent_corked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
