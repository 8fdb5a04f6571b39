/* A child process that was started: its end, its status, signals to it. */
#include "base/memory.h"
#include "platform/fork.h"
#include "platform/os_error.h"
#include "platform/posix/process_state.h"
#include "platform/posix/thread.h"
#include "platform/wait.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Life --------------------------------------------------------------------- */

void firth_process_retain(firth_process *process)
{
    atomic_fetch_add(&process->references, 1);
}

void firth_process_free(void *object)
{
    firth_process *process = object;
    if (process == NULL || atomic_fetch_sub(&process->references, 1) != 1)
        return;
    if (!firth_gate_cleared(&process->watchers) && process->end >= 0)
        close(process->end);
    firth_waker_destroy(&process->waker);
    firth_turn_destroy(&process->asking);
    pthread_mutex_destroy(&process->turn);
    firth_deallocate(process);
}

long firth_process_id(const firth_process *process)
{
    return process->id;
}

bool firth_process_inherited(const firth_process *process)
{
    return process->generation != firth_fork_generation();
}

void firth_process_abandon(firth_process *process)
{
    if (firth_process_inherited(process) || atomic_exchange(&process->abandoned, true) ||
        firth_process_collect(process))
        return;
    firth_process_retain(process);
    firth_reaper_take(process);
}

/* ---- The outcome --------------------------------------------------------------- */

static int wait_for_id(firth_process *process, siginfo_t *info, int options)
{
    idtype_t type = process->exact ? (idtype_t)P_PIDFD : P_PID;
    id_t id = (id_t)(process->exact ? process->end : process->id);
    int result;
    *info = (siginfo_t){0};
    do {
        result = waitid(type, id, info, WEXITED | options);
    } while (result != 0 && errno == EINTR);
    return result;
}

void firth_process_unwatch(firth_process *process)
{
    if (firth_gate_leave(&process->watchers))
        close(process->end);
}

static void settle(firth_process *process, firth_process_outcome outcome)
{
    atomic_store(&process->outcome, outcome);
    firth_gate_close(&process->watchers);
    firth_process_unwatch(process);
}

static void collect(firth_process *process)
{
    siginfo_t info;
    if (wait_for_id(process, &info, WNOHANG) != 0) {
        settle(process, FIRTH_PROCESS_LOST);
    } else if (info.si_pid != 0) {
        process->status = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
        settle(process, FIRTH_PROCESS_ENDED);
    }
}

bool firth_process_collect(firth_process *process)
{
    if (atomic_load(&process->outcome) != FIRTH_PROCESS_RUNS)
        return true;
    pthread_mutex_lock(&process->turn);
    if (atomic_load(&process->outcome) == FIRTH_PROCESS_RUNS)
        collect(process);
    pthread_mutex_unlock(&process->turn);
    return atomic_load(&process->outcome) != FIRTH_PROCESS_RUNS;
}

bool firth_process_ended(firth_process *process)
{
    return firth_process_collect(process);
}

void firth_process_describe(firth_process *process, char text[FIRTH_PROCESS_TEXT])
{
    int id = (int)process->id;
    if (!firth_process_inherited(process))
        firth_process_collect(process);
    int outcome = atomic_load(&process->outcome);
    int used = snprintf(text, FIRTH_PROCESS_TEXT, "'%.80s' (process %d)", process->name, id);
    char *rest = text + used;
    size_t room = FIRTH_PROCESS_TEXT - (size_t)used;
    if (outcome == FIRTH_PROCESS_LOST)
        snprintf(rest, room, " has ended");
    else if (outcome == FIRTH_PROCESS_ENDED && process->status >= 0)
        snprintf(rest, room, " has ended with exit status %d", process->status);
    else if (outcome == FIRTH_PROCESS_ENDED)
        snprintf(rest, room, " was ended by signal %d", -process->status);
}

/* ---- Waiting ------------------------------------------------------------------- */

firth_err firth_process_wait(firth_process *process, int also, const firth_deadline *deadline,
                             firth_waker *waker, const _Atomic bool *closing)
{
    unsigned calls = 0;
    if (!firth_gate_enter(&process->watchers))
        return FIRTH_OK;
    firth_err err = firth_wait_to_read(process->end, also, deadline, waker, closing, &calls);
    firth_process_unwatch(process);
    return err;
}

/* With the asking turn. Who traces a child may keep the status of one that has ended. */
static firth_err wait_for_outcome(firth_process *process, const firth_deadline *deadline)
{
    static const _Atomic bool never;
    bool late = false;
    while (!firth_process_collect(process)) {
        if (late)
            return FIRTH_E_WANT_READ;
        firth_err err = firth_process_wait(process, -1, deadline, &process->waker, &never);
        if (err != FIRTH_OK)
            return err;
        late = firth_deadline_remaining(deadline) == 0;
    }
    return FIRTH_OK;
}

/* With the asking turn, once nobody waits any more. */
static void put_waker_away(firth_process *process)
{
    pthread_mutex_lock(&process->turn);
    firth_waker_destroy(&process->waker);
    pthread_mutex_unlock(&process->turn);
}

static firth_err ask(firth_process *process, const firth_deadline *deadline)
{
    if (firth_process_collect(process))
        return FIRTH_OK;
    firth_err err = firth_turn_take(&process->asking, deadline);
    if (err != FIRTH_OK)
        return err == FIRTH_E_BUSY ? FIRTH_E_WANT_READ : err;
    err = wait_for_outcome(process, deadline);
    if (err == FIRTH_OK)
        put_waker_away(process);
    firth_turn_give(&process->asking);
    return err;
}

static firth_err fail_inherited(const firth_process *process)
{
    return firth_fail(FIRTH_E_FORKED, "'%s' (process %d) is a child of the parent process",
                      process->name, (int)process->id);
}

firth_err firth_process_status(firth_process *process, const firth_deadline *deadline, int *status)
{
    if (firth_process_inherited(process))
        return fail_inherited(process);
    firth_err err = ask(process, deadline);
    if (err != FIRTH_OK)
        return err;
    if (atomic_load(&process->outcome) == FIRTH_PROCESS_LOST)
        return firth_fail_os(ECHILD,
                             "the exit status of '%s' (process %d) went elsewhere (SIGCHLD is "
                             "ignored, or other code has waited for it)",
                             process->name, (int)process->id);
    *status = process->status;
    return FIRTH_OK;
}

void firth_process_wake(firth_process *process)
{
    if (firth_process_inherited(process))
        return;
    pthread_mutex_lock(&process->turn);
    firth_waker_wake(&process->waker);
    pthread_mutex_unlock(&process->turn);
}

firth_err firth_process_watch(firth_process *process, int *descriptor)
{
    if (firth_process_inherited(process))
        return fail_inherited(process);
    if (firth_gate_enter(&process->watchers)) {
        firth_err err = firth_descriptor_duplicate(process->end, descriptor);
        firth_process_unwatch(process);
        return err;
    }
    *descriptor = eventfd(1, EFD_CLOEXEC);
    return *descriptor >= 0 ? FIRTH_OK : firth_fail_os(errno, "a descriptor to wait with");
}

/* ---- Signals ------------------------------------------------------------------- */

/* While nobody reaps it, its number means no other process. */
static void send_signal(firth_process *process, int number)
{
    if (firth_process_collect(process))
        return;
    pthread_mutex_lock(&process->turn);
    if (atomic_load(&process->outcome) == FIRTH_PROCESS_RUNS) {
        if (process->exact)
            pidfd_send_signal(process->end, number, NULL, 0);
        else
            kill(process->id, number);
    }
    pthread_mutex_unlock(&process->turn);
}

void firth_process_terminate(firth_process *process)
{
    send_signal(process, SIGTERM);
    send_signal(process, SIGCONT);
}

void firth_process_kill(firth_process *process)
{
    send_signal(process, SIGKILL);
}

bool firth_process_status_is_kill(int status)
{
    return status == -SIGKILL;
}

/* ---- The descriptor that tells the end ------------------------------------------- */

static void *wait_in_thread(void *argument)
{
    firth_process *process = argument;
    siginfo_t info;
    wait_for_id(process, &info, WNOWAIT);
    eventfd_write(process->end, 1);
    firth_process_unwatch(process);
    firth_process_free(process);
    return NULL;
}

/* Where the kernel has no pidfd (Linux before 5.4, or a sandbox), a thread waits. */
static int watch_by_thread(firth_process *process)
{
    process->end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (process->end < 0)
        return errno;
    firth_process_retain(process);
    firth_gate_enter(&process->watchers);
    int os_error = firth_thread_start(wait_in_thread, process);
    if (os_error != 0) {
        firth_gate_leave(&process->watchers);
        firth_process_free(process);
    }
    return os_error;
}

/* A status that somebody has taken already does not make the pidfd useless. */
static bool pidfd_serves(firth_process *process)
{
    siginfo_t info;
    process->exact = true;
    process->exact = wait_for_id(process, &info, WNOHANG | WNOWAIT) == 0 || errno == ECHILD;
    return process->exact;
}

static int watch(firth_process *process)
{
    process->end = pidfd_open(process->id, 0);
    if (process->end < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno
                                                                     : watch_by_thread(process);
    if (pidfd_serves(process))
        return 0;
    close(process->end);
    return watch_by_thread(process);
}

firth_err firth_process_adopt(firth_process *process, pid_t id)
{
    process->id = id;
    int os_error = watch(process);
    if (os_error == 0)
        return FIRTH_OK;
    siginfo_t info;
    kill(id, SIGKILL);
    wait_for_id(process, &info, 0);
    return firth_fail_os(os_error, "waiting for process '%s'", process->name);
}
