/* Any object of Python with read, write, close and closed, as a table of functions. */
#include "custom.h"

#include <limits.h>
#include <stdlib.h>

/* One call of the object, with the lock of the interpreter. Another greenlet of the thread
 * may begin one before this one ends, and end it later. */
typedef struct visit {
    bool inside;
    PyGILState_STATE state;
    custom_holder *holder; /* owned, as `object` is */
    PyObject *object;
    PyObject *before[3];       /* what was raised before, and goes on */
    unsigned long long number; /* of all visits so far */
} visit;

/* The lock of the interpreter guards it. */
static unsigned long long visits;

/* Visits that this thread is in. */
static _Thread_local unsigned depth;

static firth_err enter(const custom_stream *self, visit *now)
{
    *now = (visit){0};
    now->inside = firth_python_enter(&now->state);
    if (!now->inside)
        return firth_error_raise(FIRTH_E_CLOSED, 0, "the interpreter is ending");
    depth++;
    now->number = ++visits;
    PyErr_Fetch(&now->before[0], &now->before[1], &now->before[2]);
    now->holder = (custom_holder *)Py_XNewRef((PyObject *)self->holder);
    now->object = now->holder != NULL ? Py_XNewRef(now->holder->object) : NULL;
    if (now->object != NULL)
        return FIRTH_OK;
    return firth_error_raise(FIRTH_E_CLOSED, 0, "the object behind this stream was collected");
}

static void leave(visit *now)
{
    if (!now->inside)
        return;
    depth--;
    Py_XDECREF(now->object);
    Py_XDECREF((PyObject *)now->holder);
    if (now->before[0] != NULL)
        PyErr_Restore(now->before[0], now->before[1], now->before[2]);
    firth_python_leave(now->state);
}

/* ---- What a write of firth's below an object had taken when it failed --------------- */

/* The exception itself carries it, so that it is found whatever other greenlets did. */
static const char taken_attribute[] = "_firth_taken";

void firth_python_note_taken(size_t taken)
{
    PyObject *type, *value, *traceback;
    if (depth == 0 || taken == 0)
        return;
    Py_DECREF(firth_python_raised());
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *note =
        Py_BuildValue("(KkK)", visits, PyThread_get_thread_ident(), (unsigned long long)taken);
    if (note == NULL || PyObject_SetAttrString(value, taken_attribute, note) < 0)
        PyErr_Clear();
    Py_XDECREF(note);
    PyErr_Restore(type, value, traceback);
}

/* What an exception carries of this visit, and no more from then on; 0 if it does not. */
static size_t take_note(PyObject *exception, const visit *now)
{
    unsigned long long number = 0, taken = 0;
    unsigned long thread = 0;
    PyObject *note = PyObject_GetAttrString(exception, taken_attribute);
    bool noted = note != NULL && PyTuple_Check(note) &&
                 PyArg_ParseTuple(note, "KkK", &number, &thread, &taken) &&
                 PyObject_DelAttrString(exception, taken_attribute) == 0;
    Py_XDECREF(note);
    PyErr_Clear();
    bool ours = noted && number >= now->number && thread == PyThread_get_thread_ident();
    return ours ? (size_t)taken : 0;
}

/* ---- What is said when the object breaks the contract ------------------------- */

static const char *class_of(const visit *now)
{
    return Py_TYPE(now->object)->tp_name;
}

static firth_err not_supported(const visit *now, const char *what)
{
    char detail[256];
    snprintf(detail, sizeof detail, "'%.150s' %s", class_of(now), what);
    return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0, detail);
}

/* What the object raised. That firth lost a connection below it stays such a loss. */
static firth_err raised(void)
{
    return firth_python_raised_as(FIRTH_E_CALLBACK);
}

/* ---- Reading -------------------------------------------------------------------- */

static PyObject *seconds(double timeout)
{
    return timeout < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble(timeout);
}

/* Calls a method with the argument, whose reference it takes. */
static PyObject *call(PyObject *object, const char *method, PyObject *argument)
{
    PyObject *name = argument != NULL ? PyUnicode_InternFromString(method) : NULL;
    PyObject *result = name != NULL ? PyObject_CallMethodOneArg(object, name, argument) : NULL;
    Py_XDECREF(name);
    Py_XDECREF(argument);
    return result;
}

static firth_err look(const custom_stream *self, const visit *now, double timeout, bool *ready)
{
    if (!self->can.poll)
        return not_supported(now, "cannot poll, so it cannot keep a time-out");
    PyObject *answer = call(now->object, "poll", seconds(timeout));
    int truth = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    *ready = truth > 0;
    return truth < 0 ? raised() : FIRTH_OK;
}

/* What is asked for: no more than the first span holds of an object that waits for all
 * of it. */
static size_t length_to_ask(const custom_stream *self, const firth_span *spans, size_t span_count)
{
    size_t length = 0;
    for (size_t i = 0; i < span_count && (length == 0 || self->can.read_some); i++)
        length += spans[i].length;
    return length < PY_SSIZE_T_MAX ? length : PY_SSIZE_T_MAX;
}

static void scatter(const char *bytes, size_t length, const firth_span *spans)
{
    for (; length != 0; spans++) {
        size_t part = length < spans->length ? length : spans->length;
        if (part != 0)
            memcpy(spans->data, bytes, part);
        bytes += part;
        length -= part;
    }
}

/* What another greenlet has reported meanwhile says nothing of this end. */
static firth_err fail_at_end(void)
{
    char detail[128];
    snprintf(detail, sizeof detail, "custom: %s", firth_error_text(FIRTH_E_EOF));
    return firth_error_raise(FIRTH_E_EOF, 0, detail);
}

static firth_err take_bytes(const visit *now, PyObject *result, const char *method, size_t asked,
                            const firth_span *spans, size_t *count)
{
    Py_buffer view;
    if (result == Py_None)
        return fail_at_end();
    if (PyObject_GetBuffer(result, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "%.150s.%s(%zu) returned '%.150s', expected bytes",
                     class_of(now), method, asked, Py_TYPE(result)->tp_name);
        return FIRTH_E_INVALID;
    }
    size_t length = (size_t)view.len;
    if (length <= asked)
        scatter(view.buf, length, spans);
    PyBuffer_Release(&view);
    *count = length;
    if (length <= asked)
        return length != 0 ? FIRTH_OK : fail_at_end();
    PyErr_Format(PyExc_ValueError, "%.150s.%s(%zu) returned %zu bytes, expected 1 to %zu",
                 class_of(now), method, asked, length, asked);
    return FIRTH_E_INVALID;
}

static firth_err read_now(const custom_stream *self, const visit *now, const firth_span *spans,
                          size_t span_count, size_t *count)
{
    const char *method = self->can.read_some ? "read_some" : "read";
    size_t asked = length_to_ask(self, spans, span_count);
    PyObject *result = call(now->object, method, PyLong_FromSize_t(asked));
    if (result == NULL)
        return raised();
    firth_err err = take_bytes(now, result, method, asked, spans, count);
    Py_DECREF(result);
    return err;
}

static firth_err read_some(void *context, const firth_span *spans, size_t span_count,
                           double timeout, size_t *count)
{
    custom_stream *self = context;
    visit now;
    bool ready = true;
    firth_err err = enter(self, &now);
    if (err == FIRTH_OK && timeout >= 0)
        err = look(self, &now, timeout, &ready);
    if (err == FIRTH_OK)
        err = ready ? read_now(self, &now, spans, span_count, count) : FIRTH_E_WANT_READ;
    leave(&now);
    return err;
}

static firth_err poll_object(void *context, double timeout, bool *ready)
{
    custom_stream *self = context;
    visit now;
    firth_err err = enter(self, &now);
    if (err == FIRTH_OK)
        err = look(self, &now, timeout, ready);
    leave(&now);
    return err;
}

/* ---- Writing -------------------------------------------------------------------- */

/* All slices as one bytes object: what firth writes at once reaches the object at once. */
static PyObject *joined(const firth_slice *slices, size_t slice_count, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < slice_count; i++)
        *length += slices[i].length;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)*length);
    char *at = bytes != NULL ? PyBytes_AS_STRING(bytes) : NULL;
    for (size_t i = 0; bytes != NULL && i < slice_count; i++) {
        if (slices[i].length != 0)
            memcpy(at, slices[i].data, slices[i].length);
        at += slices[i].length;
    }
    return bytes;
}

static firth_err take_count(const visit *now, PyObject *result, size_t length, size_t *count)
{
    *count = length;
    if (result == Py_None)
        return FIRTH_OK;
    if (!PyLong_Check(result) || PyBool_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "%.150s.write returned '%.150s', expected None or the number of bytes taken",
                     class_of(now), Py_TYPE(result)->tp_name);
        return FIRTH_E_INVALID;
    }
    int overflow;
    long long taken = PyLong_AsLongLongAndOverflow(result, &overflow);
    if (overflow != 0 || taken < 0 || (unsigned long long)taken > length) {
        PyErr_Format(PyExc_ValueError, "%.150s.write returned %S, expected 0 to %zu", class_of(now),
                     result, length);
        return FIRTH_E_INVALID;
    }
    *count = (size_t)taken;
    return taken != 0 ? FIRTH_OK : FIRTH_E_WANT_WRITE;
}

/* A write of firth's below the object took some bytes before it failed: they count, and
 * the error comes with the next write. */
static firth_err write_failed(const visit *now, size_t length, size_t *count)
{
    PyObject *type, *value, *traceback;
    Py_DECREF(firth_python_raised());
    PyErr_Fetch(&type, &value, &traceback);
    size_t taken = take_note(value, now);
    if (taken == 0 || taken >= length) {
        PyErr_Restore(type, value, traceback);
        return raised();
    }
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    Py_XSETREF(now->holder->late, value);
    *count = taken;
    return FIRTH_OK;
}

static firth_err raise_late(const visit *now)
{
    PyObject *late = now->holder->late;
    now->holder->late = NULL;
    PyErr_SetObject((PyObject *)Py_TYPE(late), late);
    Py_DECREF(late);
    return raised();
}

static PyObject *call_write(const custom_stream *self, const visit *now, PyObject *bytes,
                            double timeout)
{
    if (!self->can.write_in_time)
        return call(now->object, "write", bytes);
    PyObject *time = bytes != NULL ? seconds(timeout) : NULL;
    PyObject *result =
        time != NULL ? PyObject_CallMethod(now->object, "write_some", "OO", bytes, time) : NULL;
    Py_XDECREF(bytes);
    Py_XDECREF(time);
    return result;
}

static firth_err write_now(const custom_stream *self, const visit *now, const firth_slice *slices,
                           size_t slice_count, double timeout, size_t *count)
{
    size_t length;
    if (now->holder->late != NULL)
        return raise_late(now);
    if (timeout >= 0 && !self->can.write_in_time)
        return not_supported(now, "cannot keep a time-out when it writes");
    PyObject *bytes = joined(slices, slice_count, &length);
    PyObject *result = call_write(self, now, bytes, timeout);
    if (result == NULL)
        return write_failed(now, length, count);
    firth_err err = take_count(now, result, length, count);
    Py_DECREF(result);
    return err;
}

static firth_err write_some(void *context, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    custom_stream *self = context;
    visit now;
    firth_err err = enter(self, &now);
    if (err == FIRTH_OK)
        err = write_now(self, &now, slices, slice_count, timeout, count);
    leave(&now);
    return err;
}

/* ---- The rest ------------------------------------------------------------------- */

static PyObject *call_flush(const custom_stream *self, const visit *now, double timeout)
{
    if (self->can.flush_in_time)
        return call(now->object, "flush", seconds(timeout));
    return PyObject_CallMethod(now->object, "flush", NULL);
}

static firth_err flush_now(const custom_stream *self, const visit *now, double timeout)
{
    if (!self->can.flush)
        return FIRTH_OK;
    if (timeout >= 0 && !self->can.flush_in_time)
        return not_supported(now, "cannot keep a time-out when it flushes");
    PyObject *result = call_flush(self, now, timeout);
    Py_XDECREF(result);
    return result != NULL ? FIRTH_OK : raised();
}

static firth_err flush(void *context, double timeout)
{
    custom_stream *self = context;
    visit now;
    firth_err err = enter(self, &now);
    if (err == FIRTH_OK)
        err = flush_now(self, &now, timeout);
    leave(&now);
    return err;
}

static void close_now(void *context)
{
    firth_python_custom_close(context);
}

firth_err firth_python_custom_close(void *context)
{
    custom_stream *self = context;
    visit now;
    firth_err err = FIRTH_OK;
    if (firth_python_leave_for_later(&self->closing, close_now, self))
        return FIRTH_OK;
    bool entered = enter(self, &now) == FIRTH_OK;
    if (entered)
        now.holder->ended = true;
    if (entered && now.object != Py_None) {
        PyObject *result = PyObject_CallMethod(now.object, "close", NULL);
        Py_XDECREF(result);
        err = result != NULL ? FIRTH_OK : FIRTH_E_CALLBACK;
    }
    leave(&now);
    return err;
}

static firth_err descriptor_now(const custom_stream *self, const visit *now, int *descriptor)
{
    if (!self->can.fileno)
        return not_supported(now, "has no fileno");
    PyObject *result = PyObject_CallMethod(now->object, "fileno", NULL);
    if (result == NULL)
        return raised();
    int failed = firth_python_int(result, "what fileno returned", descriptor);
    if (failed == 0 && *descriptor < 0) {
        PyErr_Format(PyExc_ValueError, "%.150s.fileno returned %d, expected a descriptor",
                     class_of(now), *descriptor);
        failed = -1;
    }
    Py_DECREF(result);
    return failed == 0 ? FIRTH_OK : FIRTH_E_INVALID;
}

static firth_err fileno_of(void *context, int *read_descriptor, int *write_descriptor)
{
    custom_stream *self = context;
    visit now;
    firth_err err = enter(self, &now);
    if (err == FIRTH_OK)
        err = descriptor_now(self, &now, read_descriptor);
    *write_descriptor = *read_descriptor;
    leave(&now);
    return err;
}

void firth_python_custom_release(void *context)
{
    custom_stream *self = context;
    PyGILState_STATE state;
    if (firth_python_leave_for_later(&self->releasing, firth_python_custom_release, self) ||
        !firth_python_enter(&state))
        return;
    if (self->holder != NULL)
        self->holder->stream = NULL;
    free(self);
    firth_python_leave(state);
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .flags = FIRTH_STREAM_CALLERS_THREADS,
    .name = "custom",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_object,
    .flush = flush,
    .close = firth_python_custom_close,
    .fileno = fileno_of,
    .release = firth_python_custom_release,
};

firth_err firth_python_custom_stream(firth_stream **stream, PyObject *object,
                                     const firth_python_custom_abilities *can, PyObject **holder)
{
    custom_holder *made = firth_python_custom_holder(object);
    if (made == NULL)
        return FIRTH_E_NO_MEMORY;
    made->stream->can = *can;
    firth_err err = firth_stream_create(stream, &table, made->stream);
    if (err != FIRTH_OK)
        firth_python_custom_release(made->stream);
    *holder = (PyObject *)made;
    return err;
}

firth_err firth_python_tunneled_stream(firth_stream **stream, firth_stream *lower,
                                       PyObject **holder)
{
    custom_holder *made = firth_python_custom_holder(Py_None);
    if (made == NULL)
        return FIRTH_E_NO_MEMORY;
    firth_tunnel tunnel = {firth_python_custom_close, firth_python_custom_release, made->stream};
    firth_err err = firth_tunneled_socket_stream_create(stream, lower, &tunnel);
    if (err != FIRTH_OK)
        firth_python_custom_release(made->stream);
    *holder = (PyObject *)made;
    return err;
}
