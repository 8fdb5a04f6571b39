/* A channel over the stream, and one over its far end. */
#include "behaviours.h"

#include <stdlib.h>
#include <string.h>

static firth_channel *channel_over(firth_stream *stream)
{
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    return channel;
}

/* Sends back what comes, until the end. */
static firth_err echo(void *argument)
{
    firth_channel *channel = argument;
    firth_bytes payload;
    firth_err err;
    while ((err = firth_channel_recv(channel, FIRTH_FOREVER, &payload)) == FIRTH_OK) {
        err = firth_channel_send(channel, payload.data, payload.length, FIRTH_FOREVER);
        firth_bytes_free(&payload);
        if (err == FIRTH_OK)
            err = firth_channel_flush(channel, FIRTH_FOREVER);
        if (err != FIRTH_OK)
            break;
    }
    return err;
}

static void check_comes_back(firth_channel *channel, blob payload)
{
    firth_bytes back;
    CHECK_OK(firth_channel_send(channel, payload.data, payload.length, patience()));
    CHECK_OK(firth_channel_recv(channel, patience(), &back));
    assert_true(same_bytes(back.data, back.length, payload.data, payload.length));
    firth_bytes_free(&back);
    free(payload.data);
}

static void payloads_of_every_size_pass_in_both_directions(void **state)
{
    const size_t sizes[] = {0, 1, 3000, 3001, 65536, 5 * 1024 * 1024};
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream), *other = channel_over(far_stream(far));
    worker echoer;
    start_worker(&echoer, echo, other);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_comes_back(channel, text_of(sizes[i]));
        check_comes_back(channel, noise_of(sizes[i]));
    }
    CHECK_OK(firth_channel_finish(channel, patience()));
    assert_int_equal(join_worker(&echoer), FIRTH_E_EOF);
    firth_channel_free(channel);
    firth_channel_free(other);
}

static void a_time_out_inside_a_frame_loses_nothing(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream);
    blob payload = noise_of(10000), frame = plain_frame(payload.data, payload.length);
    const size_t cuts[] = {2, 5, 100, 10005};
    firth_bytes found;
    size_t said = 0;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        say(far, frame.data + said, cuts[i] - said);
        said = cuts[i];
        if (differs(NO_TIME))
            CHECK_FAILS(NOT_SUPPORTED, firth_channel_recv(channel, 0.02, &found));
        else
            CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0.02, &found));
    }
    say(far, frame.data + said, frame.length - said);
    CHECK_OK(firth_channel_recv(channel, patience(), &found));
    assert_true(same_bytes(found.data, found.length, payload.data, payload.length));
    firth_bytes_free(&found);
    firth_channel_free(channel);
    free(payload.data);
    free(frame.data);
}

/* What a channel receives must be `data`. */
typedef struct receiving {
    firth_channel *channel;
    blob data;
} receiving;

static firth_err receive(void *argument)
{
    receiving *self = argument;
    firth_bytes found;
    firth_err err = firth_channel_recv(self->channel, FIRTH_FOREVER, &found);
    if (err == FIRTH_OK &&
        !same_bytes(found.data, found.length, self->data.data, self->data.length))
        err = FIRTH_E_PROTOCOL;
    firth_bytes_free(&found);
    return err;
}

static void a_payload_whose_time_ran_out_leaves_with_a_flush(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream), *other = channel_over(far_stream(far));
    receiving all = {other, noise_of(16 * 1024 * 1024)};
    worker receiver;
    if (differs(NO_TIME)) {
        CHECK_FAILS(NOT_SUPPORTED, firth_channel_send(channel, "x", 1, 0.05));
    } else {
        CHECK_FAILS(TIMEOUT, firth_channel_send(channel, all.data.data, all.data.length, 0.05));
        assert_int_equal(firth_last_error()->count, firth_channel_pending(channel));
        assert_true(firth_channel_pending(channel) > 0);
        start_worker(&receiver, receive, &all);
        CHECK_OK(firth_channel_flush(channel, patience()));
        assert_int_equal(firth_channel_pending(channel), 0);
        assert_int_equal(join_worker(&receiver), FIRTH_OK);
    }
    firth_channel_free(channel);
    firth_channel_free(other);
    free(all.data.data);
}

static void an_end_inside_a_frame_is_a_loss_and_between_frames_is_clean(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream);
    firth_bytes found;
    say(far, "\0\0\0\3\0abc\n\0\0\0\3\0ab", 16);
    hang_up(far);
    CHECK_OK(firth_channel_recv(channel, patience(), &found));
    assert_true(same_bytes(found.data, found.length, "abc", 3));
    firth_bytes_free(&found);
    CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(channel, patience(), &found));
    assert_true(firth_channel_closed(channel));
    firth_channel_free(channel);
}

static void close_wakes_a_channels_receiver(void **state)
{
    duplex *far = *state;
    receiving one = {channel_over(far->stream), {NULL, 0}};
    worker receiver;
    start_worker(&receiver, receive, &one);
    say(far, "\0\0\0\3\0ab", 7);
    wait_until_blocked(&receiver);
    CHECK_OK(firth_channel_close(one.channel));
    assert_int_equal(join_worker(&receiver), FIRTH_E_CLOSED);
    firth_channel_free(one.channel);
}

const struct CMUnitTest behaviours_of_channels[] = {
    BEHAVIOUR(payloads_of_every_size_pass_in_both_directions),
    BEHAVIOUR(a_time_out_inside_a_frame_loses_nothing),
    BEHAVIOUR(a_payload_whose_time_ran_out_leaves_with_a_flush),
    BEHAVIOUR(an_end_inside_a_frame_is_a_loss_and_between_frames_is_clean),
    BEHAVIOUR(close_wakes_a_channels_receiver),
    {.name = NULL},
};
