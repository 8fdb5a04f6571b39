#include "base/fail.h"
#include "platform/socket.h"
#include "stream/descriptor_stream.h"
#include "stream/socket_arguments.h"
#include "stream/stream.h"

#include <firth/socket_stream.h>

#include <math.h>
#include <string.h>

static firth_err check_place(firth_stream **stream)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    return FIRTH_OK;
}

static firth_err stream_over(firth_stream **stream, const char *name, int number,
                             const firth_descriptor_owner *owner)
{
    firth_descriptor_stream_plan plan = {
        .name = name,
        .incoming = number,
        .outgoing = number,
        .shut_down = true,
        .acknowledges = strcmp(name, "tcp") == 0,
        .owner = owner,
    };
    return firth_descriptor_stream_create(stream, &plan);
}

firth_err firth_socket_stream_over_own(firth_stream **stream, const char *name, int number)
{
    firth_err err = stream_over(stream, name, number, NULL);
    if (err != FIRTH_OK)
        firth_descriptor_close(number);
    return err;
}

firth_err firth_socket_stream_from_descriptor(firth_stream **stream, int descriptor,
                                              const firth_descriptor_owner *owner)
{
    const char *name = "socket";
    firth_err err = check_place(stream);
    if (err == FIRTH_OK)
        err = firth_socket_examine(descriptor, &name);
    if (err == FIRTH_OK)
        err = firth_socket_tune(descriptor, true, 0);
    return err == FIRTH_OK ? stream_over(stream, name, descriptor, owner) : err;
}

static firth_err deadline_of_connect(double timeout, firth_deadline *deadline)
{
    if (isnan(timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    *deadline = firth_deadline_in(timeout == FIRTH_UNSET ? FIRTH_CONNECT_TIMEOUT : timeout);
    return FIRTH_OK;
}

static firth_err check_options(const firth_connect_options *options)
{
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "connect options: size is %zu, expected %zu",
                          options->size, sizeof *options);
    return firth_check_keepalive(options->keepalive);
}

static firth_err connect_with(firth_stream **stream, const char *host, int port,
                              const firth_connect_options *options)
{
    firth_endpoint endpoint = {.host = host, .port = port, .proto = options->proto};
    firth_deadline deadline;
    int number = -1;
    firth_err err = firth_check_port(port, 1);
    if (err == FIRTH_OK)
        err = firth_check_family(options->family, options->ipv6, &endpoint.family);
    if (err == FIRTH_OK)
        err = firth_check_socktype(options->socktype, &endpoint.socktype);
    if (err == FIRTH_OK)
        err = deadline_of_connect(options->timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_socket_connect(&endpoint, &deadline, &number);
    if (err == FIRTH_E_WANT_READ || err == FIRTH_E_WANT_WRITE)
        return firth_fail(FIRTH_E_TIMEOUT, "connect to %s port %d: the time ran out", host, port);
    if (err != FIRTH_OK)
        return err;
    err = firth_socket_tune(number, options->nodelay, options->keepalive);
    if (err != FIRTH_OK) {
        firth_descriptor_close(number);
        return err;
    }
    return firth_socket_stream_over_own(stream, "tcp", number);
}

firth_err firth_socket_stream_connect(firth_stream **stream, const char *host, int port,
                                      const firth_connect_options *options)
{
    const firth_connect_options defaults = FIRTH_CONNECT_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_err err = check_place(stream);
    if (err == FIRTH_OK)
        err = check_options(options);
    if (err == FIRTH_OK && (host == NULL || *host == '\0'))
        err = firth_fail(FIRTH_E_INVALID, "%s", "the host is empty");
    return err == FIRTH_OK ? connect_with(stream, host, port, options) : err;
}

firth_err firth_socket_stream_unix_connect(firth_stream **stream, const char *path, double timeout)
{
    firth_deadline deadline;
    int number = -1;
    firth_err err = check_place(stream);
    if (err == FIRTH_OK && path == NULL)
        err = firth_fail(FIRTH_E_INVALID, "%s", "the path of the unix socket is NULL");
    if (err == FIRTH_OK)
        err = deadline_of_connect(timeout, &deadline);
    if (err == FIRTH_OK)
        err = firth_socket_unix_connect(path, &deadline, &number);
    if (err == FIRTH_E_WANT_WRITE)
        return firth_fail(FIRTH_E_TIMEOUT, "connect to %s: the time ran out", path);
    return err == FIRTH_OK ? firth_socket_stream_over_own(stream, "unix", number) : err;
}
