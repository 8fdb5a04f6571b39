/* Many threads on one batching channel, whose timer runs too, with time-outs and a peer that
 * takes little: each payload comes once, and in its sender's order. */
#include "batches.h"
#include "frames.h"
#include "worker.h"

#include <sched.h>
#include <string.h>

#define SENDERS 4
#define PAYLOADS 1500

typedef struct note {
    int sender;
    int number;
    unsigned char rest[48];
} note;

typedef struct sender {
    firth_channel *channel;
    int number;
} sender;

static _Atomic int senders_left;

/* Sends what was not taken again, with time-outs from none to some. */
static firth_err send_notes(void *argument)
{
    static const double times[] = {0, 0.0001, 0.001, 1};
    sender *self = argument;
    firth_err err = FIRTH_OK;
    for (int i = 0, tries = 0; i < PAYLOADS && err == FIRTH_OK; tries++) {
        note payload = {.sender = self->number, .number = i};
        size_t length = sizeof payload - (size_t)(i * 7 % 40);
        err = firth_channel_send(self->channel, &payload, length, times[tries % 4]);
        bool taken = err == FIRTH_OK || (err == FIRTH_E_TIMEOUT && firth_last_error()->count != 0);
        if (err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY)
            err = FIRTH_OK;
        if (taken && ++i % 100 == 0)
            firth_channel_poll(self->channel, 0, NULL);
    }
    atomic_fetch_sub(&senders_left, 1);
    return err;
}

/* Receives in vain all the time, and so sends what is collected. */
static firth_err receive_in_vain(void *channel)
{
    while (atomic_load(&senders_left) != 0) {
        int number;
        firth_err err = receive_number(channel, 0.0002, &number);
        if (err != FIRTH_E_TIMEOUT)
            return err;
    }
    return FIRTH_OK;
}

/* Whether every sender's notes come, in order and once. */
static firth_err hear_notes(void *channel)
{
    int next[SENDERS] = {0};
    for (int i = 0; i < SENDERS * PAYLOADS; i++) {
        firth_bytes payload;
        note found;
        firth_err err = firth_channel_recv(channel, 30, &payload);
        if (err != FIRTH_OK)
            return err;
        memcpy(&found, payload.data, offsetof(note, rest));
        firth_bytes_free(&payload);
        if (found.sender < 0 || found.sender >= SENDERS || found.number != next[found.sender]++)
            return FIRTH_E_INVALID;
    }
    return FIRTH_OK;
}

static void open_ends(medium over, const char *key, firth_channel **near_end,
                      firth_channel **far_end)
{
    int sockets[2];
    firth_stream *streams[2];
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    open_sockets(over, sockets);
    for (int i = 0; i < 2; i++)
        CHECK_OK(firth_socket_stream_from_descriptor(&streams[i], sockets[i], NULL));
    options.limits.queue = 600;
    options.key = key;
    options.key_length = key != NULL ? strlen(key) : 0;
    options.compress = FIRTH_COMPRESSION_ON;
    options.compression_threshold = 30;
    CHECK_OK(firth_batching_channel_create(near_end, streams[0], 5, 0.0002, &options));
    CHECK_OK(firth_channel_create(far_end, streams[1], &options));
    firth_stream_free(streams[0]);
    firth_stream_free(streams[1]);
}

static void check_exactly_once(medium over, const char *key)
{
    firth_channel *near_end, *far_end;
    sender senders[SENDERS];
    worker sending[SENDERS], receiving, hearing;
    open_ends(over, key, &near_end, &far_end);
    atomic_store(&senders_left, SENDERS);
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (sender){near_end, i};
        start_worker(&sending[i], send_notes, &senders[i]);
    }
    start_worker(&receiving, receive_in_vain, near_end);
    start_worker(&hearing, hear_notes, far_end);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(join_worker(&sending[i]), FIRTH_OK);
    assert_int_equal(join_worker(&receiving), FIRTH_OK);
    assert_int_equal(join_worker(&hearing), FIRTH_OK);
    CHECK_OK(firth_channel_flush(near_end, 5)); /* after the timer, which has counted then */
    assert_int_equal(firth_channel_pending(near_end), 0);
    CHECK_OK(firth_channel_finish(near_end, 5));
    firth_channel_free(near_end);
    firth_channel_free(far_end);
}

static void notes_come_in_order_and_once_over_a_unix_socket(void **state)
{
    (void)state;
    check_exactly_once(OVER_UNIX, NULL);
}

static void notes_come_in_order_and_once_over_tcp(void **state)
{
    (void)state;
    check_exactly_once(OVER_TCP, NULL);
}

static void sealed_notes_come_in_order_and_once(void **state)
{
    (void)state;
    check_exactly_once(OVER_UNIX, "a key of 16 bytes");
    check_exactly_once(OVER_TCP, "a key of 16 bytes");
}

static _Atomic int rounds;

/* A sender, a receiver, corks and the timer at once, while the channel is closed. */
static firth_err use_until_closed(void *channel)
{
    for (;; atomic_fetch_add(&rounds, 1)) {
        int number = 0;
        firth_channel_cork(channel);
        send_numbers(channel, 0, 3, 0);
        firth_channel_uncork(channel, 0);
        send_numbers(channel, 0, 2, 0);
        receive_number(channel, 0, &number);
        if (firth_channel_closed(channel))
            return FIRTH_OK;
    }
}

static void closing_from_another_thread_is_fine(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        duplex far = open_duplex(OVER_UNIX);
        firth_channel *channel = batching(far.stream, 4, 1e-6);
        worker users[2];
        for (int k = 0; k < 2; k++)
            start_worker(&users[k], use_until_closed, channel);
        while (atomic_load(&rounds) < 10 * (i + 1))
            sched_yield();
        firth_err err = firth_channel_close(channel);
        assert_true(err == FIRTH_OK || err == FIRTH_E_UNSENT);
        for (int k = 0; k < 2; k++)
            assert_int_equal(join_worker(&users[k]), FIRTH_OK);
        firth_channel_free(channel);
        close_duplex(&far);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_come_in_order_and_once_over_a_unix_socket),
        cmocka_unit_test(notes_come_in_order_and_once_over_tcp),
        cmocka_unit_test(sealed_notes_come_in_order_and_once),
        cmocka_unit_test(closing_from_another_thread_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
