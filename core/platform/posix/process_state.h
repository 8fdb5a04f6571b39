/* The object behind a firth_process. */
#ifndef FIRTH_PLATFORM_POSIX_PROCESS_STATE_H
#define FIRTH_PLATFORM_POSIX_PROCESS_STATE_H

#include "base/gate.h"
#include "platform/process.h"
#include "platform/turn.h"

#include <pthread.h>
#include <sys/types.h>

typedef enum firth_process_outcome {
    FIRTH_PROCESS_RUNS,
    FIRTH_PROCESS_ENDED, /* and its status is known */
    FIRTH_PROCESS_LOST   /* it has ended, but somebody else took the status */
} firth_process_outcome;

struct firth_process {
    _Atomic unsigned references;
    unsigned generation; /* of the process whose child it is */
    pid_t id;
    int end;              /* descriptor, readable once it has ended */
    bool exact;           /* `end` is a pidfd, which names no other process ever */
    firth_gate watchers;  /* of `end`; closed once the outcome is known */
    pthread_mutex_t turn; /* of who reaps it, signals to it, or wakes the waker */
    _Atomic int outcome;  /* firth_process_outcome */
    int status;           /* once it has ended */
    firth_turn asking;    /* of who waits for the status */
    firth_waker waker;    /* of that one */
    _Atomic bool abandoned;
    struct firth_process *next; /* of those that are abandoned; the reaper's */
    bool watched;               /* by the reaper's thread; the reaper's */
    char name[];
};

/* With the id of a child that was just started: watches for its end. After a failure the
 * child was killed and reaped. */
firth_err firth_process_adopt(firth_process *process, pid_t id);

/* Without waiting, and in the process whose child it is: learns the outcome, if there is
 * one. */
bool firth_process_collect(firth_process *process);

/* No longer uses `end`, which the last one of a closed gate closes. */
void firth_process_unwatch(firth_process *process);

/* Takes over a reference to a child, and drops it once that was reaped. */
void firth_reaper_take(firth_process *process);

/* For those that could not be watched when they were taken. */
void firth_reaper_try_again(void);

#endif
