/* The containers that a value being dumped or loaded is in. */
#include "brine.h"

static int make_room(firth_python_open *open)
{
    if (open->depth < open->capacity)
        return 0;
    firth_python_container *had = open->containers != open->usual ? open->containers : NULL;
    firth_python_container *larger = PyMem_Realloc(had, 2 * open->capacity * sizeof *larger);
    if (larger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (had == NULL)
        memcpy(larger, open->usual, sizeof open->usual);
    open->containers = larger;
    open->capacity *= 2;
    return 0;
}

int firth_python_open_push(firth_python_open *open, firth_brine_kind kind, PyObject *items)
{
    if (items == NULL)
        return -1;
    if (make_room(open) < 0) {
        Py_DECREF(items);
        return -1;
    }
    open->containers[open->depth++] = (firth_python_container){.items = items, .kind = kind};
    return 0;
}

void firth_python_open_end(firth_python_open *open)
{
    while (open->depth != 0)
        Py_DECREF(open->containers[--open->depth].items);
    if (open->containers != open->usual)
        PyMem_Free(open->containers);
}
