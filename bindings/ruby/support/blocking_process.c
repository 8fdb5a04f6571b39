/* Child processes: the calls that may block. */
#include "blocking.h"

typedef struct process_call {
    firth_ruby_call base;
    firth_stream **made;
    const char *const *cmd_args;
    const firth_process_options *options;
    firth_stream *stream;
    int *status;
} process_call;

static firth_err attempt_spawn(firth_ruby_call *base)
{
    process_call *call = (process_call *)base;
    return firth_pipe_stream_spawn(call->made, call->cmd_args, call->options);
}

/* It waits until the child has begun its program. */
firth_err firth_ruby_pipe_stream_spawn(firth_stream **stream, const char *const *cmd_args,
                                       const firth_process_options *options)
{
    process_call call = {.base = {.attempt = attempt_spawn},
                         .made = stream,
                         .cmd_args = cmd_args,
                         .options = options};
    return firth_ruby_run(&call.base, FIRTH_FOREVER);
}

static double timeout_of_stream(const firth_ruby_call *call)
{
    return firth_stream_timeout(((const process_call *)call)->stream);
}

static firth_err attempt_exit_status(firth_ruby_call *base)
{
    process_call *call = (process_call *)base;
    return firth_pipe_stream_exit_status(call->stream, base->timeout, call->status);
}

firth_err firth_ruby_pipe_stream_exit_status(firth_stream *stream, double timeout, int *status)
{
    process_call call = {
        .base = {.attempt = attempt_exit_status, .own_timeout = timeout_of_stream},
        .stream = stream,
        .status = status};
    return firth_ruby_run(&call.base, timeout);
}
