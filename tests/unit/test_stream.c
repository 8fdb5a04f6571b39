#include "child.h"
#include "frames.h"
#include "media.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static firth_counters counters_of(firth_stream *stream)
{
    firth_counters counters;
    CHECK_OK(firth_stream_counters(stream, &counters));
    return counters;
}

static void read_gives_exactly_what_was_asked_for(void **state)
{
    duplex *far = *state;
    char text[6] = "";
    say(far, "firthmore", 9);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    assert_string_equal(text, "firth");
    assert_int_equal(counters_of(far->stream).bytes_read, 5);
}

static void read_of_nothing_does_nothing(void **state)
{
    duplex *far = *state;
    CHECK_OK(firth_stream_read(far->stream, NULL, 0, 0));
    CHECK_OK(firth_stream_write(far->stream, NULL, 0, 0));
    assert_int_equal(counters_of(far->stream).read_calls, 0);
    assert_int_equal(counters_of(far->stream).write_calls, 0);
}

static void read_some_gives_what_is_there(void **state)
{
    duplex *far = *state;
    char text[100];
    size_t count;
    say(far, "brine", 5);
    CHECK_OK(firth_stream_read_some(far->stream, text, sizeof text, 5, &count));
    assert_true(same_bytes(text, count, "brine", 5));
}

static void write_takes_all_of_it(void **state)
{
    duplex *far = *state;
    char text[5];
    CHECK_OK(firth_stream_write(far->stream, "brine", 5, 5));
    assert_true(hear(far, text, 5));
    assert_memory_equal(text, "brine", 5);
    assert_int_equal(counters_of(far->stream).bytes_written, 5);
}

static void write_some_says_how_much_it_took(void **state)
{
    duplex *far = *state;
    blob much = text_of(8 * 1024 * 1024);
    size_t count;
    CHECK_OK(firth_stream_write_some(far->stream, much.data, much.length, 0, &count));
    assert_in_range(count, 1, much.length - 1);
    assert_int_equal(hear_all(far), count);
    free(much.data);
}

static void a_read_that_finds_nothing_times_out(void **state)
{
    duplex *far = *state;
    char byte;
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 0.001));
    assert_false(firth_stream_closed(far->stream));
}

static void what_came_before_a_time_out_is_read_next(void **state)
{
    duplex *far = *state;
    char text[9] = "";
    say(far, "fir", 3);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 8, 0));
    say(far, "thfirth", 7);
    CHECK_OK(firth_stream_read(far->stream, text, 8, 5));
    assert_string_equal(text, "firthfir");
    assert_int_equal(counters_of(far->stream).bytes_read, 8);
}

static void a_full_pipe_times_out_and_tells_the_count(void **state)
{
    duplex *far = *state;
    blob much = noise_of(8 * 1024 * 1024);
    CHECK_FAILS(TIMEOUT, firth_stream_write(far->stream, much.data, much.length, 0));
    size_t taken = firth_last_error()->count;
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    assert_in_range(taken, 1, much.length - 1);
    char *heard = malloc(taken);
    assert_true(hear(far, heard, taken));
    assert_memory_equal(heard, much.data, taken);
    assert_int_equal(hear_all(far), 0);
    free(heard);
    free(much.data);
}

static void the_streams_own_time_out_holds_if_the_call_gives_none(void **state)
{
    duplex *far = *state;
    char byte;
    assert_true(firth_stream_timeout(far->stream) < 0);
    CHECK_OK(firth_stream_set_timeout(far->stream, 0));
    assert_true(firth_stream_timeout(far->stream) == 0);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, FIRTH_UNSET));
    CHECK_OK(firth_stream_set_timeout(far->stream, FIRTH_UNSET));
    assert_true(firth_stream_timeout(far->stream) < 0);
}

static void a_time_that_is_no_number_is_invalid(void **state)
{
    duplex *far = *state;
    char byte;
    bool ready;
    CHECK_FAILS(INVALID, firth_stream_read(far->stream, &byte, 1, (double)NAN));
    CHECK_FAILS(INVALID, firth_stream_write(far->stream, "x", 1, (double)NAN));
    CHECK_FAILS(INVALID, firth_stream_poll(far->stream, (double)NAN, &ready));
    CHECK_FAILS(INVALID, firth_stream_set_timeout(far->stream, (double)NAN));
}

static void memory_that_is_null_is_invalid(void **state)
{
    duplex *far = *state;
    size_t count;
    CHECK_FAILS(INVALID, firth_stream_read(far->stream, NULL, 1, 0));
    CHECK_FAILS(INVALID, firth_stream_read_some(far->stream, NULL, 1, 0, &count));
    CHECK_FAILS(INVALID, firth_stream_write(far->stream, NULL, 1, 0));
    CHECK_FAILS(INVALID, firth_stream_unread(far->stream, NULL, 1));
    CHECK_FAILS(INVALID, firth_stream_counters(far->stream, NULL));
    CHECK_FAILS(INVALID, firth_stream_fileno(far->stream, NULL));
}

static void poll_says_whether_a_read_would_find_something(void **state)
{
    duplex *far = *state;
    bool ready = true;
    CHECK_OK(firth_stream_poll(far->stream, 0, &ready));
    assert_false(ready);
    CHECK_OK(firth_stream_poll(far->stream, 0.001, &ready));
    assert_false(ready);
    say(far, "x", 1);
    CHECK_OK(firth_stream_poll(far->stream, 5, &ready));
    assert_true(ready);
}

static void poll_is_true_for_what_was_kept(void **state)
{
    duplex *far = *state;
    char text[2];
    bool ready;
    say(far, "x", 1);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 2, 0));
    CHECK_OK(firth_stream_poll(far->stream, 0, &ready));
    assert_true(ready);
}

static void poll_is_true_at_the_end(void **state)
{
    duplex *far = *state;
    bool ready;
    hang_up(far);
    CHECK_OK(firth_stream_poll(far->stream, 5, &ready));
    assert_true(ready);
}

static void poll_fails_on_a_closed_stream(void **state)
{
    duplex *far = *state;
    bool ready;
    CHECK_OK(firth_stream_close(far->stream));
    CHECK_FAILS(CLOSED, firth_stream_poll(far->stream, 0, &ready));
}

static void what_is_unread_comes_first(void **state)
{
    duplex *far = *state;
    char text[10] = "";
    say(far, "brine", 5);
    CHECK_OK(firth_stream_unread(far->stream, "th", 2));
    CHECK_OK(firth_stream_unread(far->stream, "fi", 2));
    CHECK_OK(firth_stream_read(far->stream, text, 9, 5));
    assert_string_equal(text, "fithbrine");
}

static void the_end_before_the_first_byte_is_clean(void **state)
{
    duplex *far = *state;
    char byte;
    size_t count;
    hang_up(far);
    CHECK_FAILS(EOF, firth_stream_read(far->stream, &byte, 1, 5));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(EOF, firth_stream_read_some(far->stream, &byte, 1, 5, &count));
    CHECK_FAILS(EOF, firth_stream_write(far->stream, "x", 1, 5));
}

static void the_end_after_some_bytes_is_a_lost_connection(void **state)
{
    duplex *far = *state;
    char text[5];
    say(far, "fir", 3);
    hang_up(far);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, text, 5, 5));
    CHECK_DETAIL("3 of 5");
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, text, 1, 5));
}

static void writing_to_a_peer_that_left_is_a_lost_connection(void **state)
{
    duplex *far = *state;
    hang_up(far);
    firth_err err;
    do
        err = firth_stream_write(far->stream, "x", 1, 5);
    while (err == FIRTH_OK);
    assert_int_equal(err, FIRTH_E_CONNECTION_LOST);
    assert_true(firth_stream_closed(far->stream));
}

static void a_reset_is_a_lost_connection(void **state)
{
    duplex *far = *state;
    char byte;
    hang_up_rudely(far);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, &byte, 1, 5));
    assert_true(firth_last_error()->os_error != 0);
}

static void close_may_be_called_twice_and_ends_everything(void **state)
{
    duplex *far = *state;
    char byte;
    int number;
    CHECK_OK(firth_stream_close(far->stream));
    CHECK_OK(firth_stream_close(far->stream));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CLOSED, firth_stream_read(far->stream, &byte, 1, 0));
    CHECK_FAILS(CLOSED, firth_stream_write(far->stream, "x", 1, 0));
    CHECK_FAILS(CLOSED, firth_stream_unread(far->stream, "x", 1));
    CHECK_FAILS(CLOSED, firth_stream_flush(far->stream, 0));
    CHECK_FAILS(CLOSED, firth_stream_fileno(far->stream, &number));
    CHECK_FAILS(CLOSED, firth_stream_wake(far->stream));
    assert_int_equal(number, -1);
    assert_false(hear(far, &byte, 1));
}

static void finish_closes_and_may_be_called_again(void **state)
{
    duplex *far = *state;
    char byte;
    CHECK_OK(firth_stream_write(far->stream, "x", 1, 5));
    CHECK_OK(firth_stream_finish(far->stream, FIRTH_UNSET));
    CHECK_OK(firth_stream_finish(far->stream, FIRTH_UNSET));
    CHECK_OK(firth_stream_close(far->stream));
    assert_true(firth_stream_closed(far->stream));
    assert_true(hear(far, &byte, 1));
    assert_false(hear(far, &byte, 1));
}

static void counters_outlive_the_close(void **state)
{
    duplex *far = *state;
    char byte;
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 5));
    CHECK_OK(firth_stream_write(far->stream, "xyz", 3, 5));
    firth_counters before = counters_of(far->stream);
    CHECK_OK(firth_stream_close(far->stream));
    firth_counters after = counters_of(far->stream);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(after.bytes_written, 3);
}

static void one_system_call_reads_and_one_writes(void **state)
{
    duplex *far = *state;
    char byte;
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 5));
    CHECK_OK(firth_stream_write(far->stream, "xyz", 3, 5));
    assert_int_equal(counters_of(far->stream).read_calls, 1);
    assert_int_equal(counters_of(far->stream).write_calls, 1);
}

static void a_stream_reads_no_byte_ahead(void **state)
{
    duplex *far = *state;
    char text[5];
    int number;
    say(far, "firthbrine", 10);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    CHECK_OK(firth_stream_fileno(far->stream, &number));
    assert_int_equal(read(number, text, 5), 5);
    assert_memory_equal(text, "brine", 5);
}

static void the_write_descriptor_writes(void **state)
{
    duplex *far = *state;
    char byte;
    int number;
    CHECK_OK(firth_stream_write_fileno(far->stream, &number));
    assert_int_equal(write(number, "x", 1), 1);
    assert_true(hear(far, &byte, 1));
}

static void a_second_reference_keeps_the_stream(void **state)
{
    duplex *far = *state;
    firth_stream *second = firth_stream_retain(far->stream);
    char byte;
    assert_ptr_equal(second, far->stream);
    firth_stream_free(second);
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 5));
}

static void nothing_is_left_open(void **state)
{
    duplex *far = *state;
    char byte;
    medium over = far->says != far->hears ? OVER_PIPES : OVER_UNIX;
    int before = count_descriptors();
    duplex other = open_duplex(over);
    assert_true(count_descriptors() > before);
    CHECK_FAILS(TIMEOUT, firth_stream_read(other.stream, &byte, 1, 0.001));
    fill_up(other.stream);
    CHECK_FAILS(TIMEOUT, firth_stream_write(other.stream, "x", 1, 0.001));
    close_duplex(&other);
    assert_int_equal(count_descriptors(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(read_gives_exactly_what_was_asked_for),
        ON_EVERY_MEDIUM(read_of_nothing_does_nothing),
        ON_EVERY_MEDIUM(read_some_gives_what_is_there),
        ON_EVERY_MEDIUM(write_takes_all_of_it),
        ON_EVERY_MEDIUM(write_some_says_how_much_it_took),
        ON_EVERY_MEDIUM(a_read_that_finds_nothing_times_out),
        ON_EVERY_MEDIUM(what_came_before_a_time_out_is_read_next),
        ON_EVERY_MEDIUM(a_full_pipe_times_out_and_tells_the_count),
        ON_EVERY_MEDIUM(the_streams_own_time_out_holds_if_the_call_gives_none),
        ON_EVERY_MEDIUM(a_time_that_is_no_number_is_invalid),
        ON_EVERY_MEDIUM(memory_that_is_null_is_invalid),
        ON_EVERY_MEDIUM(poll_says_whether_a_read_would_find_something),
        ON_EVERY_MEDIUM(poll_is_true_for_what_was_kept),
        ON_EVERY_MEDIUM(poll_is_true_at_the_end),
        ON_EVERY_MEDIUM(poll_fails_on_a_closed_stream),
        ON_EVERY_MEDIUM(what_is_unread_comes_first),
        ON_EVERY_MEDIUM(the_end_before_the_first_byte_is_clean),
        ON_EVERY_MEDIUM(the_end_after_some_bytes_is_a_lost_connection),
        ON_EVERY_MEDIUM(writing_to_a_peer_that_left_is_a_lost_connection),
        ON_TCP(a_reset_is_a_lost_connection),
        ON_EVERY_MEDIUM(close_may_be_called_twice_and_ends_everything),
        ON_EVERY_MEDIUM(finish_closes_and_may_be_called_again),
        ON_EVERY_MEDIUM(counters_outlive_the_close),
        ON_EVERY_MEDIUM(one_system_call_reads_and_one_writes),
        ON_EVERY_MEDIUM(a_stream_reads_no_byte_ahead),
        ON_EVERY_MEDIUM(the_write_descriptor_writes),
        ON_EVERY_MEDIUM(a_second_reference_keeps_the_stream),
        ON_EVERY_MEDIUM(nothing_is_left_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
