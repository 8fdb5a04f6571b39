/* TunneledSocketStream: it passes everything through, and closes the tunnel. */
#include "blocked.h"
#include "child.h"
#include "media.h"

#include <string.h>

/* A tunnel of the test's: what was done to it, in the order of the calls. */
typedef struct tunnel {
    firth_stream *lower;
    char story[8];         /* 'c' for close, 'd' for drop */
    bool closed_too_early; /* before the lower stream was */
    firth_err outcome;     /* of its close */
} tunnel;

static firth_err close_tunnel(void *context)
{
    tunnel *self = context;
    strcat(self->story, "c");
    self->closed_too_early = !firth_stream_closed(self->lower);
    if (self->outcome == FIRTH_OK)
        return FIRTH_OK;
    return firth_error_raise(self->outcome, 0, "the tunnel collapsed");
}

static void drop_tunnel(void *context)
{
    tunnel *self = context;
    strcat(self->story, "d");
}

static firth_stream *tunneled_over(const duplex *far, tunnel *through)
{
    firth_stream *stream;
    *through = (tunnel){.lower = far->stream};
    const firth_tunnel one = {close_tunnel, drop_tunnel, through};
    CHECK_OK(firth_tunneled_socket_stream_create(&stream, far->stream, &one));
    return stream;
}

static void free_and_check_story(firth_stream *stream, const tunnel *through, const char *story)
{
    firth_stream_free(stream);
    assert_string_equal(through->story, story);
    assert_false(through->closed_too_early);
}

static void bytes_pass_in_both_directions(void **state)
{
    duplex *far = *state;
    tunnel through;
    char text[5];
    firth_stream *stream = tunneled_over(far, &through);
    say(far, "brine", 5);
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    CHECK_OK(firth_stream_write(stream, text, 5, 5));
    assert_true(hear(far, text, 5));
    assert_memory_equal(text, "brine", 5);
    free_and_check_story(stream, &through, "d");
}

static void frames_cost_no_more_system_calls_than_below(void **state)
{
    duplex *far = *state;
    tunnel through;
    firth_channel *channel;
    firth_counters counters;
    firth_bytes payload;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    say(far, "\0\0\0\3\0abc\n", 9);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    CHECK_OK(firth_channel_send(channel, payload.data, payload.length, 5));
    firth_bytes_free(&payload);
    CHECK_OK(firth_stream_counters(stream, &counters));
    assert_int_equal(counters.read_calls, 2);
    assert_int_equal(counters.write_calls, 1);
    firth_channel_free(channel);
    free_and_check_story(stream, &through, "d");
}

static void it_has_the_descriptors_of_what_is_below(void **state)
{
    duplex *far = *state;
    tunnel through;
    int upper, lower;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_OK(firth_stream_fileno(stream, &upper));
    CHECK_OK(firth_stream_fileno(far->stream, &lower));
    assert_int_equal(upper, lower);
    CHECK_OK(firth_stream_write_fileno(stream, &upper));
    CHECK_OK(firth_stream_write_fileno(far->stream, &lower));
    assert_int_equal(upper, lower);
    firth_stream_free(stream);
}

static void poll_sees_what_is_below(void **state)
{
    duplex *far = *state;
    tunnel through;
    bool ready;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_OK(firth_stream_poll(stream, 0, &ready));
    assert_false(ready);
    CHECK_OK(firth_stream_unread(far->stream, "a", 1));
    CHECK_OK(firth_stream_poll(stream, 0, &ready));
    assert_true(ready);
    firth_stream_free(stream);
}

static void a_time_out_tells_what_is_wanted(void **state)
{
    duplex *far = *state;
    tunnel through;
    char byte;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    fill_up(stream);
    CHECK_FAILS(TIMEOUT, firth_stream_write(stream, "a", 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    firth_stream_free(stream);
}

static void it_holds_and_flushes_what_a_buffer_below_has_collected(void **state)
{
    duplex *far = *state;
    firth_stream *buffered, *stream;
    size_t to_read, to_write;
    char text[3];
    CHECK_OK(firth_buffered_stream_create(&buffered, far->stream, 0));
    CHECK_OK(firth_tunneled_socket_stream_create(&stream, buffered, NULL));
    say(far, "abc", 3);
    CHECK_OK(firth_stream_read(stream, text, 1, 5));
    CHECK_OK(firth_stream_write(stream, "defg", 4, 5));
    CHECK_OK(firth_stream_held(stream, &to_read, &to_write));
    assert_int_equal(to_read, 2);
    assert_int_equal(to_write, 4);
    CHECK_OK(firth_stream_flush(stream, 5));
    assert_true(hear(far, text, 3));
    assert_memory_equal(text, "def", 3);
    firth_stream_free(stream);
    firth_stream_free(buffered);
}

static void a_buffer_above_waits_for_either_direction(void **state)
{
    duplex *far = *state;
    tunnel through;
    worker reader;
    firth_stream *buffered, *stream = tunneled_over(far, &through);
    CHECK_OK(firth_buffered_stream_create(&buffered, stream, 4));
    fill_up(stream);
    CHECK_OK(firth_stream_write(buffered, "abc", 3, 5));
    start_worker(&reader, read_one, buffered);
    wait_until_polling(&reader);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    firth_stream_free(buffered);
    firth_stream_free(stream);
}

static void close_closes_the_stream_and_then_the_tunnel_once(void **state)
{
    duplex *far = *state;
    tunnel through;
    char byte;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_OK(firth_stream_close(stream));
    CHECK_OK(firth_stream_close(stream));
    assert_false(hear(far, &byte, 1));
    assert_string_equal(through.story, "cd");
    free_and_check_story(stream, &through, "cd");
}

static void finish_closes_the_tunnel_once(void **state)
{
    duplex *far = *state;
    tunnel through;
    firth_stream *stream = tunneled_over(far, &through);
    CHECK_OK(firth_stream_finish(stream, 5));
    CHECK_OK(firth_stream_close(stream));
    free_and_check_story(stream, &through, "cd");
}

static void the_end_of_the_peer_closes_the_tunnel_once(void **state)
{
    duplex *far = *state;
    tunnel through;
    char byte;
    firth_stream *stream = tunneled_over(far, &through);
    hang_up(far);
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 5));
    assert_true(firth_stream_closed(stream));
    CHECK_OK(firth_stream_close(stream));
    free_and_check_story(stream, &through, "cd");
}

static void a_lost_write_closes_the_tunnel(void **state)
{
    duplex *far = *state;
    tunnel through;
    firth_stream *stream = tunneled_over(far, &through);
    firth_err err = FIRTH_OK;
    hang_up(far);
    while (err == FIRTH_OK) /* over TCP the first one goes out */
        err = firth_stream_write(stream, "a", 1, 5);
    assert_int_equal(err, FIRTH_E_CONNECTION_LOST);
    free_and_check_story(stream, &through, "cd");
}

static void what_the_tunnels_close_says_reaches_the_caller(void **state)
{
    duplex *far = *state;
    tunnel through;
    firth_stream *stream = tunneled_over(far, &through);
    through.outcome = FIRTH_E_CALLBACK;
    CHECK_FAILS(CALLBACK, firth_stream_close(stream));
    CHECK_DETAIL("the tunnel collapsed");
    free_and_check_story(stream, &through, "cd");
}

static void what_the_stream_below_says_comes_before_it(void **state)
{
    duplex *far = *state;
    tunnel through = {.outcome = FIRTH_E_CALLBACK};
    const firth_tunnel one = {close_tunnel, drop_tunnel, &through};
    firth_stream *buffered, *stream;
    CHECK_OK(firth_buffered_stream_create(&buffered, far->stream, 0));
    CHECK_OK(firth_tunneled_socket_stream_create(&stream, buffered, &one));
    through.lower = buffered;
    fill_up(far->stream);
    CHECK_OK(firth_stream_write(stream, "abc", 3, 5));
    CHECK_FAILS(UNSENT, firth_stream_close(stream));
    assert_int_equal(firth_last_error()->count, 3);
    free_and_check_story(stream, &through, "cd");
    firth_stream_free(buffered);
}

static void a_stream_without_a_tunnel_is_a_stream(void **state)
{
    duplex *far = *state;
    firth_stream *stream;
    CHECK_OK(firth_tunneled_socket_stream_create(&stream, far->stream, NULL));
    CHECK_OK(firth_stream_write(stream, "a", 1, 5));
    CHECK_OK(firth_stream_close(stream));
    firth_stream_free(stream);
}

static void close_wakes_a_blocked_reader(void **state)
{
    duplex *far = *state;
    tunnel through;
    worker reader;
    firth_stream *stream = tunneled_over(far, &through);
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    free_and_check_story(stream, &through, "cd");
}

static void wake_interrupts_a_blocked_reader(void **state)
{
    duplex *far = *state;
    tunnel through;
    worker reader;
    firth_stream *stream = tunneled_over(far, &through);
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    free_and_check_story(stream, &through, "d");
}

static void one_thread_writes_while_another_reads(void **state)
{
    duplex *far = *state;
    tunnel through;
    worker writer, reader;
    static char heard[MUCH];
    firth_stream *stream = tunneled_over(far, &through);
    start_worker(&reader, read_one, stream);
    start_worker(&writer, write_much, stream);
    assert_true(hear(far, heard, sizeof heard));
    say(far, "x", 1);
    assert_int_equal(join_worker(&writer), FIRTH_OK);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    free_and_check_story(stream, &through, "d");
}

static int child_closes(void *stream)
{
    EXPECT(firth_stream_write(stream, "a", 1, 5) == FIRTH_OK);
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

typedef struct shared {
    firth_stream *stream;
    const tunnel *through;
} shared;

static int child_leaves_the_tunnel_alone(void *argument)
{
    const shared *both = argument;
    EXPECT(child_closes(both->stream) == 0);
    EXPECT(strcmp(both->through->story, "d") == 0);
    return 0;
}

static void a_child_of_fork_closes_no_tunnel(void **state)
{
    duplex *far = *state;
    tunnel through;
    char byte;
    shared both = {tunneled_over(far, &through), &through};
    run_in_child(child_leaves_the_tunnel_alone, &both);
    assert_true(hear(far, &byte, 1));
    CHECK_OK(firth_stream_write(both.stream, "b", 1, 5));
    assert_true(hear(far, &byte, 1));
    CHECK_OK(firth_stream_close(both.stream));
    free_and_check_story(both.stream, &through, "cd");
}

static void it_begins_with_the_time_out_of_what_is_below(void **state)
{
    duplex *far = *state;
    tunnel through;
    CHECK_OK(firth_stream_set_timeout(far->stream, 7.5));
    firth_stream *stream = tunneled_over(far, &through);
    assert_true(firth_stream_timeout(stream) == 7.5);
    firth_stream_free(stream);
}

static void nothing_below_is_misuse(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_FAILS(INVALID, firth_tunneled_socket_stream_create(&stream, NULL, NULL));
    assert_null(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(bytes_pass_in_both_directions),
        ON_EVERY_MEDIUM(frames_cost_no_more_system_calls_than_below),
        ON_EVERY_MEDIUM(it_has_the_descriptors_of_what_is_below),
        ON_EVERY_MEDIUM(poll_sees_what_is_below),
        ON_EVERY_MEDIUM(a_time_out_tells_what_is_wanted),
        ON_UNIX(it_holds_and_flushes_what_a_buffer_below_has_collected),
        ON_UNIX(a_buffer_above_waits_for_either_direction),
        ON_EVERY_MEDIUM(close_closes_the_stream_and_then_the_tunnel_once),
        ON_EVERY_MEDIUM(finish_closes_the_tunnel_once),
        ON_EVERY_MEDIUM(the_end_of_the_peer_closes_the_tunnel_once),
        ON_EVERY_MEDIUM(a_lost_write_closes_the_tunnel),
        ON_UNIX(what_the_tunnels_close_says_reaches_the_caller),
        ON_UNIX(what_the_stream_below_says_comes_before_it),
        ON_UNIX(a_stream_without_a_tunnel_is_a_stream),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_reader),
        ON_EVERY_MEDIUM(wake_interrupts_a_blocked_reader),
        ON_EVERY_MEDIUM(one_thread_writes_while_another_reads),
        ON_EVERY_MEDIUM(a_child_of_fork_closes_no_tunnel),
        ON_UNIX(it_begins_with_the_time_out_of_what_is_below),
        cmocka_unit_test(nothing_below_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
