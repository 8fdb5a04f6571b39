/* Children that nobody is going to ask for: one thread of the process waits for their ends,
 * for as long as there are any. */
#include "platform/fork.h"
#include "platform/posix/process_state.h"
#include "platform/posix/thread.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct {
    pthread_mutex_t turn;
    firth_process *first;
    firth_process *inherited; /* the parent's, which are left as they were at the fork */
    int ends;                 /* epoll over the ends of the watched ones; -1: no thread runs */
    _Atomic unsigned generation;
} reaper = {.turn = PTHREAD_MUTEX_INITIALIZER, .ends = -1};

/* In a child of fork there is no such thread; whoever had the turn was the parent's. */
static void leave_to_parent(void *unused)
{
    (void)unused;
    pthread_mutex_init(&reaper.turn, NULL);
    reaper.inherited = reaper.first;
    reaper.first = NULL;
    if (reaper.ends >= 0)
        close(reaper.ends);
    reaper.ends = -1;
}

static void unlink_from_list(const firth_process *process)
{
    firth_process **place = &reaper.first;
    while (*place != process)
        place = &(*place)->next;
    *place = process->next;
}

static void drop(firth_process *process)
{
    unlink_from_list(process);
    if (process->watched)
        firth_process_unwatch(process);
    firth_process_free(process);
}

static void look_at_all(void);

/* How long the thread may wait before it looks again at those that it cannot watch. */
static int milliseconds_of_rest(void)
{
    for (const firth_process *process = reaper.first; process != NULL; process = process->next)
        if (!process->watched)
            return 100;
    return -1;
}

/* With the turn. What the thread waits with is closed once nothing is left to wait for. */
static bool anything_left(int ends)
{
    if (reaper.first != NULL)
        return true;
    reaper.ends = -1;
    close(ends);
    return false;
}

/* One that has ended, though who traces it may still keep its status: it is looked at again. */
static void take_end(int ends, firth_process *process)
{
    epoll_ctl(ends, EPOLL_CTL_DEL, process->end, NULL);
    process->watched = false;
    firth_process_unwatch(process);
    if (firth_process_collect(process))
        drop(process);
}

/* Reaps a process that has ended (NULL: no end has come); false if the thread is to end. */
static bool reap(int ends, firth_process *process, int *rest)
{
    pthread_mutex_lock(&reaper.turn);
    if (process == NULL)
        look_at_all();
    else
        take_end(ends, process);
    *rest = milliseconds_of_rest();
    bool goes_on = anything_left(ends);
    pthread_mutex_unlock(&reaper.turn);
    return goes_on;
}

static void *run(void *argument)
{
    int ends = (int)(intptr_t)argument;
    int rest;
    struct epoll_event event = {.data.ptr = NULL};
    while (reap(ends, event.data.ptr, &rest))
        if (epoll_wait(ends, &event, 1, rest) != 1)
            event.data.ptr = NULL;
    return NULL;
}

static bool start(void)
{
    if (reaper.ends >= 0)
        return true;
    int ends = epoll_create1(EPOLL_CLOEXEC);
    if (ends < 0)
        return false;
    reaper.ends = ends;
    if (firth_thread_start(run, (void *)(intptr_t)ends) == 0)
        return true;
    reaper.ends = -1;
    close(ends);
    return false;
}

static bool watch_its_end(firth_process *process)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = process};
    return start() && epoll_ctl(reaper.ends, EPOLL_CTL_ADD, process->end, &event) == 0;
}

static void watch(firth_process *process)
{
    if (!firth_gate_enter(&process->watchers))
        return;
    process->watched = watch_its_end(process);
    if (!process->watched)
        firth_process_unwatch(process);
}

/* With the turn. Where there is no thread, those that it should watch are looked at again
 * with the next child. */
static void look_at_all(void)
{
    firth_process *next;
    for (firth_process *process = reaper.first; process != NULL; process = next) {
        next = process->next;
        if (!process->watched)
            watch(process);
        if (!process->watched && firth_process_collect(process))
            drop(process);
    }
}

static void take_turn(void)
{
    firth_fork_settle(&reaper.generation, leave_to_parent, NULL);
    pthread_mutex_lock(&reaper.turn);
}

void firth_reaper_take(firth_process *process)
{
    take_turn();
    process->next = reaper.first;
    reaper.first = process;
    look_at_all();
    pthread_mutex_unlock(&reaper.turn);
}

void firth_reaper_try_again(void)
{
    take_turn();
    look_at_all();
    pthread_mutex_unlock(&reaper.turn);
}
