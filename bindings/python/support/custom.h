/* Objects of Python as streams: what the two files about them share. */
#ifndef FIRTH_CUSTOM_H
#define FIRTH_CUSTOM_H

#include "firth_python.h"

typedef struct custom_stream custom_stream;

/* What the objects of Python that lead to a custom stream hold, so that the collector
 * of cycles sees whom the stream keeps alive; the stream itself holds no reference. */
typedef struct custom_holder {
    PyObject ob_base;
    PyObject *object;      /* may be exchanged; NULL once collected */
    PyObject *late;        /* what a write raised that had taken something; or NULL */
    custom_stream *stream; /* NULL before it is made and after it was released */
    bool ended;            /* its `close` was called: no object comes after that */
} custom_holder;

/* The stream behind the table of functions. The lock of the interpreter guards it. */
struct custom_stream {
    custom_holder *holder; /* NULL once collected */
    firth_python_custom_abilities can;
    firth_python_later closing, releasing;
};

/* A stream that calls nobody yet, and its holder, a new reference. */
custom_holder *firth_python_custom_holder(PyObject *object);

/* For a table of functions, the context being a custom_stream: calls `close` of the
 * object, unless that is None or was collected; and frees the custom_stream. */
firth_err firth_python_custom_close(void *context);
void firth_python_custom_release(void *context);

#endif
