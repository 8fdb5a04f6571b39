/* Random corks, batches, flushes and time-outs over a stream that takes little and often nothing,
 * against a model that knows what must have left. */
#include "check.h"
#include "frames.h"
#include "trickle.h"

#include <stdlib.h>
#include <string.h>

#define STEPS 20000
#define LARGEST_PAYLOAD 400

static struct {
    trickle between;
    firth_stream *ends[2];
    firth_channel *channel;
    size_t batch_size, limit;
    unsigned corks;
    unsigned char *taken; /* frames of what was taken, all of them */
    size_t taken_length;
    size_t heard; /* bytes that have come to the far end */
    uint64_t random;
} model;

static unsigned below(unsigned limit)
{
    model.random ^= model.random << 13;
    model.random ^= model.random >> 7;
    model.random ^= model.random << 17;
    return (unsigned)(model.random >> 33) % limit;
}

static uint64_t bytes_written(void)
{
    firth_counters counters;
    CHECK_OK(firth_stream_counters(model.ends[0], &counters));
    return counters.bytes_written;
}

static void open_model(uint64_t seed, size_t batch_size, size_t limit)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    memset(&model, 0, sizeof model);
    model.random = seed * 0x9e3779b97f4a7c15u + 1;
    model.batch_size = options.batch_size = batch_size;
    model.limit = options.limits.queue = limit;
    options.batch_timeout = 0;
    options.compression_threshold = 200;
    open_trickle(&model.between, model.ends);
    model.between.refuse_every = 2 + below(5);
    model.between.ways[0].room = 500 + below(3000);
    CHECK_OK(firth_channel_create(&model.channel, model.ends[0], &options));
    model.taken = malloc((size_t)STEPS * (LARGEST_PAYLOAD + 6));
    assert_non_null(model.taken);
}

static void close_model(void)
{
    firth_channel_free(model.channel);
    firth_stream_free(model.ends[0]);
    firth_stream_free(model.ends[1]);
    free(model.taken);
}

static void check_sums(void)
{
    assert_int_equal(bytes_written() + firth_channel_pending(model.channel), model.taken_length);
}

static void hear_some(size_t most)
{
    unsigned char some[512];
    size_t count = 0;
    firth_err err = firth_stream_read_some(model.ends[1], some, most, 0, &count);
    assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
    assert_memory_equal(some, model.taken + model.heard, count);
    model.heard += count;
}

/* What is corked is collected as long as there is room for it, deflated or not. */
static void check_collected(firth_err err, size_t payload_length, size_t frame_length,
                            uint64_t before)
{
    size_t queued_before = model.taken_length - frame_length - (size_t)before;
    size_t longer = payload_length > frame_length ? payload_length : frame_length;
    bool fits = queued_before + longer <= model.limit;
    if (model.corks == 0 || !fits)
        return;
    assert_int_equal(err, FIRTH_OK);
    assert_int_equal(bytes_written(), before);
}

static void send_one(void)
{
    size_t length = below(LARGEST_PAYLOAD);
    blob payload = below(4) == 0 ? text_of(length) : noise_of(length);
    blob frame =
        length > 200 ? deflated_frame(payload.data, length, 1) : plain_frame(payload.data, length);
    uint64_t before = bytes_written();
    firth_err err = firth_channel_send(model.channel, payload.data, payload.length, 0);
    size_t left = err == FIRTH_OK ? 0 : firth_last_error()->count;
    assert_true(err == FIRTH_OK || err == FIRTH_E_BUSY || (err == FIRTH_E_TIMEOUT && left != 0));
    if (err != FIRTH_E_BUSY) {
        memcpy(model.taken + model.taken_length, frame.data, frame.length);
        model.taken_length += frame.length;
        check_collected(err, length, frame.length, before);
    } else {
        assert_int_equal(left, 0);
    }
    free(payload.data);
    free(frame.data);
}

static void cork_or_uncork(void)
{
    if (below(2) == 0) {
        CHECK_OK(firth_channel_cork(model.channel));
        model.corks++;
    } else if (model.corks == 0) {
        CHECK_FAILS(INVALID, firth_channel_uncork(model.channel, 0));
    } else {
        firth_err err = firth_channel_uncork(model.channel, 0);
        model.corks--;
        assert_true(err == FIRTH_OK || (err == FIRTH_E_TIMEOUT && model.corks == 0));
    }
    assert_int_equal(firth_channel_corked(model.channel), model.corks != 0);
}

static void flush(void)
{
    firth_err err = firth_channel_flush(model.channel, 0);
    assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
    assert_int_equal(firth_channel_pending(model.channel) == 0, err == FIRTH_OK);
}

static void receive_or_poll(void)
{
    firth_bytes payload;
    bool ready;
    if (below(2) == 0) {
        CHECK_OK(firth_channel_poll(model.channel, 0, &ready));
    } else {
        firth_err err = firth_channel_recv(model.channel, 0, &payload);
        assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
        if (err == FIRTH_E_TIMEOUT && firth_channel_pending(model.channel) != 0)
            assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_EITHER);
        firth_bytes_free(&payload);
    }
}

static void take_a_step(void)
{
    unsigned choice = below(20);
    model.between.ways[0].most = 1 + below(600);
    if (choice < 9)
        send_one();
    else if (choice < 14)
        hear_some(1 + below(512));
    else if (choice < 16)
        cork_or_uncork();
    else if (choice < 17)
        flush();
    else
        receive_or_poll();
    check_sums();
}

/* The far end hears the rest, in order, once. */
static void hear_the_rest(void)
{
    while (firth_channel_flush(model.channel, 0) != FIRTH_OK)
        hear_some(512);
    while (model.heard < model.taken_length)
        hear_some(512);
    assert_int_equal(firth_channel_pending(model.channel), 0);
    hear_some(512);
    assert_int_equal(model.heard, model.taken_length);
}

static void run_model(size_t batch_size, size_t limit)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        open_model(seed, batch_size, limit);
        for (int i = 0; i < STEPS; i++)
            take_a_step();
        hear_the_rest();
        close_model();
    }
}

static void a_plain_channel_sends_what_it_took_in_order_and_once(void **state)
{
    (void)state;
    run_model(1, 2000);
}

static void a_batching_channel_sends_what_it_took_in_order_and_once(void **state)
{
    (void)state;
    run_model(7, 2000);
}

static void a_batch_larger_than_the_queue_is_sent_in_order_and_once(void **state)
{
    (void)state;
    run_model(SIZE_MAX, 1500);
}

static void a_queue_smaller_than_most_frames_keeps_order_and_loses_nothing(void **state)
{
    (void)state;
    run_model(3, 100);
}

static void a_queue_that_bounds_nothing_keeps_order_and_loses_nothing(void **state)
{
    (void)state;
    run_model(50, SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_channel_sends_what_it_took_in_order_and_once),
        cmocka_unit_test(a_batching_channel_sends_what_it_took_in_order_and_once),
        cmocka_unit_test(a_batch_larger_than_the_queue_is_sent_in_order_and_once),
        cmocka_unit_test(a_queue_smaller_than_most_frames_keeps_order_and_loses_nothing),
        cmocka_unit_test(a_queue_that_bounds_nothing_keeps_order_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
