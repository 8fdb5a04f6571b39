/* A tunnel through a program that plays ssh: how it is started, heard, and ended. */
#include "blocked.h"
#include "check.h"
#include "child.h"
#include "interrupting.h"
#include "processes.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOGGED_IN "echo 'Authenticated to fake ([::1]:22).' >&2\n"
#define CONNECTED                                                                       \
    LOGGED_IN                                                                           \
    "echo 'debug2: channels.c:channel_input_open_confirmation():1 (pid=1): channel 0: " \
    "open confirm rwindow 1 rmax 1' >&2\n"

static char folder[SCRATCH_PATH];
static char program[SCRATCH_PATH + 20];
static char arguments[SCRATCH_PATH + 20];

static int make_folder(void **state)
{
    make_scratch(folder);
    snprintf(program, sizeof program, "%s/ssh", folder);
    snprintf(arguments, sizeof arguments, "%s/arguments", folder);
    return note_what_is_open(state);
}

static int remove_folder(void **state)
{
    remove(program);
    remove(arguments);
    remove_scratch(folder);
    return nothing_remains(state);
}

/* Options with a program that is this shell script. */
static firth_ssh_options playing(const char *script)
{
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    FILE *file = fopen(program, "we");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s", script);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(program, 0700), 0);
    options.program = program;
    options.timeout = 60;
    return options;
}

static firth_err connect_by(firth_stream **stream, const firth_ssh_options *options)
{
    return firth_tunneled_socket_stream_ssh_connect(stream, "host", 0, "target", 80, options);
}

static firth_stream *tunnel_by(const char *script)
{
    firth_stream *stream;
    firth_ssh_options options = playing(script);
    CHECK_OK(connect_by(&stream, &options));
    return stream;
}

static void check_that_it_echoes(firth_stream *stream)
{
    char text[5];
    CHECK_OK(firth_stream_write(stream, "brine", 5, 60));
    CHECK_OK(firth_stream_read(stream, text, 5, 60));
    assert_memory_equal(text, "brine", 5);
}

static void its_output_and_input_are_the_stream(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by(CONNECTED "exec cat");
    check_that_it_echoes(stream);
    CHECK_OK(firth_stream_finish(stream, 60));
    firth_stream_free(stream);
}

/* What the program was told, its words in one line. */
static void check_arguments(const firth_ssh_options *options, const char *expected)
{
    firth_stream *stream;
    char text[4096] = "";
    CHECK_OK(firth_tunneled_socket_stream_ssh_connect(&stream, "host", 2222, "::1", 80, options));
    firth_stream_free(stream);
    FILE *file = fopen(arguments, "re");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    if (strstr(text, expected) == NULL)
        fail_msg("ssh was told%s, expected in it%s", text, expected);
}

static void it_is_told_where_to_go_and_what_not_to_do(void **state)
{
    (void)state;
    firth_ssh_options options = playing(
        "for word; do printf ' %s' \"$word\"; done >\"${0%/*}/arguments\"\n" CONNECTED "exec cat");
    options.user = "me";
    options.config_file = "none";
    options.known_hosts = program;
    check_arguments(&options, " -o BatchMode=yes -o StrictHostKeyChecking=yes ");
    check_arguments(&options, " -o ControlMaster=no -o ControlPath=none ");
    check_arguments(&options, " -o ConnectTimeout=61 -F none ");
    check_arguments(&options, " -l me -p 2222 -W [::1]:80 -- host");
    check_arguments(&options, " -o GlobalKnownHostsFile=/dev/null -o UserKnownHostsFile=\"/");
}

static void its_last_words_are_those_of_the_first_read(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = tunnel_by(CONNECTED "echo 'open failed: refused' >&2; exit 255");
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(stream, &byte, 1, 60));
    CHECK_DETAIL("ssh to host: open failed: refused");
    assert_true(firth_stream_closed(stream));
    firth_stream_free(stream);
}

static void what_it_sent_before_its_end_is_read_first(void **state)
{
    (void)state;
    char text[3];
    firth_stream *stream = tunnel_by(CONNECTED "printf abc; echo gone >&2; exit 1");
    CHECK_OK(firth_stream_read(stream, text, 2, 60));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(stream, text, 3, 60));
    CHECK_DETAIL("ssh to host: gone");
    firth_stream_free(stream);
}

static void a_write_tells_its_last_words_too(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by(CONNECTED "exec <&- >&-; echo gone >&2; exit 1");
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK)
        err = firth_stream_write(stream, "a", 1, 60);
    assert_int_equal(err, FIRTH_E_CONNECTION_LOST);
    CHECK_DETAIL("ssh to host: gone");
    firth_stream_free(stream);
}

static void its_good_end_is_an_end_of_the_target(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = tunnel_by(CONNECTED "exit 0");
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 60));
    CHECK_DETAIL("ssh to host: the target closed the connection");
    firth_stream_free(stream);
}

static void it_may_be_killed(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream = tunnel_by(CONNECTED "kill -9 $$");
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(stream, &byte, 1, 60));
    CHECK_DETAIL("ssh to host: it was ended by signal 9");
    firth_stream_free(stream);
}

static void it_may_say_more_than_anybody_listens_to(void **state)
{
    (void)state;
    firth_stream *stream =
        tunnel_by(CONNECTED "head -c 300000 /dev/zero | tr '\\0' x >&2\nexec cat");
    check_that_it_echoes(stream);
    CHECK_OK(firth_stream_close(stream));
    firth_stream_free(stream);
}

static void much_noise_before_it_is_connected_is_passed_over(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by("i=0; while [ $i -lt 2000 ]; do echo \"banner $i\";"
                                     "i=$((i+1)); done >&2\n" CONNECTED "exec cat");
    check_that_it_echoes(stream);
    firth_stream_free(stream);
}

static void its_complaint_fails_the_connection(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_ssh_options options = playing("echo 'Permission denied (publickey).' >&2; exit 255");
    CHECK_FAILS(TUNNEL, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: Permission denied (publickey).");
    assert_null(stream);
    options = playing("exit 7");
    CHECK_FAILS(TUNNEL, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: it ended with status 7");
    options = playing("kill -9 $$");
    CHECK_FAILS(TUNNEL, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: it was ended by signal 9");
}

static void who_else_has_its_error_output_is_not_waited_for(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_ssh_options options = playing("sleep 3 >/dev/null & echo refused >&2; exit 1");
    options.timeout = FIRTH_FOREVER;
    CHECK_FAILS(TUNNEL, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: refused");
}

static void an_older_one_is_asked_for_less(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by("case \"$*\" in *LogVerbose*) echo 'Bad configuration option: "
                                     "logverbose' >&2; exit 255; esac\n" LOGGED_IN "exec cat");
    check_that_it_echoes(stream);
    firth_stream_free(stream);
}

/* While it is above 0, there is always something to hear, and that is nothing. */
static _Atomic long noises;

int __real_poll(struct pollfd *entries, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *entries, nfds_t count, int milliseconds);

int __wrap_poll(struct pollfd *entries, nfds_t count, int milliseconds)
{
    if (noises == 0)
        return __real_poll(entries, count, milliseconds);
    noises--;
    for (nfds_t i = 0; i < count; i++)
        entries[i].revents = i == 1 ? POLLIN : 0;
    return 1;
}

static void the_time_runs_out_whatever_it_says(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_ssh_options options = playing("exec sleep 1000");
    options.timeout = 0.05;
    noises = 1000000;
    CHECK_FAILS(TIMEOUT, connect_by(&stream, &options));
    assert_true(noises > 0);
    noises = 0;
}

static bool has_detail(const char *text)
{
    return strstr(firth_last_error()->detail, text) != NULL;
}

static void a_time_out_tells_how_far_it_came(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_ssh_options options = playing("exec sleep 1000");
    options.timeout = 0.05;
    CHECK_FAILS(TIMEOUT, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: the time ran out before it had logged in");
    assert_null(stream);
    options = playing(LOGGED_IN "exec sleep 1000");
    for (options.timeout = 0.2; has_detail("logged in"); options.timeout *= 2)
        CHECK_FAILS(TIMEOUT, connect_by(&stream, &options));
    CHECK_DETAIL("ssh to host: the time ran out before it was connected to target port 80");
    assert_null(stream);
}

static void closing_ends_it(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by(CONNECTED "exec sleep 1000");
    CHECK_OK(firth_stream_close(stream));
    firth_stream_free(stream);
}

static void finishing_ends_it_by_force_if_it_must(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by("trap '' TERM\n" CONNECTED "while :; do sleep 0.05; done");
    CHECK_FAILS(TIMEOUT, firth_stream_finish(stream, 0.2));
    CHECK_DETAIL("was killed");
    firth_stream_free(stream);
}

static void close_wakes_a_blocked_reader(void **state)
{
    (void)state;
    worker reader;
    firth_stream *stream = tunnel_by(CONNECTED "exec cat");
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    firth_stream_free(stream);
}

static void reader_and_writer_are_both_told(void **state)
{
    (void)state;
    worker reader, writer;
    firth_stream *stream = tunnel_by(CONNECTED "sleep 0.1; echo gone >&2; exit 1");
    start_worker(&reader, read_one, stream);
    start_worker(&writer, write_much, stream);
    assert_int_equal(join_worker(&reader), FIRTH_E_CONNECTION_LOST);
    assert_int_equal(join_worker(&writer), FIRTH_E_CONNECTION_LOST);
    firth_stream_free(stream);
}

static int child_closes(void *stream)
{
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static void a_child_of_fork_does_not_end_it(void **state)
{
    (void)state;
    firth_stream *stream = tunnel_by(CONNECTED "exec cat");
    run_in_child(child_closes, stream);
    check_that_it_echoes(stream);
    CHECK_OK(firth_stream_close(stream));
    firth_stream_free(stream);
}

static firth_err connect_for_ever(void *argument)
{
    firth_stream *stream;
    firth_ssh_options options = *(firth_ssh_options *)argument;
    options.timeout = FIRTH_FOREVER;
    return connect_by(&stream, &options);
}

static firth_err connect_and_give_up_when_asked(void *argument)
{
    firth_set_interrupt_hook(give_up, NULL);
    return connect_for_ever(argument);
}

static void a_signal_can_end_the_connecting(void **state)
{
    (void)state;
    worker client;
    struct sigaction before;
    firth_ssh_options options = playing("exec sleep 1000");
    sigaction(SIGUSR1, NULL, &before);
    handle_signal();
    start_worker(&client, connect_and_give_up_when_asked, &options);
    wait_until_polling(&client);
    pthread_kill(client.thread, SIGUSR1);
    assert_int_equal(join_worker(&client), FIRTH_E_INTERRUPTED);
    sigaction(SIGUSR1, &before, NULL);
}

static void check_misuse(const char *ssh_host, const char *user, const char *host)
{
    firth_stream *stream;
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    options.program = "/nowhere/ssh";
    options.user = user;
    CHECK_FAILS(INVALID, firth_tunneled_socket_stream_ssh_connect(&stream, ssh_host, 22, host, 80,
                                                                  &options));
    assert_null(stream);
}

static void what_ssh_would_take_for_something_else_is_misuse(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        NULL,  "",     "-oProxyCommand=x", "me@host", "a b", "$(id)", "`x`",
        "a;b", "a\nb", "ssh://host",       "a'b"};
    static const char *const users[] = {
        "", "-oProxyCommand=x", "a b", "$(id)", "`x`", "a;b", "a\nb", "a'b"};
    static const char *const targets[] = {NULL, "", "-W", "a b", "a:1", "[::1]", "a@b"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        check_misuse(hosts[i], NULL, "target");
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        check_misuse("host", users[i], "target");
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        check_misuse("host", NULL, targets[i]);
}

static void options_that_are_none_are_misuse(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    options.size--;
    CHECK_FAILS(INVALID, connect_by(&stream, &options));
    options = (firth_ssh_options)FIRTH_SSH_OPTIONS_INIT;
    options.identity_file = "a\"b";
    CHECK_FAILS(INVALID, connect_by(&stream, &options));
    CHECK_DETAIL("identity_file has 0x22 at byte 1");
    options = (firth_ssh_options)FIRTH_SSH_OPTIONS_INIT;
    CHECK_FAILS(INVALID, firth_tunneled_socket_stream_ssh_connect(&stream, "host", 65536, "target",
                                                                  80, &options));
}

#define IN_A_FOLDER(test)                             \
    {                                                 \
#test, test, make_folder, remove_folder, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(its_output_and_input_are_the_stream),
        IN_A_FOLDER(it_is_told_where_to_go_and_what_not_to_do),
        IN_A_FOLDER(its_last_words_are_those_of_the_first_read),
        IN_A_FOLDER(what_it_sent_before_its_end_is_read_first),
        IN_A_FOLDER(a_write_tells_its_last_words_too),
        IN_A_FOLDER(its_good_end_is_an_end_of_the_target),
        IN_A_FOLDER(it_may_be_killed),
        IN_A_FOLDER(it_may_say_more_than_anybody_listens_to),
        IN_A_FOLDER(much_noise_before_it_is_connected_is_passed_over),
        IN_A_FOLDER(its_complaint_fails_the_connection),
        IN_A_FOLDER(who_else_has_its_error_output_is_not_waited_for),
        IN_A_FOLDER(an_older_one_is_asked_for_less),
        IN_A_FOLDER(a_time_out_tells_how_far_it_came),
        IN_A_FOLDER(the_time_runs_out_whatever_it_says),
        IN_A_FOLDER(closing_ends_it),
        IN_A_FOLDER(finishing_ends_it_by_force_if_it_must),
        IN_A_FOLDER(close_wakes_a_blocked_reader),
        IN_A_FOLDER(reader_and_writer_are_both_told),
        IN_A_FOLDER(a_child_of_fork_does_not_end_it),
        IN_A_FOLDER(a_signal_can_end_the_connecting),
        cmocka_unit_test(what_ssh_would_take_for_something_else_is_misuse),
        cmocka_unit_test(options_that_are_none_are_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
