/* Receiving straight into the memory of the bytes object that is returned. */
#include "firth_python.h"

/* The memory given before stays what it is if there is no more. */
static bool grow(firth_payload *payload, size_t size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes == NULL) {
        PyErr_Clear();
        return false;
    }
    const void *before = payload->bytes ? PyBytes_AS_STRING(payload->bytes) : (char *)payload->small;
    memcpy(PyBytes_AS_STRING(bytes), before, payload->capacity);
    Py_XSETREF(payload->bytes, bytes);
    payload->capacity = size;
    return true;
}

static void *reserve(void *context, size_t size)
{
    firth_payload *payload = context;
    if (payload->bytes == NULL && size <= sizeof payload->small) {
        payload->capacity = size;
        return payload->small;
    }
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
    payload->capacity = 0;
    return firth_channel_recv_into(channel, timeout, reserve, payload, &payload->length);
}

PyObject *firth_python_payload_take(firth_payload *payload)
{
    PyObject *bytes = payload->bytes;
    payload->bytes = NULL;
    if (bytes == NULL)
        return PyBytes_FromStringAndSize((char *)payload->small, (Py_ssize_t)payload->length);
    if (payload->length != payload->capacity)
        _PyBytes_Resize(&bytes, (Py_ssize_t)payload->length);
    return bytes;
}
