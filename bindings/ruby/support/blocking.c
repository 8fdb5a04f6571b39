/* firth's calls that may block, without the GVL.
 *
 * Ruby wakes a blocked call by a signal, again and again until the call has left
 * (RUBY_UBF_IO), so none is lost. The interrupt hook asks, without the GVL, whether
 * something waits for this thread; then the call gives up, and what waits (a signal
 * handler, Thread#raise, Thread#kill) runs with the GVL and outside of firth. If
 * it raised, that is the end; else the call goes on where it was, with the time that
 * is left. The hook does not take the GVL itself: giving it up again could jump
 * across firth's own frames.
 *
 * Calls on a confined object, one over objects of Ruby's, keep the GVL for the same
 * reason: it is given up by the Ruby code that they call, and where they wait for
 * another thread's turn. */
#include "blocking.h"

#include "protect.h"

#include <ruby/thread.h>
#include <time.h>

static bool give_up(void *context)
{
    return rb_thread_interrupted((VALUE)context) != 0;
}

typedef struct turn_wait {
    void (*wait)(void *argument);
    void *argument;
} turn_wait;

static void *wait_without_gvl(void *context)
{
    turn_wait *self = context;
    self->wait(self->argument);
    return NULL;
}

static void wait_for_turn(void *unused, void (*wait)(void *argument), void *argument)
{
    turn_wait self = {wait, argument};
    (void)unused;
    rb_thread_call_without_gvl2(wait_without_gvl, &self, RUBY_UBF_IO, NULL);
}

static _Thread_local firth_ruby_call *current; /* inside of firth */

void firth_ruby_resume(firth_ruby_call *call)
{
    bool confined = call != NULL && call->confined;
    current = call;
    firth_set_interrupt_hook(call != NULL ? give_up : NULL,
                             call != NULL ? (void *)call->thread : NULL);
    firth_set_wait_hook(confined ? wait_for_turn : NULL, NULL);
}

firth_ruby_call *firth_ruby_suspend(void)
{
    firth_ruby_call *call = current;
    firth_ruby_resume(NULL);
    return call;
}

bool firth_ruby_can_answer(void)
{
    return ruby_native_thread_p() && (current == NULL || current->confined);
}

static void *attempt(void *context)
{
    firth_ruby_call *call = context;
    firth_ruby_resume(call);
    call->result = call->attempt(call);
    firth_ruby_resume(NULL);
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

static void attempt_once(firth_ruby_call *call)
{
    call->result = FIRTH_E_INTERRUPTED;
    if (call->confined)
        attempt(call);
    else
        rb_thread_call_without_gvl2(attempt, call, RUBY_UBF_IO, NULL);
}

firth_err firth_ruby_run(firth_ruby_call *call, double timeout)
{
    double start = timeout > 0 ? now() : 0;
    call->thread = rb_thread_current();
    call->confined = firth_ruby_confined(rb_current_receiver());
    call->timeout = timeout;
    if (!firth_ruby_protect(check_interrupts, Qnil)) /* also what was put off until a call blocks */
        return FIRTH_E_INTERRUPTED;
    for (;;) {
        attempt_once(call);
        if (call->result == FIRTH_E_INTERRUPTED) {
            if (!firth_ruby_protect(check_interrupts, Qnil))
                return FIRTH_E_INTERRUPTED;
        } else if (call->result == FIRTH_OK || call->again == NULL || !call->again(call)) {
            return call->result;
        }
        shorten(call, start, timeout);
    }
}

/* Without anybody's limit, what cannot keep one takes the time that it takes. */
static firth_err flush_first(firth_ruby_call *flush, bool unlimited, double limit)
{
    firth_err err = firth_ruby_run(flush, limit);
    if (err != FIRTH_E_NOT_SUPPORTED || !unlimited)
        return err;
    return firth_ruby_run(flush, FIRTH_FOREVER);
}

/* Whether flush told what finish, which comes next, does not tell again. */
static bool is_told_once(firth_err err)
{
    return err != FIRTH_OK && err != FIRTH_E_TIMEOUT && err != FIRTH_E_NOT_SUPPORTED;
}

firth_err firth_ruby_run_finish(firth_ruby_call *flush, firth_err (*finish)(firth_ruby_call *),
                                firth_stream *stream, double timeout)
{
    double own = firth_stream_timeout(stream);
    bool unlimited = timeout == FIRTH_UNSET && own < 0;
    double limit = own >= 0 ? own : FIRTH_FINISH_TIMEOUT;
    double start = now();
    firth_err flushed = FIRTH_OK;
    if (timeout != FIRTH_UNSET)
        limit = timeout;
    if (!firth_stream_closed(stream)) {
        flushed = flush_first(flush, unlimited, limit);
        if (flushed != FIRTH_OK && firth_stream_closed(stream))
            return flushed;
        if (flushed == FIRTH_E_INTERRUPTED || flushed == FIRTH_E_CALLBACK) {
            firth_stream_close(stream);
            return flushed;
        }
    }
    flush->attempt = finish;
    bool untimed = unlimited && flush->confined;
    firth_err err = firth_ruby_run(flush, untimed ? FIRTH_UNSET : left_of(limit, start));
    return err == FIRTH_OK && is_told_once(flushed) ? flushed : err;
}
