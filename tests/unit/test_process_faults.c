/* Child processes where the system refuses a call, or has no pidfd. */
#include "child.h"
#include "faults.h"
#include "faults_state.h"
#include "check.h"
#include "processes.h"
#include "worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stand-ins as those of faults.h, for the calls that only processes need. */
#define STAND_IN(name, parameters, arguments)                     \
    int __real_##name parameters;                                 \
    int __wrap_##name parameters;                                 \
    int __wrap_##name parameters                                  \
    {                                                             \
        return faults_call(#name) ? -1 : __real_##name arguments; \
    }
/* Those that return their errno. */
#define STAND_IN_RETURNING(name, parameters, arguments)              \
    int __real_##name parameters;                                    \
    int __wrap_##name parameters;                                    \
    int __wrap_##name parameters                                     \
    {                                                                \
        return faults_call(#name) ? errno : __real_##name arguments; \
    }

STAND_IN(pidfd_open, (pid_t id, unsigned flags), (id, flags))
STAND_IN(openat, (int folder, const char *path, int flags), (folder, path, flags))
STAND_IN(epoll_create1, (int flags), (flags))
STAND_IN(epoll_ctl, (int ends, int operation, int number, struct epoll_event *event),
         (ends, operation, number, event))
STAND_IN_RETURNING(pthread_create,
                   (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *),
                    void *argument),
                   (thread, attributes, run, argument))
STAND_IN_RETURNING(posix_spawn,
                   (pid_t * id, const char *path, const posix_spawn_file_actions_t *actions,
                    const posix_spawnattr_t *attributes, char *const *arguments,
                    char *const *environment),
                   (id, path, actions, attributes, arguments, environment))

/* Linux 5.3 has pidfd_open, but waitid does not know its descriptors. */
static _Atomic bool waitid_is_old;

/* How often a status is still not to be had, as that of a zombie that somebody traces. */
static _Atomic long withheld;

int __real_waitid(idtype_t type, id_t id, siginfo_t *info, int options);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    if (withheld > 0 && options == (WEXITED | WNOHANG)) {
        withheld--;
        return 0;
    }
    if (!waitid_is_old || type != (idtype_t)P_PIDFD)
        return __real_waitid(type, id, info, options);
    errno = EINVAL;
    return -1;
}

static firth_err start(firth_stream **stream, const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = "/";
    options.stderr_to = FIRTH_STDERR_DISCARD;
    return firth_pipe_stream_spawn(stream, arguments, &options);
}

/* The first failure; nothing remains of it. */
static firth_err live_and_end(void)
{
    firth_stream *stream = NULL;
    int status = -1000;
    int descriptors = count_descriptors();
    firth_err err = start(&stream, "cat; exit 3");
    if (err == FIRTH_OK)
        err = firth_stream_close(stream);
    if (err == FIRTH_OK)
        err = firth_pipe_stream_exit_status(stream, FIRTH_FOREVER, &status);
    if (err == FIRTH_OK && status != 3)
        err = FIRTH_E_INVALID;
    firth_stream_free(stream);
    return soon_nothing_remains(descriptors) ? err : FIRTH_E_PROTOCOL;
}

static void whatever_the_system_refuses_leaves_nothing(void **state)
{
    (void)state;
    unsigned failures = 0;
    for (unsigned nth = 1; nth < 100; nth++) {
        fail_call(nth, EMFILE);
        firth_err err = live_and_end();
        bool happened = fault_happened();
        faults_off();
        assert_true(err == FIRTH_OK || err == FIRTH_E_SYSTEM);
        failures += err == FIRTH_E_SYSTEM;
        if (!happened) {
            assert_int_equal(err, FIRTH_OK);
            assert_in_range(failures, 7, nth);
            return;
        }
    }
    fail_msg("there is no end of calls to fail");
}

static void every_refused_allocation_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(live_and_end(), FIRTH_OK);
    long allocations = live_allocations();
    for (unsigned nth = 1; nth < 20; nth++) {
        fail_allocation(nth);
        firth_err err = live_and_end();
        bool happened = fault_happened();
        faults_off();
        assert_int_equal(err, happened ? FIRTH_E_NO_MEMORY : FIRTH_OK);
        assert_int_equal(live_allocations(), allocations);
        if (!happened) {
            assert_true(nth > 3);
            return;
        }
    }
    fail_msg("there is no end of allocations to fail");
}

static void a_child_that_cannot_be_watched_does_not_live_on(void **state)
{
    (void)state;
    firth_stream *stream;
    fail_call_of("pidfd_open", EMFILE);
    CHECK_FAILS(SYSTEM, start(&stream, "exec sleep 1000"));
    CHECK_DETAIL("waiting for process 'sh'");
    assert_int_equal(firth_last_error()->os_error, EMFILE);
    assert_null(stream);
}

static void a_system_without_room_for_a_process_says_so(void **state)
{
    (void)state;
    firth_stream *stream;
    fail_call_of("posix_spawn", EAGAIN);
    CHECK_FAILS(SYSTEM, start(&stream, "exit"));
    CHECK_DETAIL("program 'sh' cannot be started");
    assert_int_equal(firth_last_error()->os_error, EAGAIN);
}

/* ---- a child that nobody can wait for in the background --------------------------- */

/* It ends by itself after close, and only the next child's close can reap it. */
static void check_reaped_with_the_next(const char *call)
{
    firth_stream *left, *next;
    fail_call_of(call, ENOMEM);
    CHECK_OK(start(&left, "cat"));
    int pidfd = watch_child(left);
    CHECK_OK(firth_stream_close(left));
    assert_true(fault_happened());
    wait_until_ended(pidfd);
    CHECK_OK(start(&next, "cat"));
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(left);
    firth_stream_free(next);
}

static void without_an_epoll_descriptor_a_child_is_reaped_with_the_next(void **state)
{
    (void)state;
    check_reaped_with_the_next("epoll_create1");
}

static void without_a_thread_a_child_is_reaped_with_the_next(void **state)
{
    (void)state;
    check_reaped_with_the_next("pthread_create");
}

static void without_room_in_the_epoll_a_child_is_looked_at_again(void **state)
{
    (void)state;
    firth_stream *stream;
    fail_call_of("epoll_ctl", ENOMEM);
    CHECK_OK(start(&stream, "cat"));
    int pidfd = watch_child(stream);
    CHECK_OK(firth_stream_close(stream));
    assert_true(fault_happened());
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

/* ---- traced by others ------------------------------------------------------------ */

#define VERY_OFTEN 1000000

static firth_stream *start_traced(void)
{
    firth_stream *stream;
    CHECK_OK(start(&stream, "exit 3"));
    int pidfd = watch_child(stream);
    wait_until_ended(pidfd);
    close(pidfd);
    withheld = VERY_OFTEN;
    return stream;
}

static void a_status_that_is_withheld_is_not_waited_for_beyond_the_time(void **state)
{
    (void)state;
    int status;
    firth_stream *stream = start_traced();
    CHECK_FAILS(TIMEOUT, firth_pipe_stream_exit_status(stream, 0.05, &status));
    assert_true(withheld > 0);
    withheld = 0;
    CHECK_OK(firth_pipe_stream_exit_status(stream, 30, &status));
    assert_int_equal(status, 3);
    firth_stream_free(stream);
}

static void a_status_that_is_withheld_is_not_looked_for_without_a_rest(void **state)
{
    (void)state;
    firth_stream *stream = start_traced();
    firth_stream_free(stream);
    let_others_run();
    assert_true(withheld > VERY_OFTEN - 1000);
    withheld = 0;
}

/* ---- without pidfd --------------------------------------------------------------- */

static int without_pidfd(void **state)
{
    fail_every_call_of("pidfd_open", ENOSYS);
    return note_what_is_open(state);
}

static int with_an_old_waitid(void **state)
{
    waitid_is_old = true;
    return note_what_is_open(state);
}

static int back_to_normal(void **state)
{
    faults_off();
    waitid_is_old = false;
    return nothing_remains(state);
}

static void a_status_can_be_asked(void **state)
{
    (void)state;
    assert_int_equal(live_and_end(), FIRTH_OK);
}

static void a_child_runs_until_its_end(void **state)
{
    (void)state;
    firth_stream *stream;
    int status;
    CHECK_OK(start(&stream, "cat; exit 3"));
    CHECK_FAILS(TIMEOUT, firth_pipe_stream_exit_status(stream, 0.01, &status));
    CHECK_OK(firth_stream_finish(stream, 30));
    CHECK_OK(firth_pipe_stream_exit_status(stream, 0, &status));
    assert_int_equal(status, 3);
    firth_stream_free(stream);
}

static void finish_terminates_and_kills(void **state)
{
    (void)state;
    firth_stream *stream;
    int status;
    CHECK_OK(start(&stream, "exec sleep 1000"));
    CHECK_OK(firth_stream_finish(stream, 4));
    CHECK_OK(firth_pipe_stream_exit_status(stream, 0, &status));
    assert_int_equal(status, -SIGTERM);
    firth_stream_free(stream);
    CHECK_OK(start(&stream, "trap '' TERM; echo ready; exec sleep 1000"));
    wait_until_ready(stream);
    CHECK_FAILS(TIMEOUT, firth_stream_finish(stream, 0.1));
    CHECK_OK(firth_pipe_stream_exit_status(stream, 30, &status));
    assert_int_equal(status, -SIGKILL);
    firth_stream_free(stream);
}

static firth_err ask(void *stream)
{
    int status;
    return firth_pipe_stream_exit_status(stream, FIRTH_FOREVER, &status);
}

static void a_question_for_the_status_can_be_woken(void **state)
{
    (void)state;
    worker thread;
    firth_stream *stream;
    CHECK_OK(start(&stream, "cat"));
    start_worker(&thread, ask, stream);
    wait_until_polling(&thread);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&thread), FIRTH_E_INTERRUPTED);
    firth_stream_free(stream);
}

static void a_status_that_other_code_took_is_an_error(void **state)
{
    (void)state;
    int64_t id;
    int status;
    firth_stream *stream;
    CHECK_OK(start(&stream, "exit 3"));
    CHECK_OK(firth_pipe_stream_process_id(stream, &id));
    waitpid((pid_t)id, &status, 0);
    CHECK_FAILS(SYSTEM, firth_pipe_stream_exit_status(stream, 30, &status));
    assert_int_equal(firth_last_error()->os_error, ECHILD);
    firth_stream_free(stream);
}

static void many_children_leave_no_zombie(void **state)
{
    (void)state;
    firth_stream *streams[20];
    for (int i = 0; i < 20; i++)
        CHECK_OK(start(&streams[i], "cat"));
    for (int i = 0; i < 20; i++)
        firth_stream_free(streams[i]);
}

static void a_thread_that_cannot_be_started_is_an_error(void **state)
{
    (void)state;
    firth_stream *stream;
    waitid_is_old = true;
    fail_call_of("pthread_create", EAGAIN);
    CHECK_FAILS(SYSTEM, start(&stream, "exec sleep 1000"));
    assert_int_equal(firth_last_error()->os_error, EAGAIN);
    assert_null(stream);
}

#define TEST(test)                                           \
    {                                                        \
#test, test, note_what_is_open, back_to_normal, NULL \
    }
#define WITHOUT_PIDFD(test)                                                           \
    {#test " (without pidfd)", test, without_pidfd, back_to_normal, NULL},            \
    {                                                                                 \
#test " (with an old waitid)", test, with_an_old_waitid, back_to_normal, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whatever_the_system_refuses_leaves_nothing),
        TEST(every_refused_allocation_leaves_nothing),
        TEST(a_child_that_cannot_be_watched_does_not_live_on),
        TEST(a_system_without_room_for_a_process_says_so),
        TEST(without_an_epoll_descriptor_a_child_is_reaped_with_the_next),
        TEST(without_a_thread_a_child_is_reaped_with_the_next),
        TEST(without_room_in_the_epoll_a_child_is_looked_at_again),
        TEST(a_status_that_is_withheld_is_not_waited_for_beyond_the_time),
        TEST(a_status_that_is_withheld_is_not_looked_for_without_a_rest),
        WITHOUT_PIDFD(a_status_can_be_asked),
        WITHOUT_PIDFD(a_child_runs_until_its_end),
        WITHOUT_PIDFD(finish_terminates_and_kills),
        WITHOUT_PIDFD(a_question_for_the_status_can_be_woken),
        WITHOUT_PIDFD(a_status_that_other_code_took_is_an_error),
        WITHOUT_PIDFD(many_children_leave_no_zombie),
        TEST(a_thread_that_cannot_be_started_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
