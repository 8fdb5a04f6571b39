/* Connecting, listening and accepting: the calls that may block. */
#include "blocking.h"

typedef struct connect_call {
    firth_ruby_call base;
    firth_stream **stream;
    const char *where;
    int port;
    firth_connect_options options;
    firth_listener *listener;
} connect_call;

static double timeout_of_connect(const firth_ruby_call *call)
{
    (void)call;
    return FIRTH_CONNECT_TIMEOUT;
}

static firth_err attempt_connect(firth_ruby_call *base)
{
    connect_call *call = (connect_call *)base;
    call->options.timeout = base->timeout;
    return firth_socket_stream_connect(call->stream, call->where, call->port, &call->options);
}

firth_err firth_ruby_socket_stream_connect(firth_stream **stream, const char *host, int port,
                                           const firth_connect_options *options)
{
    connect_call call = {.base = {.attempt = attempt_connect, .own_timeout = timeout_of_connect},
                         .stream = stream,
                         .where = host,
                         .port = port,
                         .options = *options};
    return firth_ruby_run(&call.base, options->timeout);
}

static firth_err attempt_unix_connect(firth_ruby_call *base)
{
    connect_call *call = (connect_call *)base;
    return firth_socket_stream_unix_connect(call->stream, call->where, base->timeout);
}

firth_err firth_ruby_socket_stream_unix_connect(firth_stream **stream, const char *path,
                                                double timeout)
{
    connect_call call = {
        .base = {.attempt = attempt_unix_connect, .own_timeout = timeout_of_connect},
        .stream = stream,
        .where = path};
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_open(firth_ruby_call *base)
{
    connect_call *call = (connect_call *)base;
    return firth_open(call->stream, call->where, base->timeout);
}

firth_err firth_ruby_open(firth_stream **stream, const char *uri, double timeout)
{
    connect_call call = {.base = {.attempt = attempt_open, .own_timeout = timeout_of_connect},
                         .stream = stream,
                         .where = uri};
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_accept(firth_ruby_call *base)
{
    connect_call *call = (connect_call *)base;
    return firth_listener_accept(call->listener, call->stream, base->timeout);
}

firth_err firth_ruby_listener_accept(firth_listener *listener, firth_stream **stream,
                                     double timeout)
{
    connect_call call = {
        .base = {.attempt = attempt_accept}, .stream = stream, .listener = listener};
    return firth_ruby_run(&call.base, timeout);
}

typedef struct listen_call {
    firth_ruby_call base;
    firth_listener **listener;
    const char *host;
    int port;
    const firth_listen_options *options;
} listen_call;

static firth_err attempt_listen(firth_ruby_call *base)
{
    listen_call *call = (listen_call *)base;
    return firth_listener_listen(call->listener, call->host, call->port, call->options);
}

/* The host name is resolved. */
firth_err firth_ruby_listener_listen(firth_listener **listener, const char *host, int port,
                                     const firth_listen_options *options)
{
    listen_call call = {.base = {.attempt = attempt_listen},
                        .listener = listener,
                        .host = host,
                        .port = port,
                        .options = options};
    return firth_ruby_run(&call.base, FIRTH_FOREVER);
}
