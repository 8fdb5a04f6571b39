/* Ruby code that runs in the middle of a call of firth's. */
#include "protect.h"

#include "blocking.h"

static _Thread_local firth_ruby_kept kept;

/* What the last write that failed was left by, only to be compared. */
static _Thread_local struct {
    VALUE raised;
    size_t written;
} told = {Qundef, 0};

firth_ruby_kept *firth_ruby_kept_here(void)
{
    return &kept;
}

void firth_ruby_tell_written(VALUE raised, size_t written)
{
    told.raised = raised;
    told.written = written;
}

void firth_ruby_keep_jump(int state)
{
    kept = (firth_ruby_kept){.jump = state, .before = kept.before, .written = kept.written};
    if (told.raised == rb_errinfo())
        kept.part = told.written;
}

/* Other states have something in errinfo that is no object. */
static bool raised_is(VALUE klass)
{
    VALUE raised = rb_errinfo();
    return RB_TYPE_P(raised, T_OBJECT) && RTEST(rb_obj_is_kind_of(raised, klass));
}

bool firth_ruby_kept_is(VALUE klass)
{
    return kept.jump != 0 && raised_is(klass);
}

typedef struct protected_call {
    VALUE (*function)(VALUE);
    VALUE argument;
    bool done;
} protected_call;

static VALUE run(VALUE context)
{
    protected_call *call = (protected_call *)context;
    call->function(call->argument);
    call->done = true;
    return Qnil;
}

static VALUE nothing(VALUE unused)
{
    return unused;
}

static VALUE run_without_standard_errors(VALUE context)
{
    int state = 0;
    rb_protect(run, context, &state);
    if (state != 0 && !raised_is(rb_eStandardError))
        rb_jump_tag(state);
    return Qnil;
}

/* rb_ensure puts errinfo, which belongs to what is kept, back. */
static VALUE run_beside_kept(VALUE context)
{
    return rb_ensure(nothing, Qnil, run_without_standard_errors, context);
}

bool firth_ruby_protect(VALUE (*function)(VALUE), VALUE argument)
{
    protected_call call = {.function = function, .argument = argument};
    firth_ruby_call *around = firth_ruby_suspend();
    firth_ruby_kept before = kept;
    int state = 0;
    kept = (firth_ruby_kept){0};
    told.raised = Qundef;
    rb_protect(before.jump != 0 ? run_beside_kept : run, (VALUE)&call, &state);
    kept = before;
    if (state != 0)
        firth_ruby_keep_jump(state);
    firth_ruby_resume(around);
    return call.done;
}
