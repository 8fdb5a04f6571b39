/* Brine to Ruby's values. What is not complete is kept in memory, not on the stack, which may
 * be a Fiber's. */
#include "brine.h"

#include <ruby/encoding.h>
#include <string.h>

/* A Set hashes all that is in it, and the Set around it does so again. What that may come to
 * beyond the limits of items and of size: */
#define MORE_VALUES ((size_t)16 * 1024 * 1024)
#define MORE_BYTES ((size_t)1024 * 1024 * 1024)

/* What it costs to hash values. */
typedef struct weight {
    size_t values;
    size_t bytes;
} weight;

/* A container that lacks items. */
typedef struct unfinished {
    firth_brine_kind kind;
    size_t first; /* of the loader's values the first that is in it */
    size_t length;
    weight inside;
} unfinished;

/* One load. Memory follows the values that were met, not the lengths that are claimed. */
typedef struct loader {
    firth_brine_decoder *decoder;
    firth_brine_limits limits;
    VALUE encoded;
    VALUE *values; /* whole, each in no container yet or in one of these */
    size_t count;
    size_t capacity;
    unfinished *containers; /* outermost first */
    size_t open;
    size_t open_capacity;
    size_t loaded; /* values */
    weight hashed;
    firth_err err;
} loader;

static void mark_loader(void *data)
{
    const loader *self = data;
    for (size_t i = 0; i < self->count; i++)
        rb_gc_mark(self->values[i]);
    rb_gc_mark(self->encoded);
}

static void empty_loader(loader *self)
{
    VALUE *values = self->values;
    unfinished *containers = self->containers;
    self->count = self->capacity = self->open = self->open_capacity = 0;
    self->values = NULL;
    self->containers = NULL;
    firth_brine_decoder_free(self->decoder);
    self->decoder = NULL;
    xfree(values);
    xfree(containers);
}

static void free_loader(void *data)
{
    empty_loader(data);
    xfree(data);
}

static const rb_data_type_t loader_type = {
    .wrap_struct_name = "firth_brine_load",
    .function = {.dmark = mark_loader, .dfree = free_loader},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

/* The old memory stays in use while Ruby, which may collect garbage, gives the new. */
static void push_value(loader *self, VALUE value)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity != 0 ? 2 * self->capacity : 16;
        VALUE *larger = ALLOC_N(VALUE, capacity);
        VALUE *old = self->values;
        if (self->count != 0)
            memcpy(larger, old, self->count * sizeof *larger);
        self->values = larger;
        self->capacity = capacity;
        xfree(old);
    }
    self->values[self->count++] = value;
    RB_GC_GUARD(value);
}

static void open_container(loader *self, const firth_brine_value *value)
{
    if (self->open == self->open_capacity) {
        size_t capacity = self->open_capacity != 0 ? 2 * self->open_capacity : 16;
        REALLOC_N(self->containers, unfinished, capacity);
        self->open_capacity = capacity;
    }
    self->containers[self->open++] =
        (unfinished){.kind = value->kind, .first = self->count, .length = value->length};
}

static VALUE frozen_bytes(const firth_brine_value *value)
{
    return rb_obj_freeze(rb_str_new(value->data, (long)value->length));
}

static VALUE frozen_text(const firth_brine_value *value)
{
    return rb_obj_freeze(rb_utf8_str_new(value->data, (long)value->length));
}

static VALUE big_integer(const firth_brine_value *value)
{
    VALUE digits = rb_usascii_str_new(value->data, (long)value->length);
    VALUE integer = rb_str_to_inum(digits, 10, 1);
    RB_GC_GUARD(digits);
    return integer;
}

static VALUE scalar(const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_NOT_IMPLEMENTED:
        return firth_ruby_brine.not_implemented;
    case FIRTH_BRINE_ELLIPSIS:
        return firth_ruby_brine.ellipsis;
    case FIRTH_BRINE_BOOL:
        return value->truth ? Qtrue : Qfalse;
    case FIRTH_BRINE_INTEGER:
        return LL2NUM(value->integer);
    case FIRTH_BRINE_BIG_INTEGER:
        return big_integer(value);
    case FIRTH_BRINE_FLOAT:
        return DBL2NUM(value->real);
    case FIRTH_BRINE_COMPLEX:
        return rb_dbl_complex_new(value->real, value->imaginary);
    case FIRTH_BRINE_BYTES:
        return frozen_bytes(value);
    case FIRTH_BRINE_STRING:
        return frozen_text(value);
    default:
        return Qnil;
    }
}

static bool is_container(const firth_brine_value *value)
{
    return value->kind == FIRTH_BRINE_TUPLE || value->kind == FIRTH_BRINE_FROZENSET
           || value->kind == FIRTH_BRINE_SLICE;
}

static size_t data_length(const firth_brine_value *value)
{
    bool has_data = value->kind == FIRTH_BRINE_BYTES || value->kind == FIRTH_BRINE_STRING
                    || value->kind == FIRTH_BRINE_BIG_INTEGER;
    return has_data ? value->length : 0;
}

static VALUE new_set(VALUE items)
{
    VALUE set = rb_funcall(firth_ruby_brine.set, rb_intern("new"), 1, items);
    return rb_funcall(set, rb_intern("freeze"), 0);
}

static VALUE no_stack_left(VALUE unused, VALUE error)
{
    (void)unused;
    (void)error;
    return Qundef;
}

static firth_err count_hashed(loader *self, const weight *inside)
{
    self->hashed.values += inside->values;
    self->hashed.bytes += inside->bytes;
    if (self->hashed.values <= self->limits.items + MORE_VALUES
        && self->hashed.bytes <= self->limits.size + MORE_BYTES)
        return FIRTH_OK;
    return firth_ruby_brine_fail(FIRTH_E_BUFFER_OVERFLOW,
                                 "brine: more within frozensets within each other than can be "
                                 "hashed");
}

/* Hashing goes down on the stack, as deep as there are containers within the items. */
static firth_err make_set(VALUE items, VALUE *set)
{
    *set = rb_rescue2(new_set, items, no_stack_left, Qnil, rb_eSysStackError, (VALUE)0);
    if (*set != Qundef)
        return FIRTH_OK;
    *set = Qnil;
    return firth_ruby_brine_fail(FIRTH_E_BUFFER_OVERFLOW,
                                 "brine: a frozenset deeper than this stack allows to hash");
}

static VALUE make_slice(const VALUE parts[3])
{
    return rb_class_new_instance(3, parts, firth_ruby_brine.slice);
}

static firth_err make_container(loader *self, const unfinished *container, VALUE *made)
{
    const VALUE *values = self->values + container->first;
    if (container->kind == FIRTH_BRINE_SLICE) {
        *made = make_slice(values);
        return FIRTH_OK;
    }
    VALUE items = rb_ary_new_from_values((long)container->length, values);
    *made = items;
    if (container->kind == FIRTH_BRINE_TUPLE) {
        rb_ary_freeze(items);
        return FIRTH_OK;
    }
    firth_err err = count_hashed(self, &container->inside);
    return err == FIRTH_OK ? make_set(items, made) : err;
}

/* Adds what a value weighs to the container that it is in. */
static void weigh(loader *self, size_t values, size_t bytes)
{
    if (self->open == 0)
        return;
    weight *inside = &self->containers[self->open - 1].inside;
    inside->values += values;
    inside->bytes += bytes;
}

/* Makes those that lack nothing any more into values. */
static firth_err close_containers(loader *self)
{
    while (self->open != 0) {
        unfinished innermost = self->containers[self->open - 1];
        VALUE made;
        if (self->count - innermost.first != innermost.length)
            return FIRTH_OK;
        firth_err err = make_container(self, &innermost, &made);
        if (err != FIRTH_OK)
            return err;
        self->open--;
        self->count = innermost.first;
        push_value(self, made);
        weigh(self, innermost.inside.values + 1, innermost.inside.bytes);
    }
    return FIRTH_OK;
}

static firth_err load_next(loader *self)
{
    firth_brine_value value;
    firth_err err = firth_brine_decoder_next(self->decoder, &value);
    if (err != FIRTH_OK)
        return err;
    if (++self->loaded % 4096 == 0)
        rb_thread_check_ints();
    if (is_container(&value)) {
        open_container(self, &value);
    } else {
        push_value(self, scalar(&value));
        weigh(self, 1, data_length(&value));
    }
    return close_containers(self);
}

static firth_err load_all(loader *self)
{
    firth_err err = firth_brine_decoder_create(&self->decoder, &self->limits);
    if (err == FIRTH_OK)
        err = firth_brine_decoder_start(self->decoder, RSTRING_PTR(self->encoded),
                                        (size_t)RSTRING_LEN(self->encoded));
    while (err == FIRTH_OK && (self->open != 0 || self->count == 0))
        err = load_next(self);
    return err == FIRTH_OK ? firth_brine_decoder_finish(self->decoder) : err;
}

static VALUE run(VALUE argument)
{
    loader *self = (loader *)argument;
    self->err = load_all(self);
    return self->err == FIRTH_OK ? self->values[0] : Qnil;
}

static VALUE release(VALUE argument)
{
    empty_loader((loader *)argument);
    return Qnil;
}

firth_err firth_ruby_brine_load(VALUE encoded, VALUE limits, VALUE *value)
{
    loader *self;
    VALUE holder = TypedData_Make_Struct(0, loader, &loader_type, self);
    self->encoded = Qnil;
    self->encoded = rb_str_new_frozen(rb_str_to_str(encoded));
    firth_ruby_brine_limits(limits, &self->limits);
    *value = rb_ensure(run, (VALUE)self, release, (VALUE)self);
    firth_err err = self->err;
    RB_GC_GUARD(holder);
    return err;
}
