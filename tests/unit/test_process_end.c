/* How a child process ends: by finish, by itself after close, and reaped in any case. */
#include "check.h"
#include "child.h"
#include "frames.h"
#include "processes.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_of(firth_stream *stream)
{
    int status = -1000;
    CHECK_OK(firth_pipe_stream_exit_status(stream, 30, &status));
    return status;
}

/* ---- finish -------------------------------------------------------------------- */

/* Seconds, the half of which passes before a child is asked to terminate; the other half is
 * ample for it to do so. */
#define TERMINATING 4

static void finish_lets_the_child_end_and_reaps_it(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("cat >/dev/null; exit 3");
    int pidfd = watch_child(stream);
    CHECK_OK(firth_stream_finish(stream, 30));
    assert_true(firth_stream_closed(stream));
    wait_until_reaped(pidfd);
    assert_int_equal(status_of(stream), 3);
    close(pidfd);
    firth_stream_free(stream);
}

static void finish_comes_after_all_that_was_written(void **state)
{
    (void)state;
    int ends[2];
    char said[16] = "";
    blob much = text_of(1024 * 1024);
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    options.stderr_to = ends[1];
    firth_stream *stream = start_program(&options, "sh", "-c", "wc -c >&2", NULL);
    CHECK_OK(firth_stream_write(stream, much.data, much.length, 30));
    CHECK_OK(firth_stream_finish(stream, 30));
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    assert_int_equal(atoi(said), 1024 * 1024);
    free(much.data);
    close(ends[0]);
    close(ends[1]);
    firth_stream_free(stream);
}

static void finish_asks_a_child_that_ignores_the_end_to_terminate(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    CHECK_OK(firth_stream_finish(stream, TERMINATING));
    assert_int_equal(status_of(stream), -SIGTERM);
    firth_stream_free(stream);
}

static void finish_asks_a_child_that_is_stopped_to_terminate(void **state)
{
    (void)state;
    int64_t id;
    siginfo_t info;
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    assert_int_equal(kill((pid_t)id, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)id, &info, WSTOPPED), 0);
    CHECK_OK(firth_stream_finish(stream, TERMINATING));
    assert_int_equal(status_of(stream), -SIGTERM);
    firth_stream_free(stream);
}

static firth_stream *start_stubborn(void)
{
    firth_stream *stream = start_shell("trap '' TERM; echo ready; exec sleep 1000");
    wait_until_ready(stream);
    return stream;
}

static void finish_kills_a_child_that_does_not_terminate(void **state)
{
    (void)state;
    firth_stream *stream = start_stubborn();
    int pidfd = watch_child(stream);
    CHECK_FAILS(TIMEOUT, firth_stream_finish(stream, 0.1));
    CHECK_DETAIL("'sh' (process ");
    CHECK_DETAIL(") did not end within 0.1 seconds and was killed");
    assert_true(firth_stream_closed(stream));
    wait_until_reaped(pidfd);
    assert_int_equal(status_of(stream), -SIGKILL);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_finish_without_time_kills_at_once(void **state)
{
    (void)state;
    firth_stream *stream = start_stubborn();
    CHECK_FAILS(TIMEOUT, firth_stream_finish(stream, 0));
    CHECK_DETAIL("was killed");
    assert_int_equal(status_of(stream), -SIGKILL);
    firth_stream_free(stream);
}

static void a_finish_without_limit_waits_as_long_as_it_takes(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("cat; trap '' TERM; sleep 0.2; exit 4");
    CHECK_OK(firth_stream_finish(stream, FIRTH_FOREVER));
    assert_int_equal(status_of(stream), 4);
    firth_stream_free(stream);
}

static void finish_hears_out_what_nobody_has_read(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("cat >/dev/null; head -c 1000000 /dev/zero; exit 4");
    CHECK_OK(firth_stream_finish(stream, 30));
    assert_int_equal(status_of(stream), 4);
    firth_stream_free(stream);
}

static void a_child_that_talks_for_ever_does_not_outlast_finish(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "yes", NULL);
    CHECK_OK(firth_stream_finish(stream, TERMINATING));
    assert_int_equal(status_of(stream), -SIGTERM);
    firth_stream_free(stream);
}

static void a_child_that_has_ended_already_is_finished(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("exit 3");
    int pidfd = watch_child(stream);
    wait_until_ended(pidfd);
    CHECK_OK(firth_stream_finish(stream, 0));
    assert_int_equal(status_of(stream), 3);
    CHECK_OK(firth_stream_finish(stream, 0));
    close(pidfd);
    firth_stream_free(stream);
}

static firth_err finish_for_ever(void *stream)
{
    return firth_stream_finish(stream, FIRTH_FOREVER);
}

/* A child that does not care for the end of its input, and a thread that finishes it. */
static firth_stream *start_finishing(worker *thread, int *pidfd)
{
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    *pidfd = watch_child(stream);
    start_worker(thread, finish_for_ever, stream);
    wait_until_polling(thread);
    return stream;
}

static void check_it_lives_and_is_reaped_later(firth_stream *stream, int pidfd)
{
    assert_true(firth_stream_closed(stream));
    assert_false(has_ended(pidfd));
    kill_child(pidfd);
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_finish_that_is_interrupted_leaves_no_zombie(void **state)
{
    (void)state;
    worker thread;
    int pidfd;
    firth_stream *stream = start_finishing(&thread, &pidfd);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&thread), FIRTH_E_INTERRUPTED);
    check_it_lives_and_is_reaped_later(stream, pidfd);
}

static void close_ends_a_finish_that_waits(void **state)
{
    (void)state;
    worker thread;
    int pidfd;
    firth_stream *stream = start_finishing(&thread, &pidfd);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&thread), FIRTH_E_CLOSED);
    check_it_lives_and_is_reaped_later(stream, pidfd);
}

static firth_err read_five(void *stream)
{
    char text[5];
    firth_err err = firth_stream_read(stream, text, 5, FIRTH_FOREVER);
    return err == FIRTH_OK && memcmp(text, "brine", 5) != 0 ? FIRTH_E_INVALID : err;
}

static void finish_takes_nothing_from_who_is_reading(void **state)
{
    (void)state;
    worker reader, finisher;
    firth_stream *stream = start_shell("cat; echo brine; exec sleep 1000");
    int pidfd = watch_child(stream);
    start_worker(&reader, read_five, stream);
    wait_until_polling(&reader);
    start_worker(&finisher, finish_for_ever, stream);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    kill_child(pidfd);
    assert_int_equal(join_worker(&finisher), FIRTH_OK);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_buffered_stream_finishes_the_child_below(void **state)
{
    (void)state;
    firth_stream *buffered, *stream = start_stubborn();
    CHECK_OK(firth_buffered_stream_create(&buffered, stream, 0));
    CHECK_OK(firth_stream_write(buffered, "brine", 5, 5));
    CHECK_FAILS(TIMEOUT, firth_stream_finish(buffered, 0.1));
    CHECK_DETAIL("was killed");
    assert_int_equal(status_of(stream), -SIGKILL);
    firth_stream_free(buffered);
    firth_stream_free(stream);
}

/* ---- close and free --------------------------------------------------------------- */

static void close_waits_for_nothing(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    int pidfd = watch_child(stream);
    CHECK_OK(firth_stream_close(stream));
    check_it_lives_and_is_reaped_later(stream, pidfd);
}

static void a_child_that_ends_after_close_leaves_no_zombie(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    int pidfd = watch_child(stream);
    CHECK_OK(firth_stream_close(stream));
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_child_that_ends_after_free_leaves_no_zombie(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    int pidfd = watch_child(stream);
    firth_stream_free(stream);
    wait_until_reaped(pidfd);
    close(pidfd);
}

static void a_child_whose_stream_was_lost_leaves_no_zombie(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = start_shell("exec >/dev/null; cat");
    int pidfd = watch_child(stream);
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 30));
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_hundred_children_live_at_once_and_leave_nothing(void **state)
{
    (void)state;
    enum { CHILDREN = 100 };
    firth_stream *streams[CHILDREN];
    unsigned char byte;
    for (int i = 0; i < CHILDREN; i++)
        streams[i] = start_program(NULL, "cat", NULL);
    for (int i = 0; i < CHILDREN; i++)
        CHECK_OK(firth_stream_write(streams[i], &(unsigned char){(unsigned char)i}, 1, 30));
    for (int i = 0; i < CHILDREN; i++) {
        CHECK_OK(firth_stream_read(streams[i], &byte, 1, 30));
        assert_int_equal(byte, i);
    }
    for (int i = 0; i < CHILDREN; i++) {
        if (i % 3 == 0)
            CHECK_OK(firth_stream_close(streams[i]));
        else if (i % 3 == 1)
            CHECK_OK(firth_stream_finish(streams[i], 30));
        firth_stream_free(streams[i]);
    }
}

/* ---- what the end of the stream says ------------------------------------------------ */

static void the_end_tells_the_exit_status_of_a_child_that_has_ended(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = start_shell("exit 3");
    int pidfd = watch_child(stream);
    wait_until_ended(pidfd);
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 30));
    CHECK_DETAIL("'sh' (process ");
    CHECK_DETAIL(") has ended with exit status 3");
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 30));
    close(pidfd);
    firth_stream_free(stream);
}

static void the_end_tells_the_signal_that_ended_a_child(void **state)
{
    (void)state;
    char text[4];
    firth_stream *stream = start_shell("printf abc; kill -KILL $$");
    int pidfd = watch_child(stream);
    wait_until_ended(pidfd);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(stream, text, 4, 30));
    CHECK_DETAIL("after 3 of 4 bytes: 'sh' (process ");
    CHECK_DETAIL(") was ended by signal 9");
    close(pidfd);
    firth_stream_free(stream);
}

static void the_end_tells_that_the_child_has_only_closed_its_output(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = start_shell("exec >&-; exec sleep 1000");
    int pidfd = watch_child(stream);
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 30));
    CHECK_DETAIL("'sh' (process ");
    CHECK_DETAIL(") has closed its output");
    kill_child(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_write_to_a_child_that_has_ended_tells_its_status(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("exit 3");
    int pidfd = watch_child(stream);
    wait_until_ended(pidfd);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_write(stream, "x", 1, 30));
    CHECK_DETAIL(") has ended with exit status 3");
    assert_int_equal(firth_last_error()->os_error, EPIPE);
    close(pidfd);
    firth_stream_free(stream);
}

static void a_write_tells_that_the_child_has_only_closed_its_input(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("exec <&-; echo ready; exec sleep 1000");
    int pidfd = watch_child(stream);
    wait_until_ready(stream);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_write(stream, "x", 1, 30));
    CHECK_DETAIL(") has closed its input");
    kill_child(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, note_what_is_open, nothing_remains)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finish_lets_the_child_end_and_reaps_it),
        TEST(finish_comes_after_all_that_was_written),
        TEST(finish_asks_a_child_that_ignores_the_end_to_terminate),
        TEST(finish_asks_a_child_that_is_stopped_to_terminate),
        TEST(finish_kills_a_child_that_does_not_terminate),
        TEST(a_finish_without_time_kills_at_once),
        TEST(a_finish_without_limit_waits_as_long_as_it_takes),
        TEST(finish_hears_out_what_nobody_has_read),
        TEST(a_child_that_talks_for_ever_does_not_outlast_finish),
        TEST(a_child_that_has_ended_already_is_finished),
        TEST(a_finish_that_is_interrupted_leaves_no_zombie),
        TEST(close_ends_a_finish_that_waits),
        TEST(finish_takes_nothing_from_who_is_reading),
        TEST(a_buffered_stream_finishes_the_child_below),
        TEST(close_waits_for_nothing),
        TEST(a_child_that_ends_after_close_leaves_no_zombie),
        TEST(a_child_that_ends_after_free_leaves_no_zombie),
        TEST(a_child_whose_stream_was_lost_leaves_no_zombie),
        TEST(a_hundred_children_live_at_once_and_leave_nothing),
        TEST(the_end_tells_the_exit_status_of_a_child_that_has_ended),
        TEST(the_end_tells_the_signal_that_ended_a_child),
        TEST(the_end_tells_that_the_child_has_only_closed_its_output),
        TEST(a_write_to_a_child_that_has_ended_tells_its_status),
        TEST(a_write_tells_that_the_child_has_only_closed_its_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
