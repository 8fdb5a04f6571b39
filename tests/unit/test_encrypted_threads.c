/* Several threads on one encrypted channel: nobody waits for one who waits for more. */
#include "check.h"
#include "codec_pair.h"
#include "sealed_pair.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>

#define SENDERS 3
#define PAYLOADS 200

static sealed_pair pair;
static firth_bytes received;

static void open_near_only(medium over)
{
    firth_channel_options options = options_with_key();
    pair = (sealed_pair){.ends = open_duplex(over)};
    CHECK_OK(firth_channel_create(&pair.near, pair.ends.stream, &options));
}

static void open_far(void)
{
    firth_channel_options options = options_with_key();
    CHECK_OK(firth_channel_create(&pair.far, far_stream(&pair.ends), &options));
}

static firth_err send_brine(void *channel)
{
    return firth_channel_send(channel, "brine", 5, FIRTH_FOREVER);
}

static firth_err receive_one(void *channel)
{
    return firth_channel_recv(channel, FIRTH_FOREVER, &received);
}

static firth_err finish(void *channel)
{
    return firth_channel_finish(channel, FIRTH_FOREVER);
}

static void must_have_received(void)
{
    assert_true(same_bytes(received.data, received.length, "brine", 5));
    firth_bytes_free(&received);
}

static void must_receive(firth_channel *channel)
{
    firth_bytes found;
    CHECK_OK(firth_channel_recv(channel, FIRTH_FOREVER, &found));
    assert_true(same_bytes(found.data, found.length, "brine", 5));
    firth_bytes_free(&found);
}

static void who_receives_and_who_sends_wait_for_the_same_hello(void **state)
{
    (void)state;
    worker receiver, sender;
    open_near_only(OVER_UNIX);
    start_worker(&receiver, receive_one, pair.near);
    wait_until_polling(&receiver);
    start_worker(&sender, send_brine, pair.near);
    wait_until_queued(&sender);
    open_far();
    CHECK_OK(firth_channel_handshake(pair.far, 5));
    assert_int_equal(join_worker(&sender), FIRTH_OK);
    CHECK_OK(firth_channel_send(pair.far, "brine", 5, 5));
    assert_int_equal(join_worker(&receiver), FIRTH_OK);
    must_have_received();
    must_receive(pair.far);
    close_sealed(&pair);
}

/* The peer says nothing but its hello until it has heard something. */
static void a_sender_does_not_wait_for_one_who_waits_for_the_proof(void **state)
{
    (void)state;
    worker receiver;
    open_near_only(OVER_UNIX);
    firth_frame_codec *peer = codec_with_key(PAIR_KEY, 16);
    blob hello = hello_of(peer);
    start_worker(&receiver, receive_one, pair.near);
    say(&pair.ends, hello.data, hello.length);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 10));
    unsigned char heard[47 + 23 + 28];
    assert_true(hear(&pair.ends, heard, sizeof heard));
    must_bring(peer, (blob){memcpy(malloc(sizeof heard), heard, sizeof heard), sizeof heard},
               "brine", 5);
    blob answer = frame_from(peer, "brine", 5);
    say(&pair.ends, answer.data, answer.length);
    assert_int_equal(join_worker(&receiver), FIRTH_OK);
    must_have_received();
    free(hello.data);
    free(answer.data);
    firth_frame_codec_free(peer);
    firth_channel_free(pair.near);
    close_duplex(&pair.ends);
}

static void a_try_while_another_waits_for_the_hello_wants_either(void **state)
{
    (void)state;
    worker receiver;
    open_near_only(OVER_UNIX);
    start_worker(&receiver, receive_one, pair.near);
    wait_until_polling(&receiver);
    CHECK_FAILS(BUSY, firth_channel_send(pair.near, "brine", 5, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_EITHER);
    CHECK_FAILS(TIMEOUT, firth_channel_handshake(pair.near, 0.01));
    open_far();
    CHECK_OK(firth_channel_send(pair.far, "brine", 5, 5));
    assert_int_equal(join_worker(&receiver), FIRTH_OK);
    must_have_received();
    close_sealed(&pair);
}

static void a_close_wakes_all_who_wait_for_the_hello(void **state)
{
    (void)state;
    worker receiver, sender;
    open_near_only(OVER_UNIX);
    start_worker(&receiver, receive_one, pair.near);
    wait_until_polling(&receiver);
    start_worker(&sender, send_brine, pair.near);
    wait_until_queued(&sender);
    CHECK_OK(firth_channel_close(pair.near));
    assert_int_equal(join_worker(&receiver), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&sender), FIRTH_E_CLOSED);
    firth_channel_free(pair.near);
    close_duplex(&pair.ends);
}

static void a_finish_waits_with_one_who_receives_for_the_proof(void **state)
{
    (void)state;
    worker receiver, finisher;
    pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    start_worker(&receiver, receive_one, pair.near);
    wait_until_polling(&receiver);
    start_worker(&finisher, finish, pair.near);
    wait_until_queued(&finisher);
    must_receive(pair.far);
    assert_int_equal(join_worker(&finisher), FIRTH_OK);
    assert_int_equal(join_worker(&receiver), FIRTH_E_CLOSED);
    close_sealed(&pair);
}

static void a_finish_needs_nobody_else_once_the_proof_has_come(void **state)
{
    (void)state;
    worker receiver;
    pair = open_sealed(OVER_UNIX, NULL);
    must_carry(pair.far, pair.near, "brine", 5);
    start_worker(&receiver, receive_one, pair.near);
    wait_until_polling(&receiver);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_OK(firth_channel_finish(pair.near, 5));
    assert_int_equal(join_worker(&receiver), FIRTH_E_CLOSED);
    close_sealed(&pair);
}

static firth_err send_many(void *channel)
{
    blob payload = noise_of(6000);
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < PAYLOADS; i++)
        err = firth_channel_send(channel, payload.data, (size_t)(i * 29 % 6000), FIRTH_FOREVER);
    free(payload.data);
    return err;
}

static firth_err receive_many(void *channel)
{
    blob expected = noise_of(6000);
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < SENDERS * PAYLOADS; i++) {
        firth_bytes payload;
        err = firth_channel_recv(channel, FIRTH_FOREVER, &payload);
        if (err == FIRTH_OK &&
            (payload.length >= 6000 ||
             !same_bytes(payload.data, payload.length, expected.data, payload.length)))
            err = FIRTH_E_PROTOCOL;
        firth_bytes_free(&payload);
    }
    free(expected.data);
    return err;
}

static void frames_of_many_senders_are_sealed_in_the_order_of_the_wire(void **state)
{
    worker senders[2 * SENDERS], receivers[2];
    pair = open_sealed((medium)(intptr_t)*state, NULL);
    start_worker(&receivers[0], receive_many, pair.near);
    start_worker(&receivers[1], receive_many, pair.far);
    for (int i = 0; i < 2 * SENDERS; i++)
        start_worker(&senders[i], send_many, i % 2 == 0 ? pair.near : pair.far);
    for (int i = 0; i < 2 * SENDERS; i++)
        assert_int_equal(join_worker(&senders[i]), FIRTH_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(join_worker(&receivers[i]), FIRTH_OK);
    close_sealed(&pair);
}

static firth_err echo_until_end(void *channel)
{
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK) {
        firth_bytes payload;
        err = firth_channel_recv(channel, FIRTH_FOREVER, &payload);
        if (err == FIRTH_OK)
            err = firth_channel_send(channel, payload.data, payload.length, FIRTH_FOREVER);
        firth_bytes_free(&payload);
    }
    return err;
}

static void streams_that_only_block_will_do(void **state)
{
    (void)state;
    worker echo;
    open_near_only(OVER_BLOCKING_CUSTOM);
    open_far();
    CHECK_FAILS(NOT_SUPPORTED, firth_channel_send(pair.near, "brine", 5, 1));
    start_worker(&echo, echo_until_end, pair.far);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(send_brine(pair.near));
        must_receive(pair.near);
        CHECK_FAILS(NOT_SUPPORTED, firth_channel_send(pair.near, "brine", 5, 1));
    }
    CHECK_OK(firth_channel_finish(pair.near, FIRTH_UNSET));
    assert_int_equal(join_worker(&echo), FIRTH_E_EOF);
    close_sealed(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_receives_and_who_sends_wait_for_the_same_hello),
        cmocka_unit_test(a_sender_does_not_wait_for_one_who_waits_for_the_proof),
        cmocka_unit_test(a_try_while_another_waits_for_the_hello_wants_either),
        cmocka_unit_test(a_close_wakes_all_who_wait_for_the_hello),
        cmocka_unit_test(a_finish_waits_with_one_who_receives_for_the_proof),
        cmocka_unit_test(a_finish_needs_nobody_else_once_the_proof_has_come),
        {"many senders (unix)", frames_of_many_senders_are_sealed_in_the_order_of_the_wire, NULL,
         NULL, (void *)OVER_UNIX},
        {"many senders (tls)", frames_of_many_senders_are_sealed_in_the_order_of_the_wire, NULL,
         NULL, (void *)OVER_TLS},
        cmocka_unit_test(streams_that_only_block_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
