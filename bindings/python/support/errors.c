/* Exceptions are made by firth._errors.make from what the library says. */
#include "firth_python.h"

/* Of firth._errors, for as long as the process lives: while Python ends, connections are
 * closed when nothing can be imported any more. */
static PyObject *make;
static PyObject *connection_lost;

int firth_python_find_errors(void)
{
    PyObject *module = PyImport_ImportModule("firth._errors");
    if (module == NULL)
        return -1;
    Py_XSETREF(make, PyObject_GetAttrString(module, "make"));
    Py_XSETREF(connection_lost, PyObject_GetAttrString(module, "ConnectionLostError"));
    Py_DECREF(module);
    return make != NULL && connection_lost != NULL ? 0 : -1;
}

/* The error is read before Python runs, which may call firth and fail in turn. */
static PyObject *exception_of(const firth_error *error, firth_err code)
{
    PyObject *detail =
        PyUnicode_DecodeUTF8(error->detail, (Py_ssize_t)strlen(error->detail), "replace");
    int os_error = error->os_error, resolver_error = error->resolver_error, wants = error->wants;
    size_t count = error->count;
    PyObject *exception = NULL;
    if (detail != NULL)
        exception = PyObject_CallFunction(make, "sOiiin", firth_error_name(code), detail, os_error,
                                          resolver_error, wants, (Py_ssize_t)count);
    Py_XDECREF(detail);
    return exception;
}

PyObject *firth_python_raised(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL && value != NULL)
        PyException_SetTraceback(value, traceback);
    PyErr_Restore(type, Py_XNewRef(value), traceback);
    return value;
}

/* Whether it is the error of the library that has this code. */
static bool is_error_of(PyObject *exception, firth_err code)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *name = NULL;
    if (PyObject_IsInstance(exception, connection_lost) == 1)
        name = PyObject_GetAttrString(exception, "code");
    bool is = name != NULL && PyUnicode_Check(name) &&
              PyUnicode_CompareWithASCIIString(name, firth_error_name(code)) == 0;
    Py_XDECREF(name);
    PyErr_Restore(type, value, traceback);
    return is;
}

firth_err firth_python_raised_as(firth_err otherwise)
{
    PyObject *exception = firth_python_raised();
    firth_err code = otherwise;
    if (is_error_of(exception, FIRTH_E_EOF))
        code = FIRTH_E_EOF;
    else if (is_error_of(exception, FIRTH_E_CONNECTION_LOST))
        code = FIRTH_E_CONNECTION_LOST;
    Py_DECREF(exception);
    return code;
}

bool firth_python_failed(firth_err code)
{
    if (code != FIRTH_OK)
        return true;
    if (PyErr_Occurred())
        PyErr_Clear();
    firth_python_do_later();
    return false;
}

/* What was raised within the call is its outcome if that says so; a loss may have come
 * before, or have another name by now. */
static bool is_outcome(PyObject *exception, firth_err code)
{
    return code == FIRTH_E_CALLBACK || code == FIRTH_E_INTERRUPTED || code == FIRTH_E_INVALID ||
           is_error_of(exception, code);
}

static void raise_made(firth_err code, PyObject *context)
{
    PyObject *exception = exception_of(firth_last_error(), code);
    if (exception == NULL) {
        Py_XDECREF(context);
        return;
    }
    PyException_SetContext(exception, context);
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
}

static void raise_for(firth_err code)
{
    PyObject *raised = PyErr_Occurred() ? firth_python_raised() : NULL;
    if (raised != NULL && is_outcome(raised, code)) {
        Py_DECREF(raised);
        return;
    }
    PyErr_Clear();
    if (code != FIRTH_E_NO_MEMORY) {
        raise_made(code, raised);
        return;
    }
    Py_XDECREF(raised);
    PyErr_NoMemory();
}

/* Whatever Python runs comes after the error has been read. */
void firth_python_raise(firth_err code)
{
    raise_for(code);
    firth_python_do_later();
}
