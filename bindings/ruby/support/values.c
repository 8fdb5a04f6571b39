/* Values of Ruby in and out. */
#include "firth_ruby.h"

#include <limits.h>
#include <math.h>
#include <string.h>

void firth_ruby_take_bytes(VALUE value, firth_ruby_data *data)
{
    VALUE string = rb_str_to_str(value);
    data->length = (size_t)RSTRING_LEN(string);
    data->keep = string;
    if (!OBJ_FROZEN(string) && data->length <= sizeof data->small) {
        memcpy(data->small, RSTRING_PTR(string), data->length);
        data->bytes = data->small;
        return;
    }
    data->keep = rb_str_new_frozen(string);
    data->bytes = RSTRING_PTR(data->keep);
}

/* Kept by the compiler, although nobody reads what it writes. */
static void *(*const volatile wipe)(void *, int, size_t) = memset;

void firth_ruby_forget_bytes(firth_ruby_data *data)
{
    if (data->bytes == data->small)
        wipe(data->small, 0, data->length);
    RB_GC_GUARD(data->keep);
}

static VALUE new_string(VALUE slice)
{
    const firth_slice *bytes = (const firth_slice *)slice;
    return rb_str_new(bytes->data, (long)bytes->length);
}

VALUE firth_ruby_string(const void *bytes, size_t length)
{
    firth_slice slice = {bytes, length};
    int state = 0;
    if (length <= FIRTH_RUBY_SMALL_DATA)
        return new_string((VALUE)&slice);
    VALUE string = rb_protect(new_string, (VALUE)&slice, &state);
    if (state != 0)
        firth_ruby_keep_jump(state);
    return state != 0 ? Qnil : string;
}

/* The one keyword that the functions of the extension know. */
static VALUE timeout_keyword(VALUE keywords)
{
    VALUE name = ID2SYM(rb_intern("timeout"));
    VALUE seconds = rb_hash_lookup2(keywords, name, Qundef);
    if (seconds == Qundef || RHASH_SIZE(keywords) != 1)
        rb_raise(rb_eArgError, "the only keyword here is timeout:, not %" PRIsVALUE,
                 rb_funcall(keywords, rb_intern("keys"), 0));
    return seconds;
}

double firth_ruby_seconds(VALUE value)
{
    if (RB_TYPE_P(value, T_HASH) && rb_keyword_given_p())
        value = timeout_keyword(value);
    if (NIL_P(value))
        return FIRTH_FOREVER;
    double seconds = NUM2DBL(value);
    if (isnan(seconds))
        rb_raise(rb_eArgError, "a time must be a number of seconds, or nil, not NaN");
    return seconds < 0 || seconds > (double)LONG_MAX ? FIRTH_FOREVER : seconds;
}

VALUE firth_ruby_from_seconds(double seconds)
{
    return seconds < 0 ? Qnil : DBL2NUM(seconds);
}

size_t firth_ruby_size(VALUE value)
{
    VALUE number = rb_to_int(value);
    if (RTEST(rb_funcall(number, '<', 1, INT2FIX(0))))
        rb_raise(rb_eArgError, "a size cannot be negative: %" PRIsVALUE, number);
    return NUM2SIZET(number);
}

static const char *copied(VALUE string, VALUE *keep)
{
    *keep = rb_str_new(RSTRING_PTR(string), RSTRING_LEN(string));
    return StringValueCStr(*keep);
}

const char *firth_ruby_text(VALUE value, VALUE *keep)
{
    return NIL_P(value) ? NULL : copied(rb_str_to_str(value), keep);
}

const char *firth_ruby_path(VALUE value, VALUE *keep)
{
    return copied(rb_get_path(value), keep);
}

/* Bytes for the pointers to the Strings and for their copies. */
static size_t size_of_strings(VALUE array)
{
    size_t size = ((size_t)RARRAY_LEN(array) + 1) * sizeof(char *);
    for (long i = 0; i < RARRAY_LEN(array); i++) {
        VALUE string = rb_ary_entry(array, i);
        Check_Type(string, T_STRING);
        size += strlen(StringValueCStr(string)) + 1;
    }
    return size;
}

/* All in one buffer, which is not moved while the caller's stack refers to it. */
const char *const *firth_ruby_strings(VALUE value, VALUE *keep)
{
    if (NIL_P(value))
        return NULL;
    Check_Type(value, T_ARRAY);
    *keep = rb_str_buf_new((long)size_of_strings(value));
    char **strings = (char **)RSTRING_PTR(*keep);
    char *at = (char *)(strings + RARRAY_LEN(value) + 1);
    for (long i = 0; i < RARRAY_LEN(value); i++) {
        VALUE string = rb_ary_entry(value, i);
        strings[i] = memcpy(at, RSTRING_PTR(string), (size_t)RSTRING_LEN(string));
        at += RSTRING_LEN(string);
        *at++ = '\0';
    }
    strings[RARRAY_LEN(value)] = NULL;
    return (const char *const *)strings;
}

VALUE firth_ruby_counters(const firth_counters *counters)
{
    static VALUE klass = Qundef;
    if (klass == Qundef) {
        klass = rb_path2class("Firth::Counters");
        rb_gc_register_mark_object(klass);
    }
    return rb_struct_new(klass, ULL2NUM(counters->bytes_read), ULL2NUM(counters->bytes_written),
                         ULL2NUM(counters->read_calls), ULL2NUM(counters->write_calls));
}
