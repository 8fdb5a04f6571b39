/* The memory that a payload arrives in. */
#include "firth_ruby.h"

#include <stdlib.h>
#include <string.h>

void firth_ruby_payload_begin(firth_payload *payload)
{
    payload->length = 0;
    payload->memory = NULL;
    payload->capacity = 0;
    payload->wanted = 0;
    payload->string = Qnil;
    payload->large = NULL;
}

static void *give(firth_payload *payload, char *memory, size_t capacity)
{
    payload->memory = memory;
    payload->capacity = capacity;
    return memory;
}

/* Moves what there is of the payload into more memory of its own. */
static void *give_large(firth_payload *payload, size_t size)
{
    bool elsewhere = payload->memory != NULL && payload->memory != payload->large;
    char *larger = realloc(payload->large, size);
    if (larger == NULL)
        return NULL;
    if (elsewhere)
        memcpy(larger, payload->memory, payload->capacity);
    payload->large = larger;
    return give(payload, larger, size);
}

static void *give_first(firth_payload *payload, size_t size)
{
    if (size <= sizeof payload->small)
        return give(payload, payload->small, sizeof payload->small);
    if (!NIL_P(payload->string) && size <= payload->wanted)
        return give(payload, RSTRING_PTR(payload->string), payload->wanted);
    if (!NIL_P(payload->string))
        return give_large(payload, size);
    payload->wanted = size;
    return NULL;
}

void *firth_ruby_payload_reserve(void *context, size_t size)
{
    firth_payload *payload = context;
    if (payload->memory == NULL)
        return give_first(payload, size);
    return size <= payload->capacity ? payload->memory : give_large(payload, size);
}

static VALUE new_buffer(VALUE size)
{
    return rb_obj_hide(rb_str_buf_new((long)size));
}

bool firth_ruby_payload_make_string(firth_payload *payload)
{
    int state = 0;
    if (payload->wanted == 0 || !NIL_P(payload->string))
        return false;
    VALUE string = rb_protect(new_buffer, (VALUE)payload->wanted, &state);
    if (state != 0)
        firth_ruby_keep_jump(state);
    else
        payload->string = string;
    return state == 0;
}

static VALUE resize(VALUE context)
{
    firth_payload *payload = (firth_payload *)context;
    return rb_str_resize(payload->string, (long)payload->length);
}

VALUE firth_ruby_payload_string(firth_payload *payload)
{
    int state = 0;
    bool in_string = !NIL_P(payload->string) && payload->memory == RSTRING_PTR(payload->string);
    if (!in_string)
        return firth_ruby_string(payload->memory, payload->length);
    rb_obj_reveal(payload->string, rb_cString);
    rb_str_set_len(payload->string, (long)payload->length);
    VALUE string = rb_protect(resize, (VALUE)payload, &state);
    return state == 0 ? string : payload->string;
}

void firth_ruby_payload_end(firth_payload *payload)
{
    free(payload->large);
    payload->large = NULL;
    RB_GC_GUARD(payload->string);
}
