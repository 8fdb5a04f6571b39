/* Objects around firth's handles. */
#include "firth_ruby.h"

void *firth_ruby_handle_slow(VALUE object, const char *class_name)
{
    VALUE klass = rb_path2class("Firth");
    klass = rb_const_get(klass, rb_intern(class_name));
    if (RTEST(rb_obj_is_kind_of(object, klass)))
        rb_raise(rb_eTypeError, "uninitialized %" PRIsVALUE, rb_obj_class(object));
    rb_raise(rb_eTypeError, "wrong argument type %" PRIsVALUE " (expected %" PRIsVALUE ")",
             rb_obj_class(object), klass);
}

/* The mark function of a confined object, which says so. What lies below an object is kept
 * alive by a variable that Ruby code does not see. */
static void mark_confined(void *unused)
{
    (void)unused;
}

static ID id_below(void)
{
    return rb_intern("below");
}

bool firth_ruby_confined(VALUE object)
{
    return RB_TYPE_P(object, T_DATA) && RDATA(object)->dmark == mark_confined;
}

/* What it lies over cannot be exchanged. */
static void check_new(VALUE self)
{
    if (!RB_TYPE_P(self, T_DATA))
        rb_raise(rb_eTypeError, "%" PRIsVALUE " is no object that can lie over a stream", self);
    if (RDATA(self)->data != NULL)
        rb_raise(rb_eTypeError, "already initialized %" PRIsVALUE, rb_obj_class(self));
}

void firth_ruby_confine(VALUE self, VALUE below)
{
    check_new(self);
    rb_ivar_set(self, id_below(), below);
    RDATA(self)->dmark = mark_confined;
}

firth_stream *firth_ruby_lower(VALUE self, VALUE object, RUBY_DATA_FUNC destroy)
{
    firth_stream *stream = firth_ruby_handle(object, destroy, "Stream");
    check_new(self);
    if (firth_ruby_confined(object))
        firth_ruby_confine(self, object);
    else
        rb_ivar_set(self, id_below(), object);
    return stream;
}

/* The pointer is the object itself, which must not be moved while C has it. */
static void mark_in_place(void *object)
{
    rb_gc_mark((VALUE)object);
}

static const rb_data_type_t pin_type = {
    .wrap_struct_name = "firth_pin",
    .function = {.dmark = mark_in_place},
};

void firth_ruby_pin(VALUE self, VALUE object)
{
    VALUE pin = TypedData_Wrap_Struct(rb_cObject, &pin_type, (void *)object);
    rb_ivar_set(self, rb_intern("pin"), pin);
}

VALUE firth_ruby_closed(VALUE self, bool closed)
{
    if (closed || !firth_ruby_confined(self))
        return closed ? Qtrue : Qfalse;
    return rb_funcall(rb_ivar_get(self, id_below()), rb_intern("closed?"), 0);
}

static VALUE socket_stream_class(void)
{
    static VALUE klass = Qundef;
    if (klass == Qundef) {
        klass = rb_path2class("Firth::SocketStream");
        rb_gc_register_mark_object(klass);
    }
    return klass;
}

VALUE firth_ruby_adopt(VALUE self, void *handle, RUBY_DATA_FUNC destroy)
{
    if (RB_TYPE_P(self, T_CLASS))
        return rb_data_object_wrap(self, handle, NULL, destroy);
    if (!RB_TYPE_P(self, T_DATA) || RDATA(self)->dfree != destroy)
        return rb_data_object_wrap(socket_stream_class(), handle, NULL, destroy);
    if (RDATA(self)->data != NULL) {
        destroy(handle);
        rb_raise(rb_eTypeError, "already initialized %" PRIsVALUE, rb_obj_class(self));
    }
    RDATA(self)->data = handle;
    return self;
}
