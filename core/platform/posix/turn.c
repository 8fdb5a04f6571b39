#include "platform/turn.h"

#include "base/fail.h"

#include <errno.h>
#include <math.h>
#include <time.h>

/* Its address tells one thread from another. */
static _Thread_local char thread;

static uintptr_t this_thread(void)
{
    return (uintptr_t)&thread;
}

static void init(firth_turn *turn, unsigned available)
{
    sem_init(&turn->semaphore, 0, available);
    atomic_init(&turn->holder, 0);
    atomic_init(&turn->handovers, 0);
}

void firth_turn_init(firth_turn *turn)
{
    init(turn, 1);
}

void firth_turn_init_taken(firth_turn *turn)
{
    init(turn, 0);
}

void firth_turn_destroy(firth_turn *turn)
{
    sem_destroy(&turn->semaphore);
}

/* A century stands for what does not fit, and for ever. */
static struct timespec point_on_clock(const firth_deadline *deadline)
{
    const double century = 3.2e9;
    double seconds = deadline->timeout > 0 && deadline->at < century ? deadline->at : century;
    time_t whole = (time_t)seconds;
    return (struct timespec){.tv_sec = whole, .tv_nsec = (long)((seconds - (double)whole) * 1e9)};
}

typedef struct turn_wait {
    sem_t *semaphore;
    struct timespec until;
    int failure; /* errno, or 0 */
} turn_wait;

/* With a limit a signal ends it even if its handler is to restart calls. */
static void wait_for_semaphore(void *argument)
{
    turn_wait *self = argument;
    int failed = sem_clockwait(self->semaphore, CLOCK_MONOTONIC, &self->until);
    self->failure = failed == 0 ? 0 : errno;
}

static firth_err fail_busy(void)
{
    return firth_fail(FIRTH_E_BUSY, "%s", "the time ran out while another thread had its turn");
}

static firth_err wait_for_turn(firth_turn *turn, const firth_deadline *deadline)
{
    if (deadline->timeout == 0)
        return fail_busy();
    if (atomic_load_explicit(&turn->holder, memory_order_relaxed) == this_thread())
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "the stream waits for itself: a function of it has called it again");
    turn_wait wait = {.semaphore = &turn->semaphore, .until = point_on_clock(deadline)};
    for (;;) {
        wait.failure = EINTR;
        firth_wait_outside(wait_for_semaphore, &wait);
        if (wait.failure == 0)
            return FIRTH_OK;
        if (wait.failure != EINTR)
            return fail_busy();
        if (firth_interrupt_requested(false))
            return firth_fail_interrupted();
    }
}

firth_err firth_turn_take(firth_turn *turn, const firth_deadline *deadline)
{
    if (sem_trywait(&turn->semaphore) != 0) {
        firth_err err = wait_for_turn(turn, deadline);
        if (err != FIRTH_OK)
            return err;
    }
    atomic_load_explicit(&turn->handovers, memory_order_acquire);
    atomic_store_explicit(&turn->holder, this_thread(), memory_order_relaxed);
    return FIRTH_OK;
}

void firth_turn_give(firth_turn *turn)
{
    atomic_store_explicit(&turn->holder, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&turn->handovers, 1, memory_order_release);
    sem_post(&turn->semaphore);
}
