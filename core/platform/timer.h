/* Calls at a point in time, made by one thread of the process, which starts when the first
 * timer is made and sleeps for as long as none is due. From `exit` on it makes no more: what
 * registered itself with atexit before the thread was started goes away after its last call. */
#ifndef FIRTH_PLATFORM_TIMER_H
#define FIRTH_PLATFORM_TIMER_H

#include "base/heap.h"

#include <firth/error.h>

#define FIRTH_TIMER_NEVER 0.0

/* In that thread, in which all signals are blocked; must not wait for anything. Returns when
 * it is to be called again, a point on the clock (firth_clock_now), or FIRTH_TIMER_NEVER. */
typedef double (*firth_timer_call)(void *context);

/* Its fields are the timers' own. It stays where it is until it was stopped. */
typedef struct firth_timer {
    firth_heap_node node; /* first; its key is when the timer is due */
    firth_timer_call call;
    void *context;
    unsigned generation; /* of the process it was made in, the only one where it runs */
    unsigned stoppers;   /* threads that wait for the call to return */
    bool set;
} firth_timer;

/* FIRTH_E_SYSTEM: the thread cannot be started. */
firth_err firth_timer_init(firth_timer *timer, firth_timer_call call, void *context);

/* To be called at that point on the clock, or sooner if it was set so before. Any thread. */
void firth_timer_set(firth_timer *timer, double at);

/* No longer set. When this returns the call is not running, unless the call itself stops its
 * timer. The timer may be set again. */
void firth_timer_stop(firth_timer *timer);

#endif
