/* Channels: the calls that may block. */
#include "blocking.h"

typedef struct channel_call {
    firth_ruby_call base;
    firth_channel *channel;
    const void *data;
    size_t length;
    bool *ready;
    firth_payload *payload;
} channel_call;

static double timeout_of_channel(const firth_ruby_call *call)
{
    firth_stream *stream = firth_channel_stream(((const channel_call *)call)->channel);
    double timeout = firth_stream_timeout(stream);
    firth_stream_free(stream);
    return timeout;
}

static channel_call call_on(firth_channel *channel, firth_err (*attempt)(firth_ruby_call *))
{
    channel_call call = {.base = {.attempt = attempt, .own_timeout = timeout_of_channel},
                         .channel = channel};
    return call;
}

static firth_err attempt_flush(firth_ruby_call *base)
{
    return firth_channel_flush(((channel_call *)base)->channel, base->timeout);
}

/* What an interrupted send has taken, flush goes on with. */
static firth_err attempt_send(firth_ruby_call *base)
{
    channel_call *call = (channel_call *)base;
    firth_err err = firth_channel_send(call->channel, call->data, call->length, base->timeout);
    if (err == FIRTH_E_INTERRUPTED && firth_last_error()->count != 0)
        base->attempt = attempt_flush;
    return err;
}

firth_err firth_ruby_channel_send(firth_channel *channel, const void *payload, size_t length,
                                  double timeout)
{
    channel_call call = call_on(channel, attempt_send);
    call.data = payload;
    call.length = length;
    return firth_ruby_run(&call.base, timeout);
}

firth_err firth_ruby_channel_flush(firth_channel *channel, double timeout)
{
    channel_call call = call_on(channel, attempt_flush);
    return firth_ruby_run(&call.base, timeout);
}

/* The cork is away, whatever the first attempt returns. What waits for this thread may have
 * kept even that from being made. */
static firth_err attempt_uncork(firth_ruby_call *base)
{
    base->attempt = attempt_flush;
    return firth_channel_uncork(((channel_call *)base)->channel, base->timeout);
}

firth_err firth_ruby_channel_uncork(firth_channel *channel, double timeout)
{
    channel_call call = call_on(channel, attempt_uncork);
    firth_err err = firth_ruby_run(&call.base, timeout);
    if (err == FIRTH_E_INTERRUPTED && call.base.attempt == attempt_uncork)
        firth_channel_uncork(channel, 0);
    return err;
}

static firth_err attempt_handshake(firth_ruby_call *base)
{
    return firth_channel_handshake(((channel_call *)base)->channel, base->timeout);
}

firth_err firth_ruby_channel_handshake(firth_channel *channel, double timeout)
{
    channel_call call = call_on(channel, attempt_handshake);
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_poll(firth_ruby_call *base)
{
    channel_call *call = (channel_call *)base;
    return firth_channel_poll(call->channel, base->timeout, call->ready);
}

firth_err firth_ruby_channel_poll(firth_channel *channel, double timeout, bool *ready)
{
    channel_call call = call_on(channel, attempt_poll);
    call.ready = ready;
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_finish(firth_ruby_call *base)
{
    return firth_channel_finish(((channel_call *)base)->channel, base->timeout);
}

firth_err firth_ruby_channel_finish(firth_channel *channel, double timeout)
{
    channel_call call = call_on(channel, attempt_flush);
    firth_stream *stream = firth_channel_stream(channel);
    firth_err err = firth_ruby_run_finish(&call.base, attempt_finish, stream, timeout);
    firth_stream_free(stream);
    return err;
}

static firth_err attempt_recv(firth_ruby_call *base)
{
    channel_call *call = (channel_call *)base;
    call->payload->memory = NULL;
    call->payload->capacity = 0;
    return firth_channel_recv_into(call->channel, base->timeout, firth_ruby_payload_reserve,
                                   call->payload, &call->payload->length);
}

static bool has_string_now(firth_ruby_call *base)
{
    return base->result == FIRTH_E_NO_MEMORY
           && firth_ruby_payload_make_string(((channel_call *)base)->payload);
}

firth_err firth_ruby_channel_recv(firth_channel *channel, double timeout, firth_payload *payload)
{
    channel_call call = call_on(channel, attempt_recv);
    call.base.again = has_string_now;
    call.payload = payload;
    return firth_ruby_run(&call.base, timeout);
}
