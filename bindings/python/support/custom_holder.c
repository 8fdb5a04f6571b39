/* Who keeps the object behind a custom stream alive. */
#include "custom.h"

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
    custom_holder *holder = PyObject_GC_New(custom_holder, &holder_type);
    if (holder == NULL)
        return NULL;
    holder->object = Py_NewRef(object);
    holder->late = NULL;
    holder->stream = NULL;
    PyObject_GC_Track((PyObject *)holder);
    return holder;
}
