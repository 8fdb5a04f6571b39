/* Objects of Python as streams: what the two files about them share. */
#ifndef FIRTH_CUSTOM_H
#define FIRTH_CUSTOM_H

#include "firth_python.h"

#include <stdatomic.h>

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
    /* Who has the turn to read has these: what was read before it was wanted, or NULL; how
     * many bytes at its end are left. */
    PyObject *ahead;
    _Atomic size_t ahead_left;
    bool drained;            /* the last read had something, but less than was asked for */
    bool never_acknowledges; /* over no TCP */
    _Atomic bool unanswered; /* something was read since the last write */
};

/* A stream that calls nobody yet, and its holder, a new reference. */
custom_holder *firth_python_custom_holder(PyObject *object);

/* One call of the object, with the lock of the interpreter. Another greenlet of the thread
 * may begin one before this one ends, and end it later. */
typedef struct custom_visit {
    bool inside;
    PyGILState_STATE state;
    custom_holder *holder; /* owned, as `object` is */
    PyObject *object;
    PyObject *before[3];       /* what was raised before, and goes on */
    unsigned long long number; /* of all visits so far */
} custom_visit;

/* Enters, and leaves, which is due after a failure to enter, too. */
firth_err firth_python_visit(const custom_stream *self, custom_visit *now);
void firth_python_visited(custom_visit *now);

/* What an exception says that a write of firth's below the object had taken in this visit,
 * and no more from then on; 0 if it does not. */
size_t firth_python_take_note(PyObject *exception, const custom_visit *now);

typedef enum custom_method {
    METHOD_READ,
    METHOD_READ_SOME,
    METHOD_WRITE,
    METHOD_WRITE_SOME,
    METHOD_POLL,
    METHOD_FLUSH,
    METHOD_FILENO,
    METHOD_CLOSE,
    METHOD_LEFT
} custom_method;

/* Calls a method of the object with `count` arguments, whose references it takes; NULL for
 * one of them is an exception that is set. A new reference, or NULL with an exception. */
PyObject *firth_python_call(const custom_visit *now, custom_method method, PyObject *first,
                            PyObject *second, size_t count);

/* The name of the object's class, for the text of errors. */
const char *firth_python_class(const custom_visit *now);

/* Pins what a read of so many bytes returned, until PyBuffer_Release. TypeError: no bytes.
 * ValueError: more than was asked for. Nothing is pinned then. */
firth_err firth_python_pin_result(const custom_visit *now, custom_method method, PyObject *result,
                                  size_t asked, Py_buffer *view);

/* A time-out as an object is given it: None is for ever. A new reference. */
PyObject *firth_python_seconds(double timeout);

void firth_python_scatter(const char *bytes, size_t length, const firth_span *spans);

/* FIRTH_E_EOF. What another greenlet has reported meanwhile says nothing of this end. */
firth_err firth_python_fail_at_end(void);

/* read_some and poll of an object that is read ahead of what is wanted. */
firth_err firth_python_read_ahead(custom_stream *self, const firth_span *spans, size_t span_count,
                                  double timeout, size_t *count);
firth_err firth_python_poll_ahead(custom_stream *self, double timeout, bool *ready);

/* For a table of functions, the context being a custom_stream: calls `close` of the
 * object, unless that is None or was collected; and frees the custom_stream. */
firth_err firth_python_custom_close(void *context);
void firth_python_custom_release(void *context);

#endif
