/* HTTP CONNECT: what is sent, what is answered, and what is wrong with it. */
#include "check.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGET "target.example"
#define REQUEST_LINES "CONNECT target.example:80 HTTP/1.1\r\nHost: target.example:80\r\n"
#define REQUEST REQUEST_LINES "\r\n"
/* "me:secret" */
#define AUTHORIZED REQUEST_LINES "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n"
#define OK "HTTP/1.1 200 Connection established\r\n\r\n"

static firth_err connect_through(const script *proxy, firth_stream **stream, const char *host,
                                 const firth_proxy_options *options)
{
    return firth_tunneled_socket_stream_http_connect(stream, "127.0.0.1", proxy->port, host, 80,
                                                     options);
}

static firth_proxy_options with_user(const char *user, const char *password)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.user = user;
    options.password = password;
    return options;
}

static void leads_to_the_target(script *proxy, const char *host, const firth_proxy_options *options)
{
    firth_stream *stream;
    char text[5];
    CHECK_OK(connect_through(proxy, &stream, host, options));
    CHECK_OK(firth_stream_write(stream, "hello", 5, 5));
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_memory_equal(text, "brine", 5);
    firth_stream_free(stream);
    end_script(proxy);
}

static void is_accepted(const char *answer)
{
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), {SAY, answer, strlen(answer)}, HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

static void is_refused(const char *answer, size_t length, const char *because)
{
    script proxy;
    firth_stream *stream;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), {SAY, answer, length}, {HANG_UP, NULL, 0});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL(because);
    assert_null(stream);
    end_script(&proxy);
}

#define IS_REFUSED(answer, because) is_refused(answer, sizeof(answer) - 1, because)

static void a_name_is_left_to_the_proxy(void **state)
{
    (void)state;
    is_accepted(OK);
}

static void an_ipv6_address_stands_in_brackets(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy,
                 HEAR_BYTES("CONNECT [2001:db8::7]:80 HTTP/1.1\r\nHost: [2001:db8::7]:80\r\n\r\n"),
                 SAY_BYTES(OK), HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, "2001:db8::7", NULL);
}

static void user_and_password_are_sent_by_the_basic_scheme(void **state)
{
    (void)state;
    script proxy;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(AUTHORIZED), SAY_BYTES(OK), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

static void a_password_that_is_not_given_is_empty(void **state)
{
    (void)state;
    script proxy;
    firth_proxy_options options = with_user("me", NULL);
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST_LINES "Proxy-Authorization: Basic bWU6\r\n\r\n"),
                 SAY_BYTES(OK), HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

static void what_comes_behind_the_head_is_read_first(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), SAY_BYTES(OK "bri"), HEAR_BYTES("hello"),
                 SAY_BYTES("ne"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

static void an_answer_may_come_byte_by_byte(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST),
                 SAY_BYTES_SLOWLY("HTTP/1.0 200 Fine\r\nVia: 1.0 proxy\r\n\r\n"),
                 HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

static void every_status_of_success_is_one(void **state)
{
    (void)state;
    is_accepted("HTTP/1.1 299 \r\n\r\n");
    is_accepted("HTTP/1.1 200\r\n\r\n");
    is_accepted("HTTP/1.0 201 Created\r\n\r\n");
}

static void a_length_or_coding_of_a_body_means_nothing(void **state)
{
    (void)state;
    is_accepted("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
}

static void lines_may_end_in_a_line_feed_alone(void **state)
{
    (void)state;
    is_accepted("HTTP/1.1 200 OK\nVia:1.0 proxy\n\n");
}

static void interim_answers_come_before_the_answer(void **state)
{
    (void)state;
    is_accepted("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" OK);
}

static void another_status_is_told_with_its_reason(void **state)
{
    (void)state;
    IS_REFUSED("HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n\r\n<html>",
               "it did not connect to target.example:80: 502 Bad Gateway");
    IS_REFUSED("HTTP/1.1 403\r\n\r\n", "target.example:80: 403");
    IS_REFUSED("HTTP/1.1 302 Found\r\nLocation: x\r\n\r\n", "302 Found");
    IS_REFUSED("HTTP/1.1 101 Switching Protocols\r\n\r\n", "101 Switching Protocols");
    IS_REFUSED("HTTP/1.1 500 caf\xc3\xa9\r\n\r\n", "500 caf??");
}

static void a_proxy_that_wants_a_password_says_so(void **state)
{
    (void)state;
    IS_REFUSED("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
               "it wants a user and password; none are set (407 Proxy Authentication Required)");
    IS_REFUSED("HTTP/1.1 407 No\r\nproxy-authenticate:  Basic realm=\"here\"\r\n\r\n",
               "(407 No; it asks for Basic realm=\"here\")");
}

static void a_wrong_password_is_told_and_not_shown(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(AUTHORIZED),
                 SAY_BYTES("HTTP/1.1 407 No\r\nProxy-Authenticate: Digest x=1\r\n\r\n"));
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL("it refused the user and password (407 No; it asks for Digest x=1)");
    assert_null(strstr(firth_last_error()->detail, "secret"));
    assert_null(strstr(firth_last_error()->detail, "bWU6"));
    end_script(&proxy);
}

static void what_is_no_http_is_told_at_its_first_wrong_byte(void **state)
{
    (void)state;
    IS_REFUSED("\x05", "expected 'HTTP/1.' as the beginning of an answer, found 0x05 at byte 0");
    IS_REFUSED("SSH-2.0-x\r\n", "found 0x53 at byte 0");
    IS_REFUSED("HTTP/2 200\r\n\r\n", "found 0x32 at byte 5");
    IS_REFUSED("\r\n" OK, "found 0x0d at byte 0");
}

static void a_status_line_that_is_none_is_shown(void **state)
{
    (void)state;
    IS_REFUSED("HTTP/1.1 20 OK\r\n", "expected a status line of HTTP/1, found: 'HTTP/1.1 20 OK'");
    IS_REFUSED("HTTP/1.1 2000 OK\r\n", "found: 'HTTP/1.1 2000 OK'");
    IS_REFUSED("HTTP/1.1 099 OK\r\n", "found: 'HTTP/1.1 099 OK'");
    IS_REFUSED("HTTP/1.x 200 OK\r\n", "found: 'HTTP/1.x 200 OK'");
    IS_REFUSED("HTTP/1.1  200 OK\r\n", "found: 'HTTP/1.1  200 OK'");
    IS_REFUSED("HTTP/1.\n", "found: 'HTTP/1.'");
}

static void a_malformed_head_is_refused(void **state)
{
    (void)state;
    IS_REFUSED("HTTP/1.1 200 OK\r\nVia: a\r\n b\r\n\r\n", "a line of the head is folded: ' b'");
    IS_REFUSED("HTTP/1.1 200 OK\r\nVia\r\n\r\n", "expected a field in the head, found: 'Via'");
    IS_REFUSED("HTTP/1.1 200 OK\r\nVia : a\r\n\r\n", "found: 'Via : a'");
    IS_REFUSED("HTTP/1.1 200 OK\r\n: a\r\n\r\n", "found: ': a'");
    IS_REFUSED("HTTP/1.1 200 OK\r\nVia: a\rb\r\n",
               "after a carriage return in the head, found 0x62");
    IS_REFUSED("HTTP/1.1 200 OK\r\nVia: \0\r\n\r\n", "has the control character 0x00");
}

static void an_answer_that_is_cut_off_tells_how_much_came(void **state)
{
    (void)state;
    IS_REFUSED("", "it closed the connection without an answer");
    IS_REFUSED("HTTP/1.1 200 OK\r\n", "after 17 bytes of its answer, inside the head");
}

static void a_head_without_an_end_is_refused(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), SAY_BYTES("HTTP/1.1 200 OK\r\n"),
                 {SAY_FOR_EVER, "Via: proxy\r\n", 12});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL("the head of its answer is longer than 8192 bytes");
    end_script(&proxy);
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), SAY_BYTES("HTTP/1.1 200 "), {SAY_FOR_EVER, "a", 1});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL("the head of its answer is longer than 8192 bytes");
    end_script(&proxy);
}

static void a_head_of_just_the_limit_is_taken(void **state)
{
    (void)state;
    static char head[8192 + 1];
    size_t length = (size_t)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nX: ");
    memset(head + length, 'x', 8192 - length - 4);
    memcpy(head + 8192 - 4, "\r\n\r\n", 4);
    is_accepted(head);
}

static void a_proxy_that_stalls_is_a_time_out_that_says_at_what(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.connect.timeout = 0.05;
    START_SCRIPT(&proxy, HEAR_BYTES(REQUEST), SAY_BYTES("HTTP/1.1 200 OK\r\n"));
    CHECK_FAILS(TIMEOUT, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL("HTTP proxy 127.0.0.1 port ");
    CHECK_DETAIL("the time ran out while waiting for its answer");
    end_script(&proxy);
}

static void what_no_request_can_carry_is_misuse(void **state)
{
    (void)state;
    static const char *const hosts[] = {NULL,        "",    "a b",  "a\r\nHost: b",
                                        "user@host", "a/b", "[::1]"};
    static char long_text[5000];
    memset(long_text, 'a', sizeof long_text - 1);
    firth_stream *stream;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        CHECK_FAILS(INVALID, firth_tunneled_socket_stream_http_connect(&stream, "127.0.0.1", 1,
                                                                       hosts[i], 80, NULL));
    const firth_proxy_options refused[] = {with_user("a:b", ""),        with_user("a\r\nb", ""),
                                           with_user("a", "b\r\nX: y"), with_user("a", "\x7f"),
                                           with_user(long_text, ""),    with_user("a", long_text),
                                           with_user(NULL, "secret")};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        CHECK_FAILS(INVALID, firth_tunneled_socket_stream_http_connect(&stream, "127.0.0.1", 1,
                                                                       TARGET, 80, &refused[i]));
        assert_null(stream);
        assert_null(strstr(firth_last_error()->detail, "secret"));
    }
}

static void the_longest_user_and_password_are_sent_whole(void **state)
{
    (void)state;
    static char user[4096 + 1], encoded[2 * 5462 + 1], request[sizeof encoded + 200];
    memset(user, 'a', 4096);
    /* 4096 bytes 'a', ':', 4096 bytes 'a': "aaa" is YWFh, "a:a" is YTph, "aa" is YWE=. */
    for (int i = 0; i < 1365; i++)
        memcpy(encoded + 4 * i, "YWFh", 4);
    memcpy(encoded + 4 * 1365, "YTph", 4);
    for (int i = 1366; i < 2731; i++)
        memcpy(encoded + 4 * i, "YWFh", 4);
    encoded[4 * 2731] = '\0';
    int length = snprintf(request, sizeof request,
                          REQUEST_LINES "Proxy-Authorization: Basic %s\r\n\r\n", encoded);
    script proxy;
    firth_proxy_options options = with_user(user, user);
    START_SCRIPT(&proxy, {HEAR, request, (size_t)length}, SAY_BYTES(OK), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_left_to_the_proxy),
        cmocka_unit_test(an_ipv6_address_stands_in_brackets),
        cmocka_unit_test(user_and_password_are_sent_by_the_basic_scheme),
        cmocka_unit_test(a_password_that_is_not_given_is_empty),
        cmocka_unit_test(what_comes_behind_the_head_is_read_first),
        cmocka_unit_test(an_answer_may_come_byte_by_byte),
        cmocka_unit_test(every_status_of_success_is_one),
        cmocka_unit_test(a_length_or_coding_of_a_body_means_nothing),
        cmocka_unit_test(lines_may_end_in_a_line_feed_alone),
        cmocka_unit_test(interim_answers_come_before_the_answer),
        cmocka_unit_test(another_status_is_told_with_its_reason),
        cmocka_unit_test(a_proxy_that_wants_a_password_says_so),
        cmocka_unit_test(a_wrong_password_is_told_and_not_shown),
        cmocka_unit_test(what_is_no_http_is_told_at_its_first_wrong_byte),
        cmocka_unit_test(a_status_line_that_is_none_is_shown),
        cmocka_unit_test(a_malformed_head_is_refused),
        cmocka_unit_test(an_answer_that_is_cut_off_tells_how_much_came),
        cmocka_unit_test(a_head_without_an_end_is_refused),
        cmocka_unit_test(a_head_of_just_the_limit_is_taken),
        cmocka_unit_test(a_proxy_that_stalls_is_a_time_out_that_says_at_what),
        cmocka_unit_test(what_no_request_can_carry_is_misuse),
        cmocka_unit_test(the_longest_user_and_password_are_sent_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
