/* Failures of the core as Ruby's errors. */
#include "protect.h"

static VALUE failure, lost;
static ID id_build, id_code;

void firth_ruby_init_errors(VALUE firth)
{
    rb_gc_register_address(&failure);
    rb_gc_register_address(&lost);
    failure = rb_const_get(firth, rb_intern("Failure"));
    lost = rb_const_get(firth, rb_intern("ConnectionLostError"));
    id_build = rb_intern("build");
    id_code = rb_intern("@code");
}

void firth_ruby_keep_taken(size_t before, firth_err err)
{
    const firth_error *last = firth_last_error();
    firth_ruby_kept *kept = firth_ruby_kept_here();
    bool counted = err != FIRTH_E_INTERRUPTED && last->code == err;
    kept->before = before;
    kept->written = before + (counted ? last->count : 0);
}

static bool is_clean(VALUE loss)
{
    return rb_ivar_get(loss, id_code) == ID2SYM(rb_intern("eof"));
}

firth_err firth_ruby_kept_code(void)
{
    if (!firth_ruby_kept_is(lost))
        return FIRTH_E_CALLBACK;
    return is_clean(rb_errinfo()) ? FIRTH_E_EOF : FIRTH_E_CONNECTION_LOST;
}

/* Firth::Failure.build(code, detail, os_error, count) */
static VALUE exception_of(firth_err err)
{
    const firth_error *last = firth_last_error();
    size_t before = firth_ruby_kept_here()->before;
    VALUE arguments[4];
    arguments[0] = ID2SYM(rb_intern(firth_error_name(err)));
    arguments[1] = rb_external_str_new_cstr(last->code == err ? last->detail
                                                              : firth_error_text(err));
    arguments[2] = INT2NUM(last->code == err ? last->os_error : 0);
    arguments[3] = SIZET2NUM((last->code == err ? last->count : 0) + before);
    return rb_funcallv(failure, id_build, 4, arguments);
}

static void drop_kept(void)
{
    firth_ruby_kept_here()->jump = 0;
    rb_set_errinfo(Qnil);
}

/* That the object could not be closed matters less than why it was. */
static void drop_close_error(firth_err err)
{
    if (firth_ruby_kept_here()->by_close && err != FIRTH_OK && err != FIRTH_E_CALLBACK
        && firth_ruby_kept_is(rb_eStandardError))
        drop_kept();
}

/* A lost connection below was told to the core, which may expect it or know better. */
static void drop_loss(firth_err err)
{
    if (err != FIRTH_E_EOF && err != FIRTH_E_CONNECTION_LOST && err != FIRTH_E_CALLBACK
        && firth_ruby_kept_is(lost))
        drop_kept();
}

/* An end that the object below took for a clean one may have been inside a frame. */
static void correct_loss(firth_err err)
{
    VALUE raised = rb_errinfo();
    if (err == FIRTH_E_CONNECTION_LOST && firth_ruby_kept_is(lost) && !OBJ_FROZEN(raised)
        && is_clean(raised))
        rb_ivar_set(raised, id_code, ID2SYM(rb_intern("connection_lost")));
}

static void jump(firth_err err)
{
    firth_ruby_kept *kept = firth_ruby_kept_here();
    int state = kept->jump;
    size_t written = kept->written;
    correct_loss(err);
    *kept = (firth_ruby_kept){0};
    firth_ruby_tell_written(rb_errinfo(), written);
    rb_jump_tag(state);
}

static void close_what_is_below(firth_err err)
{
    firth_ruby_kept *kept = firth_ruby_kept_here();
    bool before = kept->jump != 0;
    firth_ruby_close_ios();
    firth_ruby_close_tunnels();
    if (before || kept->jump == 0)
        return;
    kept->by_close = true;
    drop_close_error(err);
}

void firth_ruby_settle(firth_err err)
{
    firth_ruby_kept *kept = firth_ruby_kept_here();
    VALUE exception = Qnil;
    bool failed = err != FIRTH_OK;
    drop_close_error(err);
    drop_loss(err);
    if (failed && kept->jump == 0)
        exception = exception_of(err);
    close_what_is_below(err);
    if (kept->jump != 0)
        jump(err);
    size_t written = kept->written;
    *kept = (firth_ruby_kept){0};
    if (!failed)
        return;
    firth_ruby_tell_written(exception, written);
    rb_exc_raise(exception);
}
