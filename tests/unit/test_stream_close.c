/* Close from another thread wakes whoever is blocked; nobody is left behind. */
#include "blocked.h"
#include "child.h"
#include "frames.h"
#include "media.h"

#include <sys/socket.h>
#include <unistd.h>

static firth_err read_one_within_a_minute(void *stream)
{
    char byte;
    return firth_stream_read(stream, &byte, 1, 60);
}

static void close_wakes(duplex *far, worker_task task)
{
    worker blocked;
    start_worker(&blocked, task, far->stream);
    wait_until_polling(&blocked);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&blocked), FIRTH_E_CLOSED);
    assert_int_equal(blocked.error.code, FIRTH_E_CLOSED);
}

static void close_wakes_a_blocked_reader(void **state)
{
    close_wakes(*state, read_one);
}

static void close_wakes_a_reader_with_a_time_out(void **state)
{
    close_wakes(*state, read_one_within_a_minute);
}

static void close_wakes_a_blocked_writer(void **state)
{
    close_wakes(*state, write_much);
}

static void close_wakes_a_blocked_poll(void **state)
{
    close_wakes(*state, poll_for_ever);
}

static void close_wakes_reader_and_writer_together(void **state)
{
    duplex *far = *state;
    worker reader, writer;
    start_worker(&reader, read_one, far->stream);
    start_worker(&writer, write_much, far->stream);
    wait_until_polling(&reader);
    wait_until_polling(&writer);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&writer), FIRTH_E_CLOSED);
}

static void close_wakes_who_waits_for_a_turn(void **state)
{
    duplex *far = *state;
    worker first, second;
    start_worker(&first, read_one, far->stream);
    wait_until_polling(&first);
    start_worker(&second, read_one, far->stream);
    wait_until_queued(&second);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&first), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&second), FIRTH_E_CLOSED);
}

static void a_stream_closed_here_stays_closed_and_not_lost(void **state)
{
    duplex *far = *state;
    char byte;
    close_wakes(far, read_one);
    CHECK_FAILS(CLOSED, firth_stream_read(far->stream, &byte, 1, 0));
    CHECK_FAILS(CLOSED, firth_stream_write(far->stream, &byte, 1, 0));
}

static void the_end_seen_by_the_reader_wakes_the_writer(void **state)
{
    duplex *far = *state;
    worker writer;
    char byte;
    int hears = far->hears == far->says ? -1 : far->hears;
    start_worker(&writer, write_much, far->stream);
    wait_until_polling(&writer);
    if (hears < 0)
        assert_int_equal(shutdown(far->says, SHUT_WR), 0);
    else
        close(far->says);
    far->says = hears < 0 ? far->says : -1;
    CHECK_FAILS(EOF, firth_stream_read(far->stream, &byte, 1, 5));
    firth_err err = join_worker(&writer);
    assert_true(err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST);
}

static void one_thread_reads_while_another_writes(void **state)
{
    duplex *far = *state;
    worker reader;
    char byte;
    start_worker(&reader, read_one, far->stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_write(far->stream, "x", 1, 5));
    assert_true(hear(far, &byte, 1));
    say(far, "y", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
}

static void descriptors_are_closed_when_the_last_one_has_left(void **state)
{
    (void)state;
    int before = count_descriptors();
    duplex far = open_duplex(OVER_UNIX);
    worker reader;
    start_worker(&reader, read_one, far.stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_close(far.stream));
    join_worker(&reader);
    assert_int_equal(count_descriptors(), before + 1);
    close_duplex(&far);
    assert_int_equal(count_descriptors(), before);
}

static firth_err close_it(void *stream)
{
    return firth_stream_close(stream);
}

static void many_threads_may_close_at_once(void **state)
{
    duplex *far = *state;
    worker closers[8], reader;
    start_worker(&reader, read_one, far->stream);
    for (int i = 0; i < 8; i++)
        start_worker(&closers[i], close_it, far->stream);
    for (int i = 0; i < 8; i++)
        assert_int_equal(join_worker(&closers[i]), FIRTH_OK);
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
}

static firth_err read_until_closed(void *stream)
{
    firth_err err;
    do
        err = read_one(stream);
    while (err == FIRTH_OK);
    return err;
}

static void no_close_is_missed_whenever_it_comes(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        duplex far = open_duplex(i % 3 == 0 ? OVER_PIPES : OVER_UNIX);
        worker reader;
        start_worker(&reader, read_until_closed, far.stream);
        for (int j = 0; j < i % 7; j++)
            say(&far, "x", 1);
        CHECK_OK(firth_stream_close(far.stream));
        assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
        close_duplex(&far);
    }
}

static void a_poll_is_told_that_the_writer_lost_the_peer(void **state)
{
    duplex *far = *state;
    worker blocked;
    start_worker(&blocked, poll_for_ever, far->stream);
    wait_until_polling(&blocked);
    close(far->hears);
    far->hears = -1;
    CHECK_FAILS(CONNECTION_LOST, firth_stream_write(far->stream, "x", 1, 5));
    assert_int_equal(join_worker(&blocked), FIRTH_E_CONNECTION_LOST);
    assert_int_equal(blocked.error.code, FIRTH_E_CONNECTION_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(close_wakes_a_blocked_reader),
        ON_EVERY_MEDIUM(close_wakes_a_reader_with_a_time_out),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_writer),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_poll),
        ON_EVERY_MEDIUM(close_wakes_reader_and_writer_together),
        ON_EVERY_MEDIUM(close_wakes_who_waits_for_a_turn),
        ON_EVERY_MEDIUM(a_stream_closed_here_stays_closed_and_not_lost),
        ON_EVERY_MEDIUM(the_end_seen_by_the_reader_wakes_the_writer),
        ON_PIPES(a_poll_is_told_that_the_writer_lost_the_peer),
        ON_EVERY_MEDIUM(one_thread_reads_while_another_writes),
        cmocka_unit_test(descriptors_are_closed_when_the_last_one_has_left),
        ON_EVERY_MEDIUM(many_threads_may_close_at_once),
        cmocka_unit_test(no_close_is_missed_whenever_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
