/* What a child of fork may do, and what it must leave alone. */
#include "blocked.h"
#include "child.h"
#include "media.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

static int child_speaks(void *stream)
{
    char text[5];
    EXPECT(firth_stream_read(stream, text, 5, 5) == FIRTH_OK);
    EXPECT(firth_stream_write(stream, text, 5, 5) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static void assert_alive(const duplex *far)
{
    char byte = 0;
    CHECK_OK(firth_stream_write(far->stream, "a", 1, 5));
    assert_true(hear(far, &byte, 1));
    assert_int_equal(byte, 'a');
    say(far, "b", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 5));
    assert_int_equal(byte, 'b');
}

static void a_child_may_use_the_stream(void **state)
{
    duplex *far = *state;
    char text[5];
    say(far, "brine", 5);
    run_in_child(child_speaks, far->stream);
    assert_true(hear(far, text, 5));
    assert_memory_equal(text, "brine", 5);
    assert_alive(far);
}

static int child_closes(void *stream)
{
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    EXPECT(firth_stream_closed(stream));
    firth_stream_free(stream);
    return 0;
}

static void a_childs_close_does_not_end_the_parents_connection(void **state)
{
    duplex *far = *state;
    run_in_child(child_closes, far->stream);
    assert_alive(far);
}

static int child_finishes(void *stream)
{
    EXPECT(firth_stream_finish(stream, 1) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static void a_childs_finish_does_not_end_the_parents_connection(void **state)
{
    duplex *far = *state;
    run_in_child(child_finishes, far->stream);
    assert_alive(far);
}

static int child_closes_descriptors(void *stream)
{
    int before = count_descriptors();
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    EXPECT(count_descriptors() < before);
    firth_stream_free(stream);
    return 0;
}

static void a_child_can_close_its_descriptors_though_a_parents_thread_was_inside(void **state)
{
    duplex *far = *state;
    worker reader;
    start_worker(&reader, read_one, far->stream);
    wait_until_polling(&reader);
    run_in_child(child_closes_descriptors, far->stream);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    assert_alive(far);
}

static _Atomic bool hook_asked, hook_may_answer;

static bool answer_when_told(void *unused)
{
    (void)unused;
    atomic_store(&hook_asked, true);
    while (!atomic_load(&hook_may_answer))
        sched_yield();
    return true;
}

static firth_err read_one_with_hook(void *stream)
{
    firth_set_interrupt_hook(answer_when_told, NULL);
    return read_one(stream);
}

static int child_frees(void *stream)
{
    int before = count_descriptors();
    EXPECT(firth_stream_closed(stream));
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    firth_stream_free(stream);
    EXPECT(count_descriptors() < before);
    return 0;
}

static void a_child_releases_what_a_parents_thread_had_yet_to_release(void **state)
{
    duplex *far = *state;
    worker reader;
    atomic_store(&hook_asked, false);
    atomic_store(&hook_may_answer, false);
    start_worker(&reader, read_one_with_hook, far->stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(far->stream));
    while (!atomic_load(&hook_asked))
        sched_yield();
    CHECK_OK(firth_stream_close(far->stream));
    run_in_child(child_frees, far->stream);
    atomic_store(&hook_may_answer, true);
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
}

static int child_reads(void *stream)
{
    char byte;
    EXPECT(firth_stream_read(stream, &byte, 1, 0.001) == FIRTH_E_TIMEOUT);
    return 0;
}

static void a_child_has_turns_of_its_own(void **state)
{
    duplex *far = *state;
    worker reader;
    start_worker(&reader, read_one, far->stream);
    wait_until_polling(&reader);
    run_in_child(child_reads, far->stream);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
}

static int child_wakes(void *stream)
{
    char byte;
    EXPECT(firth_stream_wake(stream) == FIRTH_OK);
    EXPECT(firth_stream_read(stream, &byte, 1, 60) == FIRTH_E_INTERRUPTED);
    return 0;
}

static void a_childs_wake_does_not_reach_the_parents_threads(void **state)
{
    duplex *far = *state;
    worker reader;
    firth_counters counters;
    start_worker(&reader, read_one, far->stream);
    wait_until_polling(&reader);
    run_in_child(child_wakes, far->stream);
    let_others_run();
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    CHECK_OK(firth_stream_counters(far->stream, &counters));
    assert_in_range(counters.read_calls, 1, 5);
}

static void free_without_close_does_not_shut_down_what_another_holds(void **state)
{
    (void)state;
    int sockets[2];
    firth_stream *stream;
    char byte;
    open_sockets(OVER_TCP, sockets);
    int copy = dup(sockets[0]);
    CHECK_OK(firth_socket_stream_from_descriptor(&stream, sockets[0], NULL));
    firth_stream_free(stream);
    assert_int_equal(write(copy, "x", 1), 1);
    assert_int_equal(read(sockets[1], &byte, 1), 1);
    close(copy);
    close(sockets[1]);
}

static void close_ends_the_connection_though_another_holds_it(void **state)
{
    (void)state;
    int sockets[2];
    firth_stream *stream;
    char byte;
    open_sockets(OVER_UNIX, sockets);
    int copy = dup(sockets[0]);
    CHECK_OK(firth_socket_stream_from_descriptor(&stream, sockets[0], NULL));
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(read(sockets[1], &byte, 1), 0);
    firth_stream_free(stream);
    close(copy);
    close(sockets[1]);
}

static int child_holds_the_second(void *pair)
{
    firth_stream **streams = pair;
    firth_stream_free(streams[0]);
    char text[5];
    EXPECT(firth_stream_read(streams[1], text, 5, 5) == FIRTH_OK);
    EXPECT(firth_stream_write(streams[1], text, 5, 5) == FIRTH_OK);
    EXPECT(firth_stream_read(streams[1], text, 1, 5) == FIRTH_E_EOF);
    firth_stream_free(streams[1]);
    return 0;
}

static void a_pair_of_pipes_joins_parent_and_child(void **state)
{
    (void)state;
    firth_stream *streams[2];
    char text[6] = "";
    CHECK_OK(firth_pipe_stream_create_pair(&streams[0], &streams[1]));
    pid_t child = start_child(child_holds_the_second, streams);
    firth_stream_free(streams[1]);
    CHECK_OK(firth_stream_write(streams[0], "firth", 5, 5));
    CHECK_OK(firth_stream_read(streams[0], text, 5, 5));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_close(streams[0]));
    join_child(child);
    firth_stream_free(streams[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_child_may_use_the_stream),
        ON_EVERY_MEDIUM(a_childs_close_does_not_end_the_parents_connection),
        ON_EVERY_MEDIUM(a_childs_finish_does_not_end_the_parents_connection),
        ON_EVERY_MEDIUM(a_child_can_close_its_descriptors_though_a_parents_thread_was_inside),
        ON_EVERY_MEDIUM(a_child_releases_what_a_parents_thread_had_yet_to_release),
        ON_EVERY_MEDIUM(a_child_has_turns_of_its_own),
        ON_EVERY_MEDIUM(a_childs_wake_does_not_reach_the_parents_threads),
        cmocka_unit_test(free_without_close_does_not_shut_down_what_another_holds),
        cmocka_unit_test(close_ends_the_connection_though_another_holds_it),
        cmocka_unit_test(a_pair_of_pipes_joins_parent_and_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
