/* Python's values as brine. Every function wants the lock of the interpreter; a failure
 * leaves an exception set. */
#ifndef FIRTH_PYTHON_BRINE_H
#define FIRTH_PYTHON_BRINE_H

#include "firth_python.h"

/* ---- brine_open.c: the containers that a value being dumped or loaded is in. They are kept in
 * memory: a thread's stack may be small. */

typedef struct firth_python_container {
    PyObject *items; /* a tuple, owned */
    Py_ssize_t next; /* the item whose turn it is */
    firth_brine_kind kind;
} firth_python_container;

#define FIRTH_PYTHON_USUAL_DEPTH 16

typedef struct firth_python_open {
    firth_python_container *containers; /* outermost first */
    size_t depth;
    size_t capacity;
    firth_python_container usual[FIRTH_PYTHON_USUAL_DEPTH];
} firth_python_open;

static inline void firth_python_open_begin(firth_python_open *open)
{
    open->containers = open->usual;
    open->depth = 0;
    open->capacity = FIRTH_PYTHON_USUAL_DEPTH;
}

/* Takes the reference to the items, also if it fails; it does with NULL. 0, or -1. */
int firth_python_open_push(firth_python_open *open, firth_brine_kind kind, PyObject *items);

/* Lets go of all that is in there. */
void firth_python_open_end(firth_python_open *open);

/* ---- brine_dump.c, brine_load.c, brine.c */

/* Adds a value with all that is in it. 0, or -1. */
int firth_python_brine_add(firth_brine_encoder *encoder, PyObject *value);

/* The value with all that is in it, a new reference, or NULL. */
PyObject *firth_python_brine_load(firth_brine_decoder *decoder);

/* Whether brine has this type, and those of what is in it: 1, 0, or -1. */
int firth_python_brine_dumpable(PyObject *value);

/* Puts brine_dump, brine_load and brine_dumpable into a module. 0, or -1. */
int firth_python_add_brine(PyObject *module);

#endif
