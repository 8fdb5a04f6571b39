/* Children that nobody is going to ask for: one thread of the process waits for their
 * ends, for as long as there are any. */
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

/* Closes what it has waited with and ends if nothing is left to wait for. */
static bool reap(int ends, firth_process *process)
{
    bool done = false;
    pthread_mutex_lock(&reaper.turn);
    if (process != NULL && firth_process_collect(process)) {
        epoll_ctl(ends, EPOLL_CTL_DEL, process->end, NULL);
        drop(process);
    }
    if (reaper.first == NULL) {
        reaper.ends = -1;
        close(ends);
        done = true;
    }
    pthread_mutex_unlock(&reaper.turn);
    return done;
}

static void *run(void *argument)
{
    int ends = (int)(intptr_t)argument;
    struct epoll_event event;
    bool done = false;
    while (!done) {
        int ready = epoll_wait(ends, &event, 1, -1);
        done = reap(ends, ready == 1 ? event.data.ptr : NULL);
    }
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

/* With the turn. What cannot be watched for now is looked at again with the next child. */
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
