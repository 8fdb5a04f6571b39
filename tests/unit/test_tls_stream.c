/* TLS over any stream: bytes and questions, once hands are shaken. */
#include "check.h"
#include "certificates.h"
#include "tls_pair.h"

#include <firth/stream_ops.h>

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static medium media[] = {OVER_UNIX, OVER_TCP, OVER_PIPES};
static firth_tls_options versions[3];

static int make_versions(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        versions[i] = client_options();
    versions[1].ssl_version = FIRTH_TLS_1_2;
    versions[2].ssl_version = FIRTH_TLS_1_3;
    return 0;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        char answer[6] = "";
        tls_pair pair = meet_over_tls(media[i % 3], &versions[i / 3], NULL);
        CHECK_OK(firth_stream_write(pair.client, "hello", 5, 5));
        CHECK_OK(firth_stream_read(pair.server, answer, 5, 5));
        assert_string_equal(answer, "hello");
        CHECK_OK(firth_stream_write(pair.server, "world", 5, 5));
        CHECK_OK(firth_stream_read(pair.client, answer, 5, 5));
        assert_string_equal(answer, "world");
        assert_int_equal(ERR_peek_error(), 0);
        close_tls_pair(&pair);
    }
}

static firth_stream *buffered(firth_stream *lower)
{
    firth_stream *made;
    CHECK_OK(firth_buffered_stream_create(&made, lower, 0));
    firth_stream_free(lower);
    return made;
}

static void over_a_stream_that_collects_the_hand_shake_and_a_flush_go_all_the_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        char byte;
        firth_err outcome[2];
        firth_stream *client, *server;
        CHECK_OK(firth_pipe_stream_create_pair(&client, &server));
        tls_pair pair = open_tls_over(buffered(client), buffered(server), &versions[i], NULL);
        shake_hands(&pair, outcome);
        assert_int_equal(outcome[0], FIRTH_OK);
        assert_int_equal(outcome[1], FIRTH_OK);
        CHECK_OK(firth_stream_write(pair.client, "x", 1, 5));
        CHECK_OK(firth_stream_flush(pair.client, 5));
        CHECK_OK(firth_stream_read(pair.server, &byte, 1, 5));
        close_tls_pair(&pair);
    }
}

/* Waits for all that the first span holds, as an object of a language may. */
static firth_err read_all_of_the_first(void *lower, const firth_span *spans, size_t span_count,
                                       double timeout, size_t *count)
{
    (void)span_count;
    *count = spans[0].length;
    return firth_stream_read(lower, spans[0].data, spans[0].length, timeout);
}

static firth_err write_the_first(void *lower, const firth_slice *slices, size_t slice_count,
                                 double timeout, size_t *count)
{
    (void)slice_count;
    return firth_stream_write_some(lower, slices[0].data, slices[0].length, timeout, count);
}

static void release_lower(void *lower)
{
    firth_stream_free(lower);
}

static firth_stream *waiting_for_all(firth_stream *lower)
{
    static const firth_stream_ops table = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = "waiting for all",
        .read_some = read_all_of_the_first,
        .write_some = write_the_first,
        .release = release_lower,
    };
    firth_stream *made;
    CHECK_OK(firth_stream_create(&made, &table, lower));
    return made;
}

static void no_more_is_waited_for_than_the_record_that_comes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        char answer[6] = "";
        firth_err outcome[2];
        firth_stream *client, *server;
        CHECK_OK(firth_pipe_stream_create_pair(&client, &server));
        tls_pair pair =
            open_tls_over(waiting_for_all(client), waiting_for_all(server), &versions[i], NULL);
        shake_hands(&pair, outcome);
        assert_int_equal(outcome[0], FIRTH_OK);
        assert_int_equal(outcome[1], FIRTH_OK);
        CHECK_OK(firth_stream_write(pair.client, "he", 2, 5));
        CHECK_OK(firth_stream_write(pair.client, "llo", 3, 5));
        CHECK_OK(firth_stream_read(pair.server, answer, 5, 5));
        assert_string_equal(answer, "hello");
        close_tls_pair(&pair);
    }
}

static void tls_lies_over_tls(void **state)
{
    (void)state;
    char answer[6] = "";
    firth_err outcome[2];
    tls_pair outer = meet_over_tls(OVER_UNIX, NULL, NULL);
    tls_pair inner = open_tls_over(outer.client, outer.server, NULL, NULL);
    shake_hands(&inner, outcome);
    assert_int_equal(outcome[0], FIRTH_OK);
    assert_int_equal(outcome[1], FIRTH_OK);
    CHECK_OK(firth_stream_write(inner.client, "hello", 5, 5));
    CHECK_OK(firth_stream_read(inner.server, answer, 5, 5));
    assert_string_equal(answer, "hello");
    CHECK_OK(firth_stream_finish(inner.client, 5));
    CHECK_FAILS(EOF, firth_stream_read(inner.server, answer, 1, 5));
    outer.client = outer.server = NULL;
    close_tls_pair(&inner);
    close_tls_pair(&outer);
}

static void what_was_read_ahead_is_held(void **state)
{
    (void)state;
    char text[5];
    size_t to_read, to_write;
    bool ready;
    tls_pair pair = meet_over_tls(OVER_UNIX, NULL, NULL);
    CHECK_OK(firth_stream_write(pair.client, "hello", 5, 5));
    CHECK_OK(firth_stream_read(pair.server, text, 1, 5));
    CHECK_OK(firth_stream_held(pair.server, &to_read, &to_write));
    assert_int_equal(to_read, 4);
    assert_int_equal(to_write, 0);
    CHECK_OK(firth_stream_poll(pair.server, 0, &ready));
    assert_true(ready);
    CHECK_OK(firth_stream_read(pair.server, text, 4, 0));
    CHECK_OK(firth_stream_held(pair.server, &to_read, &to_write));
    assert_int_equal(to_read, 0);
    CHECK_OK(firth_stream_poll(pair.server, 0, &ready));
    assert_false(ready);
    close_tls_pair(&pair);
}

static void eight_records_leave_in_one_call(void **state)
{
    (void)state;
    static char much[8 * 16384];
    firth_counters before, after;
    tls_pair pair = meet_over_tls(OVER_UNIX, NULL, NULL);
    CHECK_OK(firth_stream_counters(pair.client, &before));
    CHECK_OK(firth_stream_write(pair.client, much, sizeof much, 5));
    CHECK_OK(firth_stream_counters(pair.client, &after));
    assert_int_equal(after.write_calls - before.write_calls, 1);
    assert_int_equal(after.bytes_written - before.bytes_written, sizeof much);
    close_tls_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(over_a_stream_that_collects_the_hand_shake_and_a_flush_go_all_the_way),
        cmocka_unit_test(tls_lies_over_tls),
        cmocka_unit_test(what_was_read_ahead_is_held),
        cmocka_unit_test(eight_records_leave_in_one_call),
        cmocka_unit_test(no_more_is_waited_for_than_the_record_that_comes),
    };
    return cmocka_run_group_tests(tests, make_versions, NULL);
}
