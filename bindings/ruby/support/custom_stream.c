/* Streams over objects of Ruby's: the table of functions that a Firth::CustomObject
 * fills. They are called with the GVL (blocking.c) and never jump across firth's frames. */
#include "protect.h"

#include "blocking.h"

#include <firth/stream_ops.h>
#include <stdlib.h>
#include <string.h>

typedef struct custom {
    VALUE object;       /* kept alive and in its place by what wraps the stream */
    bool polls;         /* so it can keep a time when it reads */
    bool writes_timed;  /* and when it writes */
    bool flushes_timed; /* and when it flushes */
    char class_name[128];
} custom;

/* One call of the object. */
typedef struct question {
    const custom *self;
    double timeout;
    const firth_span *spans;
    size_t span_count;
    const firth_slice *slices;
    size_t slice_count;
    size_t length;      /* of the slices together */
    size_t count;       /* bytes moved */
    bool ready;
    int descriptors[2];
    firth_err err;      /* without an exception */
} question;

static firth_err not_supported(const custom *self, const char *what)
{
    char detail[256];
    snprintf(detail, sizeof detail, "%s %s", self->class_name, what);
    return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0, detail);
}

/* What is kept already ends the call of firth's that is under way. */
static firth_err ask(VALUE (*ask_object)(VALUE), question *asked)
{
    if (!firth_ruby_can_answer())
        return not_supported(asked->self, "can be called by a thread of Ruby's only");
    if (firth_ruby_kept_here()->jump != 0)
        return firth_ruby_kept_code();
    return firth_ruby_protect(ask_object, (VALUE)asked) ? asked->err : firth_ruby_kept_code();
}

static VALUE seconds(const question *asked)
{
    return firth_ruby_from_seconds(asked->timeout);
}

/* ---- Reading ------------------------------------------------------------------ */

static void scatter(VALUE bytes, question *asked)
{
    const char *from = RSTRING_PTR(bytes);
    size_t left = (size_t)RSTRING_LEN(bytes);
    for (size_t i = 0; i < asked->span_count && left != 0; i++) {
        size_t part = asked->spans[i].length < left ? asked->spans[i].length : left;
        if (part != 0)
            memcpy(asked->spans[i].data, from, part);
        from += part;
        left -= part;
        asked->count += part;
    }
}

static size_t length_of_spans(const question *asked)
{
    size_t length = 0;
    for (size_t i = 0; i < asked->span_count; i++)
        length += asked->spans[i].length;
    return length;
}

static size_t length_of_first(const question *asked)
{
    size_t i = 0;
    while (asked->spans[i].length == 0)
        i++;
    return asked->spans[i].length;
}

/* read(first, all, timeout): bytes; nil at the end; false when the time ran out. */
static VALUE ask_read(VALUE context)
{
    question *asked = (question *)context;
    VALUE bytes = rb_funcall(asked->self->object, rb_intern("read"), 3,
                             SIZET2NUM(length_of_first(asked)), SIZET2NUM(length_of_spans(asked)),
                             seconds(asked));
    if (NIL_P(bytes))
        asked->err = FIRTH_E_EOF;
    else if (bytes == Qfalse)
        asked->err = FIRTH_E_WANT_READ;
    else
        scatter(bytes, asked);
    return Qnil;
}

static firth_err read_some(void *context, const firth_span *spans, size_t span_count,
                           double timeout, size_t *count)
{
    const custom *self = context;
    question asked = {
        .self = self, .spans = spans, .span_count = span_count, .timeout = timeout};
    if (timeout >= 0 && !self->polls)
        return not_supported(self, "cannot poll, so it cannot keep a time-out");
    firth_err err = ask(ask_read, &asked);
    *count = asked.count;
    return err;
}

/* poll(timeout) */
static VALUE ask_poll(VALUE context)
{
    question *asked = (question *)context;
    asked->ready = RTEST(rb_funcall(asked->self->object, rb_intern("poll"), 1, seconds(asked)));
    return Qnil;
}

static firth_err poll_object(void *context, double timeout, bool *ready)
{
    const custom *self = context;
    question asked = {.self = self, .timeout = timeout};
    if (!self->polls)
        return not_supported(self, "cannot poll");
    firth_err err = ask(ask_poll, &asked);
    *ready = asked.ready;
    return err;
}

/* ---- Writing ------------------------------------------------------------------ */

/* What firth writes at once reaches the object at once. */
static VALUE joined(question *asked)
{
    for (size_t i = 0; i < asked->slice_count; i++)
        asked->length += asked->slices[i].length;
    VALUE bytes = rb_str_buf_new((long)asked->length);
    for (size_t i = 0; i < asked->slice_count; i++)
        rb_str_cat(bytes, asked->slices[i].data, (long)asked->slices[i].length);
    return rb_obj_freeze(bytes);
}

/* write(bytes, timeout): how many were taken. */
static VALUE ask_write(VALUE context)
{
    question *asked = (question *)context;
    VALUE bytes = joined(asked);
    VALUE count =
        rb_funcall(asked->self->object, rb_intern("write"), 2, bytes, seconds(asked));
    asked->count = NUM2SIZET(count);
    asked->err = asked->count != 0 ? FIRTH_OK : FIRTH_E_WANT_WRITE;
    return Qnil;
}

/* What a write of firth's below the object took before it failed has been taken; the
 * failure is kept and ends the call. */
static firth_err write_some(void *context, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    const custom *self = context;
    const firth_ruby_kept *kept = firth_ruby_kept_here();
    bool before = kept->jump != 0;
    question asked = {
        .self = self, .slices = slices, .slice_count = slice_count, .timeout = timeout};
    if (timeout >= 0 && !self->writes_timed)
        return not_supported(self, "cannot keep a time-out when it writes");
    firth_err err = ask(ask_write, &asked);
    *count = asked.count;
    if (before || kept->jump == 0 || kept->part == 0 || kept->part >= asked.length)
        return err;
    *count = kept->part;
    return FIRTH_OK;
}

/* flush(timeout) */
static VALUE ask_flush(VALUE context)
{
    question *asked = (question *)context;
    VALUE done = rb_funcall(asked->self->object, rb_intern("flush"), 1, seconds(asked));
    asked->err = done != Qfalse ? FIRTH_OK : FIRTH_E_WANT_WRITE;
    return Qnil;
}

static firth_err flush(void *context, double timeout)
{
    const custom *self = context;
    question asked = {.self = self, .timeout = timeout};
    if (timeout >= 0 && !self->flushes_timed)
        return not_supported(self, "cannot keep a time-out when it flushes");
    return ask(ask_flush, &asked);
}

/* ---- The rest ----------------------------------------------------------------- */

static VALUE ask_close(VALUE context)
{
    const question *asked = (const question *)context;
    return rb_funcall(asked->self->object, rb_intern("close"), 0);
}

static firth_err close_object(void *context)
{
    firth_ruby_kept *kept = firth_ruby_kept_here();
    bool before = kept->jump != 0;
    question asked = {.self = context};
    if (!firth_ruby_can_answer())
        return not_supported(asked.self, "can be closed by a thread of Ruby's only");
    if (firth_ruby_protect(ask_close, (VALUE)&asked))
        return FIRTH_OK;
    kept->by_close = !before;
    return FIRTH_E_CALLBACK;
}

/* descriptors: those for reading and for writing */
static VALUE ask_descriptors(VALUE context)
{
    question *asked = (question *)context;
    VALUE descriptors = rb_funcall(asked->self->object, rb_intern("descriptors"), 0);
    for (int i = 0; i < 2; i++)
        asked->descriptors[i] = NUM2INT(rb_ary_entry(descriptors, i));
    return Qnil;
}

static firth_err fileno_of(void *context, int *read_descriptor, int *write_descriptor)
{
    question asked = {.self = context};
    firth_err err = ask(ask_descriptors, &asked);
    *read_descriptor = asked.descriptors[0];
    *write_descriptor = asked.descriptors[1];
    return err;
}

static void release(void *context)
{
    free(context);
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .flags = FIRTH_STREAM_CALLERS_THREADS,
    .name = "custom",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_object,
    .flush = flush,
    .close = close_object,
    .fileno = fileno_of,
    .release = release,
};

/* ---- Making one --------------------------------------------------------------- */

firth_err firth_ruby_custom_stream_create(firth_stream **stream, VALUE self, VALUE object)
{
    VALUE times = rb_funcall(object, rb_intern("times"), 0);
    custom made = {.object = object,
                   .polls = RTEST(rb_ary_entry(times, 0)),
                   .writes_timed = RTEST(rb_ary_entry(times, 1)),
                   .flushes_timed = RTEST(rb_ary_entry(times, 2))};
    VALUE name = rb_funcall(object, rb_intern("class_name"), 0);
    snprintf(made.class_name, sizeof made.class_name, "%s", StringValueCStr(name));
    firth_ruby_confine(self, object);
    firth_ruby_pin(self, object);
    custom *kept = malloc(sizeof *kept);
    if (kept == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a custom stream");
    *kept = made;
    firth_err err = firth_stream_create(stream, &table, kept);
    if (err != FIRTH_OK)
        free(kept);
    return err;
}
