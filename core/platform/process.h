/* Child processes: started, waited for, ended, reaped. */
#ifndef FIRTH_PLATFORM_PROCESS_H
#define FIRTH_PLATFORM_PROCESS_H

#include "platform/clock.h"
#include "platform/waker.h"

/* One child. Counted: whoever needs it holds a reference. Any thread may use it. */
typedef struct firth_process firth_process;

/* Values of firth_process_plan.error_output; others are descriptors. */
#define FIRTH_ERROR_OUTPUT_INHERIT (-1)
#define FIRTH_ERROR_OUTPUT_DISCARD (-2)

typedef struct firth_process_plan {
    const char *const *arguments;   /* the program first, NULL at the end */
    const char *folder;             /* to work in; NULL: this process's */
    const char *const *environment; /* NULL at the end; NULL: this process's */
    int error_output;
} firth_process_plan;

/* Starts the child, with pipes as its standard input and output: *incoming reads the
 * one, *outgoing writes to the other, both non-blocking and not inherited. The child has no
 * other descriptor above 2, and no blocked or ignored signal. A failure says what could not
 * be found, entered or executed. */
firth_err firth_process_spawn(firth_process **process, const firth_process_plan *plan,
                              int *incoming, int *outgoing);

/* This process's environment, as long as nobody changes it; NULL at the end. */
const char *const *firth_process_environment(void);

void firth_process_retain(firth_process *process);

/* Drops a reference; the object may be NULL. Waits for nothing. */
void firth_process_free(void *process);

/* Nobody is going to ask for this child's end: as soon as it comes, it is reaped. Whoever
 * does ask is told nevertheless. Waits for nothing. */
void firth_process_abandon(firth_process *process);

long firth_process_id(const firth_process *process);

/* Whether it is the child of the process that forked this one. */
bool firth_process_inherited(const firth_process *process);

/* Whether it has ended; never waits. Not for an inherited one. */
bool firth_process_ended(firth_process *process);

/* What it is and how it ended, if that is known: "'cat' (process 5) has ended with exit status
 * 1". Never waits. */
#define FIRTH_PROCESS_TEXT 160
void firth_process_describe(firth_process *process, char text[FIRTH_PROCESS_TEXT]);

/* Waits until it has ended, or `also` (if not below 0) is readable. Results as those of
 * firth_wait_to_read. */
firth_err firth_process_wait(firth_process *process, int also, const firth_deadline *deadline,
                             firth_waker *waker, const _Atomic bool *closing);

/* Waits until it has ended: its exit status, or the negative number of the signal that killed
 * it. FIRTH_E_WANT_READ when the time ran out; FIRTH_E_SYSTEM (ECHILD) if somebody else took
 * the status; FIRTH_E_FORKED for an inherited one; FIRTH_E_INTERRUPTED. */
firth_err firth_process_status(firth_process *process, const firth_deadline *deadline, int *status);

/* Wakes who waits in firth_process_status. */
void firth_process_wake(firth_process *process);

/* A new descriptor that becomes readable when it has ended. */
firth_err firth_process_watch(firth_process *process, int *descriptor);

/* Asks it to end (SIGTERM, and SIGCONT, lest it be stopped), or ends it (SIGKILL), unless it
 * has ended. */
void firth_process_terminate(firth_process *process);
void firth_process_kill(firth_process *process);

/* Whether a status is that of a child that was killed so. */
bool firth_process_status_is_kill(int status);

#endif
