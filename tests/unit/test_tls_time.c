/* Calls over TLS that end before they are done: at every point, and nothing is lost. All in
 * one thread, over streams that take and give as little as they are told. */
#include "certificates.h"
#include "check.h"
#include "tls_pair.h"
#include "trickle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static trickle below;
static tls_pair pair;
static firth_tls_options client;

static int open_pair(int version)
{
    firth_stream *ends[2];
    client = client_options();
    client.ssl_version = version;
    open_trickle(&below, ends);
    pair = open_tls_over(ends[0], ends[1], &client, NULL);
    return 0;
}

static int open_unmet(void **state)
{
    (void)state;
    return open_pair(FIRTH_TLS_UNSET);
}

static void meet(void)
{
    for (unsigned tries = 0; tries < 100000; tries++) {
        firth_err there = firth_tls_stream_handshake(pair.client, 0);
        firth_err here = firth_tls_stream_handshake(pair.server, 0);
        if (there == FIRTH_OK && here == FIRTH_OK)
            return;
        assert_true(there == FIRTH_OK || there == FIRTH_E_TIMEOUT);
        assert_true(here == FIRTH_OK || here == FIRTH_E_TIMEOUT);
    }
    fail_msg("%s", "no end of the hand-shake");
}

static int open_met(void **state)
{
    open_unmet(state);
    meet();
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    close_tls_pair(&pair);
    return 0;
}

static void move_little(size_t most, unsigned refuse_every)
{
    below.ways[0].most = below.ways[1].most = most;
    below.refuse_every = refuse_every;
}

static void a_hand_shake_can_be_interrupted_by_the_time_anywhere(void **state)
{
    (void)state;
    for (int version = FIRTH_TLS_1_2; version <= FIRTH_TLS_1_3; version++) {
        close_tls_pair(&pair);
        open_pair(version);
        move_little(1, 2);
        meet();
    }
}

static void a_hand_shake_says_what_it_wants(void **state)
{
    (void)state;
    char byte;
    below.ways[0].room = 10;
    CHECK_FAILS(TIMEOUT, firth_tls_stream_handshake(pair.client, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    CHECK_FAILS(TIMEOUT, firth_stream_read(pair.client, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_FAILS(TIMEOUT, firth_tls_stream_handshake(pair.client, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    CHECK_FAILS(TIMEOUT, firth_stream_write(pair.client, "x", 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    assert_int_equal(firth_last_error()->count, 0);
    CHECK_FAILS(TIMEOUT, firth_stream_read(pair.server, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
}

/* More than one go of answers: a chain of 200 certificates. */
static void a_long_hand_shake_leaves_in_several_goes(void **state)
{
    (void)state;
    char line[128];
    firth_stream *ends[2];
    firth_tls_options server = server_options();
    FILE *chain = fopen(certificate_file("long.crt"), "w");
    for (unsigned i = 0; i < 200; i++) {
        FILE *one = fopen(certificate_file(i == 0 ? "server.crt" : "ca.crt"), "r");
        while (fgets(line, sizeof line, one) != NULL)
            fputs(line, chain);
        fclose(one);
    }
    fclose(chain);
    close_tls_pair(&pair);
    server.certfile = certificate_file("long.crt");
    open_trickle(&below, ends);
    pair = open_tls_over(ends[0], ends[1], NULL, &server);
    below.ways[1].room = 5000;
    meet();
}

/* Any bytes that are not all alike. */
static void fill(unsigned char *bytes, size_t length)
{
    unsigned value = 1;
    for (size_t i = 0; i < length; i++) {
        value = value * 1103515245 + 12345;
        bytes[i] = (unsigned char)(value >> 16);
    }
}

/* One try of a write; the bytes that were taken. */
static size_t try_write(firth_stream *stream, const unsigned char *bytes, size_t length)
{
    firth_err err = firth_stream_write(stream, bytes, length, 0);
    if (err == FIRTH_OK)
        return length;
    CHECK_FAILS(TIMEOUT, err);
    return firth_last_error()->count;
}

static size_t try_read(firth_stream *stream, unsigned char *bytes, size_t length)
{
    size_t count;
    firth_err err = firth_stream_read_some(stream, bytes, length, 0, &count);
    assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
    return count;
}

static void carry(firth_stream *from, firth_stream *to, size_t length)
{
    unsigned char *sent = malloc(length), *got = malloc(length);
    size_t taken = 0, given = 0;
    fill(sent, length);
    while (given < length) {
        taken += try_write(from, sent + taken, length - taken);
        given += try_read(to, got + given, length - given);
    }
    assert_int_equal(taken, length);
    assert_memory_equal(sent, got, length);
    free(sent);
    free(got);
}

static void bytes_arrive_whole_through_time_outs_everywhere(void **state)
{
    (void)state;
    move_little(1000, 3);
    carry(pair.client, pair.server, 300000);
    carry(pair.server, pair.client, 300000);
    move_little(1, 2);
    carry(pair.client, pair.server, 2000);
}

/* Only 20 bytes of the record can leave. */
static void leave_a_record_behind(void)
{
    size_t to_read, to_write;
    below.ways[0].room = 20;
    CHECK_FAILS(TIMEOUT, firth_stream_write(pair.client, "sealed", 6, 0));
    assert_int_equal(firth_last_error()->count, 6);
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    CHECK_OK(firth_stream_held(pair.client, &to_read, &to_write));
    assert_int_equal(to_write, 6 + 22 - 20);
}

static void check_arrived(const char *text)
{
    char arrived[16] = "";
    CHECK_OK(firth_stream_read(pair.server, arrived, strlen(text), 0));
    assert_string_equal(arrived, text);
}

static void a_flush_sends_what_a_time_out_has_left(void **state)
{
    (void)state;
    leave_a_record_behind();
    CHECK_FAILS(TIMEOUT, firth_stream_flush(pair.client, 0));
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_OK(firth_stream_flush(pair.client, 0));
    check_arrived("sealed");
}

static void a_write_sends_what_a_time_out_has_left(void **state)
{
    (void)state;
    leave_a_record_behind();
    CHECK_FAILS(TIMEOUT, firth_stream_write(pair.client, " and more", 9, 0));
    assert_int_equal(firth_last_error()->count, 0);
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_OK(firth_stream_write(pair.client, " and more", 9, 0));
    check_arrived("sealed and more");
}

static void a_write_of_no_bytes_sends_what_a_time_out_has_left(void **state)
{
    (void)state;
    size_t count;
    leave_a_record_behind();
    CHECK_FAILS(TIMEOUT, firth_stream_write(pair.client, NULL, 0, 0));
    CHECK_FAILS(TIMEOUT, firth_stream_write_some(pair.client, NULL, 0, 0, &count));
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_OK(firth_stream_write_some(pair.client, NULL, 0, 0, &count));
    check_arrived("sealed");
}

static void a_read_sends_what_a_time_out_has_left(void **state)
{
    (void)state;
    char byte;
    leave_a_record_behind();
    CHECK_FAILS(TIMEOUT, firth_stream_read(pair.client, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_EITHER);
    CHECK_FAILS(TIMEOUT, firth_stream_read(pair.client, &byte, 1, 1));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_FAILS(TIMEOUT, firth_stream_read(pair.client, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    check_arrived("sealed");
}

static void a_read_does_not_wait_for_the_way_out(void **state)
{
    (void)state;
    char text[6] = "";
    leave_a_record_behind();
    CHECK_OK(firth_stream_write(pair.server, "hello", 5, 0));
    CHECK_OK(firth_stream_read(pair.client, text, 5, 0));
    assert_string_equal(text, "hello");
}

/* Half of a record is none. */
static void a_poll_looks_through_what_is_no_data(void **state)
{
    (void)state;
    bool ready = true;
    size_t to_read, to_write;
    below.ways[1].room = 12;
    CHECK_FAILS(TIMEOUT, firth_stream_write(pair.server, "ab", 2, 0));
    CHECK_OK(firth_stream_poll(pair.client, 0, &ready));
    assert_false(ready);
    assert_int_equal(below.ways[1].length, 0);
    below.ways[1].room = TRICKLE_ROOM;
    CHECK_OK(firth_stream_flush(pair.server, 0));
    CHECK_OK(firth_stream_poll(pair.client, 0, &ready));
    assert_true(ready);
    CHECK_OK(firth_stream_held(pair.client, &to_read, &to_write));
    assert_int_equal(to_read, 2);
}

/* ---- A channel over TLS ----------------------------------------------------------------- */

static void a_channel_keeps_account_of_what_is_sealed(void **state)
{
    (void)state;
    firth_channel *sender, *receiver;
    firth_bytes payload;
    CHECK_OK(firth_channel_create(&sender, pair.client, NULL));
    CHECK_OK(firth_channel_create(&receiver, pair.server, NULL));
    below.ways[0].room = 20;
    CHECK_FAILS(TIMEOUT, firth_channel_send(sender, "first", 5, 0));
    size_t left = 5 + 6 + 22 - 20;
    assert_int_equal(firth_last_error()->count, left);
    assert_int_equal(firth_channel_pending(sender), left);
    CHECK_FAILS(BUSY, firth_channel_send(sender, "second", 6, 0));
    CHECK_FAILS(TIMEOUT, firth_channel_flush(sender, 0));
    below.ways[0].room = TRICKLE_ROOM;
    CHECK_OK(firth_channel_send(sender, "second", 6, 0));
    assert_int_equal(firth_channel_pending(sender), 0);
    CHECK_OK(firth_channel_recv(receiver, 0, &payload));
    assert_memory_equal(payload.data, "first", 5);
    firth_bytes_free(&payload);
    CHECK_OK(firth_channel_recv(receiver, 0, &payload));
    assert_memory_equal(payload.data, "second", 6);
    firth_bytes_free(&payload);
    firth_channel_free(sender);
    firth_channel_free(receiver);
}

static void a_frame_is_one_record(void **state)
{
    (void)state;
    firth_channel *sender;
    CHECK_OK(firth_channel_create(&sender, pair.client, NULL));
    CHECK_OK(firth_channel_send(sender, "0123456789", 10, 0));
    assert_int_equal(below.ways[0].length, 5 + 10 + 1 + 22);
    firth_channel_free(sender);
}

#define UNMET(test)                               \
    {                                             \
#test, test, open_unmet, close_both, NULL \
    }
#define MET(test)                               \
    {                                           \
#test, test, open_met, close_both, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNMET(a_hand_shake_can_be_interrupted_by_the_time_anywhere),
        UNMET(a_hand_shake_says_what_it_wants),
        UNMET(a_long_hand_shake_leaves_in_several_goes),
        MET(bytes_arrive_whole_through_time_outs_everywhere),
        MET(a_flush_sends_what_a_time_out_has_left),
        MET(a_write_sends_what_a_time_out_has_left),
        MET(a_write_of_no_bytes_sends_what_a_time_out_has_left),
        MET(a_read_sends_what_a_time_out_has_left),
        MET(a_read_does_not_wait_for_the_way_out),
        MET(a_poll_looks_through_what_is_no_data),
        MET(a_channel_keeps_account_of_what_is_sealed),
        MET(a_frame_is_one_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
