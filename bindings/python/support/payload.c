/* Reading and receiving straight into the memory of the bytes object that is returned. */
#include "firth_python.h"

#include <stddef.h>
#include <stdlib.h>

#define SMALL 16384

/* A bytes object that nobody else has seen yet, grown; the old one stays what it is if
 * there is no memory. _PyBytes_Resize would free it. */
static PyObject *resized(PyObject *bytes, size_t size)
{
#ifdef Py_TRACE_REFS
    PyObject *moved = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (moved == NULL)
        return NULL;
    memcpy(PyBytes_AS_STRING(moved), PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
#else
    PyObject *moved = PyObject_Realloc(bytes, offsetof(PyBytesObject, ob_sval) + size + 1);
    if (moved == NULL)
        return NULL;
    Py_SET_SIZE((PyVarObject *)moved, (Py_ssize_t)size);
    PyBytes_AS_STRING(moved)[size] = '\0';
#endif
    return moved;
}

static PyObject *first_bytes(const firth_payload *payload, size_t size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes != NULL && payload->capacity != 0)
        memcpy(PyBytes_AS_STRING(bytes), payload->small, payload->capacity);
    return bytes;
}

/* The memory given before stays what it is if there is no more. */
static bool grow(firth_payload *payload, size_t size)
{
    if (size > (size_t)PY_SSIZE_T_MAX - sizeof(PyBytesObject))
        return false;
    PyObject *bytes =
        payload->bytes == NULL ? first_bytes(payload, size) : resized(payload->bytes, size);
    if (bytes == NULL) {
        PyErr_Clear();
        return false;
    }
    payload->bytes = bytes;
    payload->capacity = size;
    return true;
}

static void *grow_small(firth_payload *payload, size_t size)
{
    void *moved = realloc(payload->small, size);
    if (moved == NULL)
        return NULL;
    payload->small = moved;
    payload->capacity = size;
    return moved;
}

static void *reserve(void *context, size_t size)
{
    firth_payload *payload = context;
    if (payload->bytes == NULL && size <= SMALL)
        return grow_small(payload, size);
    if (size > payload->capacity) {
        PyGILState_STATE state = PyGILState_Ensure();
        bool grown = grow(payload, size);
        PyGILState_Release(state);
        if (!grown)
            return NULL;
    }
    return PyBytes_AS_STRING(payload->bytes);
}

firth_err firth_python_recv(firth_channel *channel, double timeout, firth_payload *payload)
{
    return firth_channel_recv_into(channel, timeout, reserve, payload, &payload->length);
}

PyObject *firth_python_payload_take(firth_payload *payload)
{
    PyObject *bytes = payload->bytes;
    payload->bytes = NULL;
    if (bytes == NULL)
        return PyBytes_FromStringAndSize(payload->small, (Py_ssize_t)payload->length);
    if (payload->length != payload->capacity)
        _PyBytes_Resize(&bytes, (Py_ssize_t)payload->length);
    return bytes;
}

void firth_python_payload_free(firth_payload *payload)
{
    free(payload->small);
    Py_XDECREF(payload->bytes);
}

static PyObject *new_bytes(size_t length)
{
    return length <= PY_SSIZE_T_MAX ? PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length)
                                    : PyErr_NoMemory();
}

PyObject *firth_python_read(firth_stream *stream, size_t length, double timeout, firth_err *err)
{
    PyObject *bytes = new_bytes(length);
    if (bytes == NULL)
        return NULL;
    firth_python_pause pause;
    firth_python_release(&pause);
    *err = firth_stream_read(stream, PyBytes_AS_STRING(bytes), length, timeout);
    firth_python_retake(&pause);
    return bytes;
}

PyObject *firth_python_read_some(firth_stream *stream, size_t capacity, double timeout,
                                 firth_err *err)
{
    PyObject *bytes = new_bytes(capacity);
    if (bytes == NULL)
        return NULL;
    size_t count = 0;
    firth_python_pause pause;
    firth_python_release(&pause);
    *err = firth_stream_read_some(stream, PyBytes_AS_STRING(bytes), capacity, timeout, &count);
    firth_python_retake(&pause);
    if (*err == FIRTH_OK && count != capacity)
        _PyBytes_Resize(&bytes, (Py_ssize_t)count);
    return bytes;
}
