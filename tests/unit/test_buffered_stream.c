/* BufferedStream: what it reads ahead, what it collects, and when that leaves. */
#include "blocked.h"
#include "child.h"
#include "media.h"

#include <string.h>

static firth_stream *buffered_over(const duplex *far, size_t buffer_size)
{
    firth_stream *stream;
    CHECK_OK(firth_buffered_stream_create(&stream, far->stream, buffer_size));
    return stream;
}

static void check_held(firth_stream *stream, size_t to_read, size_t to_write)
{
    size_t ahead, collected;
    CHECK_OK(firth_stream_held(stream, &ahead, &collected));
    assert_int_equal(ahead, to_read);
    assert_int_equal(collected, to_write);
}

static void one_read_brings_all_that_is_there(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    firth_counters counters;
    char text[3];
    say(far, "abcdef", 6);
    CHECK_OK(firth_stream_read(stream, text, 1, 5));
    check_held(stream, 5, 0);
    CHECK_OK(firth_stream_read(stream, text, 3, 5));
    assert_memory_equal(text, "bcd", 3);
    check_held(stream, 2, 0);
    CHECK_OK(firth_stream_counters(stream, &counters));
    assert_int_equal(counters.read_calls, 1);
    firth_stream_free(stream);
}

static void a_payload_that_is_there_is_one_system_call(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    firth_channel *channel;
    firth_counters counters;
    firth_bytes payload;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    say(far, "\0\0\0\3\0abc\n\0\0\0\2\0de\n", 17);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    firth_bytes_free(&payload);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_memory_equal(payload.data, "de", 2);
    firth_bytes_free(&payload);
    CHECK_OK(firth_stream_counters(stream, &counters));
    assert_int_equal(counters.read_calls, 1);
    firth_channel_free(channel);
    firth_stream_free(stream);
}

static void what_is_written_waits_for_flush(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char heard[6];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_OK(firth_stream_write(stream, "def", 3, 5));
    check_held(stream, 0, 6);
    assert_int_equal(hear_all(far), 0);
    CHECK_OK(firth_stream_flush(stream, 5));
    check_held(stream, 0, 0);
    assert_true(hear(far, heard, 6));
    assert_memory_equal(heard, "abcdef", 6);
    firth_stream_free(stream);
}

static void flush_goes_through_two_of_them(void **state)
{
    duplex *far = *state;
    firth_stream *lower = buffered_over(far, 0), *upper;
    char heard[3];
    CHECK_OK(firth_buffered_stream_create(&upper, lower, 0));
    CHECK_OK(firth_stream_write(upper, "abc", 3, 5));
    CHECK_OK(firth_stream_flush(upper, 5));
    check_held(lower, 0, 0);
    assert_true(hear(far, heard, 3));
    assert_memory_equal(heard, "abc", 3);
    firth_stream_free(upper);
    firth_stream_free(lower);
}

static void more_than_the_buffer_leaves_in_one_write(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 4);
    firth_counters counters;
    char heard[8];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_OK(firth_stream_write(stream, "defgh", 5, 5));
    assert_true(hear(far, heard, 8));
    assert_memory_equal(heard, "abcdefgh", 8);
    CHECK_OK(firth_stream_counters(stream, &counters));
    assert_int_equal(counters.write_calls, 1);
    firth_stream_free(stream);
}

static void a_write_that_cannot_leave_in_time_tells_what_it_took(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 4);
    fill_up(far->stream);
    CHECK_FAILS(TIMEOUT, firth_stream_write(stream, "abcdefgh", 8, 0));
    assert_int_equal(firth_last_error()->count, 4);
    check_held(stream, 0, 4);
    firth_stream_free(stream);
}

static void a_read_that_must_wait_sends_first(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    worker reader;
    char heard[3];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    start_worker(&reader, read_one, stream);
    assert_true(hear(far, heard, 3));
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    firth_stream_free(stream);
}

static void a_read_that_finds_something_sends_nothing(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char byte;
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(stream, &byte, 1, 5));
    check_held(stream, 0, 3);
    firth_stream_free(stream);
}

static void a_poll_that_must_wait_sends_first(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    bool ready;
    char heard[3];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_OK(firth_stream_poll(stream, 0, &ready));
    assert_false(ready);
    assert_true(hear(far, heard, 3));
    firth_stream_free(stream);
}

static void poll_looks_at_what_was_read_ahead(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    bool ready;
    char byte;
    say(far, "ab", 2);
    CHECK_OK(firth_stream_read(stream, &byte, 1, 5));
    CHECK_OK(firth_stream_poll(stream, 0, &ready));
    assert_true(ready);
    firth_stream_free(stream);
}

/* Both queues are full; the peer reads only after it was heard. */
static void a_reader_with_bytes_to_send_reads_when_they_cannot_leave(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 4);
    worker reader;
    fill_up(far->stream);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    check_held(stream, 0, 3);
    firth_stream_free(stream);
}

static void a_try_to_read_with_bytes_to_send_waits_for_either(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 4);
    char byte;
    fill_up(far->stream);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_EITHER);
    firth_stream_free(stream);
}

static void finish_sends_what_was_collected(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char heard[3];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_OK(firth_stream_finish(stream, 5));
    assert_true(hear(far, heard, 3));
    assert_true(firth_stream_closed(far->stream));
    firth_stream_free(stream);
}

static void close_gives_what_was_collected_one_try(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char heard[3];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_OK(firth_stream_close(stream));
    assert_true(hear(far, heard, 3));
    firth_stream_free(stream);
}

static void close_tells_how_much_could_not_leave(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    fill_up(far->stream);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_FAILS(UNSENT, firth_stream_close(stream));
    assert_int_equal(firth_last_error()->count, 3);
    firth_stream_free(stream);
}

static void closing_a_channel_tells_of_what_either_holds(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 16);
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    fill_up(far->stream);
    CHECK_OK(firth_channel_send(channel, "abcdef", 6, 0));
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, "ghijkl", 6, 0));
    CHECK_FAILS(UNSENT, firth_channel_close(channel));
    assert_int_equal(firth_last_error()->count, 24);
    firth_channel_free(channel);
    firth_stream_free(stream);
}

static void a_freed_stream_sends_nothing(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    firth_stream_free(stream);
    assert_int_equal(hear_all(far), 0);
    assert_false(firth_stream_closed(far->stream));
}

static void a_late_flush_tells_that_the_peer_is_gone(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    hang_up(far);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_flush(stream, 5));
    assert_true(firth_stream_closed(stream));
    firth_stream_free(stream);
}

static void the_end_comes_after_what_was_read_ahead(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char text[2];
    say(far, "abc", 3);
    hang_up(far);
    CHECK_OK(firth_stream_read(stream, text, 1, 5));
    CHECK_OK(firth_stream_read(stream, text, 2, 5));
    assert_memory_equal(text, "bc", 2);
    CHECK_FAILS(EOF, firth_stream_read(stream, text, 1, 5));
    firth_stream_free(stream);
}

static void close_wakes_a_blocked_reader(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    worker reader;
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    firth_stream_free(stream);
}

static void wake_interrupts_a_blocked_reader(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    worker reader;
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    firth_stream_free(stream);
}

static firth_err write_in_pieces(void *stream)
{
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < 20000; i++)
        err = firth_stream_write(stream, "0123456789abcdef", 16, 60);
    return err == FIRTH_OK ? firth_stream_flush(stream, 60) : err;
}

static void one_thread_writes_while_another_reads(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 100);
    worker writer, reader;
    start_worker(&reader, read_one, stream);
    start_worker(&writer, write_in_pieces, stream);
    for (int i = 0; i < 20000; i++) {
        char heard[16];
        assert_true(hear(far, heard, 16));
        assert_memory_equal(heard, "0123456789abcdef", 16);
    }
    assert_int_equal(join_worker(&writer), FIRTH_OK);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    firth_stream_free(stream);
}

static void a_reader_waits_while_another_thread_waits_to_write(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    worker writer, reader;
    start_worker(&writer, write_much, stream);
    wait_until_polling(&writer);
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    firth_stream_close(stream);
    assert_int_equal(join_worker(&writer), FIRTH_E_CLOSED);
    firth_stream_free(stream);
}

static int child_cannot_use(void *stream)
{
    char byte;
    bool ready;
    EXPECT(firth_stream_read(stream, &byte, 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_write(stream, "x", 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_flush(stream, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_poll(stream, 0, &ready) == FIRTH_E_FORKED);
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    return 0;
}

static void a_child_of_fork_is_refused(void **state)
{
    duplex *far = *state;
    firth_stream *stream = buffered_over(far, 0);
    char heard[3];
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    run_in_child(child_cannot_use, stream);
    assert_int_equal(hear_all(far), 0);
    CHECK_OK(firth_stream_flush(stream, 5));
    assert_true(hear(far, heard, 3));
    firth_stream_free(stream);
}

static void a_buffer_above_the_limit_is_refused(void **state)
{
    duplex *far = *state;
    firth_stream *stream;
    CHECK_FAILS(BUFFER_OVERFLOW,
                firth_buffered_stream_create(&stream, far->stream, FIRTH_MAX_BUFFER_SIZE + 1));
    assert_null(stream);
    CHECK_DETAIL("1048577");
    CHECK_OK(firth_buffered_stream_create(&stream, far->stream, FIRTH_MAX_BUFFER_SIZE));
    firth_stream_free(stream);
}

static void nothing_below_is_misuse(void **state)
{
    (void)state;
    firth_stream *stream = (firth_stream *)&stream;
    CHECK_FAILS(INVALID, firth_buffered_stream_create(&stream, NULL, 0));
    assert_null(stream);
    CHECK_FAILS(INVALID, firth_buffered_stream_create(NULL, stream, 0));
}

static void it_begins_with_the_time_out_of_what_is_below(void **state)
{
    duplex *far = *state;
    CHECK_OK(firth_stream_set_timeout(far->stream, 7.5));
    firth_stream *stream = buffered_over(far, 0);
    assert_true(firth_stream_timeout(stream) == 7.5);
    firth_stream_free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(one_read_brings_all_that_is_there),
        ON_EVERY_MEDIUM(a_payload_that_is_there_is_one_system_call),
        ON_EVERY_MEDIUM(what_is_written_waits_for_flush),
        ON_EVERY_MEDIUM(flush_goes_through_two_of_them),
        ON_EVERY_MEDIUM(more_than_the_buffer_leaves_in_one_write),
        ON_EVERY_MEDIUM(a_write_that_cannot_leave_in_time_tells_what_it_took),
        ON_EVERY_MEDIUM(a_read_that_must_wait_sends_first),
        ON_EVERY_MEDIUM(a_read_that_finds_something_sends_nothing),
        ON_EVERY_MEDIUM(a_poll_that_must_wait_sends_first),
        ON_EVERY_MEDIUM(poll_looks_at_what_was_read_ahead),
        ON_EVERY_MEDIUM(a_reader_with_bytes_to_send_reads_when_they_cannot_leave),
        ON_EVERY_MEDIUM(a_try_to_read_with_bytes_to_send_waits_for_either),
        ON_EVERY_MEDIUM(finish_sends_what_was_collected),
        ON_EVERY_MEDIUM(close_gives_what_was_collected_one_try),
        ON_EVERY_MEDIUM(close_tells_how_much_could_not_leave),
        ON_EVERY_MEDIUM(closing_a_channel_tells_of_what_either_holds),
        ON_EVERY_MEDIUM(a_freed_stream_sends_nothing),
        ON_UNIX(a_late_flush_tells_that_the_peer_is_gone),
        ON_EVERY_MEDIUM(the_end_comes_after_what_was_read_ahead),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_reader),
        ON_EVERY_MEDIUM(wake_interrupts_a_blocked_reader),
        ON_EVERY_MEDIUM(one_thread_writes_while_another_reads),
        ON_EVERY_MEDIUM(a_reader_waits_while_another_thread_waits_to_write),
        ON_EVERY_MEDIUM(a_child_of_fork_is_refused),
        ON_EVERY_MEDIUM(a_buffer_above_the_limit_is_refused),
        ON_EVERY_MEDIUM(it_begins_with_the_time_out_of_what_is_below),
        cmocka_unit_test(nothing_below_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
