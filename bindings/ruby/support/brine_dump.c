/* Ruby's values to brine. The containers that a walk is in are kept in memory, not on the stack,
 * which may be a Fiber's. */
#include "brine.h"

#include <ruby/encoding.h>
#include <string.h>

/* One dump. Ruby code may run in the middle of it, and never come back: what it holds is an
 * object's, which the garbage collector frees if nobody else has. */
typedef struct dumper {
    firth_brine_encoder *encoder;
    firth_brine_limits limits;
    firth_ruby_container *containers; /* outermost first */
    size_t count;
    size_t capacity;
    size_t added; /* values */
    VALUE value;
    VALUE string;
    bool asked_only; /* whether it can be dumped */
    firth_err err;
} dumper;

static void mark_dumper(void *data)
{
    const dumper *self = data;
    for (size_t i = 0; i < self->count; i++)
        rb_gc_mark(self->containers[i].items);
    rb_gc_mark(self->value);
    rb_gc_mark(self->string);
}

static void empty_dumper(dumper *self)
{
    firth_ruby_container *containers = self->containers;
    self->count = self->capacity = 0;
    self->containers = NULL;
    firth_brine_encoder_free(self->encoder);
    self->encoder = NULL;
    xfree(containers);
}

static void free_dumper(void *data)
{
    empty_dumper(data);
    xfree(data);
}

static const rb_data_type_t dumper_type = {
    .wrap_struct_name = "firth_brine_dump",
    .function = {.dmark = mark_dumper, .dfree = free_dumper},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE place(const dumper *self)
{
    return firth_ruby_brine_place(self->containers, self->count);
}

/* Raises, unless only asked. */
static firth_err refuse(const dumper *self, VALUE refusal, VALUE reason)
{
    if (!self->asked_only)
        rb_enc_raise(rb_utf8_encoding(), refusal, "cannot dump %" PRIsVALUE ": %" PRIsVALUE,
                     place(self), reason);
    return firth_ruby_brine_fail(FIRTH_E_INVALID, "brine has no such value");
}

/* The same failure with its place. */
static firth_err over_limit(const dumper *self)
{
    VALUE detail = rb_str_new_cstr(firth_last_error()->detail);
    VALUE here = place(self);
    firth_ruby_brine_fail(FIRTH_E_BUFFER_OVERFLOW, "cannot dump %s: %s", RSTRING_PTR(here),
                          RSTRING_PTR(detail));
    RB_GC_GUARD(detail);
    RB_GC_GUARD(here);
    return FIRTH_E_BUFFER_OVERFLOW;
}

static firth_err encode(dumper *self, firth_brine_value value)
{
    return firth_brine_encoder_add(self->encoder, value);
}

/* The old memory stays in use while Ruby, which may collect garbage, gives the new. */
static void make_room(dumper *self)
{
    if (self->count < self->capacity)
        return;
    size_t capacity = self->capacity != 0 ? 2 * self->capacity : 16;
    firth_ruby_container *larger = ALLOC_N(firth_ruby_container, capacity);
    firth_ruby_container *old = self->containers;
    if (self->count != 0)
        memcpy(larger, old, self->count * sizeof *larger);
    self->containers = larger;
    self->capacity = capacity;
    xfree(old);
}

static firth_err open_container(dumper *self, firth_brine_value head,
                                firth_ruby_container container)
{
    firth_err err = encode(self, head);
    if (err != FIRTH_OK || container.length == 0)
        return err;
    make_room(self);
    self->containers[self->count++] = container;
    RB_GC_GUARD(container.items);
    return FIRTH_OK;
}

static firth_err open_array(dumper *self, VALUE array)
{
    long length = RARRAY_LEN(array);
    return open_container(self, firth_brine_tuple((size_t)length),
                          (firth_ruby_container){.items = array, .length = length});
}

static firth_err open_slice(dumper *self, VALUE slice)
{
    return open_container(
        self, firth_brine_slice(),
        (firth_ruby_container){.items = slice, .is_slice = true, .length = 3});
}

/* One that compares by identity may hold an item twice, which no frozenset does. */
static firth_err open_set(dumper *self, VALUE set)
{
    if (RTEST(rb_funcall(set, firth_ruby_brine.compares_by_identity, 0)))
        return refuse(self, rb_eTypeError,
                      rb_utf8_str_new_cstr("Set that compares by identity is no type of brine"));
    VALUE items = rb_funcall(set, firth_ruby_brine.to_a, 0);
    Check_Type(items, T_ARRAY);
    long length = RARRAY_LEN(items);
    return open_container(
        self, firth_brine_frozenset((size_t)length),
        (firth_ruby_container){.items = items, .is_set = true, .length = length});
}

static firth_err add_scalar(dumper *self, VALUE value)
{
    firth_ruby_scalar scalar;
    firth_err err = firth_ruby_brine_scalar(value, self->limits.digits, &scalar);
    if (err != FIRTH_OK)
        return err;
    if (!NIL_P(scalar.refusal))
        return refuse(self, scalar.refusal, scalar.reason);
    err = encode(self, scalar.value);
    RB_GC_GUARD(scalar.keep);
    return err;
}

static firth_err add(dumper *self, VALUE value)
{
    if (RB_SPECIAL_CONST_P(value))
        return add_scalar(self, value);
    VALUE klass = rb_obj_class(value);
    if (klass == rb_cArray)
        return open_array(self, value);
    if (klass == firth_ruby_brine.set)
        return open_set(self, value);
    if (klass == firth_ruby_brine.slice)
        return open_slice(self, value);
    return add_scalar(self, value);
}

/* The item that is next; it is what the container is at from now on. */
static VALUE next_item(firth_ruby_container *container)
{
    long at = container->next++;
    if (container->is_slice)
        return rb_ivar_get(container->items, firth_ruby_brine.parts[at]);
    if (RARRAY_LEN(container->items) != container->length)
        rb_raise(rb_eRuntimeError, "an Array was changed while it was being dumped");
    return RARRAY_AREF(container->items, at);
}

static firth_err walk(dumper *self)
{
    firth_err err = add(self, self->value);
    while (err == FIRTH_OK && self->count != 0) {
        firth_ruby_container *innermost = &self->containers[self->count - 1];
        if (innermost->next == innermost->length)
            self->count--;
        else
            err = add(self, next_item(innermost));
        if (++self->added % 4096 == 0)
            rb_thread_check_ints();
    }
    return err == FIRTH_E_BUFFER_OVERFLOW && !self->asked_only ? over_limit(self) : err;
}

static VALUE run(VALUE argument)
{
    dumper *self = (dumper *)argument;
    firth_slice encoded;
    self->err = firth_brine_encoder_create(&self->encoder, &self->limits);
    if (self->err == FIRTH_OK)
        self->err = walk(self);
    if (self->err == FIRTH_OK)
        self->err = firth_brine_encoder_finish(self->encoder, &encoded);
    if (self->err == FIRTH_OK && !self->asked_only)
        self->string = rb_str_new(encoded.data, (long)encoded.length);
    return Qnil;
}

static VALUE release(VALUE argument)
{
    empty_dumper((dumper *)argument);
    return Qnil;
}

static firth_err dump(VALUE value, VALUE limits, bool asked_only, VALUE *string)
{
    dumper *self;
    VALUE holder = TypedData_Make_Struct(0, dumper, &dumper_type, self);
    self->string = Qnil;
    self->value = value;
    self->asked_only = asked_only;
    firth_ruby_brine_limits(limits, &self->limits);
    rb_ensure(run, (VALUE)self, release, (VALUE)self);
    *string = self->string;
    firth_err err = self->err;
    RB_GC_GUARD(holder);
    return err;
}

firth_err firth_ruby_brine_dump(VALUE value, VALUE limits, VALUE *string)
{
    return dump(value, limits, false, string);
}

/* Misuse of the encoder cannot be: what is invalid is the value. */
firth_err firth_ruby_brine_dumpable(VALUE value, VALUE limits, bool *answer)
{
    VALUE none;
    firth_err err = dump(value, limits, true, &none);
    *answer = err == FIRTH_OK;
    return err == FIRTH_E_INVALID || err == FIRTH_E_BUFFER_OVERFLOW ? FIRTH_OK : err;
}
