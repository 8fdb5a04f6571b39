#include "base/fail.h"
#include "base/memory.h"
#include "platform/process.h"
#include "stream/descriptor_stream.h"
#include "stream/stream.h"

#include <firth/process_stream.h>

#include <string.h>

/* Seconds in which a killed child is gone, unless the kernel holds it. */
#define KILL_TIME 1.0

/* What the stream knows of its peer. */
typedef struct child {
    firth_process *process;
    firth_stream *stream; /* its own */
} child;

static const firth_deadline at_once = {0};

/* ---- The peer ------------------------------------------------------------------ */

static firth_err explain(void *context, firth_err err)
{
    const child *self = context;
    char text[FIRTH_PROCESS_TEXT];
    int os_error = firth_last_error()->os_error;
    firth_process_describe(self->process, text);
    bool known = !firth_process_inherited(self->process) && firth_process_ended(self->process);
    if (known)
        firth_fail(err, "%s", text);
    else
        firth_fail(err, "%s has closed its %s", text, err == FIRTH_E_EOF ? "output" : "input");
    firth_fail_os_error(os_error);
    return err;
}

static void close_peer(void *context)
{
    firth_process_abandon(((child *)context)->process);
}

static void wake(void *context)
{
    firth_process_wake(((child *)context)->process);
}

static void drop(void *context)
{
    child *self = context;
    firth_process_abandon(self->process);
    firth_process_free(self->process);
    firth_deallocate(self);
}

/* False once there is nothing more to discard. */
static bool discard(int incoming)
{
    char bytes[4096];
    const firth_descriptor descriptor = {incoming, incoming, FIRTH_DESCRIPTOR_NONBLOCKING};
    const firth_span span = {bytes, sizeof bytes};
    size_t count;
    unsigned calls = 0;
    firth_err err = firth_descriptor_try_read(&descriptor, &span, 1, &count, &calls);
    return err == FIRTH_OK || firth_would_wait(err);
}

/* What the child says is discarded, lest it wait for ever for who hears it; `rest->incoming`
 * below 0: somebody else hears it. */
static firth_err wait_for_end(firth_process *process, firth_descriptor_rest *rest, double timeout)
{
    firth_deadline deadline = firth_deadline_in(timeout);
    while (!firth_process_ended(process)) {
        firth_err err =
            firth_process_wait(process, rest->incoming, &deadline, rest->waker, rest->closing);
        if (err != FIRTH_OK)
            return err;
        if (rest->incoming >= 0 && !discard(rest->incoming))
            rest->incoming = -1;
        if (firth_deadline_remaining(&deadline) == 0 && !firth_process_ended(process))
            return FIRTH_E_WANT_READ;
    }
    return FIRTH_OK;
}

static firth_err end_by_force(firth_process *process, firth_descriptor_rest *rest, double timeout)
{
    char text[FIRTH_PROCESS_TEXT];
    int status;
    firth_process_describe(process, text);
    firth_process_kill(process);
    firth_err err = wait_for_end(process, rest, timeout != 0 ? KILL_TIME : 0);
    if (err == FIRTH_OK && firth_process_status(process, &at_once, &status) == FIRTH_OK &&
        !firth_process_status_is_kill(status))
        return FIRTH_OK;
    if (err != FIRTH_OK && err != FIRTH_E_WANT_READ)
        return err;
    return firth_fail(FIRTH_E_TIMEOUT, "%s did not end within %.3g seconds and was killed", text,
                      timeout);
}

static firth_err wait_politely(firth_process *process, firth_descriptor_rest *rest, double timeout)
{
    firth_err err = wait_for_end(process, rest, timeout / 2);
    if (err != FIRTH_E_WANT_READ)
        return err;
    firth_process_terminate(process);
    err = wait_for_end(process, rest, timeout / 2);
    return err == FIRTH_E_WANT_READ ? end_by_force(process, rest, timeout) : err;
}

static firth_err finish(void *context, const firth_descriptor_rest *given, double timeout)
{
    child *self = context;
    firth_descriptor_rest rest = *given;
    if (firth_process_inherited(self->process))
        return FIRTH_OK;
    bool hears = firth_stream_enter(self->stream, FIRTH_READING, &at_once) == FIRTH_OK;
    if (!hears)
        rest.incoming = -1;
    firth_err err = wait_politely(self->process, &rest, timeout);
    if (hears)
        firth_stream_leave(self->stream, FIRTH_READING);
    return err;
}

/* ---- Starting ------------------------------------------------------------------ */

static firth_err check_arguments(const char *const *cmd_args)
{
    if (cmd_args == NULL || cmd_args[0] == NULL || *cmd_args[0] == '\0')
        return firth_fail(FIRTH_E_INVALID, "%s", "cmd_args names no program");
    return FIRTH_OK;
}

static firth_err check_options(const firth_process_options *options)
{
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "process options: size is %zu, expected %zu",
                          options->size, sizeof *options);
    if (options->stderr_to < FIRTH_STDERR_DISCARD)
        return firth_fail(FIRTH_E_INVALID, "stderr_to is %d, expected a descriptor, %d or %d",
                          options->stderr_to, FIRTH_STDERR_INHERIT, FIRTH_STDERR_DISCARD);
    for (size_t i = 0; options->env != NULL && options->env[i] != NULL; i++) {
        const char *equals = strchr(options->env[i], '=');
        if (equals == NULL || equals == options->env[i])
            return firth_fail(FIRTH_E_INVALID, "env[%zu] is '%s', expected NAME=value", i,
                              options->env[i]);
    }
    return FIRTH_OK;
}

static firth_err stream_over(firth_stream **stream, child *self, int incoming, int outgoing)
{
    const firth_descriptor_peer peer = {
        .context = self,
        .explain = explain,
        .finish = finish,
        .close = close_peer,
        .wake = wake,
        .drop = drop,
    };
    const firth_descriptor_stream_plan plan = {
        .name = "process",
        .incoming = incoming,
        .outgoing = outgoing,
        .peer = &peer,
    };
    firth_err err = firth_descriptor_stream_create(stream, &plan);
    if (err != FIRTH_OK) {
        firth_descriptor_close(incoming);
        firth_descriptor_close(outgoing);
        firth_process_kill(self->process);
        return err;
    }
    self->stream = *stream;
    firth_process_retain(self->process);
    firth_stream_attach(*stream, self->process, firth_process_free);
    return FIRTH_OK;
}

static firth_err spawn(firth_stream **stream, const firth_process_plan *plan)
{
    int incoming, outgoing;
    child *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for process '%s'", plan->arguments[0]);
    firth_err err = firth_process_spawn(&self->process, plan, &incoming, &outgoing);
    if (err != FIRTH_OK) {
        firth_deallocate(self);
        return err;
    }
    err = stream_over(stream, self, incoming, outgoing);
    if (err != FIRTH_OK)
        drop(self);
    return err;
}

firth_err firth_pipe_stream_spawn(firth_stream **stream, const char *const *cmd_args,
                                  const firth_process_options *options)
{
    const firth_process_options defaults = FIRTH_PROCESS_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    firth_err err = check_arguments(cmd_args);
    if (err == FIRTH_OK)
        err = check_options(options);
    if (err != FIRTH_OK)
        return err;
    const firth_process_plan plan = {
        .arguments = cmd_args,
        .folder = options->cwd,
        .environment = options->env,
        .error_output = options->stderr_to,
    };
    return spawn(stream, &plan);
}

/* ---- The child -------------------------------------------------------------------- */

_Static_assert(FIRTH_STDERR_INHERIT == FIRTH_ERROR_OUTPUT_INHERIT, "one number");
_Static_assert(FIRTH_STDERR_DISCARD == FIRTH_ERROR_OUTPUT_DISCARD, "one number");

static firth_err find_process(firth_stream *stream, const void *place, firth_process **process)
{
    if (stream == NULL || place == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream, or the place for it, is NULL");
    *process = firth_stream_attached(stream, firth_process_free);
    if (*process == NULL)
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s", "the stream has no child process");
    return FIRTH_OK;
}

firth_err firth_pipe_stream_exit_status(firth_stream *stream, double timeout, int *status)
{
    firth_process *process;
    firth_deadline deadline;
    firth_err err = find_process(stream, status, &process);
    if (err == FIRTH_OK)
        err = firth_stream_deadline(stream, timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_process_status(process, &deadline, status);
    if (err != FIRTH_E_WANT_READ)
        return err;
    char text[FIRTH_PROCESS_TEXT];
    firth_process_describe(process, text);
    return firth_fail(FIRTH_E_TIMEOUT, "%s still runs", text);
}

firth_err firth_pipe_stream_exit_descriptor(firth_stream *stream, int *descriptor)
{
    firth_process *process;
    firth_err err = find_process(stream, descriptor, &process);
    return err == FIRTH_OK ? firth_process_watch(process, descriptor) : err;
}

firth_err firth_pipe_stream_process_id(firth_stream *stream, int64_t *process_id)
{
    firth_process *process;
    firth_err err = find_process(stream, process_id, &process);
    if (err == FIRTH_OK)
        *process_id = firth_process_id(process);
    return err;
}
