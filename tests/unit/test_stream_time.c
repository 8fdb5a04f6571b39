/* Time-outs cover the whole call, on a clock that only waiting moves. */
#include "faults.h"
#include "media.h"

#include <math.h>
#include <string.h>

/* The far end sends a byte, or takes some, in each wait. */
static void drip(void *far)
{
    say(far, "x", 1);
}

static void sip(void *far)
{
    char some[16384];
    (void)!hear(far, some, sizeof some);
}

static int off(void **state)
{
    faults_off();
    return close_state(state);
}

static void assert_about(double expected)
{
    assert_true(fake_seconds() > expected - 0.005 && fake_seconds() < expected + 0.005);
}

static void a_read_that_waits_takes_its_whole_time(void **state)
{
    duplex *far = *state;
    char byte;
    use_fake_clock(0, NULL, NULL);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 30));
    assert_about(30);
}

static void dripping_bytes_do_not_prolong_a_read(void **state)
{
    duplex *far = *state;
    char text[100];
    use_fake_clock(0.25, drip, far);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, sizeof text, 1));
    assert_about(1);
    faults_off();
    CHECK_OK(firth_stream_read(far->stream, text, 4, 0));
    assert_memory_equal(text, "xxxx", 4);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 1, 0));
}

static void an_infinite_time_is_for_ever_whatever_the_stream_says(void **state)
{
    duplex *far = *state;
    char text[2];
    CHECK_OK(firth_stream_set_timeout(far->stream, 1));
    use_fake_clock(3600, drip, far);
    CHECK_OK(firth_stream_read(far->stream, text, sizeof text, (double)INFINITY));
}

static void a_peer_that_takes_little_does_not_prolong_a_write(void **state)
{
    duplex *far = *state;
    static const char much[16 * 1024 * 1024];
    use_fake_clock(0.25, sip, far);
    CHECK_FAILS(TIMEOUT, firth_stream_write(far->stream, much, sizeof much, 2));
    assert_about(2);
    assert_in_range(firth_last_error()->count, 1, sizeof much - 1);
}

static void a_poll_that_waits_takes_its_whole_time(void **state)
{
    duplex *far = *state;
    bool ready = true;
    use_fake_clock(0.25, NULL, NULL);
    CHECK_OK(firth_stream_poll(far->stream, 1, &ready));
    assert_false(ready);
    assert_about(1);
}

static void a_time_of_zero_waits_for_nothing(void **state)
{
    duplex *far = *state;
    char byte;
    use_fake_clock(1, NULL, NULL);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 0));
    assert_true(fake_seconds() == 0);
    assert_int_equal(calls_of("poll"), 0);
}

static void data_that_is_there_costs_no_look_at_the_clock(void **state)
{
    duplex *far = *state;
    char byte;
    say(far, "x", 1);
    faults_off();
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, FIRTH_FOREVER));
    CHECK_OK(firth_stream_write(far->stream, &byte, 1, FIRTH_FOREVER));
    assert_int_equal(calls_of("poll"), 0);
    assert_int_equal(calls_made(), 2);
}

static void the_streams_own_time_out_is_kept_to(void **state)
{
    duplex *far = *state;
    char byte;
    use_fake_clock(0.25, NULL, NULL);
    CHECK_OK(firth_stream_set_timeout(far->stream, 2));
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, FIRTH_UNSET));
    assert_about(2);
}

static void a_very_long_time_is_no_short_one(void **state)
{
    duplex *far = *state;
    char text[8];
    use_fake_clock(1000, drip, far);
    CHECK_OK(firth_stream_read(far->stream, text, sizeof text, 1e300));
    CHECK_OK(firth_stream_read(far->stream, text, sizeof text, 3e9));
}

static void reading_for_ever_goes_on_while_bytes_drip(void **state)
{
    duplex *far = *state;
    char text[50];
    use_fake_clock(1000, drip, far);
    CHECK_OK(firth_stream_read(far->stream, text, sizeof text, FIRTH_FOREVER));
    assert_true(fake_seconds() > 40000);
}

#define ON_EVERY(test)                                                                          \
    {#test " (unix)", test, open_unix, off, NULL}, {#test " (tcp)", test, open_tcp, off, NULL}, \
    {                                                                                           \
#test " (pipes)", test, open_pipes, off, NULL                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY(a_read_that_waits_takes_its_whole_time),
        ON_EVERY(an_infinite_time_is_for_ever_whatever_the_stream_says),
        ON_EVERY(dripping_bytes_do_not_prolong_a_read),
        ON_EVERY(a_peer_that_takes_little_does_not_prolong_a_write),
        ON_EVERY(a_poll_that_waits_takes_its_whole_time),
        ON_EVERY(a_time_of_zero_waits_for_nothing),
        ON_EVERY(data_that_is_there_costs_no_look_at_the_clock),
        ON_EVERY(the_streams_own_time_out_is_kept_to),
        ON_EVERY(a_very_long_time_is_no_short_one),
        ON_EVERY(reading_for_ever_goes_on_while_bytes_drip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
