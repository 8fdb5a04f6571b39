/* Starting a child process. */
#include "base/memory.h"
#include "platform/fork.h"
#include "platform/os_error.h"
#include "platform/pipe.h"
#include "platform/posix/process_state.h"
#include "platform/posix/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a program is looked up if the environment does not say. */
#define DEFAULT_PATH "/usr/bin:/bin"

/* What is open while a child is being started; a number below 0 is none. */
typedef struct birth {
    const firth_process_plan *plan;
    const char *name;
    int folder; /* AT_FDCWD: this process's own */
    firth_pipe input, output;
    int error_output;
    bool error_output_ours;
    char path[PATH_MAX];
} birth;

/* Its own entry for itself needs the permission that entering it needs. */
static firth_err open_folder(birth *self)
{
    self->folder = AT_FDCWD;
    if (self->plan->folder == NULL)
        return FIRTH_OK;
    self->folder = open(self->plan->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int inside = self->folder >= 0 ? openat(self->folder, ".", O_PATH | O_CLOEXEC) : -1;
    if (inside < 0)
        return firth_fail_os(errno, "folder '%s' for program '%s'", self->plan->folder, self->name);
    close(inside);
    return firth_descriptor_lift(&self->folder);
}

static const char *search_path(const firth_process_plan *plan)
{
    const char *value = plan->environment == NULL ? getenv("PATH") : NULL;
    for (const char *const *entry = plan->environment; entry != NULL && *entry != NULL; entry++)
        if (strncmp(*entry, "PATH=", 5) == 0) {
            value = *entry + 5;
            break;
        }
    return value != NULL ? value : DEFAULT_PATH;
}

static firth_err open_null_device(birth *self)
{
    self->error_output = open("/dev/null", O_RDWR | O_CLOEXEC);
    self->error_output_ours = self->error_output >= 0;
    if (!self->error_output_ours)
        return firth_fail_os(errno, "/dev/null");
    return firth_descriptor_lift(&self->error_output);
}

/* Where this process has closed its own, something else may have got the number: the streams
 * of this process, all of them closed on exec. */
static bool has_error_output(void)
{
    int flags = fcntl(STDERR_FILENO, F_GETFD);
    return flags >= 0 && !(flags & FD_CLOEXEC);
}

/* Where there is none, what the child opens first must not become its own. */
static firth_err open_error_output(birth *self)
{
    int wanted = self->plan->error_output;
    bool inherit = wanted == FIRTH_ERROR_OUTPUT_INHERIT;
    if (wanted == FIRTH_ERROR_OUTPUT_DISCARD || (inherit && !has_error_output()))
        return open_null_device(self);
    self->error_output = inherit ? STDERR_FILENO : wanted;
    int flags = fcntl(self->error_output, F_GETFL);
    if (flags < 0)
        return firth_fail(FIRTH_E_INVALID, "descriptor %d for error output is not open", wanted);
    if (!inherit && ((flags & O_PATH) || (flags & O_ACCMODE) == O_RDONLY))
        return firth_fail(FIRTH_E_INVALID, "descriptor %d for error output is not open for writing",
                          wanted);
    return FIRTH_OK;
}

static firth_err open_all(birth *self)
{
    firth_err err = open_folder(self);
    if (err == FIRTH_OK)
        err = firth_program_find(self->name, self->folder, search_path(self->plan), self->path);
    if (err == FIRTH_OK)
        err = open_error_output(self);
    if (err == FIRTH_OK)
        err = firth_pipe_open_to_child(&self->input, FIRTH_WRITING);
    if (err == FIRTH_OK)
        err = firth_pipe_open_to_child(&self->output, FIRTH_READING);
    return err;
}

static void close_if_open(int number)
{
    if (number >= 0)
        close(number);
}

/* What the child alone needs. */
static void close_childs(birth *self)
{
    close_if_open(self->folder);
    close_if_open(self->input.reading);
    close_if_open(self->output.writing);
    if (self->error_output_ours)
        close(self->error_output);
}

static void close_ours(birth *self)
{
    close_if_open(self->output.reading);
    close_if_open(self->input.writing);
}

/* What lies below the numbers that are taken over comes first; all but these are closed, for
 * what others have opened may lack CLOEXEC. */
static int plan_descriptors(const birth *self, posix_spawn_file_actions_t *actions)
{
    int os_error = posix_spawn_file_actions_init(actions);
    if (os_error != 0)
        return os_error;
    if (self->folder >= 0)
        os_error = posix_spawn_file_actions_addfchdir_np(actions, self->folder);
    if (os_error == 0)
        os_error = posix_spawn_file_actions_adddup2(actions, self->error_output, STDERR_FILENO);
    if (os_error == 0)
        os_error = posix_spawn_file_actions_adddup2(actions, self->input.reading, STDIN_FILENO);
    if (os_error == 0)
        os_error = posix_spawn_file_actions_adddup2(actions, self->output.writing, STDOUT_FILENO);
    if (os_error == 0)
        os_error = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    if (os_error != 0)
        posix_spawn_file_actions_destroy(actions);
    return os_error;
}

static void plan_signals(posix_spawnattr_t *attributes)
{
    sigset_t set;
    posix_spawnattr_init(attributes);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(attributes, &set);
    sigemptyset(&set);
    posix_spawnattr_setsigmask(attributes, &set);
}

static int execute(const birth *self, pid_t *id)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    const firth_process_plan *plan = self->plan;
    char *const *arguments = (char *const *)(uintptr_t)plan->arguments;
    char *const *environment = (char *const *)(uintptr_t)plan->environment;
    int os_error = plan_descriptors(self, &actions);
    if (os_error != 0)
        return os_error;
    plan_signals(&attributes);
    os_error = posix_spawn(id, self->path, &actions, &attributes, arguments,
                           environment != NULL ? environment : environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return os_error;
}

static firth_err start(birth *self, firth_process *process)
{
    pid_t id;
    int os_error = execute(self, &id);
    close_childs(self);
    if (os_error == ENOENT)
        return firth_fail_os(os_error, "program '%s', or the interpreter that it names",
                             self->name);
    if (os_error != 0)
        return firth_fail_os(os_error, "program '%s' cannot be started", self->name);
    return firth_process_adopt(process, id);
}

static firth_process *new_process(const char *name)
{
    size_t length = strlen(name) + 1;
    firth_process *process = firth_allocate_zeroed(1, sizeof *process + length);
    if (process == NULL)
        return NULL;
    atomic_init(&process->references, 1);
    process->generation = firth_fork_generation();
    process->end = -1;
    pthread_mutex_init(&process->turn, NULL);
    firth_turn_init(&process->asking);
    memcpy(process->name, name, length);
    return process;
}

static firth_err spawn(birth *self, firth_process *process)
{
    firth_err err = open_all(self);
    if (err == FIRTH_OK)
        err = start(self, process);
    else
        close_childs(self);
    if (err != FIRTH_OK)
        close_ours(self);
    return err;
}

firth_err firth_process_spawn(firth_process **process, const firth_process_plan *plan,
                              int *incoming, int *outgoing)
{
    birth self = {
        .plan = plan,
        .name = plan->arguments[0],
        .input = {-1, -1},
        .output = {-1, -1},
    };
    firth_reaper_try_again();
    firth_process *made = new_process(self.name);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for process '%s'", self.name);
    firth_err err = spawn(&self, made);
    if (err != FIRTH_OK) {
        firth_process_free(made);
        return err;
    }
    *process = made;
    *incoming = self.output.reading;
    *outgoing = self.input.writing;
    return FIRTH_OK;
}

const char *const *firth_process_environment(void)
{
    static const char *const none[] = {NULL};
    return environ != NULL ? (const char *const *)environ : none;
}
