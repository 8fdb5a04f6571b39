%constant int STDERR_INHERIT = FIRTH_STDERR_INHERIT;
%constant int STDERR_DISCARD = FIRTH_STDERR_DISCARD;

%apply const char *OPTIONAL { const char *cwd };
%apply const char *const *STRINGS { const char *const *env };
%apply int *DESCRIPTOR { int *STATUS, int *PROCESS_ID };

%rename(pipe_stream_spawn) firth_swig_pipe_stream_spawn;
%rename(pipe_stream_exit_status) firth_pipe_stream_exit_status;
%rename(pipe_stream_process_id) firth_swig_pipe_stream_process_id;

%inline %{
static firth_err firth_swig_pipe_stream_spawn(firth_stream **STREAM, const char *const *STRINGS,
                                              const char *cwd, const char *const *env,
                                              int stderr_to)
{
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = cwd;
    options.env = env;
    options.stderr_to = stderr_to;
    return firth_pipe_stream_spawn(STREAM, STRINGS, &options);
}

static firth_err firth_swig_pipe_stream_process_id(firth_stream *stream, int *PROCESS_ID)
{
    int64_t number = -1;
    firth_err err = firth_pipe_stream_process_id(stream, &number);
    *PROCESS_ID = (int)number;
    return err;
}
%}

firth_err firth_pipe_stream_exit_status(firth_stream *stream, double TIMEOUT, int *STATUS);
