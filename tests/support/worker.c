#include "worker.h"
#include "check.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *run(void *argument)
{
    worker *self = argument;
    atomic_store(&self->number, (int)syscall(SYS_gettid));
    self->result = self->task(self->argument);
    self->error = *firth_last_error();
    self->error.detail = NULL;
    atomic_store(&self->done, true);
    return NULL;
}

void start_worker(worker *self, worker_task task, void *argument)
{
    *self = (worker){.task = task, .argument = argument};
    assert_int_equal(pthread_create(&self->thread, NULL, run, self), 0);
    while (atomic_load(&self->number) == 0)
        sched_yield();
}

/* The system call that a thread is blocked in; -1 while it runs. */
static long call_of(int number)
{
    char path[64], text[32] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", number);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *read = fgets(text, sizeof text, file);
    fclose(file);
    return read != NULL && text[0] >= '0' && text[0] <= '9' ? strtol(text, NULL, 10) : -1;
}

static void fail_if_done(const worker *self)
{
    if (atomic_load(&self->done))
        fail_msg("the thread did not block, it came to %s", firth_error_name(self->result));
}

static bool is_one_of(long call, const long *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (calls[i] == call)
            return true;
    return false;
}

void wait_until_in_one_of(const worker *self, const long *calls, size_t count)
{
    while (!is_one_of(call_of(atomic_load(&self->number)), calls, count)) {
        fail_if_done(self);
        sched_yield();
    }
}

void wait_until_in_call(const worker *self, long call)
{
    wait_until_in_one_of(self, &call, 1);
}

static bool is_poll(long call)
{
#ifdef SYS_poll
    if (call == SYS_poll)
        return true;
#endif
    return call == SYS_ppoll;
}

void wait_until_polling(const worker *self)
{
    while (!is_poll(call_of(atomic_load(&self->number)))) {
        fail_if_done(self);
        sched_yield();
    }
}

void wait_until_queued(const worker *self)
{
    wait_until_in_call(self, SYS_futex);
}

void let_others_run(void)
{
    for (int i = 0; i < 3000; i++)
        sched_yield();
}

firth_err join_worker(worker *self)
{
    assert_int_equal(pthread_join(self->thread, NULL), 0);
    return self->result;
}
