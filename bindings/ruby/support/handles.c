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
