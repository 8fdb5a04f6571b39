/* What brine knows of Ruby, and its failures. */
#include "brine.h"

#include <stdarg.h>
#include <stdio.h>

firth_ruby_brine_known firth_ruby_brine;

static VALUE known(VALUE module, const char *name)
{
    VALUE found = rb_const_get(module, rb_intern(name));
    rb_gc_register_mark_object(found);
    return found;
}

void firth_ruby_init_brine(VALUE firth)
{
    VALUE brine = rb_const_get(firth, rb_intern("Brine"));
    firth_ruby_brine = (firth_ruby_brine_known){
        .limits = known(brine, "Limits"),
        .slice = known(brine, "Slice"),
        .not_implemented = known(brine, "NOT_IMPLEMENTED"),
        .ellipsis = known(brine, "ELLIPSIS"),
        .set = known(rb_cObject, "Set"),
        .parts = {rb_intern("@start"), rb_intern("@stop"), rb_intern("@step")},
        .to_a = rb_intern("to_a"),
        .compares_by_identity = rb_intern("compare_by_identity?"),
    };
}

static size_t limit(VALUE limits, const char *variable)
{
    return NUM2SIZET(rb_ivar_get(limits, rb_intern(variable)));
}

void firth_ruby_brine_limits(VALUE limits, firth_brine_limits *read)
{
    *read = (firth_brine_limits)FIRTH_BRINE_LIMITS_INIT;
    if (NIL_P(limits))
        return;
    if (!RTEST(rb_obj_is_kind_of(limits, firth_ruby_brine.limits)))
        rb_raise(rb_eTypeError, "limits must be a Firth::Brine::Limits or nil, not %" PRIsVALUE,
                 rb_obj_class(limits));
    read->depth = limit(limits, "@depth");
    read->size = limit(limits, "@size");
    read->items = limit(limits, "@items");
    read->digits = limit(limits, "@digits");
}

firth_err firth_ruby_brine_fail(firth_err code, const char *format, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return firth_error_raise(code, 0, detail);
}
