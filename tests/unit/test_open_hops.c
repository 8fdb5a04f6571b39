/* Addresses that lead through a hop: what the hop is asked for. */
#include "check.h"
#include "script.h"

#include <stdio.h>

#define SOCKS_REQUEST "\x05\x01\x00\x03\x0etarget.example\x00\x50"
#define SOCKS_GRANTED "\x05\x00\x00\x01\0\0\0\0\0\0"
#define HTTP_REQUEST "CONNECT target.example:80 HTTP/1.1\r\nHost: target.example:80\r\n"
#define HTTP_GRANTED "HTTP/1.1 200 OK\r\n\r\n"

/* Opens an address that is written with the port of the script. */
static void check_opens(script *proxy, const char *form)
{
    char uri[256], text[5];
    firth_stream *stream;
    snprintf(uri, sizeof uri, form, proxy->port);
    CHECK_OK(firth_open(&stream, uri, 20));
    CHECK_OK(firth_stream_read(stream, text, 5, 20));
    assert_memory_equal(text, "brine", 5);
    firth_stream_free(stream);
    end_script(proxy);
}

static void a_socks_proxy_is_asked_for_the_target(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES("\x05\x01\x00"), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(SOCKS_REQUEST), SAY_BYTES(SOCKS_GRANTED "brine"));
    check_opens(&proxy, "socks5://127.0.0.1:%d/target.example:80");
}

static void a_socks_proxy_is_given_user_and_password(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES("\x05\x02\x00\x02"), SAY_BYTES("\x05\x02"),
                 HEAR_BYTES("\x01\x02me\x07se:cr@t"), SAY_BYTES("\x01\x00"),
                 HEAR_BYTES(SOCKS_REQUEST), SAY_BYTES(SOCKS_GRANTED "brine"));
    check_opens(&proxy, "socks5://me:se:cr%%40t@127.0.0.1:%d/target.example:80?nodelay=no");
}

static void an_http_proxy_is_asked_for_the_target(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES(HTTP_REQUEST "\r\n"), SAY_BYTES(HTTP_GRANTED "brine"));
    check_opens(&proxy, "http-connect://127.0.0.1:%d/target.example:80");
}

static void an_http_proxy_is_given_user_and_password(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES(HTTP_REQUEST "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n"),
                 SAY_BYTES(HTTP_GRANTED "brine"));
    check_opens(&proxy, "http-connect://me:secret@127.0.0.1:%d/target.example:80");
}

static void a_hop_that_says_nothing_takes_no_more_than_the_time(void **state)
{
    const char *const schemes[] = {"socks5", "http-connect"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        script proxy;
        firth_stream *stream;
        char uri[256];
        START_SCRIPT(&proxy, i == 0 ? HEAR_BYTES("\x05\x01\x00") : HEAR_BYTES(HTTP_REQUEST "\r\n"));
        snprintf(uri, sizeof uri, "%s://127.0.0.1:%d/target.example:80", schemes[i], proxy.port);
        CHECK_FAILS(TIMEOUT, firth_open(&stream, uri, 0.05));
        assert_null(stream);
        end_script(&proxy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socks_proxy_is_asked_for_the_target),
        cmocka_unit_test(a_socks_proxy_is_given_user_and_password),
        cmocka_unit_test(an_http_proxy_is_asked_for_the_target),
        cmocka_unit_test(an_http_proxy_is_given_user_and_password),
        cmocka_unit_test(a_hop_that_says_nothing_takes_no_more_than_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
