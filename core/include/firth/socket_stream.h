/* SocketStream: a stream over a socket. rpyc.core.stream.SocketStream. */
#ifndef FIRTH_SOCKET_STREAM_H
#define FIRTH_SOCKET_STREAM_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds for name resolution and connecting together, as in rpyc. */
#define FIRTH_CONNECT_TIMEOUT 3.0
/* What `keepalive = true` means in rpyc: seconds. */
#define FIRTH_KEEPALIVE_DEFAULT 60

/* Values of firth_connect_options.ipv6. */
#define FIRTH_IPV6_UNSET (-1) /* every address of the name, in the resolver's order */
#define FIRTH_IPV6_OFF 0      /* IPv4 addresses only */
#define FIRTH_IPV6_ON 1       /* IPv6 addresses only */

typedef struct firth_connect_options {
    size_t size;    /* sizeof(firth_connect_options) */
    double timeout; /* seconds; FIRTH_UNSET means FIRTH_CONNECT_TIMEOUT */
    int ipv6;       /* FIRTH_IPV6_... */
    int family;     /* AF_..., or 0 for what ipv6 says */
    int socktype;   /* SOCK_STREAM, or 0 for it; others carry no byte stream */
    int proto;      /* IPPROTO_..., or 0 for the family's own */
    bool nodelay;   /* TCP_NODELAY */
    int keepalive;  /* seconds between TCP keepalives (5 lost ones end it); 0 turns them off */
} firth_connect_options;

#define FIRTH_CONNECT_OPTIONS_INIT                                                     \
    {                                                                                  \
        sizeof(firth_connect_options), FIRTH_UNSET, FIRTH_IPV6_UNSET, 0, 0, 0, true, 0 \
    }

/* Connects to a TCP port, trying every address of `host` (a name or a numeric
 * address) in turn. May block. FIRTH_E_HOST_NOT_FOUND, FIRTH_E_REFUSED,
 * FIRTH_E_TIMEOUT, FIRTH_E_SYSTEM. */
FIRTH_API firth_err firth_socket_stream_connect(firth_stream **stream, const char *host, int port,
                                                const firth_connect_options *options);

/* Connects to a unix socket. May block up to `timeout` seconds (FIRTH_UNSET:
 * FIRTH_CONNECT_TIMEOUT). FIRTH_E_FILE_NOT_FOUND, FIRTH_E_REFUSED,
 * FIRTH_E_INVALID (a path longer than the system takes), FIRTH_E_SYSTEM. */
FIRTH_API firth_err firth_socket_stream_unix_connect(firth_stream **stream, const char *path,
                                                     double timeout);

/* Who closes a descriptor that something else has opened. `close(context)` is
 * called once, by the thread that leaves the closed or lost stream last, and not at
 * all if the stream is freed unclosed; `drop(context)` always, once, when the stream
 * needs `context` no more. Either may be NULL. */
typedef struct firth_descriptor_owner {
    void (*close)(void *context);
    void (*drop)(void *context);
    void *context;
} firth_descriptor_owner;

/* A stream over a connected socket. Its flags are left as they are; over TCP, TCP_NODELAY is
 * turned on, and may be turned off again afterwards. With `owner` NULL the stream owns the
 * descriptor and closes it. After a failure nothing was taken over. FIRTH_E_INVALID: not a stream
 * socket. */
FIRTH_API firth_err firth_socket_stream_from_descriptor(firth_stream **stream, int descriptor,
                                                        const firth_descriptor_owner *owner);

#ifdef __cplusplus
}
#endif

#endif
