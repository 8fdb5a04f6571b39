#include "base/fail.h"
#include "base/gate.h"
#include "base/memory.h"
#include "platform/fork.h"
#include "platform/socket.h"
#include "platform/turn.h"
#include "platform/wait.h"
#include "stream/listener.h"
#include "stream/socket_arguments.h"

#include <firth/socket_stream.h>

#include <math.h>
#include <string.h>

struct firth_listener {
    firth_gate gate;
    firth_turn turn; /* of accepting */
    firth_waker waker;
    _Atomic bool closing;
    int number;
    int port;
    bool nodelay;
    int keepalive;
    unsigned maker;              /* generation of the process that made it */
    _Atomic unsigned generation; /* of the process it lives in */
    firth_file_identity file;
    firth_listener_layer layer; /* over what is accepted; with `over` NULL: none */
    char path[];                /* "" for TCP */
};

static firth_err new_listener(firth_listener **listener, const char *path,
                              const firth_listen_options *options)
{
    firth_listener *made = firth_allocate_zeroed(1, sizeof *made + strlen(path) + 1);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a listener");
    firth_turn_init(&made->turn);
    made->number = -1;
    made->nodelay = options->nodelay;
    made->keepalive = options->keepalive;
    made->maker = firth_fork_generation();
    atomic_init(&made->generation, made->maker);
    strcpy(made->path, path);
    firth_count_made();
    *listener = made;
    return FIRTH_OK;
}

void firth_listener_put_on(firth_listener *listener, firth_listener_layer layer)
{
    listener->layer = layer;
}

static void destroy(firth_listener *listener)
{
    if (listener->layer.drop != NULL)
        listener->layer.drop(listener->layer.context);
    firth_turn_destroy(&listener->turn);
    firth_deallocate(listener);
    firth_count_gone();
}

static firth_err check_options(firth_listener **listener, const firth_listen_options *options)
{
    if (listener == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the listener is NULL");
    *listener = NULL;
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "listen options: size is %zu, expected %zu",
                          options->size, sizeof *options);
    if (options->backlog < 1)
        return firth_fail(FIRTH_E_INVALID, "backlog is %d, expected 1 or more", options->backlog);
    return firth_check_keepalive(options->keepalive);
}

firth_err firth_listener_listen(firth_listener **listener, const char *host, int port,
                                const firth_listen_options *options)
{
    const firth_listen_options defaults = FIRTH_LISTEN_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_endpoint endpoint = {.host = host, .port = port, .passive = true};
    firth_listener *made = NULL;
    firth_err err = check_options(listener, options);
    if (err == FIRTH_OK)
        err = firth_check_port(port, 0);
    if (err == FIRTH_OK)
        err = firth_check_family(0, options->ipv6, &endpoint.family);
    if (err == FIRTH_OK)
        err = firth_check_socktype(0, &endpoint.socktype);
    if (err == FIRTH_OK)
        err = new_listener(&made, "", options);
    if (err != FIRTH_OK)
        return err;
    err = firth_socket_listen(&endpoint, options->backlog, &made->number, &made->port);
    if (err != FIRTH_OK)
        destroy(made);
    else
        *listener = made;
    return err;
}

firth_err firth_listener_unix_listen(firth_listener **listener, const char *path,
                                     const firth_listen_options *options)
{
    const firth_listen_options defaults = FIRTH_LISTEN_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_listener *made = NULL;
    firth_err err = check_options(listener, options);
    if (err == FIRTH_OK && path == NULL)
        err = firth_fail(FIRTH_E_INVALID, "%s", "the path of the unix socket is NULL");
    if (err == FIRTH_OK)
        err = new_listener(&made, path, options);
    if (err != FIRTH_OK)
        return err;
    err = firth_socket_unix_listen(path, options->backlog, &made->number);
    if (err != FIRTH_OK) {
        destroy(made);
        return err;
    }
    made->file = firth_file_identify(path);
    *listener = made;
    return FIRTH_OK;
}

static firth_err fail_null(void)
{
    return firth_fail(FIRTH_E_INVALID, "%s", "the listener is NULL");
}

/* In the child of a fork, users and the turn belonged to threads of the parent. */
static void forget_users(void *object)
{
    firth_listener *listener = object;
    firth_gate_forget_users(&listener->gate);
    firth_turn_init(&listener->turn);
}

static void settle(firth_listener *listener)
{
    firth_fork_settle(&listener->generation, forget_users, listener);
}

static firth_err fail_closed(void)
{
    return firth_fail(FIRTH_E_CLOSED, "%s", "the listener is closed");
}

static firth_err pass(firth_listener *listener)
{
    if (listener == NULL)
        return fail_null();
    settle(listener);
    if (!firth_gate_enter(&listener->gate))
        return fail_closed();
    return FIRTH_OK;
}

/* A forked child leaves the file to its parent. The file goes first: as long as the
 * socket is open, no other file can have the same identity. */
static void release(firth_listener *listener)
{
    if (*listener->path != '\0' && listener->maker == firth_fork_generation())
        firth_file_remove(listener->path, listener->file);
    firth_descriptor_close(listener->number);
    firth_waker_destroy(&listener->waker);
}

static void passed(firth_listener *listener)
{
    if (firth_gate_leave(&listener->gate))
        release(listener);
}

static firth_err accept_number(firth_listener *listener, const firth_deadline *deadline,
                               int *number)
{
    unsigned calls = 0;
    for (;;) {
        firth_err err = firth_socket_try_accept(listener->number, number);
        if (err != FIRTH_E_WANT_READ || deadline->timeout == 0)
            return err;
        err = firth_wait((firth_watch){listener->number, -1}, deadline, &listener->waker,
                         &listener->closing, &calls);
        if (err != FIRTH_OK)
            return err;
    }
}

/* The layer keeps what it lies over. */
static firth_err put_over(firth_listener *listener, firth_stream **stream)
{
    firth_stream *lower = *stream;
    *stream = NULL;
    firth_err err = listener->layer.over(stream, lower, listener->layer.context);
    firth_stream_free(lower);
    return err;
}

static firth_err accept_stream(firth_listener *listener, const firth_deadline *deadline,
                               firth_stream **stream)
{
    int number = -1;
    firth_err err = accept_number(listener, deadline, &number);
    if (err != FIRTH_OK)
        return err;
    err = firth_socket_tune(number, listener->nodelay, listener->keepalive);
    if (err != FIRTH_OK) {
        firth_descriptor_close(number);
        return err;
    }
    err = firth_socket_stream_over_own(stream, *listener->path != '\0' ? "unix" : "tcp", number);
    return err == FIRTH_OK && listener->layer.over != NULL ? put_over(listener, stream) : err;
}

firth_err firth_listener_accept(firth_listener *listener, firth_stream **stream, double timeout)
{
    if (stream == NULL || isnan(timeout))
        return firth_fail(FIRTH_E_INVALID, "%s",
                          stream == NULL ? "the place for the stream is NULL"
                                         : "the time-out is not a number");
    *stream = NULL;
    firth_deadline deadline = firth_deadline_in(timeout == FIRTH_UNSET ? FIRTH_FOREVER : timeout);
    firth_err err = pass(listener);
    if (err != FIRTH_OK)
        return err;
    err = firth_turn_take(&listener->turn, &deadline);
    if (err == FIRTH_OK) {
        err = firth_listener_closed(listener) ? fail_closed()
                                              : accept_stream(listener, &deadline, stream);
        firth_turn_give(&listener->turn);
    }
    passed(listener);
    bool late = err == FIRTH_E_WANT_READ || err == FIRTH_E_BUSY;
    return late ? firth_fail_timeout(FIRTH_WANTS_READ) : err;
}

int firth_listener_port(const firth_listener *listener)
{
    return listener != NULL ? listener->port : 0;
}

const char *firth_listener_path(const firth_listener *listener)
{
    return listener != NULL ? listener->path : "";
}

firth_err firth_listener_fileno(firth_listener *listener, int *descriptor)
{
    if (descriptor == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the descriptor is NULL");
    *descriptor = -1;
    firth_err err = pass(listener);
    if (err != FIRTH_OK)
        return err;
    *descriptor = listener->number;
    passed(listener);
    return FIRTH_OK;
}

firth_err firth_listener_close(firth_listener *listener)
{
    if (listener == NULL)
        return fail_null();
    settle(listener);
    if (!firth_gate_close(&listener->gate))
        return FIRTH_OK;
    atomic_store(&listener->closing, true);
    firth_waker_wake(&listener->waker);
    passed(listener);
    return FIRTH_OK;
}

bool firth_listener_closed(const firth_listener *listener)
{
    return listener != NULL && firth_gate_closed(&listener->gate);
}

firth_err firth_listener_wake(firth_listener *listener)
{
    firth_err err = pass(listener);
    if (err != FIRTH_OK)
        return err;
    firth_waker_wake(&listener->waker);
    passed(listener);
    return FIRTH_OK;
}

void firth_listener_free(firth_listener *listener)
{
    if (listener == NULL)
        return;
    firth_listener_close(listener);
    if (!firth_gate_cleared(&listener->gate))
        release(listener);
    destroy(listener);
}
