/* How TLS ends: politely, at once, by a cut, in a forked child; and what is known then. */
#include "certificates.h"
#include "check.h"
#include "child.h"
#include "stream/stream.h"
#include "tls_pair.h"

#include <openssl/err.h>
#include <string.h>
#include <unistd.h>

static tls_pair pair;

static int meet_unix(void **state)
{
    (void)state;
    pair = meet_over_tls(OVER_UNIX, NULL, NULL);
    return 0;
}

static int meet_tcp(void **state)
{
    (void)state;
    pair = meet_over_tls(OVER_TCP, NULL, NULL);
    return 0;
}

static int part(void **state)
{
    (void)state;
    close_tls_pair(&pair);
    return 0;
}

static void a_finished_stream_ends_properly(void **state)
{
    (void)state;
    char text[5];
    CHECK_OK(firth_stream_write(pair.client, "first", 5, 5));
    CHECK_OK(firth_stream_finish(pair.client, 5));
    assert_true(firth_stream_closed(pair.client));
    CHECK_OK(firth_stream_read(pair.server, text, 5, 5));
    CHECK_FAILS(EOF, firth_stream_read(pair.server, text, 1, 5));
    assert_true(firth_stream_closed(pair.server));
    CHECK_FAILS(EOF, firth_stream_read(pair.server, text, 1, 5));
    CHECK_FAILS(EOF, firth_stream_write(pair.server, "x", 1, 5));
}

static void a_closed_stream_ends_properly_too(void **state)
{
    (void)state;
    char byte;
    CHECK_OK(firth_stream_close(pair.server));
    CHECK_OK(firth_stream_close(pair.server));
    CHECK_FAILS(EOF, firth_stream_read(pair.client, &byte, 1, 5));
    CHECK_FAILS(CLOSED, firth_stream_read(pair.server, &byte, 1, 5));
}

static void an_end_inside_what_is_wanted_is_a_loss(void **state)
{
    (void)state;
    char text[5];
    CHECK_OK(firth_stream_write(pair.client, "abc", 3, 5));
    CHECK_OK(firth_stream_finish(pair.client, 5));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(pair.server, text, 5, 5));
    CHECK_DETAIL("after 3 of 5 bytes");
}

static void a_cut_is_told_from_an_end(void **state)
{
    (void)state;
    char text[3];
    bool ready = false;
    CHECK_OK(firth_stream_write(pair.client, "abc", 3, 5));
    CHECK_OK(firth_stream_close(pair.below[0]));
    CHECK_OK(firth_stream_read(pair.server, text, 3, 5));
    CHECK_OK(firth_stream_poll(pair.server, 5, &ready));
    assert_true(ready);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(pair.server, text, 1, 5));
    CHECK_DETAIL("the connection was cut without TLS's end (close_notify)");
    assert_true(firth_stream_closed(pair.server));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_write(pair.server, "x", 1, 5));
}

/* Half a record, and then nothing more. */
static void a_cut_inside_a_record_is_a_loss(void **state)
{
    (void)state;
    char byte;
    CHECK_OK(firth_stream_write(pair.below[0], "\x17\x03\x03\x00\x20half", 9, 5));
    CHECK_OK(firth_stream_close(pair.below[0]));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(pair.server, &byte, 1, 5));
    CHECK_DETAIL("the connection was cut");
}

static void a_damaged_record_is_final(void **state)
{
    (void)state;
    char byte;
    bool ready = false;
    CHECK_OK(firth_stream_write(pair.below[0],
                                "\x17\x03\x03\x00\x20"
                                "0123456789abcdef0123456789abcdef",
                                37, 5));
    CHECK_FAILS(TLS, firth_stream_read(pair.server, &byte, 1, 5));
    CHECK_DETAIL("the peer broke TLS: decryption failed or bad record mac");
    CHECK_FAILS(TLS, firth_stream_read(pair.server, &byte, 1, 5));
    CHECK_FAILS(TLS, firth_stream_write(pair.server, "x", 1, 5));
    CHECK_OK(firth_stream_poll(pair.server, 5, &ready));
    assert_true(ready);
    assert_false(firth_stream_closed(pair.server));
    CHECK_FAILS(TLS, firth_stream_read(pair.client, &byte, 1, 5));
    CHECK_DETAIL("a record of ours arrived damaged (alert bad_record_mac, 20)");
    CHECK_FAILS(TLS, firth_stream_finish(pair.server, 5));
    assert_int_equal(ERR_peek_error(), 0);
}

/* Bytes behind the alert or the end are nobody's. */
static void what_comes_after_the_end_is_not_delivered(void **state)
{
    (void)state;
    char byte;
    CHECK_OK(firth_stream_write(pair.client, "a", 1, 5));
    CHECK_OK(firth_stream_close(pair.client));
    CHECK_OK(firth_stream_read(pair.server, &byte, 1, 5));
    CHECK_FAILS(EOF, firth_stream_read(pair.server, &byte, 1, 5));
}

/* The system answers unread bytes with a reset, which can destroy what we sent last. */
static void what_came_unread_destroys_no_last_bytes(void **state)
{
    (void)state;
    char text[4];
    CHECK_OK(firth_stream_write(pair.server, "this is never read", 18, 5));
    CHECK_OK(firth_stream_write(pair.client, "last", 4, 5));
    CHECK_OK(firth_stream_close(pair.client));
    CHECK_OK(firth_stream_read(pair.server, text, 4, 5));
    CHECK_FAILS(EOF, firth_stream_read(pair.server, text, 1, 5));
}

static void a_close_tells_what_did_not_leave(void **state)
{
    (void)state;
    size_t to_read, to_write;
    fill_up(pair.client);
    CHECK_OK(firth_stream_held(pair.client, &to_read, &to_write));
    assert_true(to_write > 0);
    CHECK_FAILS(UNSENT, firth_stream_close(pair.client));
    assert_int_equal(firth_last_error()->count, to_write);
    CHECK_DETAIL("bytes of TLS records unsent");
}

static void a_finish_ends_with_its_time(void **state)
{
    (void)state;
    fill_up(pair.client);
    CHECK_FAILS(TIMEOUT, firth_stream_finish(pair.client, 0.01));
    assert_true(firth_stream_closed(pair.client));
}

/* As a writer does whose turn comes between the end and the close. */
static void who_writes_behind_the_end_is_told_that_it_is_ours(void **state)
{
    (void)state;
    char byte;
    const firth_deadline at_once = {0};
    CHECK_OK(firth_stream_enter(pair.client, FIRTH_WRITING, &at_once));
    CHECK_OK(firth_stream_finish_own(pair.client, &at_once));
    firth_stream_leave(pair.client, FIRTH_WRITING);
    CHECK_FAILS(CLOSED, firth_stream_write(pair.client, "x", 1, 5));
    CHECK_FAILS(EOF, firth_stream_read(pair.server, &byte, 1, 5));
}

static void a_stream_that_has_not_shaken_hands_ends_silently(void **state)
{
    (void)state;
    char byte;
    firth_stream *stream;
    firth_tls_options options = client_options();
    duplex lower = open_duplex(OVER_UNIX);
    CHECK_OK(firth_tls_stream_client(&stream, lower.stream, &options));
    CHECK_OK(firth_stream_finish(stream, 5));
    assert_false(hear(&lower, &byte, 1));
    assert_true(firth_stream_closed(lower.stream));
    firth_stream_free(stream);
    close_duplex(&lower);
}

static void a_stream_that_is_only_freed_says_nothing(void **state)
{
    (void)state;
    char byte;
    firth_stream_free(pair.client);
    firth_stream_free(pair.below[0]);
    pair.client = pair.below[0] = NULL;
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(pair.server, &byte, 1, 5));
}

static void what_was_agreed_upon_is_known_after_the_end(void **state)
{
    (void)state;
    const char *text;
    firth_bytes certificate;
    CHECK_OK(firth_stream_close(pair.client));
    CHECK_OK(firth_tls_stream_version(pair.client, &text));
    assert_string_equal(text, "TLSv1.3");
    CHECK_OK(firth_tls_stream_cipher(pair.client, &text));
    assert_int_equal(strncmp(text, "TLS_", 4), 0);
    CHECK_OK(firth_tls_stream_peer_certificate(pair.client, &certificate));
    assert_int_equal(*(unsigned char *)certificate.data, 0x30);
    firth_bytes_free(&certificate);
    CHECK_OK(firth_tls_stream_peer_certificate(pair.server, &certificate));
    assert_int_equal(certificate.length, 0);
    firth_bytes_free(&certificate);
    CHECK_FAILS(CLOSED, firth_tls_stream_handshake(pair.client, 0));
}

static int use_in_child(void *argument)
{
    char byte;
    bool ready;
    (void)argument;
    EXPECT(firth_stream_write(pair.client, "x", 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_read(pair.client, &byte, 1, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_poll(pair.client, 0, &ready) == FIRTH_E_FORKED);
    EXPECT(firth_stream_flush(pair.client, 0) == FIRTH_E_FORKED);
    EXPECT(firth_tls_stream_handshake(pair.client, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_finish(pair.client, 0) == FIRTH_E_FORKED);
    EXPECT(firth_stream_close(pair.server) == FIRTH_OK);
    return 0;
}

static void a_forked_child_only_closes_its_descriptors(void **state)
{
    (void)state;
    char text[6];
    run_in_child(use_in_child, NULL);
    CHECK_OK(firth_stream_write(pair.client, "parent", 6, 5));
    CHECK_OK(firth_stream_read(pair.server, text, 6, 5));
    CHECK_OK(firth_stream_finish(pair.server, 5));
    CHECK_FAILS(EOF, firth_stream_read(pair.client, text, 1, 5));
}

#define OVER(meet, test)              \
    {                                 \
#test, test, meet, part, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER(meet_unix, a_finished_stream_ends_properly),
        OVER(meet_unix, a_closed_stream_ends_properly_too),
        OVER(meet_unix, an_end_inside_what_is_wanted_is_a_loss),
        OVER(meet_unix, a_cut_is_told_from_an_end),
        OVER(meet_unix, a_cut_inside_a_record_is_a_loss),
        OVER(meet_unix, a_damaged_record_is_final),
        OVER(meet_unix, what_comes_after_the_end_is_not_delivered),
        OVER(meet_tcp, what_came_unread_destroys_no_last_bytes),
        OVER(meet_unix, a_close_tells_what_did_not_leave),
        OVER(meet_unix, a_finish_ends_with_its_time),
        OVER(meet_unix, who_writes_behind_the_end_is_told_that_it_is_ours),
        OVER(meet_unix, a_stream_that_has_not_shaken_hands_ends_silently),
        OVER(meet_unix, a_stream_that_is_only_freed_says_nothing),
        OVER(meet_unix, what_was_agreed_upon_is_known_after_the_end),
        OVER(meet_unix, a_forked_child_only_closes_its_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
