/* SOCKS5: what is sent, what is answered, and what is wrong with it. */
#include "check.h"
#include "interrupting.h"
#include "script.h"

#include <string.h>
#include <unistd.h>
#include <signal.h>

#define TARGET "target.example"
#define TARGET_IN_REQUEST "\x05\x01\x00\x03\x0etarget.example\x00\x50"
#define NO_PASSWORD "\x05\x01\x00"
#define WITH_PASSWORD "\x05\x02\x00\x02"
#define CONNECTED "\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90"

static firth_err connect_through(const script *proxy, firth_stream **stream, const char *host,
                                 const firth_proxy_options *options)
{
    return firth_tunneled_socket_stream_socks5_connect(stream, "127.0.0.1", proxy->port, host, 80,
                                                       options);
}

static firth_proxy_options with_user(const char *user, const char *password)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.user = user;
    options.password = password;
    return options;
}

static void check_bytes_pass(firth_stream *stream)
{
    char text[5];
    CHECK_OK(firth_stream_write(stream, "hello", 5, 5));
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_memory_equal(text, "brine", 5);
}

static void leads_to_the_target(script *proxy, const char *host, const firth_proxy_options *options)
{
    firth_stream *stream;
    CHECK_OK(connect_through(proxy, &stream, host, options));
    check_bytes_pass(stream);
    firth_stream_free(stream);
    end_script(proxy);
}

static void a_name_is_left_to_the_proxy(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST), SAY_BYTES(CONNECTED), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

static void an_ipv4_address_is_sent_as_one(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES("\x05\x01\x00\x01\x0a\x00\x00\xff\x00\x50"), SAY_BYTES(CONNECTED),
                 HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, "10.0.0.255", NULL);
}

static void an_ipv6_address_is_sent_as_one(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES("\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x00\x50"),
                 SAY_BYTES(CONNECTED), HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, "2001:db8::7", NULL);
}

static void user_and_password_are_sent_if_the_proxy_chooses_so(void **state)
{
    (void)state;
    script proxy;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(WITH_PASSWORD), SAY_BYTES("\x05\x02"),
                 HEAR_BYTES("\x01\x02me\x06secret"), SAY_BYTES("\x01\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST), SAY_BYTES(CONNECTED), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

static void no_password_is_sent_if_the_proxy_wants_none(void **state)
{
    (void)state;
    script proxy;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(WITH_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST), SAY_BYTES(CONNECTED), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

static void a_password_that_is_not_given_is_empty(void **state)
{
    (void)state;
    script proxy;
    firth_proxy_options options = with_user("me", NULL);
    START_SCRIPT(&proxy, HEAR_BYTES(WITH_PASSWORD), SAY_BYTES("\x05\x02"),
                 HEAR_BYTES("\x01\x02me\x00"), SAY_BYTES("\x01\x00"), HEAR_BYTES(TARGET_IN_REQUEST),
                 SAY_BYTES(CONNECTED), HEAR_BYTES("hello"), SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, &options);
}

static void an_answer_may_come_byte_by_byte_and_end_in_a_name(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES_SLOWLY("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST),
                 SAY_BYTES_SLOWLY("\x05\x00\x00\x03\x05proxy\x1f\x90"), HEAR_BYTES("hello"),
                 SAY_BYTES("brine"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

static void no_byte_behind_the_reply_is_read(void **state)
{
    (void)state;
    script proxy;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST),
                 SAY_BYTES("\x05\x00\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1f\x90"
                           "brine"),
                 HEAR_BYTES("hello"));
    leads_to_the_target(&proxy, TARGET, NULL);
}

/* The proxy says the bytes instead of its choice of a method. */
static void is_refused(const char *bytes, size_t length, const char *because)
{
    script proxy;
    firth_stream *stream;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), {SAY, bytes, length}, {HANG_UP, NULL, 0});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL(because);
    assert_null(stream);
    end_script(&proxy);
}

/* The proxy says the bytes instead of its reply to the request. */
static void reply_is_refused(const char *bytes, size_t length, const char *because)
{
    script proxy;
    firth_stream *stream;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST), {SAY, bytes, length}, {HANG_UP, NULL, 0});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL(because);
    assert_null(stream);
    end_script(&proxy);
}

static void another_version_is_named(void **state)
{
    (void)state;
    is_refused("\x04\x00", 2, "its choice of a method begins with 0x04, expected version 5");
    is_refused("HTTP/1.1 400 Bad Request\r\n\r\n", 28, "begins with 0x48, expected version 5");
    reply_is_refused("\x06\x00\x00\x01", 4, "its reply begins with 0x06, expected version 5");
}

static void a_proxy_that_wants_authentication_says_so(void **state)
{
    (void)state;
    is_refused("\x05\xff", 2, "it wants authentication; no user and password are set");
}

static void a_method_that_was_not_offered_is_refused(void **state)
{
    (void)state;
    is_refused("\x05\x02", 2, "it chose method 2, expected one that was offered: 0");
    is_refused("\x05\x01", 2, "it chose method 1, expected one that was offered: 0");
}

static void an_answer_that_is_cut_off_tells_how_much_came(void **state)
{
    (void)state;
    is_refused("", 0, "it closed the connection after 0 of 2 bytes of its choice of a method");
    is_refused("\x05", 1, "it closed the connection after 1 of 2 bytes of its choice of a method");
    reply_is_refused("\x05\x00\x00", 3, "after 3 of 4 bytes of its reply");
    reply_is_refused("\x05\x00\x00\x01\x7f", 5, "after 5 of 10 bytes of its reply");
    reply_is_refused("\x05\x00\x00\x03", 4, "after 4 of 5 bytes of its reply");
    reply_is_refused("\x05\x00\x00\x03\xff\x61", 6, "after 6 of 262 bytes of its reply");
}

static void a_reset_inside_the_handshake_is_told(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), {RESET, NULL, 0});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, NULL));
    CHECK_DETAIL("the connection was lost after 0 of 2 bytes of its choice of a method");
    CHECK_DETAIL("Connection reset by peer");
    end_script(&proxy);
}

static void every_reply_is_told_in_words(void **state)
{
    (void)state;
    static const char *const words[] = {
        NULL,
        "target.example:80: general SOCKS server failure (reply 1)",
        "connection not allowed by ruleset (reply 2)",
        "network unreachable (reply 3)",
        "host unreachable (reply 4)",
        "connection refused (reply 5)",
        "TTL expired (reply 6)",
        "command not supported (reply 7)",
        "address type not supported (reply 8)",
        "a reply that means nothing (reply 9)",
    };
    for (char code = 1; code <= 9; code++)
        reply_is_refused((const char[]){5, code, 0, 1}, 4, words[(int)code]);
    reply_is_refused("\x05\xff\x00\x01", 4, "a reply that means nothing (reply 255)");
}

static void a_reserved_byte_that_is_not_zero_is_refused(void **state)
{
    (void)state;
    reply_is_refused("\x05\x00\x01\x01", 4, "its reply has 0x01 as reserved byte, expected 0");
}

static void an_unknown_type_of_address_is_refused(void **state)
{
    (void)state;
    reply_is_refused("\x05\x00\x00\x02", 4, "an address of type 2, expected 1, 3 or 4");
}

static void check_password_refused(const char *answer, size_t length, const char *because)
{
    script proxy;
    firth_stream *stream;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(WITH_PASSWORD), SAY_BYTES("\x05\x02"),
                 HEAR_BYTES("\x01\x02me\x06secret"), {SAY, answer, length}, {HANG_UP, NULL, 0});
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL(because);
    assert_null(strstr(firth_last_error()->detail, "secret"));
    end_script(&proxy);
}

static void a_wrong_password_is_told_and_not_shown(void **state)
{
    (void)state;
    check_password_refused("\x01\x01", 2, "it refused the user and password (status 1)");
    check_password_refused("\x05\x00", 2, "begins with 0x05, expected version 1");
    check_password_refused("\x01", 1, "after 1 of 2 bytes of its answer to user and password");
}

static void a_proxy_that_accepts_neither_method_says_so(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    firth_proxy_options options = with_user("me", "secret");
    START_SCRIPT(&proxy, HEAR_BYTES(WITH_PASSWORD), SAY_BYTES("\x05\xff"));
    CHECK_FAILS(TUNNEL, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL("it accepts neither user and password nor none");
    end_script(&proxy);
}

static void a_proxy_that_stalls_is_a_time_out_that_says_at_what(void **state)
{
    (void)state;
    script proxy;
    firth_stream *stream;
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.connect.timeout = 0.05;
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD));
    CHECK_FAILS(TIMEOUT, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL("the time ran out while waiting for its choice of a method");
    end_script(&proxy);
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(TARGET_IN_REQUEST), SAY_BYTES("\x05\x00"));
    CHECK_FAILS(TIMEOUT, connect_through(&proxy, &stream, TARGET, &options));
    CHECK_DETAIL("the time ran out while waiting for its reply");
    end_script(&proxy);
}

static void a_proxy_that_is_not_there_is_refused(void **state)
{
    (void)state;
    script nobody = {.listener = -1};
    firth_stream *stream;
    int taken = take_port(&nobody.port);
    CHECK_FAILS(REFUSED, connect_through(&nobody, &stream, TARGET, NULL));
    CHECK_DETAIL("SOCKS5 proxy 127.0.0.1 port ");
    assert_true(firth_last_error()->os_error != 0);
    close(taken);
}

static void what_no_request_can_carry_is_misuse(void **state)
{
    (void)state;
    static char long_text[300];
    memset(long_text, 'a', sizeof long_text - 1);
    static const char *const hosts[] = {NULL,    "",    "a b", "a\r\nb",      "user@host",
                                        "[::1]", "a:b", "-a",  "caf\xc3\xa9", long_text};
    firth_stream *stream;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        CHECK_FAILS(INVALID, firth_tunneled_socket_stream_socks5_connect(&stream, "127.0.0.1", 1,
                                                                         hosts[i], 80, NULL));
        assert_null(stream);
    }
    CHECK_FAILS(INVALID, firth_tunneled_socket_stream_socks5_connect(&stream, "127.0.0.1", 1,
                                                                     TARGET, 65536, NULL));
    firth_proxy_options refused[] = {with_user("", "b"), with_user(long_text, "b"),
                                     with_user("a", long_text), with_user(NULL, "b"),
                                     FIRTH_PROXY_OPTIONS_INIT};
    refused[4].size--;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK_FAILS(INVALID, firth_tunneled_socket_stream_socks5_connect(&stream, "127.0.0.1", 1,
                                                                         TARGET, 80, &refused[i]));
}

static firth_err connect_for_ever(void *argument)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    firth_stream *stream;
    options.connect.timeout = FIRTH_FOREVER;
    return connect_through(argument, &stream, TARGET, &options);
}

static firth_err connect_and_give_up_when_asked(void *argument)
{
    firth_set_interrupt_hook(give_up, NULL);
    return connect_for_ever(argument);
}

static void a_signal_can_end_the_handshake(void **state)
{
    (void)state;
    script proxy;
    worker client;
    struct sigaction before;
    sigaction(SIGUSR1, NULL, &before);
    handle_signal();
    START_SCRIPT(&proxy, HEAR_BYTES(NO_PASSWORD), SAY_BYTES("\x05"));
    start_worker(&client, connect_and_give_up_when_asked, &proxy);
    wait_until_played(&proxy, 2);
    wait_until_polling(&client);
    pthread_kill(client.thread, SIGUSR1);
    assert_int_equal(join_worker(&client), FIRTH_E_INTERRUPTED);
    end_script(&proxy);
    sigaction(SIGUSR1, &before, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_left_to_the_proxy),
        cmocka_unit_test(an_ipv4_address_is_sent_as_one),
        cmocka_unit_test(an_ipv6_address_is_sent_as_one),
        cmocka_unit_test(user_and_password_are_sent_if_the_proxy_chooses_so),
        cmocka_unit_test(no_password_is_sent_if_the_proxy_wants_none),
        cmocka_unit_test(a_password_that_is_not_given_is_empty),
        cmocka_unit_test(an_answer_may_come_byte_by_byte_and_end_in_a_name),
        cmocka_unit_test(no_byte_behind_the_reply_is_read),
        cmocka_unit_test(another_version_is_named),
        cmocka_unit_test(a_proxy_that_wants_authentication_says_so),
        cmocka_unit_test(a_method_that_was_not_offered_is_refused),
        cmocka_unit_test(an_answer_that_is_cut_off_tells_how_much_came),
        cmocka_unit_test(a_reset_inside_the_handshake_is_told),
        cmocka_unit_test(every_reply_is_told_in_words),
        cmocka_unit_test(a_reserved_byte_that_is_not_zero_is_refused),
        cmocka_unit_test(an_unknown_type_of_address_is_refused),
        cmocka_unit_test(a_wrong_password_is_told_and_not_shown),
        cmocka_unit_test(a_proxy_that_accepts_neither_method_says_so),
        cmocka_unit_test(a_proxy_that_stalls_is_a_time_out_that_says_at_what),
        cmocka_unit_test(a_proxy_that_is_not_there_is_refused),
        cmocka_unit_test(what_no_request_can_carry_is_misuse),
        cmocka_unit_test(a_signal_can_end_the_handshake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
