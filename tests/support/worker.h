/* A thread of a test, and how to know that it is blocked. */
#ifndef TESTS_SUPPORT_WORKER_H
#define TESTS_SUPPORT_WORKER_H

#include <firth/firth.h>

#include <pthread.h>
#include <stdatomic.h>

typedef firth_err (*worker_task)(void *argument);

typedef struct worker {
    pthread_t thread;
    worker_task task;
    void *argument;
    _Atomic int number; /* the system's number of the thread */
    _Atomic bool done;
    firth_err result;  /* after join */
    firth_error error; /* its last error, without the detail */
} worker;

void start_worker(worker *self, worker_task task, void *argument);

/* Returns as soon as the thread sleeps in poll. */
void wait_until_polling(const worker *self);

/* Returns as soon as the thread sleeps in that system call. */
void wait_until_in_call(const worker *self, long call);

/* The same for any of several. */
void wait_until_in_one_of(const worker *self, const long *calls, size_t count);

/* Returns as soon as the thread waits for its turn. */
void wait_until_queued(const worker *self);

/* Gives a thread that is busy in vain the time to show it. */
void let_others_run(void);

/* Waits for the end; the result of the task. */
firth_err join_worker(worker *self);

#endif
