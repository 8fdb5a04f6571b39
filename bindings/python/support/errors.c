/* Exceptions are made by firth._errors.make from what the library says. */
#include "firth_python.h"

/* firth._errors.make, a new reference. */
static PyObject *find_maker(void)
{
    PyObject *module = PyImport_ImportModule("firth._errors");
    if (module == NULL)
        return NULL;
    PyObject *maker = PyObject_GetAttrString(module, "make");
    Py_DECREF(module);
    return maker;
}

/* The error is read before Python runs, which may call firth and fail in turn. */
static PyObject *exception_of(const firth_error *error, firth_err code)
{
    PyObject *detail =
        PyUnicode_DecodeUTF8(error->detail, (Py_ssize_t)strlen(error->detail), "replace");
    int os_error = error->os_error, resolver_error = error->resolver_error, wants = error->wants;
    size_t count = error->count;
    PyObject *maker = detail != NULL ? find_maker() : NULL;
    PyObject *exception = NULL;
    if (maker != NULL)
        exception = PyObject_CallFunction(maker, "sOiiin", firth_error_name(code), detail, os_error,
                                          resolver_error, wants, (Py_ssize_t)count);
    Py_XDECREF(maker);
    Py_XDECREF(detail);
    return exception;
}

void firth_python_raise(firth_err code)
{
    if (PyErr_Occurred())
        return;
    if (code == FIRTH_E_NO_MEMORY) {
        PyErr_NoMemory();
        return;
    }
    PyObject *exception = exception_of(firth_last_error(), code);
    if (exception == NULL)
        return;
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
}
