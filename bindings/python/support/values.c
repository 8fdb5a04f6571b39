/* Values of Python to values of C and back. */
#include "firth_python.h"

#include <limits.h>
#include <math.h>

static char nothing[1];

int firth_python_pin(PyObject *object, Py_buffer *view)
{
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0)
        return -1;
    if (view->buf == NULL)
        view->buf = nothing;
    return 0;
}

int firth_python_pin_option(PyObject *object, const char *name, Py_buffer *view)
{
    if (PyObject_CheckBuffer(object))
        return firth_python_pin(object, view);
    PyErr_Format(PyExc_TypeError, "%s must be a bytes-like object, not '%.200s'", name,
                 Py_TYPE(object)->tp_name);
    return -1;
}

static bool is_number(PyObject *object)
{
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    return methods != NULL && (methods->nb_float != NULL || methods->nb_index != NULL);
}

static int number_of_seconds(PyObject *object, const char *name, double *timeout)
{
    if (object == Py_None) {
        *timeout = FIRTH_FOREVER;
        return 0;
    }
    if (!is_number(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be a number of seconds, not '%.200s'", name,
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    double seconds = PyFloat_AsDouble(object);
    if (seconds == -1.0 && PyErr_Occurred())
        return -1;
    if (isnan(seconds)) {
        PyErr_Format(PyExc_ValueError, "%s must be a number of seconds, not NaN", name);
        return -1;
    }
    *timeout = seconds < FIRTH_UNSET ? seconds : FIRTH_FOREVER;
    return 0;
}

int firth_python_timeout(PyObject *object, const char *name, double *timeout)
{
    if (object == Py_None || PyFloat_Check(object) || PyLong_Check(object))
        return number_of_seconds(object, name, timeout);
    PyObject *timeleft = PyObject_GetAttrString(object, "timeleft");
    if (timeleft == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return -1;
        PyErr_Clear();
        return number_of_seconds(object, name, timeout);
    }
    PyObject *left = PyObject_CallNoArgs(timeleft);
    Py_DECREF(timeleft);
    if (left == NULL)
        return -1;
    int taken = number_of_seconds(left, name, timeout);
    Py_DECREF(left);
    return taken;
}

static PyObject *index_of(PyObject *object, const char *name)
{
    if (PyIndex_Check(object))
        return PyNumber_Index(object);
    return PyErr_Format(PyExc_TypeError, "%s must be an int, not '%.200s'", name,
                        Py_TYPE(object)->tp_name);
}

int firth_python_size(PyObject *object, const char *name, size_t *size)
{
    PyObject *index = index_of(object, name);
    if (index == NULL)
        return -1;
    Py_ssize_t number = PyLong_AsSsize_t(index);
    Py_DECREF(index);
    if (number == -1 && PyErr_Occurred()) {
        PyErr_Format(PyExc_OverflowError, "%s must be from 0 to %zd", name, PY_SSIZE_T_MAX);
        return -1;
    }
    if (number < 0) {
        PyErr_Format(PyExc_ValueError, "%s must not be negative", name);
        return -1;
    }
    *size = (size_t)number;
    return 0;
}

int firth_python_int(PyObject *object, const char *name, int *number)
{
    PyObject *index = index_of(object, name);
    if (index == NULL)
        return -1;
    Py_ssize_t value = PyNumber_AsSsize_t(index, NULL);
    Py_DECREF(index);
    if (value < INT_MIN || value > INT_MAX) {
        PyErr_Format(PyExc_OverflowError, "%s is %S, beyond the integers of C", name, object);
        return -1;
    }
    *number = (int)value;
    return 0;
}

static PyObject *host_bytes(PyObject *object)
{
    if (PyBytes_Check(object))
        return Py_NewRef(object);
    if (PyUnicode_Check(object))
        return PyUnicode_AsEncodedString(object, PyUnicode_IS_ASCII(object) ? "ascii" : "idna",
                                         "strict");
    return PyErr_Format(PyExc_TypeError, "a host must be a str, not '%.200s'",
                        Py_TYPE(object)->tp_name);
}

PyObject *firth_python_host(PyObject *object)
{
    PyObject *host = host_bytes(object);
    char *text = NULL;
    if (host != NULL && PyBytes_AsStringAndSize(host, &text, NULL) < 0)
        Py_CLEAR(host);
    return host;
}

/* A list of bytes; a str alone would be a list of its letters. */
static PyObject *list_of_bytes(PyObject *list)
{
    if (PyUnicode_Check(list) || PyBytes_Check(list))
        return PyErr_Format(PyExc_TypeError, "a list of str is required, not '%.200s'",
                            Py_TYPE(list)->tp_name);
    PyObject *texts = PySequence_List(list);
    for (Py_ssize_t i = 0; texts != NULL && i < PyList_GET_SIZE(texts); i++) {
        PyObject *text = NULL;
        if (PyUnicode_FSConverter(PyList_GET_ITEM(texts, i), &text))
            PyList_SetItem(texts, i, text);
        else
            Py_CLEAR(texts);
    }
    return texts;
}

int firth_python_take_texts(PyObject *list, firth_python_texts *texts)
{
    if (list == Py_None)
        return 0;
    texts->owner = list_of_bytes(list);
    if (texts->owner == NULL)
        return -1;
    Py_ssize_t count = PyList_GET_SIZE(texts->owner);
    texts->strings = PyMem_New(const char *, (size_t)count + 1);
    if (texts->strings == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        texts->strings[i] = PyBytes_AS_STRING(PyList_GET_ITEM(texts->owner, i));
    texts->strings[count] = NULL;
    return 0;
}

void firth_python_free_texts(firth_python_texts *texts)
{
    PyMem_Free((void *)texts->strings);
    Py_CLEAR(texts->owner);
}

PyObject *firth_python_output(PyObject *so_far, PyObject *more)
{
    if (more == NULL) {
        Py_XDECREF(so_far);
        return NULL;
    }
    if (so_far == NULL || so_far == Py_None) {
        Py_XDECREF(so_far);
        return more;
    }
    return Py_BuildValue("(NN)", so_far, more);
}

PyObject *firth_python_counters(const firth_counters *counters)
{
    return Py_BuildValue("KKKK", (unsigned long long)counters->bytes_read,
                         (unsigned long long)counters->bytes_written,
                         (unsigned long long)counters->read_calls,
                         (unsigned long long)counters->write_calls);
}
