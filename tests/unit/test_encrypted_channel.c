/* Two encrypted channels: over every kind of stream, with every other stage, and how they
 * end. */
#include "channel/channel_state.h"
#include "check.h"
#include "codec_pair.h"
#include "sealed_pair.h"

#include <stdlib.h>
#include <string.h>

#define OVER(kind)                                                                           \
    {                                                                                        \
        "payloads go both ways (" #kind ")", payloads_go_both_ways, NULL, NULL, (void *)kind \
    }

#define ENDS_OVER(kind)                                                                          \
    {"both sides may finish (" #kind ")", both_sides_may_finish_one_after_the_other, NULL, NULL, \
     (void *)kind},                                                                              \
    {                                                                                            \
        "a peer that took all and left is no error (" #kind ")",                                 \
            a_peer_that_took_all_and_left_is_no_error, NULL, NULL, (void *)kind                  \
    }

static void carry_all_sizes(firth_channel *from, firth_channel *to)
{
    static const size_t lengths[] = {0, 1, 16, 3001, 9000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        blob payload = text_of(lengths[i]);
        must_carry(from, to, payload.data, payload.length);
        free(payload.data);
    }
}

static void payloads_go_both_ways(void **state)
{
    sealed_pair pair = open_sealed((medium)(intptr_t)*state, NULL);
    carry_all_sizes(pair.near, pair.far);
    carry_all_sizes(pair.far, pair.near);
    assert_true(firth_channel_encrypted(pair.near));
    close_sealed(&pair);
}

static void compression_goes_under_encryption(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    options.compress = FIRTH_COMPRESSION_ON;
    sealed_pair pair = open_sealed(OVER_UNIX, &options);
    carry_all_sizes(pair.near, pair.far);
    carry_all_sizes(pair.far, pair.near);
    close_sealed(&pair);
}

static void compression_is_off_unless_it_is_asked_for(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    assert_false(firth_channel_compress(pair.near));
    close_sealed(&pair);
}

static void corked_payloads_leave_together(void **state)
{
    (void)state;
    firth_bytes found;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_cork(pair.near));
    for (int i = 0; i < 5; i++)
        CHECK_OK(firth_channel_send(pair.near, &i, sizeof i, 5));
    CHECK_FAILS(TIMEOUT, firth_channel_recv(pair.far, 0, &found));
    CHECK_OK(firth_channel_uncork(pair.near, 5));
    for (int i = 0; i < 5; i++) {
        CHECK_OK(firth_channel_recv(pair.far, 5, &found));
        assert_memory_equal(found.data, &i, sizeof i);
        firth_bytes_free(&found);
    }
    close_sealed(&pair);
}

static void batches_are_sealed_frame_by_frame(void **state)
{
    (void)state;
    firth_bytes found;
    firth_channel_options options = options_with_key();
    options.batch_size = 3;
    options.batch_timeout = 0;
    sealed_pair pair = open_sealed(OVER_UNIX, &options);
    for (int i = 0; i < 7; i++)
        CHECK_OK(firth_channel_send(pair.near, &i, sizeof i, 5));
    for (int i = 0; i < 6; i++) {
        CHECK_OK(firth_channel_recv(pair.far, 5, &found));
        assert_memory_equal(found.data, &i, sizeof i);
        firth_bytes_free(&found);
    }
    CHECK_FAILS(TIMEOUT, firth_channel_recv(pair.far, 0, &found));
    CHECK_OK(firth_channel_flush(pair.near, 5));
    CHECK_OK(firth_channel_recv(pair.far, 5, &found));
    firth_bytes_free(&found);
    close_sealed(&pair);
}

static void a_finish_ends_what_the_peer_receives_cleanly(void **state)
{
    (void)state;
    firth_bytes found;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    for (int i = 0; i < 3; i++)
        CHECK_FAILS(EOF, firth_channel_recv(pair.far, 5, &found));
    assert_true(firth_channel_closed(pair.far));
    CHECK_OK(firth_channel_finish(pair.far, 5));
    close_sealed(&pair);
}

static void both_sides_may_finish_one_after_the_other(void **state)
{
    sealed_pair pair = open_sealed((medium)(intptr_t)*state, NULL);
    must_carry(pair.near, pair.far, "brine", 5);
    must_carry(pair.far, pair.near, "brine", 5);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    CHECK_OK(firth_channel_finish(pair.far, 5));
    close_sealed(&pair);
}

static void sides_that_sent_nothing_finish_without_waiting(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    CHECK_OK(firth_channel_finish(pair.far, 5));
    close_sealed(&pair);
}

static void a_side_that_sent_nothing_ends_cleanly_for_its_peer(void **state)
{
    (void)state;
    firth_bytes found;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    CHECK_FAILS(EOF, firth_channel_recv(pair.far, 5, &found));
    close_sealed(&pair);
}

static void a_finish_without_any_peer_does_not_wait(void **state)
{
    (void)state;
    firth_channel *channel;
    firth_channel_options options = options_with_key();
    duplex far = open_duplex(OVER_UNIX);
    CHECK_OK(firth_channel_create(&channel, far.stream, &options));
    CHECK_OK(firth_channel_finish(channel, FIRTH_FOREVER));
    firth_channel_free(channel);
    close_duplex(&far);
}

static void a_close_is_no_sealed_end(void **state)
{
    (void)state;
    firth_bytes found;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_close(pair.near));
    for (int i = 0; i < 3; i++)
        CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(pair.far, 5, &found));
    assert_true(firth_channel_closed(pair.far));
    close_sealed(&pair);
}

static void a_finish_tells_that_the_peer_has_not_shown_the_key(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_FAILS(TIMEOUT, firth_channel_finish(pair.near, 0.01));
    CHECK_DETAIL("the peer has not shown that it has the key");
    assert_true(firth_channel_closed(pair.near));
    close_sealed(&pair);
}

static void a_finish_tells_that_the_peer_left_without_the_key(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_OK(firth_channel_close(pair.far));
    CHECK_FAILS(CONNECTION_LOST, firth_channel_finish(pair.near, 5));
    close_sealed(&pair);
}

static void a_peer_that_took_all_and_left_is_no_error(void **state)
{
    sealed_pair pair = open_sealed((medium)(intptr_t)*state, NULL);
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_close(pair.far));
    CHECK_OK(firth_channel_finish(pair.near, 5));
    close_sealed(&pair);
}

/* A peer that is gone is noticed at once. */
static sealed_pair open_buffered(void)
{
    sealed_pair pair = {.ends = open_duplex(OVER_UNIX)};
    firth_channel_options options = options_with_key();
    firth_stream *buffered;
    CHECK_OK(firth_buffered_stream_create(&buffered, pair.ends.stream, 8192));
    CHECK_OK(firth_channel_create(&pair.near, buffered, &options));
    CHECK_OK(firth_channel_create(&pair.far, far_stream(&pair.ends), &options));
    firth_stream_free(buffered);
    return pair;
}

static void an_end_that_the_stream_still_holds_is_missed_by_nobody(void **state)
{
    (void)state;
    sealed_pair pair = open_buffered();
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_close(pair.far));
    CHECK_OK(firth_channel_finish(pair.near, 5));
    close_sealed(&pair);
}

static void payloads_that_the_stream_still_holds_are_missed(void **state)
{
    (void)state;
    sealed_pair pair = open_buffered();
    must_carry(pair.near, pair.far, "brine", 5);
    CHECK_OK(firth_channel_send(pair.near, "lost", 4, 5));
    CHECK_OK(firth_channel_close(pair.far));
    CHECK_FAILS(UNSENT, firth_channel_finish(pair.near, 5));
    assert_true(firth_channel_closed(pair.near));
    close_sealed(&pair);
}

static void a_wrong_key_is_found_by_both_sides(void **state)
{
    (void)state;
    firth_bytes found;
    firth_channel_options near = options_with_key(), far = options_with_key();
    far.key = "0123456789abcdeg";
    sealed_pair pair = open_sealed_with(OVER_UNIX, &near, &far);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    for (int i = 0; i < 2; i++) {
        CHECK_FAILS(ENCRYPTION, firth_channel_recv(pair.far, 5, &found));
        CHECK_FAILS(ENCRYPTION, firth_channel_send(pair.far, "brine", 5, 5));
    }
    CHECK_FAILS(ENCRYPTION, firth_channel_finish(pair.near, 5));
    CHECK_FAILS(ENCRYPTION, firth_channel_finish(pair.far, 5));
    close_sealed(&pair);
}

static void a_key_with_a_zero_behind_it_is_another_key(void **state)
{
    (void)state;
    firth_bytes found;
    firth_channel_options near = options_with_key(), far = options_with_key();
    far.key_length = 17;
    sealed_pair pair = open_sealed_with(OVER_UNIX, &near, &far);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_FAILS(ENCRYPTION, firth_channel_recv(pair.far, 5, &found));
    close_sealed(&pair);
}

static void a_handshake_needs_no_payload(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(firth_channel_handshake(pair.near, 5));
        CHECK_OK(firth_channel_handshake(pair.far, 5));
    }
    close_sealed(&pair);
}

static void a_proof_is_awaited_and_nothing_more(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_FAILS(TIMEOUT, firth_channel_await_proof(pair.near, 0));
    CHECK_OK(firth_channel_await_proof(pair.far, 5));
    CHECK_OK(firth_channel_await_proof(pair.near, 5));
    CHECK_OK(firth_channel_finish(pair.near, 0));
    firth_bytes found;
    CHECK_OK(firth_channel_recv(pair.far, 5, &found));
    firth_bytes_free(&found);
    close_sealed(&pair);
}

static void a_wrong_key_is_no_proof(void **state)
{
    (void)state;
    firth_channel_options near = options_with_key(), far = options_with_key();
    far.key_length = 17;
    sealed_pair pair = open_sealed_with(OVER_UNIX, &near, &far);
    CHECK_OK(firth_channel_handshake(pair.far, 5));
    CHECK_FAILS(ENCRYPTION, firth_channel_await_proof(pair.near, 5));
    CHECK_FAILS(INVALID, firth_channel_await_proof(NULL, 0));
    close_sealed(&pair);
}

static void a_channel_without_a_key_shakes_no_hands(void **state)
{
    (void)state;
    firth_channel *channel;
    duplex far = open_duplex(OVER_UNIX);
    CHECK_OK(firth_channel_create(&channel, far.stream, NULL));
    CHECK_OK(firth_channel_handshake(channel, 0));
    assert_false(firth_channel_encrypted(channel));
    firth_channel_free(channel);
    close_duplex(&far);
}

static void a_poll_finds_payloads_and_the_end(void **state)
{
    (void)state;
    bool ready;
    firth_bytes found;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_poll(pair.far, 0, &ready));
    assert_false(ready);
    CHECK_OK(firth_channel_handshake(pair.near, 5));
    CHECK_OK(firth_channel_poll(pair.far, 0, &ready));
    assert_false(ready);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_OK(firth_channel_poll(pair.far, 5, &ready));
    assert_true(ready);
    CHECK_OK(firth_channel_recv(pair.far, 0, &found));
    firth_bytes_free(&found);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    CHECK_OK(firth_channel_poll(pair.far, 5, &ready));
    assert_true(ready);
    CHECK_FAILS(EOF, firth_channel_recv(pair.far, 0, &found));
    close_sealed(&pair);
}

static void a_large_payload_goes_in_pieces_as_ciphertext(void **state)
{
    (void)state;
    firth_bytes found = {0};
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    blob payload = noise_of(8 << 20);
    CHECK_FAILS(TIMEOUT, firth_channel_send(pair.near, payload.data, payload.length, 0));
    assert_true(firth_last_error()->count > 0);
    memset(payload.data, 'x', payload.length);
    firth_err err;
    while ((err = firth_channel_recv(pair.far, 0, &found)) == FIRTH_E_TIMEOUT)
        if (firth_channel_flush(pair.near, 0) != FIRTH_OK)
            CHECK_FAILS(TIMEOUT, firth_channel_flush(pair.near, 0));
    assert_int_equal(err, FIRTH_OK);
    free(payload.data);
    payload = noise_of(8 << 20);
    assert_true(same_bytes(found.data, found.length, payload.data, payload.length));
    firth_bytes_free(&found);
    must_carry(pair.near, pair.far, "brine", 5);
    free(payload.data);
    close_sealed(&pair);
}

/* A receiver met the turn taken: who sends tries for it as well. */
static void a_sealed_payload_counts_as_taken_if_the_peer_is_then_found_gone(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    must_carry(pair.near, pair.far, "brine", 5);
    must_carry(pair.far, pair.near, "brine", 5);
    CHECK_OK(firth_channel_cork(pair.near));
    CHECK_OK(firth_channel_close(pair.far));
    atomic_store(&pair.near->queue.wanted, true);
    CHECK_FAILS(CONNECTION_LOST, firth_channel_send(pair.near, "brine", 5, 5));
    assert_true(firth_last_error()->count != 0);
    close_sealed(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER(OVER_UNIX),
        OVER(OVER_TCP),
        OVER(OVER_PIPES),
        OVER(OVER_BUFFERED),
        OVER(OVER_CUSTOM),
        OVER(OVER_TLS),
        OVER(OVER_TLS_BUFFERED),
        OVER(OVER_BUFFERED_TLS),
        OVER(OVER_TUNNEL),
        OVER(OVER_PROCESS),
        cmocka_unit_test(compression_goes_under_encryption),
        cmocka_unit_test(compression_is_off_unless_it_is_asked_for),
        cmocka_unit_test(corked_payloads_leave_together),
        cmocka_unit_test(batches_are_sealed_frame_by_frame),
        cmocka_unit_test(a_finish_ends_what_the_peer_receives_cleanly),
        ENDS_OVER(OVER_UNIX),
        ENDS_OVER(OVER_PIPES),
        ENDS_OVER(OVER_BUFFERED),
        ENDS_OVER(OVER_TLS_1_2),
        ENDS_OVER(OVER_TLS_PIPES),
        cmocka_unit_test(an_end_that_the_stream_still_holds_is_missed_by_nobody),
        cmocka_unit_test(payloads_that_the_stream_still_holds_are_missed),
        cmocka_unit_test(sides_that_sent_nothing_finish_without_waiting),
        cmocka_unit_test(a_side_that_sent_nothing_ends_cleanly_for_its_peer),
        cmocka_unit_test(a_finish_without_any_peer_does_not_wait),
        cmocka_unit_test(a_close_is_no_sealed_end),
        cmocka_unit_test(a_finish_tells_that_the_peer_has_not_shown_the_key),
        cmocka_unit_test(a_finish_tells_that_the_peer_left_without_the_key),
        cmocka_unit_test(a_wrong_key_is_found_by_both_sides),
        cmocka_unit_test(a_key_with_a_zero_behind_it_is_another_key),
        cmocka_unit_test(a_handshake_needs_no_payload),
        cmocka_unit_test(a_proof_is_awaited_and_nothing_more),
        cmocka_unit_test(a_wrong_key_is_no_proof),
        cmocka_unit_test(a_channel_without_a_key_shakes_no_hands),
        cmocka_unit_test(a_poll_finds_payloads_and_the_end),
        cmocka_unit_test(a_large_payload_goes_in_pieces_as_ciphertext),
        cmocka_unit_test(a_sealed_payload_counts_as_taken_if_the_peer_is_then_found_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
