/* The blocking channel: payloads in, frames out, and the other way round. */
#include "frames.h"
#include "media.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The channel of a test, made over the duplex of its state. */
static firth_channel *over(const duplex *far, bool compress)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_channel *channel;
    options.compress = compress;
    CHECK_OK(firth_channel_create(&channel, far->stream, &options));
    return channel;
}

static void assert_receives(firth_channel *channel, const void *expected, size_t length)
{
    firth_bytes payload;
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_non_null(payload.data);
    assert_true(same_bytes(payload.data, payload.length, expected, length));
    firth_bytes_free(&payload);
}

static void assert_heard(const duplex *far, const void *expected, size_t length)
{
    char *heard = malloc(length + 1);
    assert_true(hear(far, heard, length));
    assert_memory_equal(heard, expected, length);
    free(heard);
}

static void send_writes_the_frame(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    CHECK_OK(firth_channel_send(channel, "brine", 5, 5));
    assert_heard(far, "\0\0\0\5\0brine\n", 11);
    CHECK_OK(firth_channel_send(channel, NULL, 0, 5));
    assert_heard(far, "\0\0\0\0\0\n", 6);
    blob text = text_of(3001), frame = deflated_frame(text.data, text.length, 1);
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    assert_heard(far, frame.data, frame.length);
    assert_int_equal(hear_all(far), 0);
    free(text.data);
    free(frame.data);
    firth_channel_free(channel);
}

static void compression_can_be_turned_off_and_on(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    blob text = text_of(3001), plain = plain_frame(text.data, text.length);
    blob deflated = deflated_frame(text.data, text.length, 1);
    assert_true(firth_channel_compress(channel));
    CHECK_OK(firth_channel_set_compress(channel, false));
    assert_false(firth_channel_compress(channel));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    assert_heard(far, plain.data, plain.length);
    CHECK_OK(firth_channel_set_compress(channel, true));
    CHECK_OK(firth_channel_send(channel, text.data, text.length, 5));
    assert_heard(far, deflated.data, deflated.length);
    free(text.data);
    free(plain.data);
    free(deflated.data);
    firth_channel_free(channel);
}

static void recv_gives_payload_after_payload(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    say(far, "\0\0\0\5\0firth\n\0\0\0\0\0\n\0\0\0\5\0br\0ne\n", 28);
    assert_receives(channel, "firth", 5);
    assert_receives(channel, "", 0);
    assert_receives(channel, "br\0ne", 5);
    firth_channel_free(channel);
}

static void recv_inflates_whatever_the_setting(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, false);
    blob text = text_of(20000), frame = deflated_frame(text.data, text.length, 6);
    say(far, frame.data, frame.length);
    assert_receives(channel, text.data, text.length);
    free(text.data);
    free(frame.data);
    firth_channel_free(channel);
}

static void a_frame_that_is_there_costs_two_reads_and_a_write(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_counters counters;
    say(far, "\0\0\0\5\0firth\n", 11);
    assert_receives(channel, "firth", 5);
    CHECK_OK(firth_channel_send(channel, "brine", 5, 5));
    CHECK_OK(firth_stream_counters(far->stream, &counters));
    assert_int_equal(counters.read_calls, 2);
    assert_int_equal(counters.write_calls, 1);
    firth_channel_free(channel);
}

static void a_channel_reads_no_byte_ahead(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    char text[5];
    say(far, "\0\0\0\5\0firth\nbrine", 16);
    assert_receives(channel, "firth", 5);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    assert_memory_equal(text, "brine", 5);
    firth_channel_free(channel);
}

static void a_channel_may_be_left_for_another_between_frames(void **state)
{
    duplex *far = *state;
    firth_channel *first = over(far, true);
    say(far, "\0\0\0\5\0firth\n\0\0\0\5\0brine\n", 22);
    assert_receives(first, "firth", 5);
    firth_channel_free(first);
    assert_false(firth_stream_closed(far->stream));
    firth_channel *second = over(far, true);
    assert_receives(second, "brine", 5);
    CHECK_OK(firth_channel_send(second, "x", 1, 5));
    assert_heard(far, "\0\0\0\1\0x\n", 7);
    firth_channel_free(second);
}

static void the_stream_is_the_very_one_it_was_given(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_stream *stream = firth_channel_stream(channel);
    int of_channel, of_stream;
    assert_ptr_equal(stream, far->stream);
    CHECK_OK(firth_channel_fileno(channel, &of_channel));
    CHECK_OK(firth_stream_fileno(stream, &of_stream));
    assert_int_equal(of_channel, of_stream);
    firth_stream_free(stream);
    firth_channel_free(channel);
}

static void a_channel_keeps_its_stream_alive(void **state)
{
    (void)state;
    duplex far = open_duplex(OVER_UNIX);
    firth_channel *channel = over(&far, true);
    firth_stream_free(far.stream);
    far.stream = NULL;
    CHECK_OK(firth_channel_send(channel, "x", 1, 5));
    assert_heard(&far, "\0\0\0\1\0x\n", 7);
    firth_channel_free(channel);
    close_duplex(&far);
}

static void poll_is_true_when_something_came(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    bool ready = true;
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_false(ready);
    say(far, "\0", 1);
    CHECK_OK(firth_channel_poll(channel, 5, &ready));
    assert_true(ready);
    hang_up(far);
    CHECK_OK(firth_channel_poll(channel, 5, &ready));
    assert_true(ready);
    firth_channel_free(channel);
}

static void poll_is_false_while_only_a_part_has_come_and_was_taken(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_bytes payload;
    bool ready = true;
    say(far, "\0\0\0\5\0fi", 7);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_false(ready);
    say(far, "rth\n", 4);
    assert_receives(channel, "firth", 5);
    firth_channel_free(channel);
}

static void poll_is_true_for_a_final_fault_and_fails_when_closed(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_bytes payload;
    bool ready = false;
    say(far, "\0\0\0\5\7", 5);
    CHECK_FAILS(PROTOCOL, firth_channel_recv(channel, 5, &payload));
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_true(ready);
    CHECK_OK(firth_channel_close(channel));
    CHECK_FAILS(CLOSED, firth_channel_poll(channel, 0, &ready));
    firth_channel_free(channel);
}

static void after_a_fault_in_reading_sending_still_works(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_bytes payload;
    say(far, "\0\0\0\5\7", 5);
    CHECK_FAILS(PROTOCOL, firth_channel_recv(channel, 5, &payload));
    CHECK_OK(firth_channel_send(channel, "x", 1, 5));
    assert_heard(far, "\0\0\0\1\0x\n", 7);
    firth_channel_free(channel);
}

static void close_ends_the_stream_and_may_be_called_twice(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_bytes payload;
    CHECK_OK(firth_channel_close(channel));
    CHECK_OK(firth_channel_close(channel));
    CHECK_OK(firth_channel_finish(channel, 1));
    assert_true(firth_channel_closed(channel));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CLOSED, firth_channel_send(channel, "x", 1, 5));
    CHECK_FAILS(CLOSED, firth_channel_recv(channel, 5, &payload));
    CHECK_FAILS(CLOSED, firth_channel_flush(channel, 5));
    assert_false(hear(far, &payload, 1));
    firth_channel_free(channel);
}

static void finish_sends_what_is_pending(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    CHECK_OK(firth_channel_send(channel, "x", 1, 5));
    CHECK_OK(firth_channel_finish(channel, FIRTH_UNSET));
    assert_heard(far, "\0\0\0\1\0x\n", 7);
    assert_true(firth_channel_closed(channel));
    firth_channel_free(channel);
}

static void the_peers_clean_end_closes_the_channel(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    firth_bytes payload;
    say(far, "\0\0\0\1\0x\n", 7);
    hang_up(far);
    assert_receives(channel, "x", 1);
    assert_false(firth_channel_closed(channel));
    CHECK_FAILS(EOF, firth_channel_recv(channel, 5, &payload));
    assert_null(payload.data);
    assert_true(firth_channel_closed(channel));
    CHECK_FAILS(EOF, firth_channel_recv(channel, 5, &payload));
    CHECK_FAILS(EOF, firth_channel_send(channel, "x", 1, 5));
    firth_channel_free(channel);
}

static void a_peer_that_vanishes_is_seen_by_send(void **state)
{
    duplex *far = *state;
    firth_channel *channel = over(far, true);
    hang_up(far);
    firth_err err;
    do
        err = firth_channel_send(channel, "x", 1, 5);
    while (err == FIRTH_OK);
    assert_int_equal(err, FIRTH_E_CONNECTION_LOST);
    assert_true(firth_channel_closed(channel));
    assert_int_equal(firth_channel_pending(channel), 0);
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
}

static void a_payload_above_the_limit_is_not_sent(void **state)
{
    duplex *far = *state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_channel *channel;
    options.limits.frame = 5;
    CHECK_OK(firth_channel_create(&channel, far->stream, &options));
    CHECK_FAILS(BUFFER_OVERFLOW, firth_channel_send(channel, "firths", 6, 5));
    assert_int_equal(hear_all(far), 0);
    CHECK_OK(firth_channel_send(channel, "firth", 5, 5));
    assert_heard(far, "\0\0\0\5\0firth\n", 11);
    firth_channel_free(channel);
}

static void wrong_arguments_are_invalid(void **state)
{
    duplex *far = *state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_channel *channel = over(far, true), *other;
    size_t length;
    options.compression_level = 11;
    CHECK_FAILS(INVALID, firth_channel_create(&other, far->stream, &options));
    assert_null(other);
    CHECK_FAILS(INVALID, firth_channel_create(NULL, far->stream, NULL));
    CHECK_FAILS(INVALID, firth_channel_send(channel, NULL, 1, 5));
    CHECK_FAILS(INVALID, firth_channel_recv(channel, 5, NULL));
    CHECK_FAILS(INVALID, firth_channel_recv_length(channel, 5, NULL));
    CHECK_FAILS(INVALID, firth_channel_recv_into(channel, 5, NULL, NULL, &length));
    firth_channel_free(channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(send_writes_the_frame),
        ON_EVERY_MEDIUM(compression_can_be_turned_off_and_on),
        ON_EVERY_MEDIUM(recv_gives_payload_after_payload),
        ON_EVERY_MEDIUM(recv_inflates_whatever_the_setting),
        ON_EVERY_MEDIUM(a_frame_that_is_there_costs_two_reads_and_a_write),
        ON_EVERY_MEDIUM(a_channel_reads_no_byte_ahead),
        ON_EVERY_MEDIUM(a_channel_may_be_left_for_another_between_frames),
        ON_UNIX(the_stream_is_the_very_one_it_was_given),
        cmocka_unit_test(a_channel_keeps_its_stream_alive),
        ON_EVERY_MEDIUM(poll_is_true_when_something_came),
        ON_EVERY_MEDIUM(poll_is_false_while_only_a_part_has_come_and_was_taken),
        ON_EVERY_MEDIUM(poll_is_true_for_a_final_fault_and_fails_when_closed),
        ON_EVERY_MEDIUM(after_a_fault_in_reading_sending_still_works),
        ON_EVERY_MEDIUM(close_ends_the_stream_and_may_be_called_twice),
        ON_EVERY_MEDIUM(finish_sends_what_is_pending),
        ON_EVERY_MEDIUM(the_peers_clean_end_closes_the_channel),
        ON_EVERY_MEDIUM(a_peer_that_vanishes_is_seen_by_send),
        ON_EVERY_MEDIUM(a_payload_above_the_limit_is_not_sent),
        ON_UNIX(wrong_arguments_are_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
