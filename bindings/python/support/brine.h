/* Python's values as brine. Every function wants the lock of the interpreter; a failure
 * leaves an exception set. */
#ifndef FIRTH_PYTHON_BRINE_H
#define FIRTH_PYTHON_BRINE_H

#include "firth_python.h"

/* Adds a value with all that is in it. 0, or -1. */
int firth_python_brine_add(firth_brine_encoder *encoder, PyObject *value);

/* The next value with all that is in it, a new reference, or NULL. */
PyObject *firth_python_brine_next(firth_brine_decoder *decoder);

/* Whether brine has this type, and those of what is in it: 1, 0, or -1. */
int firth_python_brine_dumpable(PyObject *value);

/* Puts brine_dump, brine_load and brine_dumpable into a module. 0, or -1. */
int firth_python_add_brine(PyObject *module);

#endif
