/* Who keeps the object behind a custom stream alive. */
#include "custom.h"

#include <stdlib.h>

static int traverse(PyObject *self, visitproc visit, void *arg)
{
    custom_holder *holder = (custom_holder *)self;
    Py_VISIT(holder->object);
    Py_VISIT(holder->late);
    return 0;
}

static int clear(PyObject *self)
{
    custom_holder *holder = (custom_holder *)self;
    Py_CLEAR(holder->object);
    Py_CLEAR(holder->late);
    return 0;
}

static void dealloc(PyObject *self)
{
    custom_holder *holder = (custom_holder *)self;
    PyObject_GC_UnTrack(self);
    if (holder->stream != NULL)
        holder->stream->holder = NULL;
    clear(self);
    PyObject_GC_Del(self);
}

static PyTypeObject holder_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "firth._firth.Holder",
    .tp_doc = "Keeps the object behind a custom stream alive.",
    .tp_basicsize = sizeof(custom_holder),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_dealloc = dealloc,
};

custom_holder *firth_python_custom_holder(PyObject *object)
{
    if (PyType_Ready(&holder_type) < 0)
        return NULL;
    custom_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return (custom_holder *)PyErr_NoMemory();
    custom_holder *holder = PyObject_GC_New(custom_holder, &holder_type);
    if (holder == NULL) {
        free(stream);
        return NULL;
    }
    *stream = (custom_stream){.holder = holder};
    holder->object = Py_NewRef(object);
    holder->late = NULL;
    holder->stream = stream;
    holder->ended = false;
    PyObject_GC_Track((PyObject *)holder);
    return holder;
}

PyObject *firth_python_exchange(PyObject *holder, PyObject *object)
{
    if (!Py_IS_TYPE(holder, &holder_type))
        return PyErr_Format(PyExc_TypeError, "a holder is required, not '%.200s'",
                            Py_TYPE(holder)->tp_name);
    custom_holder *own = (custom_holder *)holder;
    if (own->ended && object != Py_None) {
        firth_python_raise(
            firth_error_raise(FIRTH_E_CLOSED, 0, "the tunneled stream is closed already"));
        return NULL;
    }
    Py_XSETREF(own->object, Py_NewRef(object));
    Py_RETURN_NONE;
}
