#include "stream/proxy.h"

#include "base/fail.h"

#include <stdio.h>

firth_err firth_proxy_check(firth_stream **stream, const firth_proxy_options *options)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "proxy options: size is %zu, expected %zu",
                          options->size, sizeof *options);
    if (options->user == NULL && options->password != NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "proxy options: a password without a user");
    return FIRTH_OK;
}

firth_err firth_proxy_reach(firth_proxy *proxy, const char *kind, const char *host, int port,
                            const firth_proxy_options *options)
{
    double timeout = options->connect.timeout;
    proxy->deadline = firth_deadline_in(timeout == FIRTH_UNSET ? FIRTH_CONNECT_TIMEOUT : timeout);
    snprintf(proxy->name, sizeof proxy->name, "%s proxy %s port %d", kind, host != NULL ? host : "",
             port);
    firth_err err = firth_socket_stream_connect(&proxy->stream, host, port, &options->connect);
    return err == FIRTH_OK ? FIRTH_OK : firth_fail_about(proxy->name);
}

static firth_err fail_timeout(const firth_proxy *proxy, const char *what)
{
    return firth_fail(FIRTH_E_TIMEOUT, "%s: the time ran out while waiting for %s", proxy->name,
                      what);
}

firth_err firth_proxy_say(const firth_proxy *proxy, const void *data, size_t length)
{
    double remaining = firth_deadline_remaining(&proxy->deadline);
    firth_err err = firth_stream_write(proxy->stream, data, length, remaining);
    if (err == FIRTH_E_TIMEOUT)
        return fail_timeout(proxy, "it to take the request");
    return firth_proxy_fail_lost(proxy, err, "before it took the request");
}

firth_err firth_proxy_hear(const firth_proxy *proxy, void *buffer, size_t capacity,
                           const char *what, size_t *count)
{
    double remaining = firth_deadline_remaining(&proxy->deadline);
    firth_err err = firth_stream_read_some(proxy->stream, buffer, capacity, remaining, count);
    return err == FIRTH_E_TIMEOUT ? fail_timeout(proxy, what) : err;
}

firth_err firth_proxy_fail_lost(const firth_proxy *proxy, firth_err err, const char *when)
{
    firth_saved_error told;
    if (err == FIRTH_E_EOF)
        return firth_fail(FIRTH_E_TUNNEL, "%s: it closed the connection %s", proxy->name, when);
    if (err != FIRTH_E_CONNECTION_LOST)
        return err;
    firth_error_save(&told);
    firth_fail(FIRTH_E_TUNNEL, "%s: the connection was lost %s: %.100s", proxy->name, when,
               told.detail);
    firth_fail_os_error(told.error.os_error);
    return FIRTH_E_TUNNEL;
}

firth_err firth_proxy_hand_over(firth_proxy *proxy, firth_err err, firth_stream **stream)
{
    if (err == FIRTH_OK)
        *stream = proxy->stream;
    else
        firth_stream_free(proxy->stream);
    return err;
}
