/* The C that the typemaps of swig/python call. Every function wants the lock of the
 * interpreter unless it says otherwise; a failure leaves an exception set. */
#ifndef FIRTH_PYTHON_H
#define FIRTH_PYTHON_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <firth/firth.h>

/* Takes arguments by place and by keyword, as PyArg_ParseTupleAndKeywords does for a
 * format of `O` and `|` alone. The keywords are `names` in lower case. References
 * are borrowed; what was not given is left alone. Returns 1, or 0 with a TypeError. */
int firth_python_arguments(PyObject *args, PyObject *kwargs, const char *format, char **names, ...);

/* Imports what exceptions are made by, when the module is loaded. Returns 0, or -1 with an
 * exception. */
int firth_python_find_errors(void);

/* Raises what the thread's last error says, which was `code`; keeps what a callback
 * or a signal handler has raised already if that is why the call failed. */
void firth_python_raise(firth_err code);

/* Whether a call failed. What was raised within a call that went well all the same, such
 * as a try that is made again later, is forgotten. */
bool firth_python_failed(firth_err code);

/* The exception that is set, and stays so: a new reference. */
PyObject *firth_python_raised(void);

/* With an exception set: the code of the loss of a connection that it is, else
 * `otherwise`. */
firth_err firth_python_raised_as(firth_err otherwise);

/* Pins the bytes of an object until PyBuffer_Release; buf is never NULL then.
 * TypeError: no bytes. BufferError: not contiguous. */
int firth_python_pin(PyObject *object, Py_buffer *view);

/* The same; `name` is for the text of the TypeError. */
int firth_python_pin_option(PyObject *object, const char *name, Py_buffer *view);

/* Seconds: None is for ever; an object with timeleft() (rpyc.lib.Timeout) is asked. `name`
 * is for the text of the TypeError or ValueError. */
int firth_python_timeout(PyObject *object, const char *name, double *timeout);

/* A number of bytes. `name` is for the text of the TypeError, ValueError or OverflowError. */
int firth_python_size(PyObject *object, const char *name, size_t *size);

/* An integer. `name` is for the text of the TypeError or OverflowError. */
int firth_python_int(PyObject *object, const char *name, int *number);

/* A host's name as bytes, a new reference; names beyond ASCII by the codec "idna". */
PyObject *firth_python_host(PyObject *object);

/* Texts, or names of files, of a list, as the operating system takes them. */
typedef struct firth_python_texts {
    PyObject *owner;      /* of their bytes; NULL if there are none */
    const char **strings; /* NULL at its end; NULL if the list is None */
} firth_python_texts;

/* Free them afterwards, after a failure too. TypeError: a str, no list, or what it holds. */
int firth_python_take_texts(PyObject *list, firth_python_texts *texts);
void firth_python_free_texts(firth_python_texts *texts);

/* The result of a call with one value out more: that value if there was None before,
 * else both as a tuple. Takes both references; NULL if there is no more. */
PyObject *firth_python_output(PyObject *so_far, PyObject *more);

/* (bytes_read, bytes_written, read_calls, write_calls), a new reference. */
PyObject *firth_python_counters(const firth_counters *counters);

/* What a blocking call lets go of. It must stay where it is until retaken. */
typedef struct firth_python_pause {
    PyThreadState *state;
} firth_python_pause;

/* Lets other threads run; signals are looked at when they interrupt the call. */
void firth_python_release(firth_python_pause *pause);

/* To be called without the lock, which it takes back. */
void firth_python_retake(firth_python_pause *pause);

/* Without the lock: runs Python's signal handlers. Whether they raised something, which ends
 * the call. An interrupt hook, which wants no context. */
bool firth_python_signal_raised(void *context);

/* Takes the lock, from any thread that Python knows. False when the interpreter is ending
 * and this thread has no part in it: then nothing of Python may be touched, and the
 * process's end releases everything. */
bool firth_python_enter(PyGILState_STATE *state);

/* Gives back what enter took. */
void firth_python_leave(PyGILState_STATE state);

/* Something to be done with the lock. */
typedef struct firth_python_later {
    struct firth_python_later *next;
    void (*act)(void *context);
    void *context;
} firth_python_later;

/* Any thread, with or without the lock. In one that Python does not know: has `act` called
 * later, with the lock, and `later` must stay until then. Else false: to be done now. */
bool firth_python_leave_for_later(firth_python_later *later, void (*act)(void *), void *context);

/* Does what has been left; what that raises is reported as unraisable. */
void firth_python_do_later(void);

/* An owner that calls `closer`, of which it takes a reference, to close; its context
 * is NULL if closer is None. If no stream comes of it, call its `drop`. 0, or -1. */
int firth_python_owner(PyObject *closer, firth_descriptor_owner *owner);

/* What an object can do besides read, write and close. */
typedef struct firth_python_custom_abilities {
    bool read_some;     /* is called instead of read */
    bool poll;          /* answers within a time */
    bool flush;         /* has something to flush */
    bool fileno;        /* has a descriptor */
    bool write_in_time; /* write_some(data, timeout) is called instead of write */
    bool flush_in_time; /* flush takes a time-out */
    size_t ahead;       /* 0, or read_some(count, timeout) is called to read and to poll, for this
                         * at least; it returns None when the time ran out */
    int wait_on;        /* -1, or the descriptor that read_some, if `ahead`, waits for when it last
                         * returned less than it was asked for */
    size_t at_once;     /* 0, or the most that one write is given */
    bool left;          /* left() is called after close, when nobody is inside any more */
} firth_python_custom_abilities;

/* A stream whose table of functions calls the methods of `object`. It does not keep it
 * alive: *holder does, a new reference, for every object of Python that leads to the
 * stream to hold, where the collector of cycles finds it. */
firth_err firth_python_custom_stream(firth_stream **stream, PyObject *object,
                                     const firth_python_custom_abilities *can, PyObject **holder);

/* A stream through a tunnel; to close that it calls `close` of the object that the holder
 * has then, if it is not None, as it is at first. Else as firth_python_custom_stream. */
firth_err firth_python_tunneled_stream(firth_stream **stream, firth_stream *lower,
                                       PyObject **holder);

/* Gives a holder another object. None, or NULL with a TypeError, or with a ClosedError if
 * nobody would close that any more. */
PyObject *firth_python_exchange(PyObject *holder, PyObject *object);

/* With an exception set, by a write of firth's that had taken so many bytes: if it is an
 * object behind a stream that wrote, its own write counts them as taken. */
void firth_python_note_taken(size_t taken);

/* A payload on its way in: small ones in memory of their own, larger ones in a bytes object.
 * Not on the stack, which gevent saves each time that a greenlet waits. */
typedef struct firth_payload {
    PyObject *bytes; /* NULL, or of `capacity` bytes; owned */
    void *small;     /* NULL, or of `capacity` bytes, if there is no bytes object; owned */
    size_t capacity;
    size_t length;
} firth_payload;

/* Without the lock: receives into `payload`, which is zeroed before. */
firth_err firth_python_recv(firth_channel *channel, double timeout, firth_payload *payload);

/* The received payload as bytes, a new reference. */
PyObject *firth_python_payload_take(firth_payload *payload);

/* Releases what it holds, after a failure too. */
void firth_python_payload_free(firth_payload *payload);

/* Read into a new bytes object and let other threads run meanwhile. NULL with an
 * exception, or else *err says how it went. */
PyObject *firth_python_read(firth_stream *stream, size_t length, double timeout, firth_err *err);
PyObject *firth_python_read_some(firth_stream *stream, size_t capacity, double timeout,
                                 firth_err *err);

#endif
