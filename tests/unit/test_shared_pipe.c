/* Pipes that cannot be opened again: their flags are others' too, so that no call may
 * block in them although they are blocking. */
#include "blocked.h"
#include "child.h"
#include "faults.h"
#include "frames.h"
#include "media.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int open_shared(void **state)
{
    fail_every_call_of("open", EACCES);
    open_pipes(state);
    assert_true(fault_happened());
    faults_off();
    return 0;
}

static void it_reads_and_writes(void **state)
{
    duplex *far = *state;
    char text[6] = "";
    CHECK_OK(firth_stream_write(far->stream, "firth", 5, 5));
    assert_true(hear(far, text, 5));
    assert_string_equal(text, "firth");
    say(far, "brine", 5);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    assert_string_equal(text, "brine");
}

static void a_read_times_out(void **state)
{
    duplex *far = *state;
    char text[6] = "";
    bool ready = true;
    say(far, "fir", 3);
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 5, 0));
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, text, 5, 0.001));
    say(far, "th", 2);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_poll(far->stream, 0.001, &ready));
    assert_false(ready);
}

static void a_write_to_a_full_one_times_out(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(1024 * 1024);
    CHECK_FAILS(TIMEOUT, firth_stream_write(far->stream, noise.data, noise.length, 0.001));
    size_t taken = firth_last_error()->count;
    assert_in_range(taken, 1, noise.length - 1);
    assert_int_equal(hear_all(far), taken);
    free(noise.data);
}

static void its_flags_stay(void **state)
{
    duplex *far = *state;
    int incoming, outgoing;
    char byte;
    CHECK_OK(firth_stream_fileno(far->stream, &incoming));
    CHECK_OK(firth_stream_write_fileno(far->stream, &outgoing));
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 0.001));
    fill_up(far->stream);
    assert_int_equal(fcntl(incoming, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(outgoing, F_GETFL) & O_NONBLOCK, 0);
}

static firth_err hear_some(void *argument)
{
    duplex *far = argument;
    char some[4096];
    for (int i = 0; i < 256; i++)
        if (!hear(far, some, sizeof some))
            return FIRTH_E_EOF;
    return FIRTH_OK;
}

static void a_long_payload_goes_through_whole(void **state)
{
    duplex *far = *state;
    worker taker;
    blob noise = noise_of(1024 * 1024);
    start_worker(&taker, hear_some, far);
    CHECK_OK(firth_stream_write(far->stream, noise.data, noise.length, 60));
    assert_int_equal(join_worker(&taker), FIRTH_OK);
    free(noise.data);
}

static void close_wakes_who_is_blocked(void **state)
{
    duplex *far = *state;
    worker reader, writer;
    start_worker(&reader, read_one, far->stream);
    start_worker(&writer, write_much, far->stream);
    wait_until_polling(&reader);
    wait_until_polling(&writer);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&writer), FIRTH_E_CLOSED);
}

static void the_end_and_a_reader_that_left_are_seen(void **state)
{
    duplex *far = *state;
    char byte;
    hang_up(far);
    CHECK_FAILS(EOF, firth_stream_read(far->stream, &byte, 1, 5));
    duplex other;
    fail_every_call_of("open", EACCES);
    other = open_duplex(OVER_PIPES);
    faults_off();
    hang_up(&other);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_write(other.stream, "x", 1, 5));
    close_duplex(&other);
}

#define SHARED(test)                                \
    {                                               \
#test, test, open_shared, close_state, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHARED(it_reads_and_writes),
        SHARED(a_read_times_out),
        SHARED(a_write_to_a_full_one_times_out),
        SHARED(its_flags_stay),
        SHARED(a_long_payload_goes_through_whole),
        SHARED(close_wakes_who_is_blocked),
        SHARED(the_end_and_a_reader_that_left_are_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
