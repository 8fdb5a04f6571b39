/* Close, wake and signals, while others are inside. */
#include "behaviours.h"
#include "interrupting.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static firth_err poll_for_ever(void *argument)
{
    bool ready;
    return firth_stream_poll(((duplex *)argument)->stream, FIRTH_FOREVER, &ready);
}

static firth_err read_one_in_a_minute(void *argument)
{
    char byte;
    return firth_stream_read(((duplex *)argument)->stream, &byte, 1, 60);
}

static void check_close_wakes(duplex *far, worker_task task)
{
    worker blocked;
    start_worker(&blocked, task, far);
    wait_until_blocked(&blocked);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&blocked), FIRTH_E_CLOSED);
    assert_int_equal(blocked.error.code, FIRTH_E_CLOSED);
}

static void close_wakes_a_reader(void **state)
{
    check_close_wakes(*state, read_one);
}

static void close_wakes_a_reader_with_a_time(void **state)
{
    duplex *far = *state;
    if (differs(NO_TIME))
        assert_int_equal(read_one_in_a_minute(far), FIRTH_E_NOT_SUPPORTED);
    else
        check_close_wakes(far, read_one_in_a_minute);
}

static void close_wakes_who_polls(void **state)
{
    duplex *far = *state;
    if (differs(NO_TIME))
        assert_int_equal(poll_for_ever(far), FIRTH_E_NOT_SUPPORTED);
    else
        check_close_wakes(far, poll_for_ever);
}

/* What was collected and can no more be sent is an error of the close. */
static void check_closed_with_writer(duplex *far, worker *writer)
{
    firth_err err = firth_stream_close(far->stream);
    assert_true(err == FIRTH_OK || (err == FIRTH_E_UNSENT && differs(COLLECTS)));
    assert_int_equal(join_worker(writer), FIRTH_E_CLOSED);
}

static void close_wakes_a_writer(void **state)
{
    duplex *far = *state;
    worker writer;
    start_worker(&writer, write_without_end, far);
    wait_until_blocked(&writer);
    check_closed_with_writer(far, &writer);
}

static void close_wakes_a_reader_and_a_writer(void **state)
{
    duplex *far = *state;
    worker reader, writer;
    start_worker(&reader, read_one, far);
    wait_until_blocked(&reader);
    start_worker(&writer, write_without_end, far);
    wait_until_blocked(&writer);
    check_closed_with_writer(far, &writer);
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
}

static void readers_take_turns(void **state)
{
    duplex *far = *state;
    worker first, second;
    start_worker(&first, read_one, far);
    wait_until_blocked(&first);
    start_worker(&second, read_one, far);
    wait_until_queued(&second);
    say(far, "xy", 2);
    assert_int_equal(join_worker(&first), FIRTH_OK);
    assert_int_equal(join_worker(&second), FIRTH_OK);
}

static void close_wakes_who_waits_for_a_turn(void **state)
{
    duplex *far = *state;
    worker first, second;
    start_worker(&first, read_one, far);
    wait_until_blocked(&first);
    start_worker(&second, read_one, far);
    wait_until_queued(&second);
    CHECK_OK(firth_stream_close(far->stream));
    assert_int_equal(join_worker(&first), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&second), FIRTH_E_CLOSED);
}

static void one_reads_while_another_writes(void **state)
{
    duplex *far = *state;
    worker reader;
    char byte;
    start_worker(&reader, read_one, far);
    wait_until_blocked(&reader);
    CHECK_OK(firth_stream_write(far->stream, "x", 1, patience()));
    flush_collected(far);
    assert_true(hear(far, &byte, 1));
    say(far, "y", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
}

static void wake_interrupts_a_reader_and_loses_nothing(void **state)
{
    duplex *far = *state;
    unsigned char text[] = "firth";
    flow reading = {far, {text, 5}, 0};
    worker reader;
    start_worker(&reader, stream_reads, &reading);
    say(far, "fir", 3);
    wait_until_blocked(&reader);
    if (differs(NO_WAKE)) {
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_wake(far->stream));
        say(far, "th", 2);
        assert_int_equal(join_worker(&reader), FIRTH_OK);
        return;
    }
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    say(far, "th", 2);
    assert_int_equal(stream_reads(&reading), FIRTH_OK);
}

/* Writes without a limit of time; `count` is what was taken. */
static firth_err write_all(void *argument)
{
    flow *self = argument;
    firth_err err =
        firth_stream_write(self->far->stream, self->data.data, self->data.length, FIRTH_FOREVER);
    self->count = err == FIRTH_OK ? self->data.length : firth_last_error()->count;
    return err;
}

static void check_heard(duplex *far, blob data, size_t length)
{
    flow hearing = {far, {data.data, length}, 0};
    worker hearer;
    start_worker(&hearer, far_hears, &hearing);
    flush_collected(far);
    assert_int_equal(join_worker(&hearer), FIRTH_OK);
    check_alive(far);
}

/* A wake is for both directions, and waits for who would block. */
static void spend_wake_of_reading(const duplex *far)
{
    bool ready;
    firth_err err = firth_stream_poll(far->stream, 0.001, &ready);
    assert_true(err == FIRTH_E_INTERRUPTED || err == FIRTH_OK);
    assert_false(ready);
}

static void wake_interrupts_a_writer_and_tells_what_was_taken(void **state)
{
    duplex *far = *state;
    flow writing = {far, text_of(16 * 1024 * 1024), 0};
    worker writer;
    start_worker(&writer, write_all, &writing);
    wait_until_blocked(&writer);
    if (differs(NO_WAKE)) {
        CHECK_FAILS(NOT_SUPPORTED, firth_stream_wake(far->stream));
        flow hearing = {far, writing.data, 0};
        assert_int_equal(far_hears(&hearing), FIRTH_OK);
        assert_int_equal(join_worker(&writer), FIRTH_OK);
    } else {
        CHECK_OK(firth_stream_wake(far->stream));
        assert_int_equal(join_worker(&writer), FIRTH_E_INTERRUPTED);
        assert_in_range(writing.count, 1, writing.data.length - 1);
        spend_wake_of_reading(far);
        check_heard(far, writing.data, writing.count);
    }
    free(writing.data.data);
}

/* What an interrupt hook was asked, and what it says. */
typedef struct asked {
    duplex *far;
    _Atomic int times;
    _Atomic bool give_up;
} asked;

static bool answer(void *context)
{
    asked *self = context;
    bool give_up = atomic_load(&self->give_up);
    atomic_fetch_add(&self->times, 1);
    return give_up;
}

static firth_err read_one_with_hook(void *argument)
{
    asked *self = argument;
    firth_set_interrupt_hook(answer, self);
    firth_err err = read_one(self->far);
    firth_set_interrupt_hook(NULL, NULL);
    return err;
}

static void wait_until_asked(asked *self, int times)
{
    while (atomic_load(&self->times) < times)
        sched_yield();
}

static void a_signal_ends_a_call_only_if_the_hook_says_so(void **state)
{
    duplex *far = *state;
    asked self = {.far = far};
    worker reader;
    handle_signal();
    start_worker(&reader, read_one_with_hook, &self);
    wait_until_blocked(&reader);
    pthread_kill(reader.thread, SIGUSR1);
    if (differs(NO_WAKE)) {
        let_others_run();
        assert_int_equal(atomic_load(&self.times), 0);
    } else {
        wait_until_asked(&self, 1);
        wait_until_blocked(&reader);
        atomic_store(&self.give_up, true);
        pthread_kill(reader.thread, SIGUSR1);
        assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
        atomic_store(&self.give_up, false);
        start_worker(&reader, read_one_with_hook, &self);
    }
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    check_alive(far);
}

static firth_err close_it(void *argument)
{
    return firth_stream_close(((duplex *)argument)->stream);
}

static void many_may_close_at_once(void **state)
{
    duplex *far = *state;
    worker closers[8], reader;
    start_worker(&reader, read_one, far);
    for (int i = 0; i < 8; i++)
        start_worker(&closers[i], close_it, far);
    for (int i = 0; i < 8; i++)
        assert_int_equal(join_worker(&closers[i]), FIRTH_OK);
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
}

const struct CMUnitTest behaviours_of_threads[] = {
    BEHAVIOUR(close_wakes_a_reader),
    BEHAVIOUR(close_wakes_a_reader_with_a_time),
    BEHAVIOUR(close_wakes_who_polls),
    BEHAVIOUR(close_wakes_a_writer),
    BEHAVIOUR(close_wakes_a_reader_and_a_writer),
    BEHAVIOUR(readers_take_turns),
    BEHAVIOUR(close_wakes_who_waits_for_a_turn),
    BEHAVIOUR(one_reads_while_another_writes),
    BEHAVIOUR(wake_interrupts_a_reader_and_loses_nothing),
    BEHAVIOUR(wake_interrupts_a_writer_and_tells_what_was_taken),
    BEHAVIOUR(a_signal_ends_a_call_only_if_the_hook_says_so),
    BEHAVIOUR(many_may_close_at_once),
    {.name = NULL},
};
