/* Brine to Python's values. */
#include "brine.h"

/* The digits are checked; Python has its own limit on how many. */
static PyObject *big_integer(const firth_brine_value *value)
{
    char *text = PyMem_Malloc(value->length + 1);
    if (text == NULL)
        return PyErr_NoMemory();
    memcpy(text, value->data, value->length);
    text[value->length] = '\0';
    PyObject *integer = PyLong_FromString(text, NULL, 10);
    PyMem_Free(text);
    return integer;
}

static PyObject *tuple(firth_brine_decoder *decoder, size_t length)
{
    PyObject *made = PyTuple_New((Py_ssize_t)length);
    if (made == NULL)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        PyObject *item = firth_python_brine_next(decoder);
        if (item == NULL) {
            Py_DECREF(made);
            return NULL;
        }
        PyTuple_SET_ITEM(made, (Py_ssize_t)i, item);
    }
    return made;
}

static PyObject *slice(firth_brine_decoder *decoder)
{
    PyObject *parts = tuple(decoder, 3);
    if (parts == NULL)
        return NULL;
    PyObject *made = PySlice_New(PyTuple_GET_ITEM(parts, 0), PyTuple_GET_ITEM(parts, 1),
                                 PyTuple_GET_ITEM(parts, 2));
    Py_DECREF(parts);
    return made;
}

static PyObject *frozenset(firth_brine_decoder *decoder, size_t length)
{
    PyObject *items = tuple(decoder, length);
    if (items == NULL)
        return NULL;
    PyObject *made = PyFrozenSet_New(items);
    Py_DECREF(items);
    if (made == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        firth_python_raise(firth_error_raise(
            FIRTH_E_PROTOCOL, 0, "brine: an item of a frozenset is a slice, which has no hash"));
    }
    return made;
}

static PyObject *value_of(firth_brine_decoder *decoder, const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_NONE:
        return Py_NewRef(Py_None);
    case FIRTH_BRINE_NOT_IMPLEMENTED:
        return Py_NewRef(Py_NotImplemented);
    case FIRTH_BRINE_ELLIPSIS:
        return Py_NewRef(Py_Ellipsis);
    case FIRTH_BRINE_BOOL:
        return PyBool_FromLong(value->truth);
    case FIRTH_BRINE_INTEGER:
        return PyLong_FromLongLong(value->integer);
    case FIRTH_BRINE_BIG_INTEGER:
        return big_integer(value);
    case FIRTH_BRINE_FLOAT:
        return PyFloat_FromDouble(value->real);
    case FIRTH_BRINE_COMPLEX:
        return PyComplex_FromDoubles(value->real, value->imaginary);
    case FIRTH_BRINE_BYTES:
        return PyBytes_FromStringAndSize(value->data, (Py_ssize_t)value->length);
    case FIRTH_BRINE_STRING:
        return PyUnicode_DecodeUTF8(value->data, (Py_ssize_t)value->length, NULL);
    case FIRTH_BRINE_TUPLE:
        return tuple(decoder, value->length);
    case FIRTH_BRINE_FROZENSET:
        return frozenset(decoder, value->length);
    case FIRTH_BRINE_SLICE:
        return slice(decoder);
    }
    Py_UNREACHABLE();
}

PyObject *firth_python_brine_next(firth_brine_decoder *decoder)
{
    firth_brine_value value;
    firth_err err = firth_brine_decoder_next(decoder, &value);
    if (err == FIRTH_OK)
        return value_of(decoder, &value);
    firth_python_raise(err);
    return NULL;
}
