#include <firth/factories.h>

firth_err firth_create_socket_stream(firth_stream **stream, const char *host, int port,
                                     const firth_connect_options *options)
{
    return firth_socket_stream_connect(stream, host, port, options);
}

firth_err firth_create_unix_stream(firth_stream **stream, const char *path)
{
    return firth_socket_stream_unix_connect(stream, path, FIRTH_UNSET);
}

firth_err firth_create_pipe_stream(firth_stream **stream, const char *const *cmd_args,
                                   const firth_process_options *options)
{
    return firth_pipe_stream_spawn(stream, cmd_args, options);
}
