/* Through proxies and ssh: the calls that may block. */
#include "blocking.h"

static double timeout_of_connect(const firth_ruby_call *call)
{
    (void)call;
    return FIRTH_CONNECT_TIMEOUT;
}

typedef firth_err (*proxy_function)(firth_stream **stream, const char *proxy_host, int proxy_port,
                                    const char *host, int port,
                                    const firth_proxy_options *options);

typedef struct proxy_call {
    firth_ruby_call base;
    proxy_function connect;
    firth_stream **stream;
    const char *proxy_host;
    int proxy_port;
    const char *host;
    int port;
    firth_proxy_options options;
} proxy_call;

static firth_err attempt_proxy(firth_ruby_call *base)
{
    proxy_call *call = (proxy_call *)base;
    call->options.connect.timeout = base->timeout;
    return call->connect(call->stream, call->proxy_host, call->proxy_port, call->host, call->port,
                         &call->options);
}

static firth_err connect_by(proxy_call call)
{
    call.base.attempt = attempt_proxy;
    call.base.own_timeout = timeout_of_connect;
    return firth_ruby_run(&call.base, call.options.connect.timeout);
}

firth_err firth_ruby_socks5_connect(firth_stream **stream, const char *proxy_host, int proxy_port,
                                    const char *host, int port, const firth_proxy_options *options)
{
    return connect_by((proxy_call){.connect = firth_tunneled_socket_stream_socks5_connect,
                                   .stream = stream,
                                   .proxy_host = proxy_host,
                                   .proxy_port = proxy_port,
                                   .host = host,
                                   .port = port,
                                   .options = *options});
}

firth_err firth_ruby_http_connect(firth_stream **stream, const char *proxy_host, int proxy_port,
                                  const char *host, int port, const firth_proxy_options *options)
{
    return connect_by((proxy_call){.connect = firth_tunneled_socket_stream_http_connect,
                                   .stream = stream,
                                   .proxy_host = proxy_host,
                                   .proxy_port = proxy_port,
                                   .host = host,
                                   .port = port,
                                   .options = *options});
}

typedef struct ssh_call {
    firth_ruby_call base;
    firth_stream **stream;
    const char *ssh_host;
    int ssh_port;
    const char *host;
    int port;
    firth_ssh_options options;
} ssh_call;

static double timeout_of_ssh(const firth_ruby_call *call)
{
    (void)call;
    return FIRTH_SSH_TIMEOUT;
}

static firth_err attempt_ssh(firth_ruby_call *base)
{
    ssh_call *call = (ssh_call *)base;
    call->options.timeout = base->timeout;
    return firth_tunneled_socket_stream_ssh_connect(call->stream, call->ssh_host, call->ssh_port,
                                                    call->host, call->port, &call->options);
}

firth_err firth_ruby_ssh_connect(firth_stream **stream, const char *ssh_host, int ssh_port,
                                 const char *host, int port, const firth_ssh_options *options)
{
    ssh_call call = {.base = {.attempt = attempt_ssh, .own_timeout = timeout_of_ssh},
                     .stream = stream,
                     .ssh_host = ssh_host,
                     .ssh_port = ssh_port,
                     .host = host,
                     .port = port,
                     .options = *options};
    return firth_ruby_run(&call.base, options->timeout);
}
