/* What can be asked of a child process, from any thread, before its end and after it. */
#include "check.h"
#include "child.h"
#include "interrupting.h"
#include "worker.h"
#include "processes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
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

static void the_exit_status_is_the_childs(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("exit 3");
    assert_int_equal(status_of(stream), 3);
    assert_int_equal(status_of(stream), 3);
    firth_stream_free(stream);
}

static void a_child_that_a_signal_killed_has_its_negative_number(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("kill -USR1 $$");
    assert_int_equal(status_of(stream), -SIGUSR1);
    firth_stream_free(stream);
}

static void a_child_that_runs_has_no_status_yet(void **state)
{
    (void)state;
    int status;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    CHECK_FAILS(TIMEOUT, firth_pipe_stream_exit_status(stream, 0, &status));
    CHECK_DETAIL("'cat' (process ");
    CHECK_DETAIL(") still runs");
    CHECK_FAILS(TIMEOUT, firth_pipe_stream_exit_status(stream, 0.01, &status));
    CHECK_OK(firth_stream_set_timeout(stream, 0.01));
    CHECK_FAILS(TIMEOUT, firth_pipe_stream_exit_status(stream, FIRTH_UNSET, &status));
    firth_stream_free(stream);
}

static void the_status_can_be_asked_after_close(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("cat; exit 5");
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(status_of(stream), 5);
    firth_stream_free(stream);
}

static void the_status_can_be_asked_after_finish(void **state)
{
    (void)state;
    firth_stream *stream = start_shell("cat; exit 5");
    CHECK_OK(firth_stream_finish(stream, 30));
    int status;
    CHECK_OK(firth_pipe_stream_exit_status(stream, 0, &status));
    assert_int_equal(status, 5);
    firth_stream_free(stream);
}

static firth_err ask(void *stream)
{
    int status;
    firth_err err = firth_pipe_stream_exit_status(stream, FIRTH_FOREVER, &status);
    return err == FIRTH_OK && status != 7 ? FIRTH_E_INVALID : err;
}

static void every_thread_that_asks_is_told(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    worker threads[THREADS];
    firth_stream *stream = start_shell("read line; exit 7");
    for (int i = 0; i < THREADS; i++)
        start_worker(&threads[i], ask, stream);
    wait_until_polling(&threads[0]);
    CHECK_OK(firth_stream_write(stream, "\n", 1, 5));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(join_worker(&threads[i]), FIRTH_OK);
    firth_stream_free(stream);
}

static firth_err close_it(void *stream)
{
    return firth_stream_close(stream);
}

static firth_err finish_it(void *stream)
{
    firth_err err = firth_stream_finish(stream, 30);
    return err == FIRTH_E_CLOSED ? FIRTH_OK : err;
}

static void status_finish_and_close_may_come_from_threads_at_once(void **state)
{
    (void)state;
    const worker_task tasks[] = {ask, finish_it, close_it, ask, finish_it, close_it};
    enum { THREADS = sizeof tasks / sizeof tasks[0] };
    for (int round = 0; round < 10; round++) {
        worker threads[THREADS];
        firth_stream *stream = start_shell("read line; exit 7");
        for (int i = 0; i < THREADS; i++)
            start_worker(&threads[(i + round) % THREADS], tasks[(i + round) % THREADS], stream);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(join_worker(&threads[i]), FIRTH_OK);
        firth_stream_free(stream);
    }
}

static void close_does_not_end_a_question_for_the_status(void **state)
{
    (void)state;
    worker thread;
    firth_stream *stream = start_shell("cat; exit 7");
    start_worker(&thread, ask, stream);
    wait_until_polling(&thread);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&thread), FIRTH_OK);
    firth_stream_free(stream);
}

static void a_question_for_the_status_can_be_woken(void **state)
{
    (void)state;
    worker thread;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    start_worker(&thread, ask, stream);
    wait_until_polling(&thread);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&thread), FIRTH_E_INTERRUPTED);
    firth_stream_free(stream);
}

static void handle(int number)
{
    (void)number;
}

static firth_err ask_with_hook(void *stream)
{
    firth_set_interrupt_hook(give_up, NULL);
    return ask(stream);
}

static void a_question_for_the_status_can_be_interrupted_by_a_signal(void **state)
{
    (void)state;
    worker thread;
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART}, before;
    sigaction(SIGUSR1, &action, &before);
    firth_stream *stream = start_program(NULL, "cat", NULL);
    start_worker(&thread, ask_with_hook, stream);
    wait_until_polling(&thread);
    pthread_kill(thread.thread, SIGUSR1);
    assert_int_equal(join_worker(&thread), FIRTH_E_INTERRUPTED);
    sigaction(SIGUSR1, &before, NULL);
    firth_stream_free(stream);
}

static void a_status_that_other_code_took_is_an_error(void **state)
{
    (void)state;
    int64_t id;
    int status;
    firth_stream *stream = start_shell("exit 3");
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    assert_int_equal(waitpid((pid_t)id, &status, 0), id);
    CHECK_FAILS(SYSTEM, firth_pipe_stream_exit_status(stream, 30, &status));
    CHECK_DETAIL("the exit status of 'sh' (process ");
    CHECK_DETAIL("other code has waited for it");
    assert_int_equal(firth_last_error()->os_error, ECHILD);
    CHECK_OK(firth_stream_finish(stream, 30));
    firth_stream_free(stream);
}

static void the_process_id_is_the_childs(void **state)
{
    (void)state;
    int64_t id;
    char expected[24];
    firth_stream *stream = start_shell("echo $$");
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    snprintf(expected, sizeof expected, "%d\n", (int)id);
    char *said = hear_to_the_end(stream);
    assert_string_equal(said, expected);
    free(said);
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    firth_stream_free(stream);
}

static bool readable(int descriptor, int milliseconds)
{
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    return poll(&entry, 1, milliseconds) == 1;
}

static void the_exit_descriptor_becomes_readable_at_the_end(void **state)
{
    (void)state;
    int before_the_end, after_it;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    CHECK_OK(firth_pipe_stream_exit_descriptor(stream, &before_the_end));
    assert_false(readable(before_the_end, 0));
    CHECK_OK(firth_stream_close(stream));
    assert_true(readable(before_the_end, 30000));
    assert_int_equal(status_of(stream), 0);
    assert_true(readable(before_the_end, 0));
    CHECK_OK(firth_pipe_stream_exit_descriptor(stream, &after_it));
    assert_true(readable(after_it, 0));
    close(before_the_end);
    close(after_it);
    firth_stream_free(stream);
}

static void a_status_that_is_known_holds_no_descriptor(void **state)
{
    (void)state;
    int before = count_descriptors();
    firth_stream *stream = start_program(NULL, "true", NULL);
    assert_int_equal(status_of(stream), 0);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(count_descriptors(), before);
    firth_stream_free(stream);
}

static void other_streams_have_no_child(void **state)
{
    (void)state;
    firth_stream *first, *second;
    int number;
    int64_t id;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    CHECK_FAILS(NOT_SUPPORTED, firth_pipe_stream_exit_status(first, 0, &number));
    CHECK_DETAIL("the stream has no child process");
    CHECK_FAILS(NOT_SUPPORTED, firth_pipe_stream_exit_descriptor(first, &number));
    CHECK_FAILS(NOT_SUPPORTED, firth_pipe_stream_process_id(first, &id));
    firth_stream_free(first);
    firth_stream_free(second);
}

static void a_missing_stream_or_place_is_misuse(void **state)
{
    (void)state;
    int number;
    int64_t id;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    CHECK_FAILS(INVALID, firth_pipe_stream_exit_status(NULL, 0, &number));
    CHECK_FAILS(INVALID, firth_pipe_stream_exit_status(stream, 0, NULL));
    CHECK_FAILS(INVALID, firth_pipe_stream_exit_status(stream, 0.0 / 0.0, &number));
    CHECK_FAILS(INVALID, firth_pipe_stream_exit_descriptor(NULL, &number));
    CHECK_FAILS(INVALID, firth_pipe_stream_exit_descriptor(stream, NULL));
    CHECK_FAILS(INVALID, firth_pipe_stream_process_id(NULL, &id));
    CHECK_FAILS(INVALID, firth_pipe_stream_process_id(stream, NULL));
    firth_stream_free(stream);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, note_what_is_open, nothing_remains)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_exit_status_is_the_childs),
        TEST(a_child_that_a_signal_killed_has_its_negative_number),
        TEST(a_child_that_runs_has_no_status_yet),
        TEST(the_status_can_be_asked_after_close),
        TEST(the_status_can_be_asked_after_finish),
        TEST(every_thread_that_asks_is_told),
        TEST(status_finish_and_close_may_come_from_threads_at_once),
        TEST(close_does_not_end_a_question_for_the_status),
        TEST(a_question_for_the_status_can_be_woken),
        TEST(a_question_for_the_status_can_be_interrupted_by_a_signal),
        TEST(a_status_that_other_code_took_is_an_error),
        TEST(the_process_id_is_the_childs),
        TEST(the_exit_descriptor_becomes_readable_at_the_end),
        TEST(a_status_that_is_known_holds_no_descriptor),
        TEST(other_streams_have_no_child),
        TEST(a_missing_stream_or_place_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
