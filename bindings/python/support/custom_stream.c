/* Any object of Python with read, write, close and closed, as a table of functions. */
#include "custom.h"

#include <limits.h>
#include <stdlib.h>

/* ---- What is said when the object breaks the contract ------------------------- */

static firth_err not_supported(const custom_visit *now, const char *what)
{
    char detail[256];
    snprintf(detail, sizeof detail, "'%.150s' %s", firth_python_class(now), what);
    return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0, detail);
}

/* What the object raised. That firth lost a connection below it stays such a loss. */
static firth_err raised(void)
{
    return firth_python_raised_as(FIRTH_E_CALLBACK);
}

/* ---- Reading -------------------------------------------------------------------- */

PyObject *firth_python_seconds(double timeout)
{
    return timeout < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble(timeout);
}

static firth_err look(const custom_stream *self, const custom_visit *now, double timeout,
                      bool *ready)
{
    if (!self->can.poll)
        return not_supported(now, "cannot poll, so it cannot keep a time-out");
    PyObject *answer = firth_python_call(now, METHOD_POLL, firth_python_seconds(timeout), NULL, 1);
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

void firth_python_scatter(const char *bytes, size_t length, const firth_span *spans)
{
    for (; length != 0; spans++) {
        size_t part = length < spans->length ? length : spans->length;
        if (part != 0)
            memcpy(spans->data, bytes, part);
        bytes += part;
        length -= part;
    }
}

firth_err firth_python_fail_at_end(void)
{
    char detail[128];
    snprintf(detail, sizeof detail, "custom: %s", firth_error_text(FIRTH_E_EOF));
    return firth_error_raise(FIRTH_E_EOF, 0, detail);
}

static firth_err take_bytes(const custom_visit *now, PyObject *result, custom_method method,
                            size_t asked, const firth_span *spans, size_t *count)
{
    Py_buffer view;
    if (result == Py_None)
        return firth_python_fail_at_end();
    firth_err err = firth_python_pin_result(now, method, result, asked, &view);
    if (err != FIRTH_OK)
        return err;
    *count = (size_t)view.len;
    firth_python_scatter(view.buf, *count, spans);
    PyBuffer_Release(&view);
    return *count != 0 ? FIRTH_OK : firth_python_fail_at_end();
}

static firth_err read_now(const custom_stream *self, const custom_visit *now,
                          const firth_span *spans, size_t span_count, size_t *count)
{
    custom_method method = self->can.read_some ? METHOD_READ_SOME : METHOD_READ;
    size_t asked = length_to_ask(self, spans, span_count);
    PyObject *result = firth_python_call(now, method, PyLong_FromSize_t(asked), NULL, 1);
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
    custom_visit now;
    bool ready = true;
    if (self->can.ahead != 0)
        return firth_python_read_ahead(self, spans, span_count, timeout, count);
    firth_err err = firth_python_visit(self, &now);
    if (err == FIRTH_OK && timeout >= 0)
        err = look(self, &now, timeout, &ready);
    if (err == FIRTH_OK)
        err = ready ? read_now(self, &now, spans, span_count, count) : FIRTH_E_WANT_READ;
    firth_python_visited(&now);
    return err;
}

static firth_err poll_object(void *context, double timeout, bool *ready)
{
    custom_stream *self = context;
    custom_visit now;
    if (self->can.ahead != 0)
        return firth_python_poll_ahead(self, timeout, ready);
    firth_err err = firth_python_visit(self, &now);
    if (err == FIRTH_OK)
        err = look(self, &now, timeout, ready);
    firth_python_visited(&now);
    return err;
}

static void held(void *context, size_t *to_read, size_t *to_write)
{
    custom_stream *self = context;
    *to_read = self->ahead_left;
    *to_write = 0;
}

/* ---- Writing -------------------------------------------------------------------- */

/* The slices as one bytes object: what firth writes at once reaches the object at once, but
 * for one that takes no more than so much. */
static PyObject *joined(const custom_stream *self, const firth_slice *slices, size_t slice_count,
                        size_t *length)
{
    size_t most = self->can.at_once != 0 ? self->can.at_once : PY_SSIZE_T_MAX;
    *length = 0;
    for (size_t i = 0; i < slice_count; i++)
        *length += slices[i].length;
    *length = *length < most ? *length : most;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)*length);
    size_t done = 0;
    for (size_t i = 0; bytes != NULL && done < *length; i++) {
        size_t left = *length - done;
        size_t part = slices[i].length < left ? slices[i].length : left;
        if (part != 0)
            memcpy(PyBytes_AS_STRING(bytes) + done, slices[i].data, part);
        done += part;
    }
    return bytes;
}

static firth_err take_count(const custom_visit *now, PyObject *result, size_t length, size_t *count)
{
    *count = length;
    if (result == Py_None)
        return FIRTH_OK;
    if (!PyLong_Check(result) || PyBool_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "%.150s.write returned '%.150s', expected None or the number of bytes taken",
                     firth_python_class(now), Py_TYPE(result)->tp_name);
        return FIRTH_E_INVALID;
    }
    int overflow;
    long long taken = PyLong_AsLongLongAndOverflow(result, &overflow);
    if (overflow != 0 || taken < 0 || (unsigned long long)taken > length) {
        PyErr_Format(PyExc_ValueError, "%.150s.write returned %S, expected 0 to %zu",
                     firth_python_class(now), result, length);
        return FIRTH_E_INVALID;
    }
    *count = (size_t)taken;
    return taken != 0 ? FIRTH_OK : FIRTH_E_WANT_WRITE;
}

/* A write of firth's below the object took some bytes before it failed: they count, and
 * the error comes with the next write. */
static firth_err write_failed(const custom_visit *now, size_t length, size_t *count)
{
    PyObject *type, *value, *traceback;
    Py_DECREF(firth_python_raised());
    PyErr_Fetch(&type, &value, &traceback);
    size_t taken = firth_python_take_note(value, now);
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

static firth_err raise_late(const custom_visit *now)
{
    PyObject *late = now->holder->late;
    now->holder->late = NULL;
    PyErr_SetObject((PyObject *)Py_TYPE(late), late);
    Py_DECREF(late);
    return raised();
}

static PyObject *call_write(const custom_stream *self, const custom_visit *now, PyObject *bytes,
                            double timeout)
{
    if (!self->can.write_in_time)
        return firth_python_call(now, METHOD_WRITE, bytes, NULL, 1);
    return firth_python_call(now, METHOD_WRITE_SOME, bytes, firth_python_seconds(timeout), 2);
}

static firth_err write_now(const custom_stream *self, const custom_visit *now,
                           const firth_slice *slices, size_t slice_count, double timeout,
                           size_t *count)
{
    size_t length;
    if (now->holder->late != NULL)
        return raise_late(now);
    if (timeout >= 0 && !self->can.write_in_time)
        return not_supported(now, "cannot keep a time-out when it writes");
    PyObject *bytes = joined(self, slices, slice_count, &length);
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
    custom_visit now;
    firth_err err = firth_python_visit(self, &now);
    if (err == FIRTH_OK)
        err = write_now(self, &now, slices, slice_count, timeout, count);
    if (err == FIRTH_OK)
        self->unanswered = false;
    firth_python_visited(&now);
    return err;
}

/* ---- The rest ------------------------------------------------------------------- */

static PyObject *call_flush(const custom_stream *self, const custom_visit *now, double timeout)
{
    if (self->can.flush_in_time)
        return firth_python_call(now, METHOD_FLUSH, firth_python_seconds(timeout), NULL, 1);
    return firth_python_call(now, METHOD_FLUSH, NULL, NULL, 0);
}

static firth_err flush_now(const custom_stream *self, const custom_visit *now, double timeout)
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
    custom_visit now;
    firth_err err = firth_python_visit(self, &now);
    if (err == FIRTH_OK)
        err = flush_now(self, &now, timeout);
    firth_python_visited(&now);
    return err;
}

static void close_now(void *context)
{
    firth_python_custom_close(context);
}

firth_err firth_python_custom_close(void *context)
{
    custom_stream *self = context;
    custom_visit now;
    firth_err err = FIRTH_OK;
    if (firth_python_leave_for_later(&self->closing, close_now, self))
        return FIRTH_OK;
    bool entered = firth_python_visit(self, &now) == FIRTH_OK;
    if (entered)
        now.holder->ended = true;
    if (entered && now.object != Py_None) {
        PyObject *result = firth_python_call(&now, METHOD_CLOSE, NULL, NULL, 0);
        Py_XDECREF(result);
        err = result != NULL ? FIRTH_OK : FIRTH_E_CALLBACK;
    }
    firth_python_visited(&now);
    return err;
}

static firth_err descriptor_now(const custom_stream *self, const custom_visit *now, int *descriptor)
{
    if (!self->can.fileno)
        return not_supported(now, "has no fileno");
    PyObject *result = firth_python_call(now, METHOD_FILENO, NULL, NULL, 0);
    if (result == NULL)
        return raised();
    int failed = firth_python_int(result, "what fileno returned", descriptor);
    if (failed == 0 && *descriptor < 0) {
        PyErr_Format(PyExc_ValueError, "%.150s.fileno returned %d, expected a descriptor",
                     firth_python_class(now), *descriptor);
        failed = -1;
    }
    Py_DECREF(result);
    return failed == 0 ? FIRTH_OK : FIRTH_E_INVALID;
}

static firth_err fileno_of(void *context, int *read_descriptor, int *write_descriptor)
{
    custom_stream *self = context;
    custom_visit now;
    firth_err err = firth_python_visit(self, &now);
    if (err == FIRTH_OK)
        err = descriptor_now(self, &now, read_descriptor);
    *write_descriptor = *read_descriptor;
    firth_python_visited(&now);
    return err;
}

static void say_left(const custom_stream *self)
{
    custom_visit now;
    if (firth_python_visit(self, &now) == FIRTH_OK && now.holder->ended) {
        PyObject *result = firth_python_call(&now, METHOD_LEFT, NULL, NULL, 0);
        if (result == NULL)
            PyErr_WriteUnraisable(now.object);
        Py_XDECREF(result);
    }
    firth_python_visited(&now);
}

void firth_python_custom_release(void *context)
{
    custom_stream *self = context;
    PyGILState_STATE state;
    if (firth_python_leave_for_later(&self->releasing, firth_python_custom_release, self) ||
        !firth_python_enter(&state))
        return;
    if (self->can.left)
        say_left(self);
    if (self->holder != NULL)
        self->holder->stream = NULL;
    Py_XDECREF(self->ahead);
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
    .held = held,
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
