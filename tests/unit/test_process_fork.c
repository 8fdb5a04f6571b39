/* Children of a process that forks: what its child may do with them, and children of that. */
#include "check.h"
#include "child.h"
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_echoes(firth_stream *stream)
{
    char text[6] = "";
    CHECK_OK(firth_stream_write(stream, "firth", 5, 30));
    CHECK_OK(firth_stream_read(stream, text, 5, 30));
    assert_string_equal(text, "firth");
}

static int use_the_parents(void *stream)
{
    char text[5];
    int number;
    EXPECT(firth_stream_write(stream, "brine", 5, 30) == FIRTH_OK);
    EXPECT(firth_stream_read(stream, text, 5, 30) == FIRTH_OK);
    EXPECT(memcmp(text, "brine", 5) == 0);
    EXPECT(firth_pipe_stream_exit_status(stream, 30, &number) == FIRTH_E_FORKED);
    EXPECT(strstr(firth_last_error()->detail, "is a child of the parent process") != NULL);
    EXPECT(firth_pipe_stream_exit_descriptor(stream, &number) == FIRTH_E_FORKED);
    return 0;
}

static void a_child_of_fork_may_speak_but_not_ask_for_the_status(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    run_in_child(use_the_parents, stream);
    check_echoes(stream);
    firth_stream_free(stream);
}

static int finish_the_parents(void *stream)
{
    int before = count_descriptors();
    EXPECT(firth_stream_finish(stream, 0) == FIRTH_OK);
    EXPECT(count_descriptors() == before - 2);
    firth_stream_free(stream);
    return 0;
}

static int close_the_parents(void *stream)
{
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static int free_the_parents(void *stream)
{
    int before = count_descriptors();
    firth_stream_free(stream);
    EXPECT(count_descriptors() == before - 3);
    return 0;
}

static void whatever_ends_the_stream_in_a_child_of_fork_leaves_it_to_the_parent(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    run_in_child(finish_the_parents, stream);
    run_in_child(close_the_parents, stream);
    run_in_child(free_the_parents, stream);
    check_echoes(stream);
    CHECK_OK(firth_stream_finish(stream, 30));
    firth_stream_free(stream);
}

static int hear_the_end_of_the_parents(void *stream)
{
    char byte;
    EXPECT(firth_stream_read(stream, &byte, 1, 30) == FIRTH_E_EOF);
    EXPECT(strstr(firth_last_error()->detail, "'true' (process ") != NULL);
    return 0;
}

static void the_end_names_the_program_in_a_child_of_fork_too(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "true", NULL);
    int status;
    run_in_child(hear_the_end_of_the_parents, stream);
    CHECK_OK(firth_pipe_stream_exit_status(stream, 30, &status));
    firth_stream_free(stream);
}

static int have_own_children(void *unused)
{
    (void)unused;
    const char *const arguments[] = {"cat", NULL};
    int before = count_descriptors();
    int status;
    for (int i = 0; i < 3; i++) {
        firth_stream *stream;
        EXPECT(firth_pipe_stream_spawn(&stream, arguments, NULL) == FIRTH_OK);
        EXPECT(firth_stream_close(stream) == FIRTH_OK);
        EXPECT(firth_pipe_stream_exit_status(stream, 30, &status) == FIRTH_OK && status == 0);
        firth_stream_free(stream);
    }
    EXPECT(soon_nothing_remains(before - 1));
    return 0;
}

/* The parent's thread is waiting for a child when the process forks; what it waits with is
 * closed in the child. */
static void a_child_of_fork_reaps_its_own_children(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "sleep", "1000", NULL);
    int pidfd = watch_child(stream);
    CHECK_OK(firth_stream_close(stream));
    run_in_child(have_own_children, NULL);
    assert_false(has_ended(pidfd));
    kill_child(pidfd);
    wait_until_reaped(pidfd);
    close(pidfd);
    firth_stream_free(stream);
}

static int leave_a_child_behind(void *pipe_end)
{
    firth_stream *stream;
    int64_t id;
    const char *const arguments[] = {"sleep", "1000", NULL};
    EXPECT(firth_pipe_stream_spawn(&stream, arguments, NULL) == FIRTH_OK);
    EXPECT(firth_pipe_stream_process_id(stream, &id) == FIRTH_OK);
    EXPECT(write(*(int *)pipe_end, &id, sizeof id) == sizeof id);
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    firth_stream_free(stream);
    exit(0);
}

static void who_waits_for_children_does_not_keep_the_process_from_its_end(void **state)
{
    (void)state;
    int ends[2];
    int64_t id;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    run_in_child(leave_a_child_behind, &ends[1]);
    assert_int_equal(read(ends[0], &id, sizeof id), sizeof id);
    assert_int_equal(kill((pid_t)id, SIGKILL), 0);
    close(ends[0]);
    close(ends[1]);
}

static int live_without_sigchld(void *unused)
{
    (void)unused;
    int status;
    firth_stream *streams[2];
    const char *const arguments[] = {"cat", NULL};
    EXPECT(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    EXPECT(firth_pipe_stream_spawn(&streams[0], arguments, NULL) == FIRTH_OK);
    EXPECT(firth_pipe_stream_spawn(&streams[1], arguments, NULL) == FIRTH_OK);
    EXPECT(firth_pipe_stream_exit_status(streams[0], 0, &status) == FIRTH_E_TIMEOUT);
    EXPECT(firth_stream_finish(streams[0], 30) == FIRTH_OK);
    EXPECT(firth_stream_close(streams[1]) == FIRTH_OK);
    for (int i = 0; i < 2; i++) {
        EXPECT(firth_pipe_stream_exit_status(streams[i], 30, &status) == FIRTH_E_SYSTEM);
        EXPECT(firth_last_error()->os_error == ECHILD);
        EXPECT(strstr(firth_last_error()->detail, "SIGCHLD is ignored") != NULL);
        firth_stream_free(streams[i]);
    }
    return 0;
}

static void where_sigchld_is_ignored_nothing_hangs(void **state)
{
    (void)state;
    run_in_child(live_without_sigchld, NULL);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, note_what_is_open, nothing_remains)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_child_of_fork_may_speak_but_not_ask_for_the_status),
        TEST(whatever_ends_the_stream_in_a_child_of_fork_leaves_it_to_the_parent),
        TEST(the_end_names_the_program_in_a_child_of_fork_too),
        TEST(a_child_of_fork_reaps_its_own_children),
        TEST(who_waits_for_children_does_not_keep_the_process_from_its_end),
        TEST(where_sigchld_is_ignored_nothing_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
