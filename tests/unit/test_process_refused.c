/* A child process that cannot be started is an error at once, which says why; nothing remains
 * of it. */
#include "check.h"
#include "child.h"
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static firth_err start(const char *program, const firth_process_options *options)
{
    firth_stream *stream = (firth_stream *)(uintptr_t)program;
    const char *const arguments[] = {program, NULL};
    firth_err err = firth_pipe_stream_spawn(&stream, arguments, options);
    if (err != FIRTH_OK)
        assert_null(stream);
    firth_stream_free(stream);
    return err;
}

static void a_program_that_is_not_in_the_path_is_not_found(void **state)
{
    (void)state;
    CHECK_FAILS(FILE_NOT_FOUND, start("no-such-program", NULL));
    CHECK_DETAIL("program 'no-such-program', looked up in PATH: No such file");
    assert_int_equal(firth_last_error()->os_error, ENOENT);
}

static void a_program_that_is_not_at_its_path_is_not_found(void **state)
{
    (void)state;
    CHECK_FAILS(FILE_NOT_FOUND, start("/no/such/program", NULL));
    CHECK_DETAIL("program '/no/such/program': No such file");
}

static void a_program_below_a_file_says_so(void **state)
{
    (void)state;
    CHECK_FAILS(SYSTEM, start("/bin/cat/dog", NULL));
    assert_int_equal(firth_last_error()->os_error, ENOTDIR);
}

static void a_missing_folder_is_told_from_a_missing_program(void **state)
{
    (void)state;
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = "/no/such/folder";
    CHECK_FAILS(FILE_NOT_FOUND, start("cat", &options));
    CHECK_DETAIL("folder '/no/such/folder' for program 'cat': No such file");
    assert_int_equal(firth_last_error()->os_error, ENOENT);
}

static void a_file_is_no_folder_to_work_in(void **state)
{
    (void)state;
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = "/bin/cat";
    CHECK_FAILS(SYSTEM, start("cat", &options));
    CHECK_DETAIL("folder '/bin/cat'");
    assert_int_equal(firth_last_error()->os_error, ENOTDIR);
}

static int work_in_a_forbidden_folder(void *folder)
{
    firth_stream *stream;
    const char *const arguments[] = {"cat", NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = folder;
    EXPECT(chmod(folder, 0) == 0);
    EXPECT(geteuid() != 0 || seteuid(65534) == 0);
    EXPECT(firth_pipe_stream_spawn(&stream, arguments, &options) == FIRTH_E_SYSTEM);
    EXPECT(firth_last_error()->os_error == EACCES);
    EXPECT(strstr(firth_last_error()->detail, "folder '") != NULL);
    return 0;
}

static void a_folder_that_may_not_be_entered_is_told_from_the_program(void **state)
{
    (void)state;
    char folder[SCRATCH_PATH];
    make_scratch(folder);
    run_in_child(work_in_a_forbidden_folder, folder);
    remove_scratch(folder);
}

static void a_folder_is_no_program(void **state)
{
    (void)state;
    CHECK_FAILS(SYSTEM, start("/bin/", NULL));
    CHECK_DETAIL("program '/bin/' is a folder");
    assert_int_equal(firth_last_error()->os_error, EACCES);
}

static void check_file(const char *text, mode_t mode, firth_err expected, int os_error,
                       const char *detail)
{
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/it", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
    check_code(start(path, NULL), expected, "start", __FILE__, __LINE__);
    assert_int_equal(firth_last_error()->os_error, os_error);
    CHECK_DETAIL(detail);
    unlink(path);
    remove_scratch(folder);
}

static void a_file_that_may_not_be_executed_is_no_program(void **state)
{
    (void)state;
    check_file("#!/bin/sh\n", 0600, FIRTH_E_SYSTEM, EACCES, "may not be executed");
}

static void a_file_of_no_known_format_is_no_program(void **state)
{
    (void)state;
    check_file("brine", 0700, FIRTH_E_SYSTEM, ENOEXEC, "/it' cannot be started: Exec format");
}

static void a_missing_interpreter_is_told_from_a_missing_program(void **state)
{
    (void)state;
    check_file("#!/no/such/interpreter\n", 0700, FIRTH_E_FILE_NOT_FOUND, ENOENT,
               "or the interpreter that it names");
}

static void arguments_that_are_too_long_are_refused(void **state)
{
    (void)state;
    firth_stream *stream;
    size_t length = 1024 * 1024;
    char *much = malloc(length + 1);
    memset(much, 'x', length);
    much[length] = '\0';
    const char *const arguments[] = {"cat", much, NULL};
    CHECK_FAILS(SYSTEM, firth_pipe_stream_spawn(&stream, arguments, NULL));
    assert_int_equal(firth_last_error()->os_error, E2BIG);
    free(much);
}

static void a_name_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char name[8192];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_FAILS(FILE_NOT_FOUND, start(name, NULL));
    name[0] = '/';
    CHECK_FAILS(SYSTEM, start(name, NULL));
    assert_int_equal(firth_last_error()->os_error, ENAMETOOLONG);
}

static void a_command_without_a_program_is_misuse(void **state)
{
    (void)state;
    firth_stream *stream = (firth_stream *)state;
    const char *const nothing[] = {NULL};
    CHECK_FAILS(INVALID, firth_pipe_stream_spawn(&stream, NULL, NULL));
    assert_null(stream);
    CHECK_FAILS(INVALID, firth_pipe_stream_spawn(&stream, nothing, NULL));
    CHECK_DETAIL("cmd_args names no program");
    CHECK_FAILS(INVALID, start("", NULL));
    CHECK_FAILS(INVALID, firth_pipe_stream_spawn(NULL, nothing, NULL));
}

static void options_of_another_size_are_misuse(void **state)
{
    (void)state;
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.size--;
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("process options: size is");
}

static void an_environment_entry_without_a_name_is_misuse(void **state)
{
    (void)state;
    const char *const no_value[] = {"A=1", "FIRTH", NULL}, *const no_name[] = {"=1", NULL};
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.env = no_value;
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("env[1] is 'FIRTH', expected NAME=value");
    options.env = no_name;
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("env[0] is '=1'");
}

static void error_output_must_be_open_for_writing(void **state)
{
    (void)state;
    int ends[2];
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    options.stderr_to = ends[0];
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("not open for writing");
    close(ends[0]);
    close(ends[1]);
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("not open");
    options.stderr_to = -3;
    CHECK_FAILS(INVALID, start("cat", &options));
    CHECK_DETAIL("stderr_to is -3");
}

static int start_with_few_descriptors(void *unused)
{
    (void)unused;
    int before = count_descriptors();
    int refused = 0;
    int lowest = dup(0);
    close(lowest);
    for (int room = 0; room < 10; room++) {
        firth_stream *stream = NULL;
        const char *const arguments[] = {"cat", NULL};
        struct rlimit usual, few;
        firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
        options.cwd = "/";
        options.stderr_to = FIRTH_STDERR_DISCARD;
        EXPECT(getrlimit(RLIMIT_NOFILE, &usual) == 0);
        few = (struct rlimit){(rlim_t)(lowest + room), usual.rlim_max};
        EXPECT(setrlimit(RLIMIT_NOFILE, &few) == 0);
        firth_err err = firth_pipe_stream_spawn(&stream, arguments, &options);
        int os_error = firth_last_error()->os_error;
        EXPECT(setrlimit(RLIMIT_NOFILE, &usual) == 0);
        EXPECT(err == FIRTH_OK || (err == FIRTH_E_SYSTEM && os_error == EMFILE));
        EXPECT(err != FIRTH_OK || firth_stream_finish(stream, 20) == FIRTH_OK);
        firth_stream_free(stream);
        EXPECT(count_descriptors() == before);
        refused += err != FIRTH_OK;
    }
    EXPECT(refused >= 5 && refused < 10);
    return 0;
}

static void without_descriptors_no_child_is_started(void **state)
{
    (void)state;
    run_in_child(start_with_few_descriptors, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_is_not_in_the_path_is_not_found),
        cmocka_unit_test(a_program_that_is_not_at_its_path_is_not_found),
        cmocka_unit_test(a_program_below_a_file_says_so),
        cmocka_unit_test(a_missing_folder_is_told_from_a_missing_program),
        cmocka_unit_test(a_file_is_no_folder_to_work_in),
        cmocka_unit_test(a_folder_that_may_not_be_entered_is_told_from_the_program),
        cmocka_unit_test(a_folder_is_no_program),
        cmocka_unit_test(a_file_that_may_not_be_executed_is_no_program),
        cmocka_unit_test(a_file_of_no_known_format_is_no_program),
        cmocka_unit_test(a_missing_interpreter_is_told_from_a_missing_program),
        cmocka_unit_test(arguments_that_are_too_long_are_refused),
        cmocka_unit_test(a_name_that_is_too_long_is_refused),
        cmocka_unit_test(a_command_without_a_program_is_misuse),
        cmocka_unit_test(options_of_another_size_are_misuse),
        cmocka_unit_test(an_environment_entry_without_a_name_is_misuse),
        cmocka_unit_test(error_output_must_be_open_for_writing),
        cmocka_unit_test(without_descriptors_no_child_is_started),
    };
    return cmocka_run_group_tests(tests, note_what_is_open, nothing_remains);
}
