/* When the process ends, so do the calls of timers, before what is older than them goes away. */
#include "check.h"
#include "child.h"

#include "platform/clock.h"
#include "platform/timer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic bool calling;
static _Atomic int calls;

static void spin(double seconds)
{
    double end = firth_clock_now() + seconds;
    while (firth_clock_now() < end)
        continue;
}

static double call_for_ever(void *unused)
{
    (void)unused;
    atomic_store(&calling, true);
    atomic_fetch_add(&calls, 1);
    spin(0.002);
    atomic_store(&calling, false);
    return firth_clock_now();
}

/* Registered first, and so called after the timers' own end. */
static void look(void)
{
    int before = atomic_load(&calls);
    bool was_calling = atomic_load(&calling);
    spin(0.01);
    _exit(was_calling || before == 0 || atomic_load(&calls) != before ? 1 : 0);
}

static int exit_while_a_timer_is_busy(void *unused)
{
    static firth_timer timer;
    (void)unused;
    EXPECT(atexit(look) == 0);
    EXPECT(firth_timer_init(&timer, call_for_ever, NULL) == FIRTH_OK);
    firth_timer_set(&timer, firth_clock_now());
    while (!atomic_load(&calling))
        continue;
    exit(2);
}

static void no_call_is_made_once_the_process_ends(void **state)
{
    (void)state;
    run_in_child(exit_while_a_timer_is_busy, NULL);
}

static double exit_at_once(void *unused)
{
    (void)unused;
    exit(0);
}

static int exit_in_a_call(void *unused)
{
    static firth_timer timer;
    (void)unused;
    EXPECT(firth_timer_init(&timer, exit_at_once, NULL) == FIRTH_OK);
    firth_timer_set(&timer, firth_clock_now());
    for (;;)
        pause();
}

static void a_call_may_end_the_process(void **state)
{
    (void)state;
    run_in_child(exit_in_a_call, NULL);
}

static int fork_while_a_timer_is_busy(void *unused)
{
    static firth_timer timer;
    int status = 1;
    (void)unused;
    EXPECT(firth_timer_init(&timer, call_for_ever, NULL) == FIRTH_OK);
    firth_timer_set(&timer, firth_clock_now());
    while (!atomic_load(&calling))
        continue;
    pid_t child = fork();
    if (child == 0)
        exit(0);
    EXPECT(waitpid(child, &status, 0) == child);
    firth_timer_stop(&timer);
    return status;
}

static void a_child_of_fork_ends_without_waiting_for_its_parents_timers(void **state)
{
    (void)state;
    run_in_child(fork_while_a_timer_is_busy, NULL);
}

static double stop_itself(void *timer)
{
    firth_timer_stop(timer);
    atomic_fetch_add(&calls, 1);
    return FIRTH_TIMER_NEVER;
}

static void a_call_may_stop_its_own_timer(void **state)
{
    static firth_timer timer;
    (void)state;
    atomic_store(&calls, 0);
    CHECK_OK(firth_timer_init(&timer, stop_itself, &timer));
    firth_timer_set(&timer, firth_clock_now());
    while (atomic_load(&calls) == 0)
        continue;
    firth_timer_stop(&timer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_call_is_made_once_the_process_ends),
        cmocka_unit_test(a_call_may_end_the_process),
        cmocka_unit_test(a_child_of_fork_ends_without_waiting_for_its_parents_timers),
        cmocka_unit_test(a_call_may_stop_its_own_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
