/* Limits of time: they cover the whole call, and nothing is lost by them. */
#include "behaviours.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOMENT 0.05 /* seconds that a call is given in vain */
#define LONG 10.0   /* far more than it may take then */

/* A kind that cannot keep a time says so instead, and loses nothing. */
static void check_refuses_times(duplex *far)
{
    const double times[] = {0, MOMENT};
    char byte;
    bool ready;
    size_t count;
    for (size_t i = 0; i < 2; i++) {
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_read(far->stream, &byte, 1, times[i]));
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_read_some(far->stream, &byte, 1, times[i], &count));
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_write(far->stream, "x", 1, times[i]));
        assert_int_equal(firth_last_error()->count, 0);
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_poll(far->stream, times[i], &ready));
    }
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_poll(far->stream, FIRTH_FOREVER, &ready));
    assert_false(firth_stream_closed(far->stream));
    check_alive(far);
}

/* What a time-out of reading wants: TLS may have to write for it. */
static void check_timed_out(double began, double timeout, firth_wants wants)
{
    double passed = seconds_now() - began;
    assert_true(passed >= timeout && passed < LONG);
    assert_int_equal(firth_last_error()->wants, wants);
}

static void a_read_in_vain_times_out(void **state)
{
    duplex *far = *state;
    const double times[] = {0, MOMENT};
    char byte;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        double began = seconds_now();
        CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, times[i]));
        check_timed_out(began, times[i], FIRTH_WANTS_READ);
    }
    check_alive(far);
}

static void what_came_before_a_time_out_is_read_next(void **state)
{
    duplex *far = *state;
    char text[9] = "";
    bool ready;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    say(far, "fir", 3);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 8, MOMENT));
    CHECK_OK(firth_stream_poll(far->stream, patience(), &ready));
    assert_true(ready);
    say(far, "thfirth", 7);
    CHECK_OK(firth_stream_read(far->stream, text, 8, patience()));
    assert_string_equal(text, "firthfir");
}

/* The far end says or hears a byte every other moment, until it is told to stop. */
typedef struct drip {
    duplex *far;
    bool hears;
    _Atomic bool stop;
    size_t count;
} drip;

static const unsigned char dripped[256] = "firth meets brine";

static firth_err drip_away(void *argument)
{
    drip *self = argument;
    char byte;
    while (!atomic_load(&self->stop)) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        if (self->hears ? !hear(self->far, &byte, 1)
                        : !tell(self->far, &dripped[self->count % sizeof dripped], 1))
            return FIRTH_E_CONNECTION_LOST;
        self->count++;
    }
    return FIRTH_OK;
}

static void check_read_dripped(duplex *far, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte;
        CHECK_OK(firth_stream_read(far->stream, &byte, 1, patience()));
        assert_int_equal(byte, dripped[i % sizeof dripped]);
    }
}

static void dripping_bytes_do_not_prolong_a_read(void **state)
{
    duplex *far = *state;
    drip dripping = {.far = far};
    worker dripper;
    char text[50000];
    bool ready;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    start_worker(&dripper, drip_away, &dripping);
    double began = seconds_now();
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, sizeof text, 2 * MOMENT));
    check_timed_out(began, 2 * MOMENT, FIRTH_WANTS_READ);
    atomic_store(&dripping.stop, true);
    assert_int_equal(join_worker(&dripper), FIRTH_OK);
    check_read_dripped(far, dripping.count);
    CHECK_OK(firth_stream_poll(far->stream, 0, &ready));
    assert_false(ready);
}

#define MUCH ((size_t)(16 * 1024 * 1024))

/* Writes in vain more than anything holds; what was taken arrives, and nothing else. */
static void check_write_in_vain(duplex *far, double timeout)
{
    flow hearing = {far, text_of(MUCH), 0};
    worker hearer;
    double began = seconds_now();
    CHECK_FAILS(TIMEOUT, firth_stream_write(far->stream, hearing.data.data, MUCH, timeout));
    hearing.data.length = firth_last_error()->count;
    check_timed_out(began, timeout, FIRTH_WANTS_WRITE);
    assert_in_range(hearing.data.length, 1, MUCH - 1);
    start_worker(&hearer, far_hears, &hearing);
    flush_collected(far);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    check_alive(far);
    free(hearing.data.data);
}

static void a_write_in_vain_times_out_and_tells_what_was_taken(void **state)
{
    duplex *far = *state;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    check_write_in_vain(far, MOMENT);
}

static void a_try_to_write_takes_what_there_is_room_for(void **state)
{
    duplex *far = *state;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    check_write_in_vain(far, 0);
}

static void a_peer_that_takes_little_does_not_prolong_a_write(void **state)
{
    duplex *far = *state;
    drip sipping = {.far = far, .hears = true};
    worker sipper, hearer;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    flow hearing = {far, text_of(MUCH), 0};
    start_worker(&sipper, drip_away, &sipping);
    double began = seconds_now();
    CHECK_FAILS(TIMEOUT, firth_stream_write(far->stream, hearing.data.data, MUCH, 2 * MOMENT));
    hearing.data.length = firth_last_error()->count;
    check_timed_out(began, 2 * MOMENT, FIRTH_WANTS_WRITE);
    atomic_store(&sipping.stop, true);
    assert_int_equal(join_worker(&sipper), FIRTH_OK);
    hearing.count = sipping.count;
    start_worker(&hearer, far_hears, &hearing);
    flush_collected(far);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    check_alive(far);
    free(hearing.data.data);
}

static void poll_says_whether_a_read_would_find_something(void **state)
{
    duplex *far = *state;
    char byte;
    bool ready = true;
    if (differs(NO_TIME)) {
        check_refuses_times(far);
        return;
    }
    CHECK_OK(firth_stream_poll(far->stream, 0, &ready));
    assert_false(ready);
    double began = seconds_now();
    CHECK_OK(firth_stream_poll(far->stream, MOMENT, &ready));
    assert_false(ready);
    assert_true(seconds_now() - began >= MOMENT);
    say(far, "x", 1);
    CHECK_OK(firth_stream_poll(far->stream, patience(), &ready));
    assert_true(ready);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 0));
    CHECK_OK(firth_stream_poll(far->stream, 0, &ready));
    assert_false(ready);
}

static void poll_is_true_at_the_end(void **state)
{
    duplex *far = *state;
    bool ready = false;
    char byte;
    hang_up(far);
    if (differs(NO_TIME))
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_poll(far->stream, FIRTH_FOREVER, &ready));
    else
        CHECK_OK(firth_stream_poll(far->stream, patience(), &ready));
    assert_int_equal(ready, !differs(NO_TIME));
    CHECK_FAILS(EOF, firth_stream_read(far->stream, &byte, 1, patience()));
}

static void the_streams_own_time_holds_if_the_call_gives_none(void **state)
{
    duplex *far = *state;
    char byte;
    assert_true(firth_stream_timeout(far->stream) < 0);
    CHECK_OK(firth_stream_set_timeout(far->stream, MOMENT));
    double began = seconds_now();
    if (differs(NO_TIME)) {
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_read(far->stream, &byte, 1, FIRTH_UNSET));
    } else {
        CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, FIRTH_UNSET));
        check_timed_out(began, MOMENT, FIRTH_WANTS_READ);
    }
    CHECK_OK(firth_stream_set_timeout(far->stream, FIRTH_UNSET));
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, FIRTH_UNSET));
}

const struct CMUnitTest behaviours_in_time[] = {
    BEHAVIOUR(a_read_in_vain_times_out),
    BEHAVIOUR(what_came_before_a_time_out_is_read_next),
    BEHAVIOUR(dripping_bytes_do_not_prolong_a_read),
    BEHAVIOUR(a_write_in_vain_times_out_and_tells_what_was_taken),
    BEHAVIOUR(a_try_to_write_takes_what_there_is_room_for),
    BEHAVIOUR(a_peer_that_takes_little_does_not_prolong_a_write),
    BEHAVIOUR(poll_says_whether_a_read_would_find_something),
    BEHAVIOUR(poll_is_true_at_the_end),
    BEHAVIOUR(the_streams_own_time_holds_if_the_call_gives_none),
    {.name = NULL},
};
