/* A child process as a stream: what it is started with, and what it finds. */
#include "check.h"
#include "child.h"
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The child says exactly that, and the stream is freed. */
static void check_says(firth_stream *stream, const char *expected)
{
    char *said = hear_to_the_end(stream);
    assert_string_equal(said, expected);
    free(said);
    firth_stream_free(stream);
}

static void a_child_hears_and_answers(void **state)
{
    (void)state;
    firth_stream *stream = start_program(NULL, "cat", NULL);
    char text[6] = "";
    CHECK_OK(firth_stream_write(stream, "firth", 5, 5));
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_string_equal(text, "firth");
    firth_stream_free(stream);
}

static void create_pipe_stream_is_the_same(void **state)
{
    (void)state;
    firth_stream *stream;
    const char *const arguments[] = {"echo", "brine", NULL};
    CHECK_OK(firth_create_pipe_stream(&stream, arguments, NULL));
    check_says(stream, "brine\n");
}

static void arguments_arrive_as_they_are(void **state)
{
    (void)state;
    check_says(start_program(NULL, "printf", "[%s]", "a b", "", "$HOME", "'\"*", NULL),
               "[a b][][$HOME]['\"*]");
}

static void a_program_may_be_given_by_its_path(void **state)
{
    (void)state;
    check_says(start_program(NULL, "/bin/sh", "-c", "echo brine", NULL), "brine\n");
}

static void the_environment_is_inherited(void **state)
{
    (void)state;
    setenv("FIRTH_TEST", "brine", 1);
    check_says(start_shell("printf %s \"$FIRTH_TEST\""), "brine");
    unsetenv("FIRTH_TEST");
}

static void the_environment_may_be_another(void **state)
{
    (void)state;
    const char *const environment[] = {"FIRTH=brine", "EMPTY=", NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.env = environment;
    check_says(start_program(&options, "env", NULL), "FIRTH=brine\nEMPTY=\n");
}

static void the_working_folder_may_be_another(void **state)
{
    (void)state;
    char folder[SCRATCH_PATH], expected[SCRATCH_PATH + 1];
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    make_scratch(folder);
    options.cwd = folder;
    snprintf(expected, sizeof expected, "%s\n", folder);
    check_says(start_program(&options, "/bin/pwd", NULL), expected);
    remove_scratch(folder);
}

/* A folder with a file of one name in it. */
typedef struct scratch_file {
    char folder[SCRATCH_PATH];
    char path[SCRATCH_PATH + 16];
} scratch_file;

static scratch_file make_file(const char *text, mode_t mode)
{
    scratch_file made;
    make_scratch(made.folder);
    snprintf(made.path, sizeof made.path, "%s/say-brine", made.folder);
    int file = open(made.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
    return made;
}

static void remove_file(const scratch_file *file)
{
    assert_int_equal(unlink(file->path), 0);
    remove_scratch(file->folder);
}

static void a_relative_path_begins_at_the_childs_folder(void **state)
{
    (void)state;
    scratch_file file = make_file("#!/bin/sh\necho brine\n", 0700);
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = file.folder;
    check_says(start_program(&options, "./say-brine", NULL), "brine\n");
    remove_file(&file);
}

static void a_program_is_looked_up_in_the_path_of_the_new_environment(void **state)
{
    (void)state;
    scratch_file file = make_file("#!/bin/sh\necho brine\n", 0700);
    char path[SCRATCH_PATH + 32];
    const char *const environment[] = {path, NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    snprintf(path, sizeof path, "PATH=/nowhere:%s:/bin", file.folder);
    options.env = environment;
    check_says(start_program(&options, "say-brine", NULL), "brine\n");
    remove_file(&file);
}

static void an_empty_entry_of_the_path_is_the_childs_folder(void **state)
{
    (void)state;
    scratch_file file = make_file("#!/bin/sh\necho brine\n", 0700);
    const char *const environment[] = {"PATH=/nowhere:", NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = file.folder;
    options.env = environment;
    check_says(start_program(&options, "say-brine", NULL), "brine\n");
    remove_file(&file);
}

static void what_may_not_be_executed_is_passed_over_in_the_path(void **state)
{
    (void)state;
    scratch_file dull = make_file("no program", 0600);
    scratch_file file = make_file("#!/bin/sh\necho brine\n", 0700);
    char path[2 * SCRATCH_PATH + 8];
    const char *const environment[] = {path, NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    snprintf(path, sizeof path, "PATH=%s:%s", dull.folder, file.folder);
    options.env = environment;
    check_says(start_program(&options, "say-brine", NULL), "brine\n");
    remove_file(&dull);
    remove_file(&file);
}

static void error_output_may_be_discarded(void **state)
{
    (void)state;
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.stderr_to = FIRTH_STDERR_DISCARD;
    check_says(start_program(&options, "sh", "-c", "readlink /proc/$$/fd/2", NULL), "/dev/null\n");
}

static void error_output_is_inherited(void **state)
{
    (void)state;
    char ours[200] = "";
    assert_true(readlink("/proc/self/fd/2", ours, sizeof ours - 2) > 0);
    strcat(ours, "\n");
    check_says(start_shell("readlink /proc/$$/fd/2"), ours);
}

static void error_output_may_go_to_a_descriptor(void **state)
{
    (void)state;
    int ends[2];
    char text[16] = "";
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    options.stderr_to = ends[1];
    check_says(start_program(&options, "sh", "-c", "echo oops >&2; echo brine", NULL), "brine\n");
    assert_int_equal(write(ends[1], "!", 1), 1);
    close(ends[1]);
    assert_int_equal(read(ends[0], text, sizeof text), 6);
    assert_string_equal(text, "oops\n!");
    assert_int_equal(read(ends[0], text, 1), 0);
    close(ends[0]);
}

static int error_output_to_our_output(void *unused)
{
    (void)unused;
    firth_stream *stream;
    int ends[2];
    char text[6] = "";
    const char *const arguments[] = {"sh", "-c", "echo oops >&2", NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    EXPECT(pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
    options.stderr_to = STDOUT_FILENO;
    EXPECT(firth_pipe_stream_spawn(&stream, arguments, &options) == FIRTH_OK);
    EXPECT(read(ends[0], text, 5) == 5 && strcmp(text, "oops\n") == 0);
    EXPECT(firth_stream_finish(stream, 10) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static void error_output_may_go_where_our_own_output_goes(void **state)
{
    (void)state;
    run_in_child(error_output_to_our_output, NULL);
}

/* In a child that has no standard descriptors. */
static int speak_without_standard_descriptors(void *unused)
{
    (void)unused;
    firth_stream *stream;
    int descriptor;
    char text[30] = "";
    const char *const arguments[] = {"sh", "-c", "readlink /proc/$$/fd/2; cat", NULL};
    close(0);
    close(1);
    close(2);
    if (firth_pipe_stream_spawn(&stream, arguments, NULL) != FIRTH_OK ||
        firth_stream_write(stream, "brine", 5, 5) != FIRTH_OK ||
        firth_stream_read(stream, text, 15, 5) != FIRTH_OK || strcmp(text, "/dev/null\nbrine") != 0)
        return 1;
    if (firth_stream_fileno(stream, &descriptor) != FIRTH_OK || descriptor <= 2 ||
        firth_stream_write_fileno(stream, &descriptor) != FIRTH_OK || descriptor <= 2 ||
        firth_stream_finish(stream, 10) != FIRTH_OK)
        return 2;
    firth_stream_free(stream);
    return 0;
}

static void a_process_without_standard_descriptors_can_have_children(void **state)
{
    (void)state;
    run_in_child(speak_without_standard_descriptors, NULL);
}

/* In a child that has closed its error output; the number is a stream's then. */
static int start_two_without_error_output(void *unused)
{
    (void)unused;
    firth_stream *first, *second;
    char text[10] = "";
    const char *const arguments[] = {"sh", "-c", "readlink /proc/$$/fd/2; cat", NULL};
    close(STDERR_FILENO);
    if (firth_pipe_stream_spawn(&first, arguments, NULL) != FIRTH_OK ||
        fcntl(STDERR_FILENO, F_GETFD) != FD_CLOEXEC)
        return 1;
    if (firth_pipe_stream_spawn(&second, arguments, NULL) != FIRTH_OK ||
        firth_stream_read(second, text, 9, 5) != FIRTH_OK || strcmp(text, "/dev/null") != 0)
        return 2;
    firth_stream_free(first);
    firth_stream_free(second);
    return 0;
}

static void a_stream_with_the_number_of_error_output_is_not_inherited(void **state)
{
    (void)state;
    run_in_child(start_two_without_error_output, NULL);
}

static void the_child_has_no_other_descriptor_of_ours(void **state)
{
    (void)state;
    int careless[2];
    assert_int_equal(pipe(careless), 0);
    int high = fcntl(careless[0], F_DUPFD, 200);
    firth_stream *other = start_program(NULL, "cat", NULL);
    check_says(start_shell("for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done"),
               "0\n1\n2\n");
    firth_stream_free(other);
    close(careless[0]);
    close(careless[1]);
    close(high);
}

static void the_childs_ends_may_block_and_ours_do_not(void **state)
{
    (void)state;
    int reading, writing;
    firth_stream *stream = start_shell("grep flags /proc/self/fdinfo/0 /proc/self/fdinfo/1; cat");
    char *said;
    CHECK_OK(firth_stream_fileno(stream, &reading));
    CHECK_OK(firth_stream_write_fileno(stream, &writing));
    assert_int_not_equal(fcntl(reading, F_GETFL) & O_NONBLOCK, 0);
    assert_int_not_equal(fcntl(writing, F_GETFL) & O_NONBLOCK, 0);
    assert_int_not_equal(fcntl(reading, F_GETFD) & FD_CLOEXEC, 0);
    assert_int_not_equal(fcntl(writing, F_GETFD) & FD_CLOEXEC, 0);
    said = malloc(200);
    size_t length = 0, count;
    while (length < 60) {
        CHECK_OK(firth_stream_read_some(stream, said + length, 199 - length, 10, &count));
        length += count;
    }
    said[length] = '\0';
    unsigned in, out;
    assert_int_equal(
        sscanf(said, "/proc/self/fdinfo/0:flags: %o /proc/self/fdinfo/1:flags: %o", &in, &out), 2);
    assert_int_equal((in | out) & O_NONBLOCK, 0);
    free(said);
    firth_stream_free(stream);
}

/* The C library keeps two signals, 32 and 33, for itself. */
#define NOBODYS_SIGNALS 0x180000000ULL

static void the_child_has_no_blocked_or_ignored_signal(void **state)
{
    (void)state;
    sigset_t blocked, before;
    unsigned long long found[2];
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    void (*handler)(int) = signal(SIGPIPE, SIG_IGN);
    firth_stream *stream =
        start_program(NULL, "grep", "-E", "Sig(Blk|Ign)", "/proc/self/status", NULL);
    signal(SIGPIPE, handler);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    char *said = hear_to_the_end(stream);
    assert_int_equal(sscanf(said, "SigBlk: %llx SigIgn: %llx", &found[0], &found[1]), 2);
    assert_int_equal((found[0] | found[1]) & ~NOBODYS_SIGNALS, 0);
    free(said);
    firth_stream_free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_hears_and_answers),
        cmocka_unit_test(create_pipe_stream_is_the_same),
        cmocka_unit_test(arguments_arrive_as_they_are),
        cmocka_unit_test(a_program_may_be_given_by_its_path),
        cmocka_unit_test(the_environment_is_inherited),
        cmocka_unit_test(the_environment_may_be_another),
        cmocka_unit_test(the_working_folder_may_be_another),
        cmocka_unit_test(a_relative_path_begins_at_the_childs_folder),
        cmocka_unit_test(a_program_is_looked_up_in_the_path_of_the_new_environment),
        cmocka_unit_test(an_empty_entry_of_the_path_is_the_childs_folder),
        cmocka_unit_test(what_may_not_be_executed_is_passed_over_in_the_path),
        cmocka_unit_test(error_output_may_be_discarded),
        cmocka_unit_test(error_output_is_inherited),
        cmocka_unit_test(error_output_may_go_to_a_descriptor),
        cmocka_unit_test(error_output_may_go_where_our_own_output_goes),
        cmocka_unit_test(a_process_without_standard_descriptors_can_have_children),
        cmocka_unit_test(a_stream_with_the_number_of_error_output_is_not_inherited),
        cmocka_unit_test(the_child_has_no_other_descriptor_of_ours),
        cmocka_unit_test(the_childs_ends_may_block_and_ours_do_not),
        cmocka_unit_test(the_child_has_no_blocked_or_ignored_signal),
    };
    return cmocka_run_group_tests(tests, note_what_is_open, nothing_remains);
}
