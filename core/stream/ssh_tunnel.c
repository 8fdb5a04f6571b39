#include "base/fail.h"
#include "base/memory.h"
#include "platform/pipe.h"
#include "platform/process.h"
#include "platform/turn.h"
#include "stream/ssh_command.h"
#include "stream/ssh_words.h"
#include "stream/stream.h"
#include "stream/tunneled_socket_stream.h"

#include <firth/process_stream.h>

#include <math.h>
#include <stdio.h>

/* Reads of what it has said, before anything else is looked at. */
#define LISTEN_PARTS 128
/* Seconds in which ssh is gone once its output has ended. */
#define END_TIME 1.0
#define NAME_SIZE (FIRTH_SSH_HOST + 24)

typedef struct ssh_tunnel {
    firth_process *process;
    int error_output;      /* to be read; below 0 once it has ended */
    firth_turn listening;  /* of who reads it, and has the words */
    firth_ssh_words words; /* with the listening turn */
    char name[NAME_SIZE];  /* "ssh to host port 22", for the text of errors */
} ssh_tunnel;

/* ---- Its words ---------------------------------------------------------------- */

/* Takes what ssh has said until now. */
static void listen_to(ssh_tunnel *self)
{
    char part[1024];
    unsigned calls = 0;
    size_t count;
    firth_err err = self->error_output >= 0 ? FIRTH_OK : FIRTH_E_EOF;
    for (int i = 0; i < LISTEN_PARTS && err == FIRTH_OK; i++) {
        const firth_descriptor from = {self->error_output, self->error_output,
                                       FIRTH_DESCRIPTOR_NONBLOCKING};
        err = firth_descriptor_try_read(&from, &(firth_span){part, sizeof part}, 1, &count, &calls);
        if (err == FIRTH_OK)
            firth_ssh_words_feed(&self->words, part, count);
    }
    if (err == FIRTH_OK || firth_would_wait(err) || self->error_output < 0)
        return;
    firth_ssh_words_feed(&self->words, "\n", 1);
    firth_descriptor_close(self->error_output);
    self->error_output = -1;
}

/* How it ended, and what it said at last, as a failure with that code. */
static firth_err fail_ended(ssh_tunnel *self, firth_err code, int status)
{
    char words[FIRTH_SSH_TEXT], how[48];
    firth_ssh_words_text(&self->words, words);
    snprintf(how, sizeof how, status < 0 ? "it was ended by signal %d" : "it ended with status %d",
             status < 0 ? -status : status);
    if (*words == '\0')
        return firth_fail(code, "%s: %s", self->name, how);
    if (status < 0)
        return firth_fail(code, "%s: %s; %s", self->name, how, words);
    return firth_fail(code, "%s: %s", self->name, words);
}

/* ---- Its end ------------------------------------------------------------------ */

/* Status 0 is an end of the target. What cannot be known is left at the loss. */
static firth_err tell_end_in_turn(ssh_tunnel *self, firth_err loss)
{
    firth_deadline soon = firth_deadline_in(END_TIME);
    int status = 0;
    firth_err err = firth_process_status(self->process, &soon, &status);
    listen_to(self);
    if (err == FIRTH_E_INTERRUPTED)
        return err;
    if (err == FIRTH_OK && status != 0)
        return fail_ended(self, FIRTH_E_CONNECTION_LOST, status);
    return firth_fail(loss, "%s: %s", self->name,
                      err == FIRTH_OK ? "the target closed the connection" : "it has ended");
}

static firth_err tell_end(void *context, firth_err loss)
{
    ssh_tunnel *self = context;
    firth_deadline soon = firth_deadline_in(END_TIME);
    if (firth_turn_take(&self->listening, &soon) != FIRTH_OK)
        return firth_fail(loss, "%s: it has ended", self->name);
    firth_err err = tell_end_in_turn(self, loss);
    firth_turn_give(&self->listening);
    return err;
}

static firth_err close_tunnel(void *context)
{
    ssh_tunnel *self = context;
    firth_process_terminate(self->process);
    return FIRTH_OK;
}

static void drop_tunnel(void *context)
{
    ssh_tunnel *self = context;
    if (self->error_output >= 0)
        firth_descriptor_close(self->error_output);
    firth_process_free(self->process);
    firth_turn_destroy(&self->listening);
    firth_deallocate(self);
}

/* ---- Connecting --------------------------------------------------------------- */

static firth_err fail_timeout(ssh_tunnel *self, const firth_ssh_order *order)
{
    char words[FIRTH_SSH_TEXT];
    firth_ssh_words_text(&self->words, words);
    if (self->words.authenticated)
        return firth_fail(FIRTH_E_TIMEOUT,
                          "%s: the time ran out before it was connected to %s port %d", self->name,
                          order->target_host, order->target_port);
    return firth_fail(FIRTH_E_TIMEOUT, "%s: the time ran out before it had logged in%s%s",
                      self->name, *words != '\0' ? ": " : "", words);
}

static firth_err fail_to_connect(ssh_tunnel *self)
{
    firth_deadline soon = firth_deadline_in(END_TIME);
    int status = 0;
    firth_err err = firth_process_status(self->process, &soon, &status);
    listen_to(self);
    if (err == FIRTH_OK)
        return fail_ended(self, FIRTH_E_TUNNEL, status);
    return firth_fail_because(FIRTH_E_TUNNEL, "%s: it has ended", self->name);
}

static bool has_connected(const ssh_tunnel *self, const firth_ssh_order *order)
{
    return order->tells_more ? self->words.connected : self->words.authenticated;
}

/* Until ssh says that it is connected, or has ended. */
static firth_err wait_for_connection(ssh_tunnel *self, const firth_ssh_order *order,
                                     const firth_deadline *deadline, firth_waker *waker)
{
    static const _Atomic bool never;
    for (;;) {
        bool ended = firth_process_ended(self->process);
        listen_to(self);
        if (has_connected(self, order))
            return FIRTH_OK;
        if (ended)
            return fail_to_connect(self);
        firth_err err =
            firth_process_wait(self->process, self->error_output, deadline, waker, &never);
        if (err != FIRTH_OK && !firth_would_wait(err))
            return err;
        if (err != FIRTH_OK || firth_deadline_remaining(deadline) == 0)
            return fail_timeout(self, order);
    }
}

/* ---- Starting ----------------------------------------------------------------- */

static firth_err new_tunnel(ssh_tunnel **made, const firth_ssh_order *order)
{
    ssh_tunnel *self = firth_allocate_zeroed(1, sizeof *self);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a tunnel");
    self->error_output = -1;
    firth_turn_init(&self->listening);
    if (order->port != 0)
        snprintf(self->name, sizeof self->name, "ssh to %s port %d", order->host, order->port);
    else
        snprintf(self->name, sizeof self->name, "ssh to %s", order->host);
    *made = self;
    return FIRTH_OK;
}

static firth_err spawn(ssh_tunnel *self, const firth_ssh_order *order, firth_stream **lower)
{
    firth_ssh_command command;
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    firth_pipe said;
    firth_err err = firth_ssh_command_make(&command, order);
    if (err == FIRTH_OK)
        err = firth_pipe_open_from_child_lossy(&said);
    if (err == FIRTH_OK) {
        self->error_output = said.reading;
        options.stderr_to = said.writing;
        err = firth_pipe_stream_spawn(lower, command.arguments, &options);
        firth_descriptor_close(said.writing);
    }
    firth_ssh_command_release(&command);
    if (err != FIRTH_OK)
        return err;
    self->process = firth_stream_attached(*lower, firth_process_free);
    firth_process_retain(self->process);
    return FIRTH_OK;
}

/* A stream over ssh's output and input, which has the tunnel. */
static firth_err wrap(firth_stream **stream, firth_stream *lower, ssh_tunnel *self)
{
    const firth_tunneled_stream_plan plan = {
        .name = "ssh",
        .tunnel = {.close = close_tunnel, .drop = drop_tunnel, .context = self},
        .tell_end = tell_end,
    };
    return firth_tunneled_stream_create(stream, lower, &plan);
}

static firth_err start(firth_stream **stream, ssh_tunnel *self, const firth_ssh_order *order,
                       const firth_deadline *deadline)
{
    firth_stream *lower;
    firth_waker waker = {0};
    firth_err err = spawn(self, order, &lower);
    if (err != FIRTH_OK)
        return err;
    err = wait_for_connection(self, order, deadline, &waker);
    firth_waker_destroy(&waker);
    if (err == FIRTH_OK)
        err = wrap(stream, lower, self);
    if (err != FIRTH_OK)
        firth_process_terminate(self->process);
    firth_stream_free(lower);
    return err;
}

/* *unknown_option: this ssh does not know what newer ones do. */
static firth_err try_to_connect(firth_stream **stream, const firth_ssh_order *order,
                                const firth_deadline *deadline, bool *unknown_option)
{
    ssh_tunnel *self = NULL;
    firth_err err = new_tunnel(&self, order);
    if (err != FIRTH_OK)
        return err;
    err = start(stream, self, order, deadline);
    *unknown_option = self->words.is_older;
    if (err != FIRTH_OK) {
        firth_saved_error told;
        firth_error_save(&told);
        drop_tunnel(self);
        firth_error_restore(&told);
    }
    return err;
}

static firth_err check(firth_stream **stream, const firth_ssh_options *options)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "ssh options: size is %zu, expected %zu", options->size,
                          sizeof *options);
    if (isnan(options->timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    return FIRTH_OK;
}

firth_err firth_tunneled_socket_stream_ssh_connect(firth_stream **stream, const char *ssh_host,
                                                   int ssh_port, const char *host, int port,
                                                   const firth_ssh_options *options)
{
    const firth_ssh_options defaults = FIRTH_SSH_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_ssh_order order = {ssh_host, ssh_port, host, port, options, options->timeout, true};
    bool unknown_option = false;
    firth_err err = check(stream, options);
    if (err == FIRTH_OK)
        err = firth_ssh_order_check(&order);
    if (err != FIRTH_OK)
        return err;
    if (order.timeout == FIRTH_UNSET)
        order.timeout = FIRTH_SSH_TIMEOUT;
    firth_deadline deadline = firth_deadline_in(order.timeout);
    err = try_to_connect(stream, &order, &deadline, &unknown_option);
    if (err == FIRTH_E_TUNNEL && unknown_option) {
        order.tells_more = false;
        err = try_to_connect(stream, &order, &deadline, &unknown_option);
    }
    return err;
}
