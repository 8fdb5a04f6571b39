/* TunneledSocketStream: a stream through a tunnel. rpyc.core.stream.TunneledSocketStream.
 * SOCKS5 (RFC 1928, RFC 1929), HTTP CONNECT (RFC 9110 section 9.3.6, RFC 7617), ssh -W. */
#ifndef FIRTH_TUNNELED_SOCKET_STREAM_H
#define FIRTH_TUNNELED_SOCKET_STREAM_H

#include <firth/socket_stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A tunnel of the caller's. `close(context)` is called once, after the stream under it
 * was closed, by the thread that closes, finishes or loses the stream; what it returns
 * becomes the outcome of that close or finish. It is not called if the stream is freed
 * unclosed, nor in a child of fork. `drop(context)` is called always, once, when the
 * stream needs `context` no more. Either may be NULL; neither may use the stream. */
typedef struct firth_tunnel {
    firth_err (*close)(void *context);
    void (*drop)(void *context);
    void *context;
} firth_tunnel;

/* A stream over `lower`, which it keeps alive and closes with itself; do not use
 * `lower` beside it. Its time-out is that of `lower`. `tunnel` is copied; NULL: there is
 * none to close. After a failure nothing was taken over. */
FIRTH_API firth_err firth_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                                        const firth_tunnel *tunnel);

/* User and password go to the proxy in the clear. */
typedef struct firth_proxy_options {
    size_t size;                   /* sizeof(firth_proxy_options) */
    const char *user;              /* NULL: no user and password are offered */
    const char *password;          /* of the user; NULL: an empty one */
    firth_connect_options connect; /* to the proxy; its time-out covers the proxy's answers too */
} firth_proxy_options;

#define FIRTH_PROXY_OPTIONS_INIT                                            \
    {                                                                       \
        sizeof(firth_proxy_options), NULL, NULL, FIRTH_CONNECT_OPTIONS_INIT \
    }

/* Connects to a SOCKS5 proxy, and through it to `host`, a numeric address or a name,
 * which the proxy resolves. May block. FIRTH_E_TUNNEL: the proxy refused, and why, or its
 * answer was none (what was expected, and what was found). FIRTH_E_TIMEOUT says what was
 * waited for. FIRTH_E_INVALID: among others a host that is no name, a user or password
 * that RFC 1929 cannot carry. The rest as firth_socket_stream_connect, of the proxy. */
FIRTH_API firth_err firth_tunneled_socket_stream_socks5_connect(firth_stream **stream,
                                                                const char *proxy_host,
                                                                int proxy_port, const char *host,
                                                                int port,
                                                                const firth_proxy_options *options);

/* The same by an HTTP proxy's CONNECT; user and password by the Basic scheme. */
FIRTH_API firth_err firth_tunneled_socket_stream_http_connect(firth_stream **stream,
                                                              const char *proxy_host,
                                                              int proxy_port, const char *host,
                                                              int port,
                                                              const firth_proxy_options *options);

/* Seconds until ssh has reached the target. */
#define FIRTH_SSH_TIMEOUT 10.0

typedef struct firth_ssh_options {
    size_t size;               /* sizeof(firth_ssh_options) */
    const char *program;       /* NULL: "ssh", looked up in PATH */
    const char *user;          /* NULL: ssh's choice */
    const char *identity_file; /* private key, the only one that is tried; NULL: ssh's choice */
    const char *known_hosts;   /* file with the only host keys that are known; NULL: ssh's choice */
    const char *config_file;   /* NULL: ssh's choice; "none": none */
    double timeout;            /* seconds; FIRTH_UNSET means FIRTH_SSH_TIMEOUT */
} firth_ssh_options;

#define FIRTH_SSH_OPTIONS_INIT                                               \
    {                                                                        \
        sizeof(firth_ssh_options), NULL, NULL, NULL, NULL, NULL, FIRTH_UNSET \
    }

/* Starts the system's ssh, which connects to `ssh_host` (`ssh_port` 0: ssh's choice) and
 * from there to `host`. It asks nobody for a password or passphrase, and refuses an unknown or
 * changed host key. May block until the target is connected. FIRTH_E_TUNNEL: ssh has
 * ended; the detail is its own message. FIRTH_E_FILE_NOT_FOUND: no such program or file.
 * FIRTH_E_TIMEOUT says how far it came. Once connected, the death of ssh is
 * FIRTH_E_CONNECTION_LOST with its last words; an end of the target is FIRTH_E_EOF. */
FIRTH_API firth_err firth_tunneled_socket_stream_ssh_connect(firth_stream **stream,
                                                             const char *ssh_host, int ssh_port,
                                                             const char *host, int port,
                                                             const firth_ssh_options *options);

#ifdef __cplusplus
}
#endif

#endif
