/* A child process's standard input and output as a PipeStream. */
#ifndef FIRTH_PROCESS_STREAM_H
#define FIRTH_PROCESS_STREAM_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of firth_process_options.stderr_to; else a descriptor, which stays the caller's. */
#define FIRTH_STDERR_INHERIT (-1)
#define FIRTH_STDERR_DISCARD (-2)

typedef struct firth_process_options {
    size_t size;            /* sizeof(firth_process_options) */
    const char *cwd;        /* the child's working folder; NULL: this process's */
    const char *const *env; /* "NAME=value", NULL at the end; NULL: this process's environment */
    int stderr_to;          /* where the child's standard error goes; nowhere, if it is to inherit
                               one that is closed, or will be on exec */
} firth_process_options;

#define FIRTH_PROCESS_OPTIONS_INIT                                      \
    {                                                                   \
        sizeof(firth_process_options), NULL, NULL, FIRTH_STDERR_INHERIT \
    }

/* Starts cmd_args[0] with the arguments behind it, NULL at the end. Without a slash in it
 * the program is looked up in PATH (that of `env`, if given); a path that is not absolute
 * begins at `cwd`. The child has no other descriptor of this process, and no blocked or
 * ignored signal. FIRTH_E_FILE_NOT_FOUND: no such program, or folder, which the detail tells;
 * FIRTH_E_SYSTEM: the program is a folder, may not be executed, the arguments are too long,
 * no descriptor is left.
 *
 * firth_stream_finish closes the child's input, waits until the child has ended, and drops
 * what it still says; after half of the time it sends SIGTERM (and SIGCONT), at its end
 * SIGKILL, and returns FIRTH_E_TIMEOUT, which says so. With a time of 0 that is at once.
 * firth_stream_close, a lost stream, and a finish that is interrupted wait for nothing and
 * leave the child to itself, without its pipes. Whenever it ends, no zombie remains.
 * In a child of fork, finish only closes. */
FIRTH_API firth_err firth_pipe_stream_spawn(firth_stream **stream, const char *const *cmd_args,
                                            const firth_process_options *options);

/* Waits until the child has ended: its exit status, or the negative number of the signal that
 * killed it (as subprocess.Popen.returncode). Also after close and finish, as long as the
 * stream is not freed. FIRTH_E_TIMEOUT: it still runs; FIRTH_E_SYSTEM (ECHILD): it has ended,
 * but its status went elsewhere, since SIGCHLD is ignored or other code waits for all
 * children; FIRTH_E_NOT_SUPPORTED: the stream is none of firth_pipe_stream_spawn;
 * FIRTH_E_FORKED: the child is the parent process's. */
FIRTH_API firth_err firth_pipe_stream_exit_status(firth_stream *stream, double timeout,
                                                  int *status);

/* A new descriptor, which the caller closes, that becomes readable when the child has ended:
 * for event loops. */
FIRTH_API firth_err firth_pipe_stream_exit_descriptor(firth_stream *stream, int *descriptor);

/* The child's number. */
FIRTH_API firth_err firth_pipe_stream_process_id(firth_stream *stream, int64_t *process_id);

#ifdef __cplusplus
}
#endif

#endif
