/* The end, from either side. */
#include "behaviours.h"

#include <stdlib.h>
#include <string.h>

static void the_end_before_a_byte_is_clean_and_closes(void **state)
{
    duplex *far = *state;
    char byte;
    size_t count;
    hang_up(far);
    CHECK_FAILS(EOF, firth_stream_read(far->stream, &byte, 1, patience()));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(EOF, firth_stream_read_some(far->stream, &byte, 1, patience(), &count));
    CHECK_FAILS(EOF, firth_stream_write(far->stream, "x", 1, patience()));
    CHECK_OK(firth_stream_close(far->stream));
}

static void what_was_said_before_the_end_is_read_first(void **state)
{
    duplex *far = *state;
    char text[6] = "";
    say(far, "brine", 5);
    hang_up(far);
    CHECK_OK(firth_stream_read(far->stream, text, 5, patience()));
    assert_string_equal(text, "brine");
    CHECK_FAILS(EOF, firth_stream_read(far->stream, text, 1, patience()));
}

static void the_end_inside_of_what_was_asked_for_is_a_loss(void **state)
{
    duplex *far = *state;
    char text[5];
    say(far, "fir", 3);
    hang_up(far);
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, text, 5, patience()));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, text, 1, patience()));
}

static void writing_to_a_peer_that_left_is_a_loss(void **state)
{
    duplex *far = *state;
    firth_err err;
    hang_up(far);
    do {
        err = firth_stream_write(far->stream, "x", 1, patience());
        if (err == FIRTH_OK)
            err = firth_stream_flush(far->stream, patience());
    } while (err == FIRTH_OK);
    assert_true(err == FIRTH_E_CONNECTION_LOST || err == FIRTH_E_EOF);
    assert_true(firth_stream_closed(far->stream));
}

static void close_ends_everything_and_may_come_twice(void **state)
{
    duplex *far = *state;
    char byte;
    bool ready;
    int number;
    CHECK_OK(firth_stream_close(far->stream));
    CHECK_OK(firth_stream_close(far->stream));
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CLOSED, firth_stream_read(far->stream, &byte, 1, patience()));
    CHECK_FAILS(CLOSED, firth_stream_write(far->stream, "x", 1, patience()));
    CHECK_FAILS(CLOSED, firth_stream_poll(far->stream, patience(), &ready));
    CHECK_FAILS(CLOSED, firth_stream_unread(far->stream, "x", 1));
    CHECK_FAILS(CLOSED, firth_stream_flush(far->stream, patience()));
    CHECK_FAILS(CLOSED, firth_stream_wake(far->stream));
    CHECK_FAILS(CLOSED, firth_stream_fileno(far->stream, &number));
    CHECK_OK(firth_stream_finish(far->stream, patience()));
    assert_false(hear(far, &byte, 1));
}

/* Finishes while the far end hears, and then what the far end hears is the end. */
static void finish_delivers_everything(void **state)
{
    duplex *far = *state;
    flow hearing = {far, noise_of(1024 * 1024), 0};
    worker hearer;
    char byte;
    start_worker(&hearer, far_hears, &hearing);
    CHECK_OK(firth_stream_write(far->stream, hearing.data.data, hearing.data.length, patience()));
    CHECK_OK(firth_stream_finish(far->stream, patience()));
    assert_true(firth_stream_closed(far->stream));
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    assert_false(hear(far, &byte, 1));
    CHECK_OK(firth_stream_finish(far->stream, patience()));
    CHECK_OK(firth_stream_close(far->stream));
    free(hearing.data.data);
}

static void finish_takes_its_own_time_if_none_is_given(void **state)
{
    duplex *far = *state;
    char text[5];
    CHECK_OK(firth_stream_write(far->stream, "brine", 5, patience()));
    CHECK_OK(firth_stream_finish(far->stream, FIRTH_UNSET));
    assert_true(hear(far, text, 5));
    assert_memory_equal(text, "brine", 5);
    assert_false(hear(far, text, 1));
}

static void free_without_close_ends_the_connection_too(void **state)
{
    duplex *far = *state;
    char byte;
    firth_stream_free(far->stream);
    far->stream = NULL;
    assert_false(hear(far, &byte, 1));
}

static void another_reference_keeps_the_stream(void **state)
{
    duplex *far = *state;
    firth_stream_free(firth_stream_retain(far->stream));
    check_alive(far);
}

const struct CMUnitTest behaviours_at_the_end[] = {
    BEHAVIOUR(the_end_before_a_byte_is_clean_and_closes),
    BEHAVIOUR(what_was_said_before_the_end_is_read_first),
    BEHAVIOUR(the_end_inside_of_what_was_asked_for_is_a_loss),
    BEHAVIOUR(writing_to_a_peer_that_left_is_a_loss),
    BEHAVIOUR(close_ends_everything_and_may_come_twice),
    BEHAVIOUR(finish_delivers_everything),
    BEHAVIOUR(finish_takes_its_own_time_if_none_is_given),
    BEHAVIOUR(free_without_close_ends_the_connection_too),
    BEHAVIOUR(another_reference_keeps_the_stream),
    {.name = NULL},
};
