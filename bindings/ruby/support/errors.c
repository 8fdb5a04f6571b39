/* Failures of the core as Ruby's errors. */
#include "firth_ruby.h"

/* What a call leaves for its end, where everything it held has been let go. Between
 * the two no Ruby code runs in this thread. */
static _Thread_local struct {
    int jump;     /* state of rb_protect, or 0 */
    size_t taken; /* bytes */
} kept;

static VALUE failure;
static ID id_build;

void firth_ruby_init_errors(VALUE firth)
{
    rb_gc_register_address(&failure);
    failure = rb_const_get(firth, rb_intern("Failure"));
    id_build = rb_intern("build");
}

void firth_ruby_keep_jump(int state)
{
    kept.jump = state;
}

void firth_ruby_keep_taken(size_t count)
{
    kept.taken = count;
}

/* Firth::Failure.build(code, detail, os_error, count) */
static VALUE exception_of(firth_err err)
{
    const firth_error *last = firth_last_error();
    VALUE arguments[4];
    arguments[0] = ID2SYM(rb_intern(firth_error_name(err)));
    arguments[1] = rb_external_str_new_cstr(last->code == err ? last->detail
                                                              : firth_error_text(err));
    arguments[2] = INT2NUM(last->code == err ? last->os_error : 0);
    arguments[3] = SIZET2NUM((last->code == err ? last->count : 0) + kept.taken);
    kept.taken = 0;
    return rb_funcallv(failure, id_build, 4, arguments);
}

static void jump_if_kept(void)
{
    int state = kept.jump;
    kept.jump = 0;
    kept.taken = 0;
    if (state != 0)
        rb_jump_tag(state);
}

void firth_ruby_settle(firth_err err)
{
    VALUE exception = Qnil;
    bool failed = err != FIRTH_OK && err != FIRTH_E_WANT_READ;
    if (failed && kept.jump == 0)
        exception = exception_of(err);
    firth_ruby_close_ios();
    jump_if_kept();
    if (failed)
        rb_exc_raise(exception);
}
