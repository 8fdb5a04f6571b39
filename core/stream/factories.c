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
