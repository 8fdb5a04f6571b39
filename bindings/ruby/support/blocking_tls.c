/* TLS: the calls that may block. */
#include "blocking.h"

typedef struct tls_call {
    firth_ruby_call base;
    firth_stream *stream;
    firth_stream **made;
    firth_listener **listener;
    const char *host;
    int port;
    const firth_tls_options *tls;
    firth_connect_options connect;
    const firth_listen_options *listen;
} tls_call;

static double timeout_of_connect(const firth_ruby_call *call)
{
    (void)call;
    return FIRTH_CONNECT_TIMEOUT;
}

static firth_err attempt_connect(firth_ruby_call *base)
{
    tls_call *call = (tls_call *)base;
    call->connect.timeout = base->timeout;
    return firth_socket_stream_ssl_connect(call->made, call->host, call->port, call->tls,
                                           &call->connect);
}

firth_err firth_ruby_socket_stream_ssl_connect(firth_stream **stream, const char *host, int port,
                                               const firth_tls_options *tls,
                                               const firth_connect_options *options)
{
    tls_call call = {.base = {.attempt = attempt_connect, .own_timeout = timeout_of_connect},
                     .made = stream,
                     .host = host,
                     .port = port,
                     .tls = tls,
                     .connect = *options};
    return firth_ruby_run(&call.base, options->timeout);
}

static double timeout_of_stream(const firth_ruby_call *call)
{
    return firth_stream_timeout(((const tls_call *)call)->stream);
}

static firth_err attempt_handshake(firth_ruby_call *base)
{
    return firth_tls_stream_handshake(((tls_call *)base)->stream, base->timeout);
}

firth_err firth_ruby_tls_stream_handshake(firth_stream *stream, double timeout)
{
    tls_call call = {.base = {.attempt = attempt_handshake, .own_timeout = timeout_of_stream},
                     .stream = stream};
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_listen(firth_ruby_call *base)
{
    tls_call *call = (tls_call *)base;
    return firth_listener_tls_listen(call->listener, call->host, call->port, call->tls,
                                     call->listen);
}

/* The host name is resolved. */
firth_err firth_ruby_listener_tls_listen(firth_listener **listener, const char *host, int port,
                                         const firth_tls_options *tls,
                                         const firth_listen_options *options)
{
    tls_call call = {.base = {.attempt = attempt_listen},
                     .listener = listener,
                     .host = host,
                     .port = port,
                     .tls = tls,
                     .listen = options};
    return firth_ruby_run(&call.base, FIRTH_FOREVER);
}
