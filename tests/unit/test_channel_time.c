/* Time-outs of a channel cover the whole call, on a clock that only waiting moves. */
#include "faults.h"
#include "frames.h"
#include "media.h"

#include <string.h>
#include <zlib.h>

static firth_channel *channel;

static double seconds_to_deflate;

int __real_deflate(z_streamp zlib, int flush);
int __wrap_deflate(z_streamp zlib, int flush);

int __wrap_deflate(z_streamp zlib, int flush)
{
    let_fake_time_pass(seconds_to_deflate);
    return __real_deflate(zlib, flush);
}

/* The far end says the frame byte by byte, one in each wait. */
static struct {
    duplex *far;
    blob frame;
    size_t said;
} dripping;

static void drip(void *unused)
{
    (void)unused;
    if (dripping.said < dripping.frame.length)
        say(dripping.far, dripping.frame.data + dripping.said++, 1);
}

static void sip(void *far)
{
    char some[8192];
    (void)!hear(far, some, sizeof some);
}

static int open_channel(void **state)
{
    open_unix(state);
    duplex *far = *state;
    blob payload = text_of(20);
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    dripping.far = far;
    dripping.frame = plain_frame(payload.data, payload.length);
    dripping.said = 0;
    free(payload.data);
    return 0;
}

static int close_channel(void **state)
{
    faults_off();
    firth_channel_free(channel);
    free(dripping.frame.data);
    return close_state(state);
}

static void assert_about(double expected)
{
    assert_true(fake_seconds() > expected - 0.005 && fake_seconds() < expected + 0.005);
}

static void a_dripping_frame_does_not_prolong_a_receive(void **state)
{
    (void)state;
    firth_bytes payload;
    int calls = 1;
    use_fake_clock(0.25, drip, NULL);
    while (firth_channel_recv(channel, 1, &payload) == FIRTH_E_TIMEOUT) {
        assert_about(calls);
        calls++;
    }
    assert_int_equal(payload.length, 20);
    assert_int_equal(calls, 7); /* 26 bytes, four a second */
    firth_bytes_free(&payload);
}

static void a_dripping_frame_does_not_prolong_a_step(void **state)
{
    (void)state;
    size_t length;
    use_fake_clock(0.25, drip, NULL);
    CHECK_FAILS(TIMEOUT, firth_channel_recv_length(channel, 1, &length));
    assert_about(1);
    CHECK_OK(firth_channel_recv_length(channel, 1, &length));
    assert_int_equal(length, 20);
}

static void a_peer_that_takes_little_does_not_prolong_a_send(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024);
    use_fake_clock(0.25, sip, far);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 2));
    assert_about(2);
    CHECK_FAILS(TIMEOUT, firth_channel_flush(channel, 1));
    assert_about(3);
    CHECK_FAILS(BUSY, firth_channel_send(channel, "x", 1, 1));
    assert_about(4);
    free(noise.data);
}

static void deflating_is_a_part_of_the_time_to_send(void **state)
{
    duplex *far = *state;
    blob payload = text_of(20000);
    CHECK_OK(firth_channel_set_compress(channel, true));
    fill_up(far->stream);
    use_fake_clock(0, NULL, NULL);
    seconds_to_deflate = 0.5;
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, payload.data, payload.length, 1));
    seconds_to_deflate = 0;
    assert_about(1);
    assert_true(firth_channel_pending(channel) > 0);
    free(payload.data);
}

static void a_payload_that_is_not_taken_is_not_deflated(void **state)
{
    (void)state;
    blob noise = noise_of(4 * 1024 * 1024);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    CHECK_OK(firth_channel_set_compress(channel, true));
    use_fake_clock(0, NULL, NULL);
    seconds_to_deflate = 0.5;
    CHECK_FAILS(BUSY, firth_channel_send(channel, noise.data, noise.length, 0));
    seconds_to_deflate = 0;
    assert_about(0);
    assert_int_equal(firth_last_error()->count, 0);
    free(noise.data);
}

static void finish_waits_three_seconds_if_nothing_else_is_said(void **state)
{
    (void)state;
    blob noise = noise_of(4 * 1024 * 1024);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    use_fake_clock(0.25, NULL, NULL);
    CHECK_FAILS(TIMEOUT, firth_channel_finish(channel, FIRTH_UNSET));
    assert_about(FIRTH_FINISH_TIMEOUT);
    assert_true(firth_channel_closed(channel));
    free(noise.data);
}

static void finish_waits_as_long_as_the_streams_time_out(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024);
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    CHECK_OK(firth_stream_set_timeout(far->stream, 9));
    use_fake_clock(0.25, NULL, NULL);
    CHECK_FAILS(TIMEOUT, firth_channel_finish(channel, FIRTH_UNSET));
    assert_about(9);
    free(noise.data);
}

static void poll_takes_its_whole_time(void **state)
{
    (void)state;
    bool ready = true;
    use_fake_clock(0.25, NULL, NULL);
    CHECK_OK(firth_channel_poll(channel, 2, &ready));
    assert_false(ready);
    assert_about(2);
}

static void a_frame_that_is_there_costs_no_wait_and_no_clock(void **state)
{
    duplex *far = *state;
    firth_bytes payload;
    say(far, dripping.frame.data, dripping.frame.length);
    faults_off();
    CHECK_OK(firth_channel_recv(channel, FIRTH_FOREVER, &payload));
    CHECK_OK(firth_channel_send(channel, payload.data, payload.length, FIRTH_FOREVER));
    assert_int_equal(calls_made(), 3);
    firth_bytes_free(&payload);
}

#define CHANNEL(test)                                  \
    {                                                  \
#test, test, open_channel, close_channel, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL(a_dripping_frame_does_not_prolong_a_receive),
        CHANNEL(a_dripping_frame_does_not_prolong_a_step),
        CHANNEL(a_peer_that_takes_little_does_not_prolong_a_send),
        CHANNEL(deflating_is_a_part_of_the_time_to_send),
        CHANNEL(a_payload_that_is_not_taken_is_not_deflated),
        CHANNEL(finish_waits_three_seconds_if_nothing_else_is_said),
        CHANNEL(finish_waits_as_long_as_the_streams_time_out),
        CHANNEL(poll_takes_its_whole_time),
        CHANNEL(a_frame_that_is_there_costs_no_wait_and_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
