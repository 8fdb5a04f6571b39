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

firth_err firth_create_ssl_stream(firth_stream **stream, const char *host, int port,
                                  const char *keyfile, const char *certfile, const char *ca_certs,
                                  const firth_tls_options *tls,
                                  const firth_connect_options *options)
{
    firth_tls_options with_files = FIRTH_TLS_OPTIONS_INIT;
    if (tls != NULL)
        with_files = *tls;
    if (keyfile != NULL)
        with_files.keyfile = keyfile;
    if (certfile != NULL)
        with_files.certfile = certfile;
    if (ca_certs != NULL)
        with_files.ca_certs = ca_certs;
    return firth_socket_stream_ssl_connect(stream, host, port, &with_files, options);
}
