/* Exceptions are made by firth._errors.make from what the library says. */
#include "firth_python.h"

static PyObject *make_error;

int firth_python_find_errors(void)
{
    PyObject *module = PyImport_ImportModule("firth._errors");
    if (module == NULL)
        return -1;
    Py_XSETREF(make_error, PyObject_GetAttrString(module, "make"));
    Py_DECREF(module);
    return make_error == NULL ? -1 : 0;
}

static PyObject *exception_of(const firth_error *error, firth_err code)
{
    PyObject *detail =
        PyUnicode_DecodeUTF8(error->detail, (Py_ssize_t)strlen(error->detail), "replace");
    if (detail == NULL)
        return NULL;
    return PyObject_CallFunction(make_error, "sNiiin", firth_error_name(code), detail,
                                 error->os_error, error->resolver_error, (int)error->wants,
                                 (Py_ssize_t)error->count);
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
