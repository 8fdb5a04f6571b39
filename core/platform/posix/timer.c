#include "platform/timer.h"

#include "platform/clock.h"
#include "platform/fork.h"
#include "platform/os_error.h"
#include "platform/posix/thread.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Point on the clock that nobody lives to see. */
#define CENTURY 3.2e9

static struct {
    pthread_mutex_t turn;
    pthread_cond_t earlier;  /* something is due before the thread would look */
    pthread_cond_t returned; /* a call has */
    firth_heap_node *first;
    firth_timer *calling;
    double sleeps_until; /* on the clock; below everything while the thread is awake */
    bool runs;
    bool ended; /* the process is about to */
    _Atomic unsigned generation;
} timers = {.turn = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t at_exit = PTHREAD_ONCE_INIT;
static _Thread_local bool is_their_thread;

/* In a child of fork there is no such thread; whoever had the turn was the parent's. */
static void leave_to_parent(void *unused)
{
    (void)unused;
    pthread_mutex_init(&timers.turn, NULL);
    timers.first = NULL;
    timers.calling = NULL;
    timers.runs = false;
}

static void take_turn(void)
{
    firth_fork_settle(&timers.generation, leave_to_parent, NULL);
    pthread_mutex_lock(&timers.turn);
}

static void give_turn(void)
{
    pthread_mutex_unlock(&timers.turn);
}

static void schedule(firth_timer *timer, double at)
{
    if (timer->set && timer->node.key <= at)
        return;
    if (timer->set)
        firth_heap_remove(&timers.first, &timer->node);
    timer->node.key = at;
    timer->set = true;
    firth_heap_insert(&timers.first, &timer->node);
}

static void unschedule(firth_timer *timer)
{
    if (timer->set)
        firth_heap_remove(&timers.first, &timer->node);
    timer->set = false;
}

static struct timespec point_on_clock(double at)
{
    time_t whole = (time_t)at;
    return (struct timespec){.tv_sec = whole, .tv_nsec = (long)((at - (double)whole) * 1e9)};
}

/* Until the first is due, or something is due earlier. */
static void sleep_until_due(void)
{
    double at = timers.first != NULL ? timers.first->key : INFINITY;
    struct timespec until = point_on_clock(at < CENTURY ? at : CENTURY);
    timers.sleeps_until = at;
    if (at < CENTURY)
        pthread_cond_timedwait(&timers.earlier, &timers.turn, &until);
    else
        pthread_cond_wait(&timers.earlier, &timers.turn);
    timers.sleeps_until = -INFINITY;
}

static void call_first(void)
{
    firth_timer *timer = (firth_timer *)timers.first;
    unschedule(timer);
    timers.calling = timer;
    give_turn();
    double again = timer->call(timer->context);
    pthread_mutex_lock(&timers.turn);
    timers.calling = NULL;
    if (timer->stoppers != 0 || timers.ended)
        pthread_cond_broadcast(&timers.returned);
    else if (again != FIRTH_TIMER_NEVER)
        schedule(timer, again);
}

static void *run(void *unused)
{
    (void)unused;
    is_their_thread = true;
    pthread_mutex_lock(&timers.turn);
    while (!timers.ended) {
        if (timers.first == NULL || timers.first->key > firth_clock_now())
            sleep_until_due();
        else
            call_first();
    }
    pthread_mutex_unlock(&timers.turn);
    return NULL;
}

/* With the turn. */
static void wait_for_return(const firth_timer *timer)
{
    while (!is_their_thread && timer != NULL && timers.calling == timer)
        pthread_cond_wait(&timers.returned, &timers.turn);
}

static void end_with_process(void)
{
    take_turn();
    if (timers.runs && !timers.ended) {
        timers.ended = true;
        wait_for_return(timers.calling);
    }
    give_turn();
}

static void init_conditions(void)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&timers.earlier, &monotonic);
    pthread_cond_init(&timers.returned, NULL);
    pthread_condattr_destroy(&monotonic);
}

static void watch_exit(void)
{
    atexit(end_with_process);
}

/* With the turn. */
static firth_err start(void)
{
    if (timers.runs)
        return FIRTH_OK;
    init_conditions();
    timers.sleeps_until = -INFINITY;
    int failure = firth_thread_start(run, NULL);
    if (failure != 0)
        return firth_fail_os(failure, "%s", "cannot start the thread for timers");
    timers.runs = true;
    pthread_once(&at_exit, watch_exit);
    return FIRTH_OK;
}

firth_err firth_timer_init(firth_timer *timer, firth_timer_call call, void *context)
{
    *timer = (firth_timer){.call = call, .context = context};
    timer->generation = firth_fork_generation();
    take_turn();
    firth_err err = start();
    give_turn();
    return err;
}

void firth_timer_set(firth_timer *timer, double at)
{
    if (timer->generation != firth_fork_generation())
        return;
    take_turn();
    if (timer->stoppers == 0)
        schedule(timer, at);
    if (timers.first != NULL && timers.first->key < timers.sleeps_until) {
        timers.sleeps_until = timers.first->key;
        pthread_cond_signal(&timers.earlier);
    }
    give_turn();
}

void firth_timer_stop(firth_timer *timer)
{
    if (timer->generation != firth_fork_generation())
        return;
    take_turn();
    timer->stoppers++;
    unschedule(timer);
    wait_for_return(timer);
    unschedule(timer);
    timer->stoppers--;
    give_turn();
}
