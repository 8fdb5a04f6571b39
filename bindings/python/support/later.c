/* What a thread of the library's own would have to call Python for: done by the next call of
 * a thread that Python knows, so that nobody waits for the interpreter who may be waited for. */
#include "firth_python.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The newest first. */
static _Atomic(firth_python_later *) left;

bool firth_python_leave_for_later(firth_python_later *later, void (*act)(void *), void *context)
{
    if (PyGILState_GetThisThreadState() != NULL)
        return false;
    *later = (firth_python_later){atomic_load(&left), act, context};
    while (!atomic_compare_exchange_weak(&left, &later->next, later))
        continue;
    return true;
}

static firth_python_later *oldest_first(firth_python_later *newest)
{
    firth_python_later *first = NULL;
    while (newest != NULL) {
        firth_python_later *older = newest->next;
        newest->next = first;
        first = newest;
        newest = older;
    }
    return first;
}

void firth_python_do_later(void)
{
    PyObject *type, *value, *traceback;
    if (atomic_load_explicit(&left, memory_order_relaxed) == NULL)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    firth_python_later *now = oldest_first(atomic_exchange(&left, NULL));
    while (now != NULL) {
        firth_python_later *next = now->next;
        now->act(now->context);
        if (PyErr_Occurred())
            PyErr_WriteUnraisable(NULL);
        now = next;
    }
    PyErr_Restore(type, value, traceback);
}

/* Who closes a descriptor that an object of Python has opened. */
typedef struct owned {
    PyObject *closer;
    firth_python_later closing, dropping;
} owned;

static void close_owned(void *context)
{
    owned *self = context;
    PyGILState_STATE state;
    PyObject *type, *value, *traceback;
    if (firth_python_leave_for_later(&self->closing, close_owned, self) ||
        !firth_python_enter(&state))
        return;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallNoArgs(self->closer);
    if (result == NULL)
        PyErr_WriteUnraisable(self->closer);
    Py_XDECREF(result);
    PyErr_Restore(type, value, traceback);
    firth_python_leave(state);
}

static void drop_owned(void *context)
{
    owned *self = context;
    PyGILState_STATE state;
    if (firth_python_leave_for_later(&self->dropping, drop_owned, self) ||
        !firth_python_enter(&state))
        return;
    Py_DECREF(self->closer);
    free(self);
    firth_python_leave(state);
}

int firth_python_owner(PyObject *closer, firth_descriptor_owner *owner)
{
    *owner = (firth_descriptor_owner){close_owned, drop_owned, NULL};
    if (closer == Py_None)
        return 0;
    owned *self = calloc(1, sizeof *self);
    if (self == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->closer = Py_NewRef(closer);
    owner->context = self;
    return 0;
}
