/* What ssh says, as it is understood, however it is cut. */
#include "check.h"

#include "stream/ssh_words.h"

#include <string.h>

#define LOGGED_IN "Authenticated to host ([127.0.0.1]:22) using \"publickey\".\r\n"
#define CONFIRMED                                                                         \
    "debug2: channels.c:channel_input_open_confirmation():3518 (pid=7): channel 0: open " \
    "confirm rwindow 2097152 rmax 32768\r\n"

static firth_ssh_words heard(const char *said, size_t piece)
{
    firth_ssh_words words = {0};
    size_t length = strlen(said);
    for (size_t at = 0; at < length; at += piece)
        firth_ssh_words_feed(&words, said + at, piece < length - at ? piece : length - at);
    return words;
}

static void check_text(const firth_ssh_words *words, const char *expected)
{
    char text[FIRTH_SSH_TEXT];
    firth_ssh_words_text(words, text);
    assert_string_equal(text, expected);
}

static void it_is_known_how_far_ssh_has_come(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 200; piece += 7) {
        firth_ssh_words words = heard(LOGGED_IN, piece);
        assert_true(words.authenticated && !words.connected);
        words = heard(LOGGED_IN CONFIRMED, piece);
        assert_true(words.authenticated && words.connected && !words.is_older);
        check_text(&words, "");
    }
}

static void an_older_ssh_is_known_by_what_it_refuses(void **state)
{
    (void)state;
    firth_ssh_words words = heard("command-line: line 0: Bad configuration option: logverbose\r\n"
                                  "command line: terminating, 1 bad configuration options\r\n",
                                  3);
    assert_true(words.is_older);
}

static void the_last_lines_are_kept_without_noise(void **state)
{
    (void)state;
    firth_ssh_words words = heard("one\ntwo\n" LOGGED_IN "@@@@@@@@\n@  three!  @\n\n"
                                  "debug1: noise\nfour\n  five.\nsix\n"
                                  "Transferred: sent 1, received 2 bytes, in 3 seconds\r\n"
                                  "Bytes per second: sent 1, received 2\r\nunended",
                                  5);
    check_text(&words, "@  three!  @; four; five. six");
}

static void a_line_that_does_not_end_takes_no_more_memory(void **state)
{
    (void)state;
    static char endless[5000];
    memset(endless, 'x', sizeof endless - 2);
    endless[sizeof endless - 2] = '\n';
    firth_ssh_words words = heard(endless, 1000);
    char expected[FIRTH_SSH_LINE];
    memset(expected, 'x', sizeof expected - 1);
    expected[sizeof expected - 1] = '\0';
    check_text(&words, expected);
}

static void many_long_lines_are_not_too_much(void **state)
{
    (void)state;
    static char lines[20 * 301];
    memset(lines, 'y', sizeof lines - 1);
    for (size_t at = 300; at < sizeof lines - 1; at += 301)
        lines[at] = '\n';
    firth_ssh_words words = heard(lines, 64);
    char text[FIRTH_SSH_TEXT];
    firth_ssh_words_text(&words, text);
    assert_int_equal(strlen(text),
                     FIRTH_SSH_LINES * (FIRTH_SSH_LINE - 1) + 2 * (FIRTH_SSH_LINES - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_how_far_ssh_has_come),
        cmocka_unit_test(an_older_ssh_is_known_by_what_it_refuses),
        cmocka_unit_test(the_last_lines_are_kept_without_noise),
        cmocka_unit_test(a_line_that_does_not_end_takes_no_more_memory),
        cmocka_unit_test(many_long_lines_are_not_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
