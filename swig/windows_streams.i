%rename(win32_pipe_stream_create) firth_swig_win32_pipe_stream_create;
%rename(win32_pipe_stream_from_std) firth_win32_pipe_stream_from_std;
%rename(win32_pipe_stream_create_pair) firth_win32_pipe_stream_create_pair;
%rename(named_pipe_stream_create) firth_swig_named_pipe_stream_create;
%rename(named_pipe_stream_create_server) firth_named_pipe_stream_create_server;
%rename(named_pipe_stream_connect_server) firth_named_pipe_stream_connect_server;
%rename(named_pipe_stream_create_client) firth_named_pipe_stream_create_client;

/* Handles are numbers here. */
%inline %{
static firth_err firth_swig_win32_pipe_stream_create(firth_stream **STREAM, size_t incoming,
                                                     size_t outgoing)
{
    return firth_win32_pipe_stream_create(STREAM, (void *)incoming, (void *)outgoing);
}

static firth_err firth_swig_named_pipe_stream_create(firth_stream **STREAM, size_t handle,
                                                     bool is_server_side)
{
    return firth_named_pipe_stream_create(STREAM, (void *)handle, is_server_side);
}
%}

firth_err firth_win32_pipe_stream_from_std(firth_stream **STREAM);
firth_err firth_win32_pipe_stream_create_pair(firth_stream **STREAM, firth_stream **SECOND_STREAM);
firth_err firth_named_pipe_stream_create_server(firth_stream **STREAM, const char *TEXT,
                                                bool connect, double TIMEOUT);
/* The stream's own method in no language, as other streams have none of that name. */
firth_err firth_named_pipe_stream_connect_server(firth_stream *stream, double TIMEOUT);
firth_err firth_named_pipe_stream_create_client(firth_stream **STREAM, const char *TEXT);
