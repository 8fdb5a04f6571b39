/* Wake, signals, and the interrupt hook. */
#include "blocked.h"
#include "frames.h"
#include "interrupting.h"
#include "media.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>

typedef struct asked {
    firth_stream *stream;
    _Atomic int times;    /* the hook was asked */
    _Atomic bool give_up; /* what it says */
    char text[8];         /* what was read */
} asked;

static bool answer(void *context)
{
    asked *self = context;
    bool give_up = atomic_load(&self->give_up);
    atomic_fetch_add(&self->times, 1);
    return give_up;
}

static firth_err read_five(void *stream)
{
    char text[5];
    return firth_stream_read(stream, text, sizeof text, FIRTH_FOREVER);
}

static firth_err read_five_with_hook(void *argument)
{
    asked *self = argument;
    firth_set_interrupt_hook(answer, self);
    firth_err err = firth_stream_read(self->stream, self->text, 5, FIRTH_FOREVER);
    firth_set_interrupt_hook(NULL, NULL);
    return err;
}

static void wait_until_asked(asked *self, int times)
{
    while (atomic_load(&self->times) < times)
        sched_yield();
}

static void wake_interrupts(duplex *far, worker_task task)
{
    worker blocked;
    start_worker(&blocked, task, far->stream);
    wait_until_polling(&blocked);
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&blocked), FIRTH_E_INTERRUPTED);
    assert_false(firth_stream_closed(far->stream));
}

static void wake_interrupts_a_reader_that_has_no_hook(void **state)
{
    wake_interrupts(*state, read_five);
}

static void wake_interrupts_a_writer_that_has_no_hook(void **state)
{
    wake_interrupts(*state, write_much);
}

static void wake_interrupts_a_poll_that_has_no_hook(void **state)
{
    wake_interrupts(*state, poll_for_ever);
}

static void an_interrupted_write_tells_what_was_taken(void **state)
{
    duplex *far = *state;
    worker writer;
    start_worker(&writer, write_much, far->stream);
    wait_until_polling(&writer);
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&writer), FIRTH_E_INTERRUPTED);
    assert_int_equal(writer.error.count, hear_all(far));
    assert_true(writer.error.count > 0);
}

static void wake_before_a_call_interrupts_the_next_that_would_block_once(void **state)
{
    duplex *far = *state;
    char byte;
    CHECK_OK(firth_stream_wake(far->stream));
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 5));
    CHECK_FAILS(INTERRUPTED, firth_stream_read(far->stream, &byte, 1, 60));
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, &byte, 1, 0.001));
}

static void what_came_before_an_interruption_is_kept(void **state)
{
    duplex *far = *state;
    worker reader;
    char text[6] = "";
    say(far, "fir", 3);
    start_worker(&reader, read_five, far->stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    say(far, "th", 2);
    CHECK_OK(firth_stream_read(far->stream, text, 5, 5));
    assert_string_equal(text, "firth");
}

static void a_woken_call_goes_on_if_its_hook_says_so(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    worker reader;
    start_worker(&reader, read_five_with_hook, &hook);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(far->stream));
    wait_until_asked(&hook, 1);
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    assert_memory_equal(hook.text, "firth", 5);
}

static void a_hook_that_gives_up_ends_the_call(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream, .give_up = true};
    worker reader;
    start_worker(&reader, read_five_with_hook, &hook);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    assert_int_equal(hook.times, 1);
}

static void a_signal_does_not_end_a_call_without_a_hook(void **state)
{
    duplex *far = *state;
    worker reader;
    start_worker(&reader, read_five, far->stream);
    for (int i = 0; i < 20; i++) {
        wait_until_polling(&reader);
        pthread_kill(reader.thread, SIGUSR1);
    }
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
}

static void a_signal_asks_the_hook_and_the_call_goes_on(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    worker reader;
    start_worker(&reader, read_five_with_hook, &hook);
    for (int i = 1; i <= 3; i++) {
        wait_until_polling(&reader);
        pthread_kill(reader.thread, SIGUSR1);
        wait_until_asked(&hook, i);
    }
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    assert_memory_equal(hook.text, "firth", 5);
}

static void a_signal_lets_the_hook_end_the_call(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream, .give_up = true};
    worker reader;
    start_worker(&reader, read_five_with_hook, &hook);
    wait_until_polling(&reader);
    pthread_kill(reader.thread, SIGUSR1);
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
}

static void a_signal_asks_the_hook_of_who_waits_for_a_turn(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream, .give_up = true};
    worker first, second;
    start_worker(&first, read_five, far->stream);
    wait_until_polling(&first);
    start_worker(&second, read_five_with_hook, &hook);
    wait_until_queued(&second);
    while (!atomic_load(&second.done)) {
        pthread_kill(second.thread, SIGUSR1);
        sched_yield();
    }
    assert_int_equal(join_worker(&second), FIRTH_E_INTERRUPTED);
    say(far, "firth", 5);
    assert_int_equal(join_worker(&first), FIRTH_OK);
}

static void a_hook_is_asked_by_its_own_thread_only(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream, .give_up = true};
    worker reader;
    firth_set_interrupt_hook(answer, &hook);
    start_worker(&reader, read_five, far->stream);
    wait_until_polling(&reader);
    pthread_kill(reader.thread, SIGUSR1);
    wait_until_polling(&reader);
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    firth_set_interrupt_hook(NULL, NULL);
    assert_int_equal(hook.times, 0);
}

/* Between its two halves a wake can be held up. */
static _Atomic bool hold, held;

int __real_eventfd_write(int number, eventfd_t value);
int __wrap_eventfd_write(int number, eventfd_t value);

int __wrap_eventfd_write(int number, eventfd_t value)
{
    atomic_store(&held, true);
    while (atomic_load(&hold))
        sched_yield();
    return __real_eventfd_write(number, value);
}

static firth_err wake_it(void *stream)
{
    return firth_stream_wake(stream);
}

static void a_wake_that_comes_late_does_not_keep_the_waiting_thread_busy(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    worker reader, waker;
    firth_counters counters;
    start_worker(&reader, read_five_with_hook, &hook);
    wait_until_polling(&reader);
    atomic_store(&hold, true);
    start_worker(&waker, wake_it, far->stream);
    while (!atomic_load(&held))
        sched_yield();
    pthread_kill(reader.thread, SIGUSR1);
    wait_until_asked(&hook, 2);
    wait_until_polling(&reader);
    atomic_store(&hold, false);
    assert_int_equal(join_worker(&waker), FIRTH_OK);
    let_others_run();
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    CHECK_OK(firth_stream_counters(far->stream, &counters));
    assert_in_range(counters.read_calls, 1, 8);
}

/* A wake that were left behind would make each later wait return at once. */
static void many_wakes_leave_nothing_behind(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    worker reader;
    firth_counters counters;
    const int wakes = 20000;
    start_worker(&reader, read_five_with_hook, &hook);
    for (int i = 0; i < wakes; i++)
        CHECK_OK(firth_stream_wake(far->stream));
    let_others_run();
    say(far, "firth", 5);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    CHECK_OK(firth_stream_counters(far->stream, &counters));
    assert_in_range(counters.read_calls, 1, 2 * (unsigned)wakes + 20);
    firth_err last = firth_stream_read(far->stream, hook.text, 1, 0.01);
    assert_true(last == FIRTH_E_TIMEOUT || last == FIRTH_E_INTERRUPTED);
    CHECK_OK(firth_stream_counters(far->stream, &counters));
    CHECK_FAILS(TIMEOUT, firth_stream_read(far->stream, hook.text, 1, 0.01));
    firth_counters after;
    CHECK_OK(firth_stream_counters(far->stream, &after));
    assert_in_range(after.read_calls - counters.read_calls, 1, 6);
}

int main(void)
{
    handle_signal();
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(wake_interrupts_a_reader_that_has_no_hook),
        ON_EVERY_MEDIUM(wake_interrupts_a_writer_that_has_no_hook),
        ON_EVERY_MEDIUM(wake_interrupts_a_poll_that_has_no_hook),
        ON_EVERY_MEDIUM(an_interrupted_write_tells_what_was_taken),
        ON_EVERY_MEDIUM(wake_before_a_call_interrupts_the_next_that_would_block_once),
        ON_EVERY_MEDIUM(what_came_before_an_interruption_is_kept),
        ON_EVERY_MEDIUM(a_woken_call_goes_on_if_its_hook_says_so),
        ON_EVERY_MEDIUM(a_hook_that_gives_up_ends_the_call),
        ON_EVERY_MEDIUM(a_signal_does_not_end_a_call_without_a_hook),
        ON_EVERY_MEDIUM(a_signal_asks_the_hook_and_the_call_goes_on),
        ON_EVERY_MEDIUM(a_signal_lets_the_hook_end_the_call),
        ON_UNIX(a_signal_asks_the_hook_of_who_waits_for_a_turn),
        ON_UNIX(a_hook_is_asked_by_its_own_thread_only),
        ON_UNIX(a_wake_that_comes_late_does_not_keep_the_waiting_thread_busy),
        ON_EVERY_MEDIUM(many_wakes_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
