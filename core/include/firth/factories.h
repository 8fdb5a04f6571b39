/* The factories of rpyc's streams, each a constructor by another name. */
#ifndef FIRTH_FACTORIES_H
#define FIRTH_FACTORIES_H

#include <firth/process_stream.h>
#include <firth/socket_stream.h>
#include <firth/tls_stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* firth_socket_stream_connect. */
FIRTH_API firth_err firth_create_socket_stream(firth_stream **stream, const char *host, int port,
                                               const firth_connect_options *options);

/* firth_socket_stream_ssl_connect, with files that are not NULL instead of those in `tls`,
 * which may be NULL as `options` may. */
FIRTH_API firth_err firth_create_ssl_stream(firth_stream **stream, const char *host, int port,
                                            const char *keyfile, const char *certfile,
                                            const char *ca_certs, const firth_tls_options *tls,
                                            const firth_connect_options *options);

/* firth_socket_stream_unix_connect, within FIRTH_CONNECT_TIMEOUT. */
FIRTH_API firth_err firth_create_unix_stream(firth_stream **stream, const char *path);

/* firth_pipe_stream_spawn. */
FIRTH_API firth_err firth_create_pipe_stream(firth_stream **stream, const char *const *cmd_args,
                                             const firth_process_options *options);

#ifdef __cplusplus
}
#endif

#endif
