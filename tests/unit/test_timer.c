/* The timers of the process, and the heap that orders them. */
#include "check.h"
#include "worker.h"

#include "base/heap.h"
#include "platform/clock.h"
#include "platform/timer.h"

#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- The heap ----------------------------------------------------------------- */

#define NODES 300

static void a_heap_gives_the_smallest_first_whatever_was_put_in_and_taken_out(void **state)
{
    static firth_heap_node nodes[NODES];
    static bool inside[NODES];
    firth_heap_node *root = NULL;
    (void)state;
    srand(7);
    for (int step = 0; step < 20000; step++) {
        int i = rand() % NODES;
        if (inside[i]) {
            firth_heap_remove(&root, &nodes[i]);
        } else {
            nodes[i].key = rand() % 100;
            firth_heap_insert(&root, &nodes[i]);
        }
        inside[i] = !inside[i];
        double smallest = INFINITY;
        for (int k = 0; k < NODES; k++)
            if (inside[k] && nodes[k].key < smallest)
                smallest = nodes[k].key;
        assert_true((root == NULL) == isinf(smallest));
        assert_true(root == NULL || root->key == smallest);
    }
}

/* ---- Timers ------------------------------------------------------------------- */

typedef struct alarm_clock {
    firth_timer timer;
    _Atomic int calls;
    int again; /* times that it asks to be called again, at once */
    _Atomic bool busy, held;
    _Atomic int order; /* of the last call among all */
} alarm_clock;

static _Atomic int calls_of_all;

static double ring(void *context)
{
    alarm_clock *self = context;
    atomic_store(&self->busy, true);
    while (atomic_load(&self->held))
        sched_yield();
    atomic_store(&self->order, atomic_fetch_add(&calls_of_all, 1));
    int calls = atomic_fetch_add(&self->calls, 1) + 1;
    atomic_store(&self->busy, false);
    return calls <= self->again ? firth_clock_now() : FIRTH_TIMER_NEVER;
}

static void init(alarm_clock *self)
{
    *self = (alarm_clock){.again = 0};
    CHECK_OK(firth_timer_init(&self->timer, ring, self));
}

static void wait_for_calls(const alarm_clock *self, int calls)
{
    while (atomic_load(&self->calls) < calls)
        sched_yield();
}

static void a_timer_calls_no_sooner_than_it_is_due(void **state)
{
    alarm_clock clock;
    (void)state;
    init(&clock);
    double due = firth_clock_now() + 0.02;
    firth_timer_set(&clock.timer, due);
    wait_for_calls(&clock, 1);
    assert_true(firth_clock_now() >= due);
    firth_timer_stop(&clock.timer);
    assert_int_equal(atomic_load(&clock.calls), 1);
}

/* Its call goes on until it is no longer held. */
static void keep_busy(alarm_clock *self)
{
    init(self);
    atomic_store(&self->held, true);
    firth_timer_set(&self->timer, firth_clock_now());
    while (!atomic_load(&self->busy))
        sched_yield();
}

static void timers_call_in_the_order_they_are_due(void **state)
{
    alarm_clock clocks[5], before;
    static const int order[] = {3, 0, 4, 1, 2};
    double base = firth_clock_now();
    (void)state;
    keep_busy(&before);
    for (int i = 0; i < 5; i++)
        init(&clocks[i]);
    for (int i = 0; i < 5; i++)
        firth_timer_set(&clocks[i].timer, base + 0.001 * order[i]);
    atomic_store(&before.held, false);
    for (int i = 0; i < 5; i++)
        wait_for_calls(&clocks[i], 1);
    int first = atomic_load(&clocks[1].order);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(atomic_load(&clocks[i].order), first + order[i]);
        firth_timer_stop(&clocks[i].timer);
    }
    firth_timer_stop(&before.timer);
}

static void a_timer_that_is_set_twice_calls_at_the_sooner_time(void **state)
{
    alarm_clock clock;
    (void)state;
    init(&clock);
    firth_timer_set(&clock.timer, firth_clock_now() + 1000);
    firth_timer_set(&clock.timer, firth_clock_now());
    firth_timer_set(&clock.timer, INFINITY);
    wait_for_calls(&clock, 1);
    firth_timer_stop(&clock.timer);
}

static void a_call_may_ask_to_be_called_again(void **state)
{
    alarm_clock clock;
    (void)state;
    init(&clock);
    clock.again = 9;
    firth_timer_set(&clock.timer, firth_clock_now());
    wait_for_calls(&clock, 10);
    firth_timer_stop(&clock.timer);
    assert_int_equal(atomic_load(&clock.calls), 10);
}

static void a_stopped_timer_does_not_call_and_may_be_set_again(void **state)
{
    alarm_clock stopped, later;
    (void)state;
    init(&stopped);
    init(&later);
    firth_timer_set(&stopped.timer, firth_clock_now() + 0.005);
    firth_timer_stop(&stopped.timer);
    int calls = atomic_load(&stopped.calls);
    firth_timer_set(&later.timer, firth_clock_now() + 0.01);
    wait_for_calls(&later, 1);
    assert_int_equal(atomic_load(&stopped.calls), calls);
    firth_timer_set(&stopped.timer, firth_clock_now());
    wait_for_calls(&stopped, calls + 1);
    firth_timer_stop(&stopped.timer);
    firth_timer_stop(&later.timer);
}

static firth_err stop(void *timer)
{
    firth_timer_stop(timer);
    return FIRTH_OK;
}

static void stopping_waits_for_the_call_and_no_other_follows(void **state)
{
    alarm_clock clock;
    worker stoppers[2];
    (void)state;
    keep_busy(&clock);
    clock.again = 1000000;
    for (int i = 0; i < 2; i++)
        start_worker(&stoppers[i], stop, &clock.timer);
    for (int i = 0; i < 2; i++)
        wait_until_queued(&stoppers[i]);
    atomic_store(&clock.held, false);
    for (int i = 0; i < 2; i++)
        join_worker(&stoppers[i]);
    assert_false(atomic_load(&clock.busy));
    assert_int_equal(atomic_load(&clock.calls), 1);
}

/* What the thread finds blocked. */
static double look_at_signals(void *context)
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    atomic_store((_Atomic int *)context, sigismember(&blocked, SIGINT) == 1 &&
                                                 sigismember(&blocked, SIGALRM) == 1 &&
                                                 sigismember(&blocked, SIGTERM) == 1
                                             ? 1
                                             : 2);
    return FIRTH_TIMER_NEVER;
}

static void no_signal_is_handled_in_their_thread(void **state)
{
    _Atomic int answer = 0;
    firth_timer timer;
    (void)state;
    CHECK_OK(firth_timer_init(&timer, look_at_signals, (void *)&answer));
    firth_timer_set(&timer, firth_clock_now());
    while (atomic_load(&answer) == 0)
        sched_yield();
    firth_timer_stop(&timer);
    assert_int_equal(atomic_load(&answer), 1);
}

static void many_timers_are_set_and_stopped_at_once(void **state)
{
    enum { MANY = 2000 };
    static alarm_clock clocks[MANY];
    (void)state;
    for (int i = 0; i < MANY; i++)
        init(&clocks[i]);
    double now = firth_clock_now();
    for (int i = 0; i < MANY; i++)
        firth_timer_set(&clocks[i].timer, now + (i * 7919 % MANY) * 1e-6);
    for (int i = 0; i < MANY; i += 2)
        firth_timer_stop(&clocks[i].timer);
    for (int i = 1; i < MANY; i += 2)
        wait_for_calls(&clocks[i], 1);
    for (int i = 0; i < MANY; i++)
        firth_timer_stop(&clocks[i].timer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heap_gives_the_smallest_first_whatever_was_put_in_and_taken_out),
        cmocka_unit_test(a_timer_calls_no_sooner_than_it_is_due),
        cmocka_unit_test(timers_call_in_the_order_they_are_due),
        cmocka_unit_test(a_timer_that_is_set_twice_calls_at_the_sooner_time),
        cmocka_unit_test(a_call_may_ask_to_be_called_again),
        cmocka_unit_test(a_stopped_timer_does_not_call_and_may_be_set_again),
        cmocka_unit_test(stopping_waits_for_the_call_and_no_other_follows),
        cmocka_unit_test(no_signal_is_handled_in_their_thread),
        cmocka_unit_test(many_timers_are_set_and_stopped_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
