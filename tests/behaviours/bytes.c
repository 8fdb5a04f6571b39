/* What is written and read. */
#include "behaviours.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static firth_counters counters_of(firth_stream *stream)
{
    firth_counters counters;
    CHECK_OK(firth_stream_counters(stream, &counters));
    return counters;
}

/* What went through since `before`; connecting may have used the stream too. */
static firth_counters counted_since(firth_stream *stream, const firth_counters *before)
{
    firth_counters now = counters_of(stream);
    return (firth_counters){
        .bytes_read = now.bytes_read - before->bytes_read,
        .bytes_written = now.bytes_written - before->bytes_written,
        .read_calls = now.read_calls - before->read_calls,
        .write_calls = now.write_calls - before->write_calls,
    };
}

static void check_held(firth_stream *stream, size_t to_read, size_t to_write)
{
    size_t ahead, collected;
    CHECK_OK(firth_stream_held(stream, &ahead, &collected));
    assert_int_equal(ahead, to_read);
    assert_int_equal(collected, to_write);
}

static void a_read_gives_exactly_what_was_asked_for(void **state)
{
    duplex *far = *state;
    char text[16] = "";
    say(far, "firthmeetsbrine", 15);
    CHECK_OK(firth_stream_read(far->stream, text, 5, patience()));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_read(far->stream, text, 10, patience()));
    assert_string_equal(text, "meetsbrine");
}

static void a_read_waits_for_the_last_byte(void **state)
{
    duplex *far = *state;
    unsigned char text[] = "firth";
    flow reading = {far, {text, 5}, 0};
    worker reader;
    start_worker(&reader, stream_reads, &reading);
    say(far, "fir", 3);
    wait_until_blocked(&reader);
    say(far, "th", 2);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
}

static void a_read_of_some_gives_what_is_there(void **state)
{
    duplex *far = *state;
    char text[100];
    size_t count, total = 0;
    say(far, "brine", 5);
    while (total < 5) {
        CHECK_OK(firth_stream_read_some(far->stream, text + total, sizeof text - total, patience(),
                                        &count));
        assert_in_range(count, 1, 5 - total);
        total += count;
    }
    assert_memory_equal(text, "brine", 5);
}

static void nothing_is_read_and_written_at_once(void **state)
{
    duplex *far = *state;
    const firth_counters before = counters_of(far->stream), none = {0};
    CHECK_OK(firth_stream_read(far->stream, NULL, 0, patience()));
    CHECK_OK(firth_stream_write(far->stream, NULL, 0, patience()));
    firth_counters counted = counted_since(far->stream, &before);
    assert_memory_equal(&counted, &none, sizeof none);
}

static void what_is_left_is_read_next(void **state)
{
    duplex *far = *state;
    char text[5];
    int number;
    say(far, "firthbrine", 10);
    CHECK_OK(firth_stream_read(far->stream, text, 5, patience()));
    if (!differs(READS_AHEAD | NO_DESCRIPTOR)) {
        CHECK_OK(firth_stream_fileno(far->stream, &number));
        assert_int_equal(poll(&(struct pollfd){.fd = number, .events = POLLIN}, 1, 20000), 1);
    }
    CHECK_OK(firth_stream_read(far->stream, text, 5, patience()));
    assert_memory_equal(text, "brine", 5);
}

static void a_stream_has_its_descriptors_or_says_that_it_has_none(void **state)
{
    duplex *far = *state;
    int number;
    if (differs(NO_DESCRIPTOR)) {
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_fileno(far->stream, &number));
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_write_fileno(far->stream, &number));
        return;
    }
    CHECK_OK(firth_stream_write_fileno(far->stream, &number));
    assert_int_equal(poll(&(struct pollfd){.fd = number, .events = POLLOUT}, 1, 20000), 1);
    CHECK_OK(firth_stream_fileno(far->stream, &number));
    say(far, "x", 1);
    assert_int_equal(poll(&(struct pollfd){.fd = number, .events = POLLIN}, 1, 20000), 1);
}

static void a_write_takes_several_mib(void **state)
{
    duplex *far = *state;
    flow hearing = {far, noise_of(8 * 1024 * 1024), 0};
    worker hearer;
    start_worker(&hearer, far_hears, &hearing);
    CHECK_OK(firth_stream_write(far->stream, hearing.data.data, hearing.data.length, patience()));
    flush_collected(far);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    free(hearing.data.data);
}

/* More than there is room for, but for kinds that wait for all they have taken. */
static void a_write_of_some_says_how_much_it_took(void **state)
{
    duplex *far = *state;
    bool waits = differs(TAKES_AHEAD | COLLECTS | NO_TIME);
    flow hearing = {far, noise_of(waits ? 10000 : 16 * 1024 * 1024), 0};
    size_t count;
    CHECK_OK(firth_stream_write_some(far->stream, hearing.data.data, hearing.data.length,
                                     patience(), &count));
    assert_in_range(count, 1, hearing.data.length);
    hearing.data.length = count;
    worker hearer;
    start_worker(&hearer, far_hears, &hearing);
    flush_collected(far);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    free(hearing.data.data);
}

static void what_is_collected_leaves_with_a_flush(void **state)
{
    duplex *far = *state;
    char text[5];
    size_t ahead, collected;
    CHECK_OK(firth_stream_write(far->stream, "brine", 5, patience()));
    CHECK_OK(firth_stream_held(far->stream, &ahead, &collected));
    assert_int_equal(collected, differs(COLLECTS) ? 5 : 0);
    CHECK_OK(firth_stream_flush(far->stream, patience()));
    check_held(far->stream, 0, 0);
    assert_true(hear(far, text, 5));
    assert_memory_equal(text, "brine", 5);
}

static void both_directions_are_used_at_once(void **state)
{
    duplex *far = *state;
    flow there = {far, noise_of(4 * 1024 * 1024), 0}, heard = there;
    flow back = {far, text_of(4 * 1024 * 1024), 0}, said = back;
    worker writer, hearer, sayer;
    start_worker(&hearer, far_hears, &heard);
    start_worker(&writer, stream_writes, &there);
    start_worker(&sayer, far_says, &said);
    assert_int_equal(stream_reads(&back), FIRTH_OK);
    assert_int_equal(join_worker(&writer), FIRTH_OK);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    assert_int_equal(join_worker(&sayer), FIRTH_OK);
    free(there.data.data);
    free(back.data.data);
}

static void what_is_unread_comes_first_and_is_held(void **state)
{
    duplex *far = *state;
    char text[10] = "";
    CHECK_OK(firth_stream_unread(far->stream, "th", 2));
    CHECK_OK(firth_stream_unread(far->stream, "fi", 2));
    check_held(far->stream, 4, 0);
    say(far, "brine", 5);
    CHECK_OK(firth_stream_read(far->stream, text, 9, patience()));
    assert_string_equal(text, "fithbrine");
    check_held(far->stream, 0, 0);
}

static void the_counters_count_and_outlive_the_close(void **state)
{
    duplex *far = *state;
    char text[3];
    const firth_counters before = counters_of(far->stream);
    say(far, "xyz", 3);
    CHECK_OK(firth_stream_read(far->stream, text, 3, patience()));
    CHECK_OK(firth_stream_write(far->stream, "x", 1, patience()));
    flush_collected(far);
    CHECK_OK(firth_stream_close(far->stream));
    firth_counters counted = counted_since(far->stream, &before);
    assert_int_equal(counted.bytes_read, 3);
    assert_int_equal(counted.bytes_written, 1);
    assert_int_equal(counted.read_calls > 0, !differs(NO_COUNTS));
    assert_int_equal(counted.write_calls > 0, !differs(NO_COUNTS));
}

const struct CMUnitTest behaviours_of_bytes[] = {
    BEHAVIOUR(a_read_gives_exactly_what_was_asked_for),
    BEHAVIOUR(a_read_waits_for_the_last_byte),
    BEHAVIOUR(a_read_of_some_gives_what_is_there),
    BEHAVIOUR(nothing_is_read_and_written_at_once),
    BEHAVIOUR(what_is_left_is_read_next),
    BEHAVIOUR(a_stream_has_its_descriptors_or_says_that_it_has_none),
    BEHAVIOUR(a_write_takes_several_mib),
    BEHAVIOUR(a_write_of_some_says_how_much_it_took),
    BEHAVIOUR(what_is_collected_leaves_with_a_flush),
    BEHAVIOUR(both_directions_are_used_at_once),
    BEHAVIOUR(what_is_unread_comes_first_and_is_held),
    BEHAVIOUR(the_counters_count_and_outlive_the_close),
    {.name = NULL},
};
