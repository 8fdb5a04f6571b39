/* firth's calls that may block, without the GVL.
 *
 * Ruby wakes a blocked call by a signal, again and again until the call has left
 * (RUBY_UBF_IO), so none is lost. The interrupt hook asks, without the GVL, whether
 * something waits for this thread; then the call gives up, and what waits (a signal
 * handler, Thread#raise, Thread#kill) runs with the GVL and outside of firth. If
 * it raised, that is the end; else the call goes on where it was, with the time that
 * is left. The hook does not take the GVL itself: giving it up again could jump
 * across firth's own frames. */
#include "blocking.h"

#include <ruby/thread.h>
#include <time.h>

static bool give_up(void *context)
{
    return rb_thread_interrupted((VALUE)context) != 0;
}

static void *attempt_without_gvl(void *context)
{
    firth_ruby_call *call = context;
    firth_set_interrupt_hook(give_up, (void *)call->thread);
    call->result = call->attempt(call);
    firth_set_interrupt_hook(NULL, NULL);
    return NULL;
}

static VALUE check_interrupts(VALUE unused)
{
    rb_thread_check_ints();
    return unused;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double left_of(double limit, double start)
{
    double left = limit - (now() - start);
    if (limit <= 0)
        return limit;
    return left > 0 ? left : 0;
}

/* After an interruption that raised nothing: the time that is left. */
static void shorten(firth_ruby_call *call, double start, double limit)
{
    if (limit == FIRTH_UNSET)
        limit = call->own_timeout != NULL ? call->own_timeout(call) : FIRTH_FOREVER;
    call->timeout = left_of(limit, start);
}

firth_err firth_ruby_run(firth_ruby_call *call, double timeout)
{
    int state = 0;
    double start = timeout > 0 ? now() : 0;
    call->thread = rb_thread_current();
    call->timeout = timeout;
    for (;;) {
        call->result = FIRTH_E_INTERRUPTED;
        rb_thread_call_without_gvl2(attempt_without_gvl, call, RUBY_UBF_IO, NULL);
        if (call->result == FIRTH_E_INTERRUPTED)
            rb_protect(check_interrupts, Qnil, &state);
        else if (call->result == FIRTH_OK || call->again == NULL || !call->again(call))
            return call->result;
        if (state != 0)
            break;
        shorten(call, start, timeout);
    }
    firth_ruby_keep_jump(state);
    return FIRTH_E_INTERRUPTED;
}

firth_err firth_ruby_run_finish(firth_ruby_call *flush, firth_err (*finish)(firth_ruby_call *),
                                firth_stream *stream, double timeout)
{
    double own = firth_stream_timeout(stream);
    double limit = own >= 0 ? own : FIRTH_FINISH_TIMEOUT;
    double start = now();
    if (timeout != FIRTH_UNSET)
        limit = timeout;
    if (!firth_stream_closed(stream)) {
        firth_err err = firth_ruby_run(flush, limit);
        if (err != FIRTH_OK && firth_stream_closed(stream))
            return err;
        if (err == FIRTH_E_INTERRUPTED) {
            firth_stream_close(stream);
            return err;
        }
    }
    flush->attempt = finish;
    return firth_ruby_run(flush, left_of(limit, start));
}
