/* Python's values to brine. Types are taken exactly, as rpyc.core.brine takes them. */
#include "brine.h"

static int add(firth_brine_encoder *encoder, firth_brine_value value)
{
    firth_err err = firth_brine_encoder_add(encoder, value);
    if (err == FIRTH_OK)
        return 0;
    firth_python_raise(err);
    return -1;
}

/* The digits are Python's, with its own limit on how many. */
static int add_big_integer(firth_brine_encoder *encoder, PyObject *value)
{
    PyObject *text = PyObject_Str(value);
    if (text == NULL)
        return -1;
    int status = add(encoder, firth_brine_big_integer((const char *)PyUnicode_1BYTE_DATA(text),
                                                      (size_t)PyUnicode_GET_LENGTH(text)));
    Py_DECREF(text);
    return status;
}

static int add_integer(firth_brine_encoder *encoder, PyObject *value)
{
    int overflow;
    long long integer = PyLong_AsLongLongAndOverflow(value, &overflow);
    return overflow == 0 ? add(encoder, firth_brine_integer(integer))
                         : add_big_integer(encoder, value);
}

static int add_string(firth_brine_encoder *encoder, PyObject *value)
{
    if (PyUnicode_IS_ASCII(value))
        return add(encoder, firth_brine_string((const char *)PyUnicode_1BYTE_DATA(value),
                                               (size_t)PyUnicode_GET_LENGTH(value)));
    PyObject *text = PyUnicode_AsUTF8String(value);
    if (text == NULL)
        return -1;
    int status =
        add(encoder, firth_brine_string(PyBytes_AS_STRING(text), (size_t)PyBytes_GET_SIZE(text)));
    Py_DECREF(text);
    return status;
}

static int add_bytes(firth_brine_encoder *encoder, PyObject *value)
{
    return add(encoder,
               firth_brine_bytes(PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value)));
}

static int add_complex(firth_brine_encoder *encoder, PyObject *value)
{
    Py_complex number = PyComplex_AsCComplex(value);
    return add(encoder, firth_brine_complex(number.real, number.imag));
}

static int add_singleton(firth_brine_encoder *encoder, PyObject *value)
{
    if (value == Py_None)
        return add(encoder, firth_brine_none());
    if (value == Py_NotImplemented)
        return add(encoder, firth_brine_not_implemented());
    if (value == Py_Ellipsis)
        return add(encoder, firth_brine_ellipsis());
    PyErr_Format(PyExc_TypeError, "brine cannot dump a value of type '%.200s'",
                 Py_TYPE(value)->tp_name);
    return -1;
}

/* Of what holds no other values. */
static int add_scalar(firth_brine_encoder *encoder, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyLong_Type)
        return add_integer(encoder, value);
    if (type == &PyUnicode_Type)
        return add_string(encoder, value);
    if (type == &PyBytes_Type)
        return add_bytes(encoder, value);
    if (type == &PyFloat_Type)
        return add(encoder, firth_brine_float(PyFloat_AS_DOUBLE(value)));
    if (type == &PyBool_Type)
        return add(encoder, firth_brine_bool(value == Py_True));
    if (type == &PyComplex_Type)
        return add_complex(encoder, value);
    return add_singleton(encoder, value);
}

typedef struct dumper {
    firth_brine_encoder *encoder;
    firth_python_open open; /* the containers whose items are being added */
} dumper;

/* Takes the reference to the items, which may be NULL with an exception. */
static int add_container(dumper *self, firth_brine_kind kind, PyObject *items)
{
    if (firth_python_open_push(&self->open, kind, items) < 0)
        return -1;
    return add(self->encoder,
               (firth_brine_value){.kind = kind, .length = (size_t)PyTuple_GET_SIZE(items)});
}

static PyObject *parts_of(PyObject *value)
{
    const PySliceObject *slice = (const PySliceObject *)value;
    return PyTuple_Pack(3, slice->start, slice->stop, slice->step);
}

/* A frozenset in the order in which Python goes through it, as rpyc does. */
static int add_value(dumper *self, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyTuple_Type)
        return add_container(self, FIRTH_BRINE_TUPLE, Py_NewRef(value));
    if (type == &PyFrozenSet_Type)
        return add_container(self, FIRTH_BRINE_FROZENSET, PySequence_Tuple(value));
    if (type == &PySlice_Type)
        return add_container(self, FIRTH_BRINE_SLICE, parts_of(value));
    return add_scalar(self->encoder, value);
}

/* All that the open containers have. */
static int add_items(dumper *self)
{
    firth_python_open *open = &self->open;
    int status = 0;
    while (status == 0 && open->depth != 0) {
        firth_python_container *innermost = &open->containers[open->depth - 1];
        if (innermost->next < PyTuple_GET_SIZE(innermost->items))
            status = add_value(self, PyTuple_GET_ITEM(innermost->items, innermost->next++));
        else
            Py_DECREF(open->containers[--open->depth].items);
    }
    return status;
}

int firth_python_brine_add(firth_brine_encoder *encoder, PyObject *value)
{
    dumper self;
    self.encoder = encoder;
    firth_python_open_begin(&self.open);
    int status = add_value(&self, value);
    if (status == 0)
        status = add_items(&self);
    firth_python_open_end(&self.open);
    return status;
}

static int items_dumpable(PyObject *items)
{
    PyObject *iterator = PyObject_GetIter(items);
    int answer = iterator != NULL ? 1 : -1;
    while (answer == 1) {
        PyObject *item = PyIter_Next(iterator);
        if (item == NULL) {
            answer = PyErr_Occurred() ? -1 : 1;
            break;
        }
        answer = firth_python_brine_dumpable(item);
        Py_DECREF(item);
    }
    Py_XDECREF(iterator);
    return answer;
}

static int tuple_dumpable(PyObject *tuple)
{
    int answer = 1;
    for (Py_ssize_t i = 0; answer == 1 && i < PyTuple_GET_SIZE(tuple); i++)
        answer = firth_python_brine_dumpable(PyTuple_GET_ITEM(tuple, i));
    return answer;
}

static int slice_dumpable(PyObject *value)
{
    const PySliceObject *slice = (const PySliceObject *)value;
    int answer = firth_python_brine_dumpable(slice->start);
    if (answer == 1)
        answer = firth_python_brine_dumpable(slice->stop);
    return answer == 1 ? firth_python_brine_dumpable(slice->step) : answer;
}

static int container_dumpable(PyObject *value)
{
    if (Py_EnterRecursiveCall(" in brine.dumpable"))
        return -1;
    int answer = PyTuple_CheckExact(value)          ? tuple_dumpable(value)
                 : Py_IS_TYPE(value, &PySlice_Type) ? slice_dumpable(value)
                                                    : items_dumpable(value);
    Py_LeaveRecursiveCall();
    return answer;
}

int firth_python_brine_dumpable(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyLong_Type || type == &PyUnicode_Type || type == &PyBytes_Type ||
        type == &PyFloat_Type || type == &PyBool_Type || type == &PyComplex_Type)
        return 1;
    if (type == &PyTuple_Type || type == &PyFrozenSet_Type || type == &PySlice_Type)
        return container_dumpable(value);
    return value == Py_None || value == Py_NotImplemented || value == Py_Ellipsis;
}
