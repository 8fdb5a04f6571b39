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

typedef struct loader {
    firth_brine_decoder *decoder;
    PyObject *empty_frozenset; /* NULL: none was met */
    firth_python_open open;    /* the containers that lack items */
} loader;

static PyObject *slice(PyObject *parts)
{
    return PySlice_New(PyTuple_GET_ITEM(parts, 0), PyTuple_GET_ITEM(parts, 1),
                       PyTuple_GET_ITEM(parts, 2));
}

static PyObject *frozenset(PyObject *items)
{
    PyObject *made = PyFrozenSet_New(items);
    if (made == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        firth_python_raise(firth_error_raise(
            FIRTH_E_PROTOCOL, 0, "brine: an item of a frozenset is a slice, which has no hash"));
    }
    return made;
}

/* One for all of a load: each by itself would be a hundred times as large as its bytes. */
static PyObject *empty_frozenset(loader *self)
{
    if (self->empty_frozenset == NULL)
        self->empty_frozenset = PyFrozenSet_New(NULL);
    return Py_XNewRef(self->empty_frozenset);
}

/* Takes the reference to the items. */
static PyObject *finished(const firth_python_container *whole)
{
    if (whole->kind == FIRTH_BRINE_TUPLE)
        return whole->items;
    PyObject *made =
        whole->kind == FIRTH_BRINE_SLICE ? slice(whole->items) : frozenset(whole->items);
    Py_DECREF(whole->items);
    return made;
}

/* Of what lacks no items. */
static PyObject *value_of(loader *self, const firth_brine_value *value)
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
        return PyTuple_New(0);
    case FIRTH_BRINE_FROZENSET:
        return empty_frozenset(self);
    case FIRTH_BRINE_SLICE:
        break;
    }
    Py_UNREACHABLE();
}

/* Puts the value, whose reference it takes, into the innermost container, and that, if it is
 * whole now, into the next one. What is in none stays in *value, which else is NULL. */
static int place(loader *self, PyObject **value)
{
    firth_python_open *open = &self->open;
    while (open->depth != 0) {
        firth_python_container *innermost = &open->containers[open->depth - 1];
        PyTuple_SET_ITEM(innermost->items, innermost->next++, *value);
        *value = NULL;
        if (innermost->next < PyTuple_GET_SIZE(innermost->items))
            return 0;
        open->depth--;
        *value = finished(innermost);
        if (*value == NULL)
            return -1;
    }
    return 0;
}

/* The next value; whole ones are placed. */
static int load_next(loader *self, PyObject **whole)
{
    firth_brine_value value;
    firth_err err = firth_brine_decoder_next(self->decoder, &value);
    if (err != FIRTH_OK) {
        firth_python_raise(err);
        return -1;
    }
    bool is_container = value.kind == FIRTH_BRINE_TUPLE || value.kind == FIRTH_BRINE_FROZENSET ||
                        value.kind == FIRTH_BRINE_SLICE;
    if (is_container && value.length != 0)
        return firth_python_open_push(&self->open, value.kind,
                                      PyTuple_New((Py_ssize_t)value.length));
    *whole = value_of(self, &value);
    return *whole != NULL ? place(self, whole) : -1;
}

PyObject *firth_python_brine_load(firth_brine_decoder *decoder)
{
    loader self;
    self.decoder = decoder;
    self.empty_frozenset = NULL;
    firth_python_open_begin(&self.open);
    PyObject *value = NULL;
    while (value == NULL && load_next(&self, &value) == 0)
        continue;
    firth_python_open_end(&self.open);
    Py_XDECREF(self.empty_frozenset);
    return value;
}
