/* The parser of addresses: options, and what a fault must not show. */
#include "uri_check.h"

#include <stdio.h>
#include <string.h>

static void check_number(const char *text, int number)
{
    firth_uri *uri = parsed(text);
    assert_int_equal(uri->option_count, 1);
    assert_int_equal(uri->options[0].number, number);
    firth_uri_free(uri);
}

static void words_and_numbers_become_values(void **state)
{
    (void)state;
    check_number("net://a:80?flag=yes", 1);
    check_number("net://a:80?flag=no", 0);
    check_number("net://a:80?count=yes", 1);
    check_number("net://a:80?count=0", 0);
    check_number("net://a:80?count=32767", 32767);
}

static void options_keep_their_order(void **state)
{
    firth_uri *uri = parsed("net://a:80?file=x&flag=yes&count=3");
    (void)state;
    assert_int_equal(uri->option_count, 3);
    assert_string_equal(uri->options[0].form->name, "file");
    assert_string_equal(uri->options[1].form->name, "flag");
    assert_string_equal(uri->options[2].form->name, "count");
    firth_uri_free(uri);
}

static void texts_are_decoded(void **state)
{
    firth_uri *uri = parsed("net://a:80?file=/a%20b?c:d@e=f+g%26");
    (void)state;
    assert_string_equal(uri->options[0].text, "/a b?c:d@e=f+g&");
    firth_uri_free(uri);
}

static void an_argument_may_be_empty_and_repeated(void **state)
{
    firth_uri *uri = parsed("run:a?arg=&arg=x&arg=x");
    (void)state;
    assert_int_equal(uri->option_count, 3);
    assert_string_equal(uri->options[0].text, "");
    assert_string_equal(uri->options[2].text, "x");
    firth_uri_free(uri);
}

static void variables_differ_in_their_names(void **state)
{
    firth_uri *uri = parsed("run:a?env=A%3Dx&env=AB=x=y&env=B=");
    (void)state;
    assert_string_equal(uri->options[0].text, "A=x");
    assert_string_equal(uri->options[1].text, "AB=x=y");
    assert_string_equal(uri->options[2].text, "B=");
    firth_uri_free(uri);
    check_fault("run:a?env=A=x&env=A=y", "byte 14 of the URI: expected each option of run once: "
                                         "arg, env, found one for the second time");
}

static void a_variable_needs_a_name(void **state)
{
    (void)state;
    check_fault("run:a?env=", "byte 10 of the URI: expected NAME=value, found no name");
    check_fault("run:a?env==x", "byte 10 of the URI: expected NAME=value, found no name");
    check_fault("run:a?env=x", "byte 10 of the URI: expected NAME=value, found no '='");
}

static void an_unknown_option_is_a_fault_that_lists_the_known_ones(void **state)
{
    (void)state;
    check_fault("net://a:80?mode=x", "byte 11 of the URI: expected an option of net: flag, count, "
                                     "file, found \"mode\"");
    check_fault("net://a:80?flagg=yes", "byte 11 of the URI: expected an option of net: flag, "
                                        "count, file, found \"flagg\"");
    check_fault("net://a:80?fla=yes", "byte 11 of the URI: expected an option of net: flag, count, "
                                      "file, found \"fla\"");
    check_fault("net://a:80?", "byte 11 of the URI: expected an option of net: flag, count, file, "
                               "found the end");
    check_fault("net://a:80?=x",
                "byte 11 of the URI: expected an option of net: flag, count, file, found '='");
    check_fault("net://a:80?flag=no&", "byte 19 of the URI: expected an option of net: flag, "
                                       "count, file, found the end");
    check_fault("net://a:80?&flag=no",
                "byte 11 of the URI: expected an option of net: flag, count, file, found '&'");
}

static void what_is_quoted_is_cut(void **state)
{
    (void)state;
    check_fault("net://a:80?abcdefghijklmnopqrstuvwxyz0123456789=x",
                "byte 11 of the URI: expected an option of net: flag, count, file, found "
                "\"abcdefghijklmnopqrstuvwxyz012345\"...");
    check_fault("net://a:80?ab\x01\xC3=x", "byte 11 of the URI: expected an option of net: flag, "
                                           "count, file, found \"ab\"...");
}

static void an_option_without_a_value_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://a:80?flag", "byte 15 of the URI: expected '=' behind the name of an option, "
                                   "found the end");
    check_fault("net://a:80?flag&file=x", "byte 15 of the URI: expected '=' behind the name of an "
                                          "option, found '&'");
    check_fault("net://a:80?flag=", "byte 16 of the URI: expected yes or no, found the end");
    check_fault("net://a:80?file=&flag=no", "byte 16 of the URI: expected a value, found '&'");
}

static void another_value_is_a_fault_that_lists_the_right_ones(void **state)
{
    (void)state;
    check_fault("net://a:80?flag=true", "byte 16 of the URI: expected yes or no, found \"true\"");
    check_fault("net://a:80?flag=ye", "byte 16 of the URI: expected yes or no, found \"ye\"");
    check_fault("net://a:80?flag=1", "byte 16 of the URI: expected yes or no, found \"1\"");
    check_fault("net://a:80?count=-1",
                "byte 17 of the URI: expected yes or no, or 0 to 32767, found \"-1\"");
    check_fault("net://a:80?count=1x",
                "byte 17 of the URI: expected yes or no, or 0 to 32767, found \"1x\"");
    check_fault("net://a:80?count=32768",
                "byte 17 of the URI: expected yes or no, or 0 to 32767, found another number");
}

static void an_option_for_the_second_time_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://a:80?flag=no&flag=no",
                "byte 19 of the URI: expected each option of net once: flag, count, file, found "
                "one for the second time");
}

static void a_fragment_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://a:80#x", "byte 10 of the URI: expected '?' and options, or the end, found "
                                "'#'");
    check_fault("net://a:80?flag=no#x", "byte 18 of the URI: expected '&' or the end, found '#'");
}

static void the_options_of_tls_need_a_target_with_tls(void **state)
{
    firth_uri *uri = parsed("login://a/tls://b:80?ca=x&flag=no");
    (void)state;
    assert_int_equal(uri->option_count, 2);
    firth_uri_free(uri);
    check_fault("login://a/b:80?ca=x", "byte 15 of the URI: expected an option of login: flag, "
                                       "count, file, found \"ca\"");
    check_fault("login://a/tls://b:80?cat=x", "byte 21 of the URI: expected an option of login "
                                              "with tls: flag, count, file, ca, found \"cat\"");
}

#define SECRET "Zq7Xw9"

/* Addresses that are wrong, or that somebody has written without the codes a password needs. */
static const char *const with_secret[] = {
    "http-hop://u:" SECRET,
    "http-hop://u:" SECRET "@",
    "http-hop://u:" SECRET "@:80",
    "http-hop://u:" SECRET "@a",
    "http-hop://u:" SECRET "@a:b/c:80",
    "http-hop://u:" SECRET "@a:80",
    "http-hop://u:" SECRET "@a:80/c",
    "http-hop://u:" SECRET "@a:80/c:80?x=y",
    "http-hop://u:" SECRET "@b@a:80/c:80",
    "http-hop://u:b@" SECRET "@a:80/c:80",
    "http-hop://u:" SECRET "/b@a:80/c:80",
    "http-hop://u:1/" SECRET "@a:80/c:80",
    "http-hop://u:1/x:80?" SECRET "@a:80/c:80",
    "http-hop://u:1/x:80?flag=" SECRET "@a:80/c:80",
    "http-hop://u:1/x:80?file=1#" SECRET "@a:80/c:80",
    "http-hop://u:%zz" SECRET "@a:80/c:80",
    "http-hop://u:%00" SECRET "@a:80/c:80",
    "http-hop://u:[" SECRET "]@a:80/c:80",
    "http-hop://[" SECRET "]@a:80/c:80",
    "http-hop://[" SECRET,
    "http-hop:u:" SECRET "@a:80/c:80",
    "login://u:" SECRET "@a:80/c:80",
    "net://u:" SECRET "@a:80",
    "nut://u:" SECRET "@a:80",
    "run:a?env=" SECRET,
    "run:a?env=P=" SECRET "%zz",
    "run:a?env=P=" SECRET "&env=P=" SECRET,
};

static void no_fault_shows_a_password(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof with_secret / sizeof with_secret[0]; i++) {
        firth_uri *uri;
        CHECK_FAILS(INVALID, parse_form(&uri, with_secret[i]));
        for (size_t start = 0; start + 3 <= strlen(SECRET); start++) {
            char piece[4] = {SECRET[start], SECRET[start + 1], SECRET[start + 2], '\0'};
            if (strstr(firth_last_error()->detail, piece) != NULL)
                fail_msg("%s: %s", with_secret[i], firth_last_error()->detail);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_numbers_become_values),
        cmocka_unit_test(options_keep_their_order),
        cmocka_unit_test(texts_are_decoded),
        cmocka_unit_test(an_argument_may_be_empty_and_repeated),
        cmocka_unit_test(variables_differ_in_their_names),
        cmocka_unit_test(a_variable_needs_a_name),
        cmocka_unit_test(an_unknown_option_is_a_fault_that_lists_the_known_ones),
        cmocka_unit_test(what_is_quoted_is_cut),
        cmocka_unit_test(an_option_without_a_value_is_a_fault),
        cmocka_unit_test(another_value_is_a_fault_that_lists_the_right_ones),
        cmocka_unit_test(an_option_for_the_second_time_is_a_fault),
        cmocka_unit_test(a_fragment_is_a_fault),
        cmocka_unit_test(the_options_of_tls_need_a_target_with_tls),
        cmocka_unit_test(no_fault_shows_a_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
