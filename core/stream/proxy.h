/* What the handshakes with proxies share. */
#ifndef FIRTH_STREAM_PROXY_H
#define FIRTH_STREAM_PROXY_H

#include "platform/clock.h"

#include <firth/tunneled_socket_stream.h>

#define FIRTH_PROXY_NAME 300

/* A conversation with a proxy that `stream` is connected to. */
typedef struct firth_proxy {
    char name[FIRTH_PROXY_NAME]; /* for the text of errors */
    firth_stream *stream;
    firth_deadline deadline;
} firth_proxy;

/* FIRTH_E_INVALID: the place is NULL, the options are of another size, or have a password
 * without a user. */
firth_err firth_proxy_check(firth_stream **stream, const firth_proxy_options *options);

/* Connects to a proxy of that kind ("SOCKS5"). The deadline is that of the options and
 * holds for what follows. proxy->stream is the caller's to free. */
firth_err firth_proxy_reach(firth_proxy *proxy, const char *kind, const char *host, int port,
                            const firth_proxy_options *options);

/* Sends all of it. FIRTH_E_TUNNEL: the proxy is gone. */
firth_err firth_proxy_say(const firth_proxy *proxy, const void *data, size_t length);

/* 1 to `capacity` bytes of `what` ("its reply"). FIRTH_E_TIMEOUT says that it was waited for;
 * FIRTH_E_EOF and FIRTH_E_CONNECTION_LOST are for firth_proxy_fail_lost. */
firth_err firth_proxy_hear(const firth_proxy *proxy, void *buffer, size_t capacity,
                           const char *what, size_t *count);

/* FIRTH_E_TUNNEL, if no more came "after 1 of 2 bytes of its reply"; any other failure is
 * left as it was reported. */
firth_err firth_proxy_fail_lost(const firth_proxy *proxy, firth_err err, const char *when);

/* Gives the caller what was reached, or frees it, after a handshake that came to `err`. */
firth_err firth_proxy_hand_over(firth_proxy *proxy, firth_err err, firth_stream **stream);

#endif
