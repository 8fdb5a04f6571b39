/* TLS over TCP: connecting, and what a listener accepts. */
#include "base/fail.h"
#include "platform/clock.h"
#include "stream/listener.h"
#include "stream/tls_state.h"

#include <math.h>

/* The host that is connected to is the server, unless another was named. */
static firth_tls_options options_for(const firth_tls_options *tls, const char *host)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    if (tls != NULL)
        options = *tls;
    if (options.server_name == NULL)
        options.server_name = host;
    return options;
}

static firth_err shake_hands(firth_stream *stream, const firth_deadline *deadline, const char *host,
                             int port)
{
    firth_err err = firth_tls_stream_handshake(stream, firth_deadline_remaining(deadline));
    if (err != FIRTH_E_TIMEOUT)
        return err;
    return firth_fail(err, "TLS hand-shake with %s port %d: the time ran out", host, port);
}

static firth_err connect_within(firth_stream **stream, firth_tls_context *context, const char *host,
                                int port, const firth_connect_options *options,
                                const firth_deadline *deadline)
{
    firth_stream *lower = NULL;
    firth_err err = firth_socket_stream_connect(&lower, host, port, options);
    if (err != FIRTH_OK)
        return err;
    err = firth_tls_stream_over(stream, lower, context);
    firth_stream_free(lower);
    if (err == FIRTH_OK)
        err = shake_hands(*stream, deadline, host, port);
    if (err == FIRTH_OK || *stream == NULL)
        return err;
    err = firth_stream_close_after(*stream, err);
    firth_stream_free(*stream);
    *stream = NULL;
    return err;
}

static firth_err connect_in(firth_stream **stream, firth_tls_context *context, const char *host,
                            int port, const firth_connect_options *options)
{
    firth_connect_options limited = FIRTH_CONNECT_OPTIONS_INIT;
    if (options != NULL)
        limited = *options;
    if (isnan(limited.timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    if (limited.timeout == FIRTH_UNSET)
        limited.timeout = FIRTH_CONNECT_TIMEOUT;
    firth_deadline deadline = firth_deadline_in(limited.timeout);
    return connect_within(stream, context, host, port, &limited, &deadline);
}

firth_err firth_socket_stream_ssl_connect(firth_stream **stream, const char *host, int port,
                                          const firth_tls_options *tls,
                                          const firth_connect_options *options)
{
    firth_tls_context *context = NULL;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    if (host == NULL || *host == '\0')
        return firth_fail(FIRTH_E_INVALID, "%s", "the host is empty");
    firth_tls_options with_name = options_for(tls, host);
    firth_err err = firth_tls_context_create(&context, false, &with_name);
    if (err == FIRTH_OK)
        err = connect_in(stream, context, host, port, options);
    firth_tls_context_free(context);
    return err;
}

/* ---- Listening -------------------------------------------------------------------------- */

static firth_err over(firth_stream **stream, firth_stream *lower, void *context)
{
    return firth_tls_stream_over(stream, lower, context);
}

static void drop(void *context)
{
    firth_tls_context_free(context);
}

firth_err firth_listener_tls_listen(firth_listener **listener, const char *host, int port,
                                    const firth_tls_options *tls,
                                    const firth_listen_options *options)
{
    firth_tls_context *context = NULL;
    if (listener == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the listener is NULL");
    *listener = NULL;
    firth_err err = firth_tls_context_create(&context, true, tls);
    if (err != FIRTH_OK)
        return err;
    err = firth_listener_listen(listener, host, port, options);
    if (err == FIRTH_OK)
        firth_listener_put_on(*listener, (firth_listener_layer){over, drop, context});
    else
        firth_tls_context_free(context);
    return err;
}
