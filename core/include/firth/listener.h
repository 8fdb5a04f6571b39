/* Listener: accepts connections as SocketStreams. */
#ifndef FIRTH_LISTENER_H
#define FIRTH_LISTENER_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct firth_listener firth_listener;

typedef struct firth_listen_options {
    size_t size;   /* sizeof(firth_listen_options) */
    int ipv6;      /* FIRTH_IPV6_... of socket_stream.h */
    int backlog;   /* connections that may wait to be accepted */
    bool nodelay;  /* TCP_NODELAY of accepted connections */
    int keepalive; /* as in firth_connect_options, of accepted connections */
} firth_listen_options;

#define FIRTH_LISTEN_OPTIONS_INIT                      \
    {                                                  \
        sizeof(firth_listen_options), -1, 128, true, 0 \
    }

/* Listens on a TCP port of this machine; port 0 lets the system choose one. `host`
 * NULL or "" means every address. Resolving a name may block. FIRTH_E_HOST_NOT_FOUND,
 * FIRTH_E_SYSTEM (in use). */
FIRTH_API firth_err firth_listener_listen(firth_listener **listener, const char *host, int port,
                                          const firth_listen_options *options);

/* Listens on a unix socket at `path`, which must not exist; close removes it. */
FIRTH_API firth_err firth_listener_unix_listen(firth_listener **listener, const char *path,
                                               const firth_listen_options *options);

/* Waits up to `timeout` seconds (FIRTH_UNSET: for ever) for a connection. */
FIRTH_API firth_err firth_listener_accept(firth_listener *listener, firth_stream **stream,
                                          double timeout);

/* The TCP port that is listened on, as the system chose it; 0 for a unix socket. */
FIRTH_API int firth_listener_port(const firth_listener *listener);

/* The unix socket's path, "" for TCP. Belongs to the listener. */
FIRTH_API const char *firth_listener_path(const firth_listener *listener);

/* Readable when a connection waits. FIRTH_E_CLOSED if closed. */
FIRTH_API firth_err firth_listener_fileno(firth_listener *listener, int *descriptor);

/* Stops listening and wakes whoever is blocked in accept (FIRTH_E_CLOSED). Never
 * blocks; any thread; may be called more than once. */
FIRTH_API firth_err firth_listener_close(firth_listener *listener);

/* False for NULL. */
FIRTH_API bool firth_listener_closed(const firth_listener *listener);

/* As firth_stream_wake, for accept. */
FIRTH_API firth_err firth_listener_wake(firth_listener *listener);

/* Drops the reference. Removes nothing that a forked process still uses. */
FIRTH_API void firth_listener_free(firth_listener *listener);

#ifdef __cplusplus
}
#endif

#endif
