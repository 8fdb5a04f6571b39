/* Calls of the object behind a custom stream, and what is said when they fail. */
#include "custom.h"

/* The lock of the interpreter guards it. */
static unsigned long long visits;

/* Visits that this thread is in. */
static _Thread_local unsigned depth;

firth_err firth_python_visit(const custom_stream *self, custom_visit *now)
{
    *now = (custom_visit){0};
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

void firth_python_visited(custom_visit *now)
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

size_t firth_python_take_note(PyObject *exception, const custom_visit *now)
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

/* ---- Calling ------------------------------------------------------------------------ */

static const char *const texts[] = {[METHOD_READ] = "read",     [METHOD_READ_SOME] = "read_some",
                                    [METHOD_WRITE] = "write",   [METHOD_WRITE_SOME] = "write_some",
                                    [METHOD_POLL] = "poll",     [METHOD_FLUSH] = "flush",
                                    [METHOD_FILENO] = "fileno", [METHOD_CLOSE] = "close",
                                    [METHOD_LEFT] = "left"};

/* A borrowed reference, or NULL with an exception. */
static PyObject *name_of(custom_method method)
{
    static PyObject *names[sizeof texts / sizeof *texts];
    if (names[method] == NULL)
        names[method] = PyUnicode_InternFromString(texts[method]);
    return names[method];
}

PyObject *firth_python_call(const custom_visit *now, custom_method method, PyObject *first,
                            PyObject *second, size_t count)
{
    PyObject *arguments[] = {now->object, first, second};
    PyObject *name = name_of(method);
    bool given = (count < 1 || first != NULL) && (count < 2 || second != NULL);
    PyObject *result =
        name != NULL && given ? PyObject_VectorcallMethod(name, arguments, 1 + count, NULL) : NULL;
    Py_XDECREF(first);
    Py_XDECREF(second);
    return result;
}

const char *firth_python_class(const custom_visit *now)
{
    return Py_TYPE(now->object)->tp_name;
}

firth_err firth_python_pin_result(const custom_visit *now, custom_method method, PyObject *result,
                                  size_t asked, Py_buffer *view)
{
    if (PyObject_GetBuffer(result, view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "%.150s.%s(%zu) returned '%.150s', expected bytes",
                     firth_python_class(now), texts[method], asked, Py_TYPE(result)->tp_name);
        return FIRTH_E_INVALID;
    }
    if ((size_t)view->len <= asked)
        return FIRTH_OK;
    PyErr_Format(PyExc_ValueError, "%.150s.%s(%zu) returned %zd bytes, expected 1 to %zu",
                 firth_python_class(now), texts[method], asked, view->len, asked);
    PyBuffer_Release(view);
    return FIRTH_E_INVALID;
}
