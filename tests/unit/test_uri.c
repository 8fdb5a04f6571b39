/* The parser of addresses: every part of them, and every fault by its place. */
#include "uri_check.h"
#include "uri_forms.h"

#include <stdio.h>
#include <string.h>

static void check_host(const char *text, const char *host)
{
    firth_uri *uri = parsed(text);
    assert_string_equal(uri->host, host);
    assert_int_equal(uri->port, 80);
    firth_uri_free(uri);
}

static void a_host_and_a_port_are_taken_apart(void **state)
{
    (void)state;
    check_host("net://example.org:80", "example.org");
    check_host("net://192.0.2.1:80", "192.0.2.1");
    check_host("net://[2001:db8::1]:80", "2001:db8::1");
    check_host("net://a_b-c~1.:80", "a_b-c~1.");
}

static void the_case_of_a_scheme_does_not_matter(void **state)
{
    (void)state;
    check_host("Net://A:80", "A");
    check_host("NET://A:80", "A");
}

static void every_form_of_an_ipv6_address_is_taken(void **state)
{
    (void)state;
    check_host("net://[::]:80", "::");
    check_host("net://[::1]:80", "::1");
    check_host("net://[1::]:80", "1::");
    check_host("net://[1:2:3:4:5:6:7:8]:80", "1:2:3:4:5:6:7:8");
    check_host("net://[1:2:3:4:5:6:7::]:80", "1:2:3:4:5:6:7::");
    check_host("net://[::ffff:192.0.2.255]:80", "::ffff:192.0.2.255");
    check_host("net://[1:2:3:4:5:6:192.0.2.1]:80", "1:2:3:4:5:6:192.0.2.1");
}

static void the_zone_of_an_ipv6_address_is_decoded(void **state)
{
    (void)state;
    check_host("net://[fe80::1%25eth0]:80", "fe80::1%eth0");
}

static void what_is_no_ipv6_address_is_refused(void **state)
{
    const char *const wrong[] = {"",
                                 "1",
                                 "1:2",
                                 "1:2:3:4:5:6:7:8:9",
                                 "1::2::3",
                                 ":::",
                                 "1:",
                                 ":1:2:3:4",
                                 "12345::",
                                 "::1.2.3",
                                 "::1.2.3.256",
                                 "::256.1.1.1",
                                 "::g",
                                 "1.2.3.4",
                                 "1.2.3.4::",
                                 "1:2:3:4:5:6:7:1.2.3.4",
                                 "1:2:3:4:5:6:7:8::",
                                 "::1.2.3.4:5",
                                 "::a.1.1.1"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[64];
        firth_uri *uri;
        snprintf(text, sizeof text, "net://[%s]:80", wrong[i]);
        if (parse_form(&uri, text) == FIRTH_OK)
            fail_msg("%s was taken", text);
        CHECK_DETAIL("IPv6 address");
    }
}

static void a_bracket_that_is_not_closed_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://[::1", "byte 10 of the URI: expected ']' behind an IPv6 address, "
                              "found the end");
    check_fault("net://[::1%25",
                "byte 13 of the URI: expected '%25' and the name of a zone, found the end");
    check_fault("net://[::1%25a", "byte 14 of the URI: expected ']' behind an IPv6 address, "
                                  "found the end");
}

static void a_scheme_that_is_unknown_is_a_fault_that_lists_the_known_ones(void **state)
{
    (void)state;
    check_fault("http://a", "byte 0 of the URI: expected one of net:, login:, http-hop:, path:, "
                            "run:, numbers:, bare:, found \"http\"");
    check_fault("", "byte 0 of the URI: expected one of net:, login:, http-hop:, path:, run:, "
                    "numbers:, bare:, found the end");
    check_fault("netting", "byte 0 of the URI: expected one of net:, login:, http-hop:, path:, "
                           "run:, numbers:, bare:, found \"netting\"");
    check_fault("ne:x", "byte 0 of the URI: expected one of net:, login:, http-hop:, path:, "
                        "run:, numbers:, bare:, found \"ne\"");
}

static void a_host_that_is_missing_is_a_fault(void **state)
{
    (void)state;
    check_fault("net:a:80", "byte 4 of the URI: expected '//' and a host, found 'a'");
    check_fault("net://:80", "byte 6 of the URI: expected a host: a name, an address, or [an IPv6 "
                             "address], found ':'");
    check_fault("net://", "byte 6 of the URI: expected a host: a name, an address, or [an IPv6 "
                          "address], found the end");
}

/* "net://aaa...:80" */
static void write_long_host(char text[512], size_t length)
{
    strcpy(text, "net://");
    memset(text + 6, 'a', length);
    strcpy(text + 6 + length, ":80");
}

static void a_host_holds_at_most_255_bytes(void **state)
{
    char text[512];
    (void)state;
    write_long_host(text, 255);
    firth_uri *uri = parsed(text);
    assert_int_equal(strlen(uri->host), 255);
    firth_uri_free(uri);
    write_long_host(text, 256);
    check_fault(text,
                "byte 6 of the URI: expected a host of at most 255 bytes, found a longer one");
}

static void a_port_that_is_missing_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://a", "byte 7 of the URI: expected ':' and a port, found the end");
    check_fault("net://a/b", "byte 7 of the URI: expected ':' and a port, found '/'");
    check_fault("net://a:", "byte 8 of the URI: expected a port from 1 to 65535, found the end");
}

static void a_port_that_is_none_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://a:b", "byte 8 of the URI: expected a port from 1 to 65535, found a letter");
    check_fault("net://a:-1",
                "byte 8 of the URI: expected a port from 1 to 65535, found another character");
    check_fault("net://a:0", "byte 8 of the URI: expected a port from 1 to 65535, found another "
                             "number");
    check_fault("net://a:65536", "byte 8 of the URI: expected a port from 1 to 65535, found "
                                 "another number");
    check_fault("net://a:99999999999999999999999", "byte 8 of the URI: expected a port from 1 to "
                                                   "65535, found another number");
    check_fault("net://a:80x", "byte 10 of the URI: expected the end of the port, found a letter");
}

static void a_port_may_be_left_to_the_scheme(void **state)
{
    firth_uri *uri = parsed("login://a/b:80");
    (void)state;
    assert_int_equal(uri->port, 0);
    firth_uri_free(uri);
    check_fault("login://a:/b:80",
                "byte 10 of the URI: expected a port from 1 to 65535, found '/'");
    check_fault("login://a!/b:80",
                "byte 9 of the URI: expected ':' and a port, found another character");
}

static void a_user_and_a_password_are_decoded(void **state)
{
    firth_uri *uri = parsed("http-hop://us%40er:p%3A%2f:w@a:80/b:81");
    (void)state;
    assert_string_equal(uri->user, "us@er");
    assert_string_equal(uri->password, "p:/:w");
    assert_string_equal(uri->host, "a");
    firth_uri_free(uri);
}

static void a_user_and_a_password_may_be_left_out(void **state)
{
    firth_uri *uri = parsed("http-hop://a:80/b:81");
    (void)state;
    assert_null(uri->user);
    assert_null(uri->password);
    firth_uri_free(uri);
    uri = parsed("http-hop://u@a:80/b:81");
    assert_string_equal(uri->user, "u");
    assert_null(uri->password);
    firth_uri_free(uri);
    uri = parsed("http-hop://u:@a:80/b:81");
    assert_string_equal(uri->password, "");
    firth_uri_free(uri);
}

static void a_user_where_there_is_none_is_a_fault(void **state)
{
    (void)state;
    check_fault("net://u@a:80", "byte 6 of the URI: expected a host and no user, found a user");
    check_fault("login://u:p@a/b:80", "byte 9 of the URI: expected '@' and no password, found ':'");
    check_fault("http-hop://:p@a:80/b:81", "byte 11 of the URI: expected a user, found ':'");
    check_fault("http-hop://@a:80/b:81", "byte 11 of the URI: expected a user, found '@'");
}

static void check_target(const char *text, bool tls, const char *host, int port)
{
    firth_uri *uri = parsed(text);
    assert_int_equal(uri->target_tls, tls);
    assert_string_equal(uri->target_host, host);
    assert_int_equal(uri->target_port, port);
    firth_uri_free(uri);
}

static void a_target_is_taken_apart(void **state)
{
    (void)state;
    check_target("login://a/b:80", false, "b", 80);
    check_target("login://a/[::1]:80", false, "::1", 80);
    check_target("login://a/tls://b:80", true, "b", 80);
    check_target("login://u@a:22/TLS://[::1]:80?file=x", true, "::1", 80);
    check_target("login://a/tls:80", false, "tls", 80);
}

static void a_target_that_is_none_is_a_fault(void **state)
{
    (void)state;
    check_fault("login://a", "byte 9 of the URI: expected '/' and the target, host:port or "
                             "tls://host:port, found the end");
    check_fault("login://a/", "byte 10 of the URI: expected a host: a name, an address, or [an "
                              "IPv6 address], found the end");
    check_fault("login://a/b", "byte 11 of the URI: expected ':' and a port, found the end");
    check_fault("login://a/tcp://b:80",
                "byte 14 of the URI: expected a port from 1 to 65535, found '/'");
    check_fault("login://a/b:80/", "byte 14 of the URI: expected '?' and options, or the end, "
                                   "found '/'");
}

static void check_path(const char *text, const char *path)
{
    firth_uri *uri = parsed(text);
    assert_string_equal(uri->path, path);
    firth_uri_free(uri);
}

static void a_path_is_decoded(void **state)
{
    (void)state;
    check_path("path:/a/b", "/a/b");
    check_path("path:a/b", "a/b");
    check_path("path:///a/b", "/a/b");
    check_path("path:%2fa%20b%C3%BC", "/a b\xC3\xBC");
    check_path("path:a:b@c&d=e+f;g,h!$'()*-._~", "a:b@c&d=e+f;g,h!$'()*-._~");
}

static void a_path_that_is_none_is_a_fault(void **state)
{
    (void)state;
    check_fault("path:", "byte 5 of the URI: expected a path, found the end");
    check_fault("path:?a=b", "byte 5 of the URI: expected a path, found '?'");
    check_fault("path://a/b", "byte 7 of the URI: expected '/' and no host, found 'a'");
    check_fault("path:/a?b=c", "byte 7 of the URI: expected the end, found '?'");
    check_fault("path:/a#b", "byte 7 of the URI: expected the end, found '#'");
}

static void what_a_uri_cannot_hold_is_a_fault(void **state)
{
    const char *expected = "a character that a URI may hold, or '%' and its code";
    char detail[160];
    (void)state;
    snprintf(detail, sizeof detail, "byte 6 of the URI: expected %s, found the byte 0x20",
             expected);
    check_fault("path:a b", detail);
    snprintf(detail, sizeof detail, "byte 5 of the URI: expected %s, found the byte 0xC3",
             expected);
    check_fault("path:\xC3\xBC", detail);
    snprintf(detail, sizeof detail, "byte 6 of the URI: expected %s, found the byte 0x0A",
             expected);
    check_fault("path:a\n", detail);
    snprintf(detail, sizeof detail, "byte 5 of the URI: expected %s, found '\"'", expected);
    check_fault("path:\"a\"", detail);
}

static void a_code_that_is_none_is_a_fault(void **state)
{
    (void)state;
    check_fault("path:a%", "byte 7 of the URI: expected two hexadecimal digits behind '%', "
                           "found the end");
    check_fault("path:a%4", "byte 8 of the URI: expected two hexadecimal digits behind '%', "
                            "found the end");
    check_fault("path:a%4g", "byte 8 of the URI: expected two hexadecimal digits behind '%', "
                             "found 'g'");
}

static void encoded_control_characters_are_refused(void **state)
{
    const char *const codes[] = {"00", "01", "0a", "0D", "1f", "1F", "7f", "7F"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char text[32];
        snprintf(text, sizeof text, "path:a%%%sb", codes[i]);
        check_fault(text, "byte 6 of the URI: expected a text, found an encoded control character");
    }
}

static void check_numbers(const char *text, int first, int second)
{
    firth_uri *uri = parsed(text);
    assert_int_equal(uri->numbers[0], first);
    assert_int_equal(uri->numbers[1], second);
    firth_uri_free(uri);
}

static void numbers_are_taken(void **state)
{
    (void)state;
    check_numbers("numbers:3", 3, 3);
    check_numbers("numbers:0,1", 0, 1);
    check_numbers("numbers:2147483647,7", 2147483647, 7);
}

static void numbers_that_are_none_are_a_fault(void **state)
{
    (void)state;
    check_fault("numbers:",
                "byte 8 of the URI: expected the number of a descriptor, found the end");
    check_fault("numbers:-1", "byte 8 of the URI: expected the number of a descriptor, found '-'");
    check_fault("numbers:3,", "byte 10 of the URI: expected the number of a descriptor, found the "
                              "end");
    check_fault("numbers:3,4,5", "byte 11 of the URI: expected the end, found ','");
    check_fault("numbers:2147483648", "byte 8 of the URI: expected the number of a descriptor, "
                                      "found another number");
}

static void nothing_may_stand_behind_a_bare_scheme(void **state)
{
    firth_uri *uri = parsed("bare:");
    (void)state;
    firth_uri_free(uri);
    check_fault("bare:x", "byte 5 of the URI: expected the end, found 'x'");
    check_fault("bare", "byte 0 of the URI: expected one of net:, login:, http-hop:, path:, run:, "
                        "numbers:, bare:, found \"bare\"");
}

static void an_address_holds_at_most_8192_bytes(void **state)
{
    static char text[8194] = "path:";
    (void)state;
    memset(text + 5, 'a', 8192 - 5);
    check_path(text, text + 5);
    text[8192] = 'a';
    check_fault(text, "byte 8192 of the URI: expected the end of at most 8192 bytes, found more");
}

static void null_is_no_address(void **state)
{
    firth_uri *uri;
    (void)state;
    CHECK_FAILS(INVALID, parse_form(&uri, NULL));
    CHECK_DETAIL("the URI is NULL");
    firth_uri_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_and_a_port_are_taken_apart),
        cmocka_unit_test(the_case_of_a_scheme_does_not_matter),
        cmocka_unit_test(every_form_of_an_ipv6_address_is_taken),
        cmocka_unit_test(the_zone_of_an_ipv6_address_is_decoded),
        cmocka_unit_test(what_is_no_ipv6_address_is_refused),
        cmocka_unit_test(a_bracket_that_is_not_closed_is_a_fault),
        cmocka_unit_test(a_scheme_that_is_unknown_is_a_fault_that_lists_the_known_ones),
        cmocka_unit_test(a_host_that_is_missing_is_a_fault),
        cmocka_unit_test(a_host_holds_at_most_255_bytes),
        cmocka_unit_test(a_port_that_is_missing_is_a_fault),
        cmocka_unit_test(a_port_that_is_none_is_a_fault),
        cmocka_unit_test(a_port_may_be_left_to_the_scheme),
        cmocka_unit_test(a_user_and_a_password_are_decoded),
        cmocka_unit_test(a_user_and_a_password_may_be_left_out),
        cmocka_unit_test(a_user_where_there_is_none_is_a_fault),
        cmocka_unit_test(a_target_is_taken_apart),
        cmocka_unit_test(a_target_that_is_none_is_a_fault),
        cmocka_unit_test(a_path_is_decoded),
        cmocka_unit_test(a_path_that_is_none_is_a_fault),
        cmocka_unit_test(what_a_uri_cannot_hold_is_a_fault),
        cmocka_unit_test(a_code_that_is_none_is_a_fault),
        cmocka_unit_test(encoded_control_characters_are_refused),
        cmocka_unit_test(numbers_are_taken),
        cmocka_unit_test(numbers_that_are_none_are_a_fault),
        cmocka_unit_test(nothing_may_stand_behind_a_bare_scheme),
        cmocka_unit_test(an_address_holds_at_most_8192_bytes),
        cmocka_unit_test(null_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
