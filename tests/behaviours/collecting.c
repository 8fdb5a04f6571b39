/* Corks and batches over the stream: what is collected leaves in one piece, in time, and before
 * something is received. */
#include "behaviours.h"

#include <stdlib.h>
#include <string.h>

static firth_channel *channel_over(firth_stream *stream, size_t batch_size, double batch_timeout)
{
    firth_channel *channel;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.limits.queue = (size_t)16 * 1024 * 1024;
    options.compress = FIRTH_COMPRESSION_OFF;
    CHECK_OK(firth_batching_channel_create(&channel, stream, batch_size, batch_timeout, &options));
    return channel;
}

static void send_ints(firth_channel *channel, int count, double timeout)
{
    for (int i = 0; i < count; i++)
        CHECK_OK(firth_channel_send(channel, &i, sizeof i, timeout));
}

static void check_ints(firth_channel *channel, int count)
{
    for (int i = 0; i < count; i++) {
        firth_bytes payload;
        CHECK_OK(firth_channel_recv(channel, patience(), &payload));
        assert_true(same_bytes(payload.data, payload.length, &i, sizeof i));
        firth_bytes_free(&payload);
    }
}

static void what_is_corked_comes_with_the_uncork(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream, 1, 0);
    firth_channel *other = channel_over(far_stream(far), 1, 0);
    CHECK_OK(firth_channel_cork(channel));
    send_ints(channel, 200, patience());
    assert_int_equal(firth_channel_pending(channel), 200 * (sizeof(int) + 6));
    CHECK_OK(firth_channel_uncork(channel, patience()));
    assert_int_equal(firth_channel_pending(channel), 0);
    check_ints(other, 200);
    firth_channel_free(channel);
    firth_channel_free(other);
}

static void a_full_batch_comes_without_a_flush(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream, 10, 0);
    firth_channel *other = channel_over(far_stream(far), 1, 0);
    send_ints(channel, 10, patience());
    check_ints(other, 10);
    firth_channel_free(channel);
    firth_channel_free(other);
}

/* Where nothing can be tried, that is told, and a flush sends the batch. */
static void a_batch_comes_when_its_time_is_up(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream, 10, 0.005);
    firth_channel *other = channel_over(far_stream(far), 1, 0);
    const int count = differs(NO_TIME) ? 1 : 3;
    send_ints(channel, count, patience());
    if (differs(NO_TIME)) {
        firth_err err = firth_channel_flush(channel, FIRTH_FOREVER);
        assert_true(err == FIRTH_OK || err == FIRTH_E_NOT_SUPPORTED);
        CHECK_OK(firth_channel_flush(channel, FIRTH_FOREVER));
    }
    check_ints(other, count);
    firth_channel_free(channel);
    firth_channel_free(other);
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

static void receiving_first_sends_what_was_collected(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far->stream, 10, 0);
    firth_channel *other = channel_over(far_stream(far), 1, 0);
    worker echoer;
    start_worker(&echoer, echo, other);
    send_ints(channel, 3, patience());
    check_ints(channel, 3);
    CHECK_OK(firth_channel_finish(channel, patience()));
    assert_int_equal(join_worker(&echoer), FIRTH_E_EOF);
    firth_channel_free(channel);
    firth_channel_free(other);
}

/* More than any connection holds. */
#define PAYLOADS 500

typedef struct side {
    firth_channel *channel;
    blob noise;
} side;

static firth_err receive_all(void *argument)
{
    side *self = argument;
    firth_err err = FIRTH_OK;
    for (int i = 0; err == FIRTH_OK && i < PAYLOADS; i++) {
        firth_bytes payload;
        err = firth_channel_recv(self->channel, FIRTH_FOREVER, &payload);
        if (err == FIRTH_OK &&
            !same_bytes(payload.data, payload.length, self->noise.data, self->noise.length))
            err = FIRTH_E_INVALID;
        firth_bytes_free(&payload);
    }
    return err == FIRTH_OK ? firth_channel_flush(self->channel, FIRTH_FOREVER) : err;
}

static void two_ends_with_full_queues_receive_from_each_other(void **state)
{
    duplex *far = *state;
    side sides[2] = {{channel_over(far->stream, 1, 0), noise_of(8000)},
                     {channel_over(far_stream(far), 1, 0), noise_of(8000)}};
    worker receivers[2];
    for (int i = 0; i < 2; i++) {
        CHECK_OK(firth_channel_cork(sides[i].channel));
        for (int k = 0; k < PAYLOADS; k++)
            CHECK_OK(firth_channel_send(sides[i].channel, sides[i].noise.data,
                                        sides[i].noise.length, patience()));
        assert_int_equal(firth_channel_pending(sides[i].channel), PAYLOADS * 8006);
    }
    for (int i = 0; i < 2; i++)
        start_worker(&receivers[i], receive_all, &sides[i]);
    for (int i = 0; i < 2; i++)
        assert_int_equal(join_worker(&receivers[i]), FIRTH_OK);
    for (int i = 0; i < 2; i++) {
        firth_channel_free(sides[i].channel);
        free(sides[i].noise.data);
    }
}

const struct CMUnitTest behaviours_of_collecting[] = {
    BEHAVIOUR(what_is_corked_comes_with_the_uncork),
    BEHAVIOUR(a_full_batch_comes_without_a_flush),
    BEHAVIOUR(a_batch_comes_when_its_time_is_up),
    BEHAVIOUR(receiving_first_sends_what_was_collected),
    BEHAVIOUR(two_ends_with_full_queues_receive_from_each_other),
    {.name = NULL},
};
