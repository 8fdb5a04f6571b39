/* Streams: the calls that may block. */
#include "blocking.h"

typedef struct stream_call {
    firth_ruby_call base;
    firth_stream *stream;
    void *buffer;
    const char *data;
    size_t length;
    size_t taken;
    size_t *count;
    bool *ready;
} stream_call;

static double timeout_of_stream(const firth_ruby_call *call)
{
    return firth_stream_timeout(((const stream_call *)call)->stream);
}

static stream_call call_on(firth_stream *stream, firth_err (*attempt)(firth_ruby_call *))
{
    stream_call call = {.base = {.attempt = attempt, .own_timeout = timeout_of_stream},
                        .stream = stream};
    return call;
}

static firth_err attempt_read(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_read(call->stream, call->buffer, call->length, base->timeout);
}

firth_err firth_ruby_stream_read(firth_stream *stream, void *buffer, size_t length, double timeout)
{
    stream_call call = call_on(stream, attempt_read);
    call.buffer = buffer;
    call.length = length;
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_read_some(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_read_some(call->stream, call->buffer, call->length, base->timeout,
                                  call->count);
}

firth_err firth_ruby_stream_read_some(firth_stream *stream, void *buffer, size_t capacity,
                                      double timeout, size_t *count)
{
    stream_call call = call_on(stream, attempt_read_some);
    call.buffer = buffer;
    call.length = capacity;
    call.count = count;
    return firth_ruby_run(&call.base, timeout);
}

/* An interrupted write goes on behind what was taken. */
static firth_err attempt_write(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    firth_err err = firth_stream_write(call->stream, call->data, call->length, base->timeout);
    if (err == FIRTH_E_INTERRUPTED) {
        size_t count = firth_last_error()->count;
        call->data += count;
        call->length -= count;
        call->taken += count;
    }
    return err;
}

firth_err firth_ruby_stream_write(firth_stream *stream, const void *data, size_t length,
                                  double timeout)
{
    stream_call call = call_on(stream, attempt_write);
    call.data = data;
    call.length = length;
    firth_err err = firth_ruby_run(&call.base, timeout);
    if (err != FIRTH_OK)
        firth_ruby_keep_taken(call.taken, err);
    return err;
}

static firth_err attempt_write_some(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_write_some(call->stream, call->data, call->length, base->timeout,
                                   call->count);
}

firth_err firth_ruby_stream_write_some(firth_stream *stream, const void *data, size_t length,
                                       double timeout, size_t *count)
{
    stream_call call = call_on(stream, attempt_write_some);
    call.data = data;
    call.length = length;
    call.count = count;
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_unread(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_unread(call->stream, call->data, call->length);
}

/* It waits for who is reading. */
firth_err firth_ruby_stream_unread(firth_stream *stream, const void *data, size_t length)
{
    stream_call call = call_on(stream, attempt_unread);
    call.data = data;
    call.length = length;
    return firth_ruby_run(&call.base, FIRTH_FOREVER);
}

static firth_err attempt_poll(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_poll(call->stream, base->timeout, call->ready);
}

firth_err firth_ruby_stream_poll(firth_stream *stream, double timeout, bool *ready)
{
    stream_call call = call_on(stream, attempt_poll);
    call.ready = ready;
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_flush(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_flush(call->stream, base->timeout);
}

firth_err firth_ruby_stream_flush(firth_stream *stream, double timeout)
{
    stream_call call = call_on(stream, attempt_flush);
    return firth_ruby_run(&call.base, timeout);
}

static firth_err attempt_finish(firth_ruby_call *base)
{
    stream_call *call = (stream_call *)base;
    return firth_stream_finish(call->stream, base->timeout);
}

firth_err firth_ruby_stream_finish(firth_stream *stream, double timeout)
{
    stream_call call = call_on(stream, attempt_flush);
    return firth_ruby_run_finish(&call.base, attempt_finish, stream, timeout);
}
