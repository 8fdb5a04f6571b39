/* Child processes by their address. */
#include "child.h"
#include "check.h"
#include "processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All that the program says must be the text. */
static void check_says(const char *uri, const char *text)
{
    firth_stream *stream;
    CHECK_OK(firth_open(&stream, uri, 20));
    char *said = hear_to_the_end(stream);
    assert_string_equal(said, text);
    free(said);
    firth_stream_free(stream);
}

static void the_arguments_are_given_in_order_and_read_by_no_shell(void **state)
{
    (void)state;
    check_says("exec:printf?arg=(%25s)%3B&arg=one&arg=&arg=$HOME&arg=a%20b%20%26%20c&arg=one",
               "(one);();($HOME);(a b & c);(one);");
}

static void the_program_may_be_a_path(void **state)
{
    (void)state;
    check_says("exec:/bin/echo?arg=x", "x\n");
    check_says("exec:///bin/echo?arg=x", "x\n");
}

static void it_runs_in_its_folder(void **state)
{
    char folder[SCRATCH_PATH], uri[128], text[SCRATCH_PATH + 1];
    (void)state;
    make_scratch(folder);
    snprintf(uri, sizeof uri, "exec:sh?arg=-c&arg=pwd&cwd=%s", folder);
    snprintf(text, sizeof text, "%s\n", folder);
    check_says(uri, text);
    remove_scratch(folder);
}

static void variables_are_added_to_the_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("FIRTH_TEST_KEPT", "kept", 1), 0);
    assert_int_equal(setenv("FIRTH_TEST", "before", 1), 0);
    assert_int_equal(setenv("FIRTH_TEST_LONGER", "kept too", 1), 0);
    check_says("exec:sh?arg=-c&arg=echo%20$FIRTH_TEST,$FIRTH_TEST_KEPT,$FIRTH_TEST_LONGER,$NEW"
               "&env=FIRTH_TEST=a=b&env=NEW%3Dc%20d",
               "a=b,kept,kept too,c d\n");
    check_says("exec:sh?arg=-c&arg=echo%20$FIRTH_TEST", "before\n");
    check_says("exec:sh?arg=-c&arg=env%20%7C%20grep%20-c%20%5EFIRTH_TEST%3D&env=FIRTH_TEST=x",
               "1\n");
}

static void an_empty_environment_is_fine(void **state)
{
    (void)state;
    assert_int_equal(clearenv(), 0);
    check_says("exec:/bin/echo?arg=x&env=A=b", "x\n");
}

static void entries_without_a_name_are_not_passed_on(void **state)
{
    char *const odd[] = {"ODD", "A=1", "=x", NULL};
    char **before = environ;
    (void)state;
    environ = (char **)(uintptr_t)odd;
    check_says("exec:/usr/bin/env", "A=1\n");
    environ = before;
}

static void error_output_can_be_discarded(void **state)
{
    (void)state;
    check_says("exec:sh?arg=-c&arg=echo%20x%3E%262;echo%20y&stderr=discard", "y\n");
}

static void what_does_not_exist_is_told_at_once(void **state)
{
    firth_stream *stream;
    (void)state;
    CHECK_FAILS(FILE_NOT_FOUND, firth_open(&stream, "exec:no-such-program-anywhere", 20));
    CHECK_DETAIL("no-such-program-anywhere");
    CHECK_FAILS(FILE_NOT_FOUND, firth_open(&stream, "exec:cat?cwd=/nowhere/at/all", 20));
    CHECK_DETAIL("/nowhere/at/all");
}

#define CHILD_TEST(test) cmocka_unit_test_setup_teardown(test, note_what_is_open, nothing_remains)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHILD_TEST(the_arguments_are_given_in_order_and_read_by_no_shell),
        CHILD_TEST(the_program_may_be_a_path),
        CHILD_TEST(it_runs_in_its_folder),
        CHILD_TEST(variables_are_added_to_the_environment),
        CHILD_TEST(entries_without_a_name_are_not_passed_on),
        CHILD_TEST(error_output_can_be_discarded),
        CHILD_TEST(what_does_not_exist_is_told_at_once),
        CHILD_TEST(an_empty_environment_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
