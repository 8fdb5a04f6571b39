/* firth._firth.brine_dump, brine_load and brine_dumpable: what firth.brine gives. */
#include "brine.h"

/* What they are given: a value or bytes, and limits or None. References are borrowed. */
typedef struct arguments {
    PyObject *given;
    PyObject *limits;
} arguments;

static int take_keyword(PyObject *name, PyObject *value, const char *given, arguments *taken)
{
    PyObject **place = NULL;
    if (PyUnicode_CompareWithASCIIString(name, "limits") == 0)
        place = &taken->limits;
    else if (PyUnicode_CompareWithASCIIString(name, given) == 0)
        place = &taken->given;
    if (place != NULL && *place == NULL) {
        *place = value;
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 place != NULL ? "%R is given twice"
                               : "no parameter is called %R; there are %s and limits",
                 name, given);
    return -1;
}

/* `given` is the name of the first parameter. */
static int take_arguments(PyObject *const *args, Py_ssize_t count, PyObject *names,
                          const char *given, arguments *taken)
{
    Py_ssize_t keywords = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    if (count + keywords < 1 || count + keywords > 2) {
        PyErr_Format(PyExc_TypeError, "expected one argument, and perhaps limits, not %zd",
                     count + keywords);
        return -1;
    }
    *taken = (arguments){count > 0 ? args[0] : NULL, count > 1 ? args[1] : NULL};
    for (Py_ssize_t i = 0; i < keywords; i++)
        if (take_keyword(PyTuple_GET_ITEM(names, i), args[count + i], given, taken) < 0)
            return -1;
    if (taken->given == NULL) {
        PyErr_Format(PyExc_TypeError, "%s is missing", given);
        return -1;
    }
    if (taken->limits == NULL)
        taken->limits = Py_None;
    return 0;
}

static int read_limit(PyObject *limits, const char *name, size_t *limit)
{
    PyObject *number = PyObject_GetAttrString(limits, name);
    if (number == NULL)
        return -1;
    int status = firth_python_size(number, name, limit);
    Py_DECREF(number);
    return status;
}

static int read_limits(PyObject *limits, firth_brine_limits *read)
{
    if (read_limit(limits, "depth", &read->depth) < 0 ||
        read_limit(limits, "size", &read->size) < 0 ||
        read_limit(limits, "items", &read->items) < 0)
        return -1;
    return read_limit(limits, "digits", &read->digits);
}

static PyObject *dump_within(PyObject *value, const firth_brine_limits *limits)
{
    firth_brine_encoder *encoder;
    firth_slice encoded = {NULL, 0};
    firth_err err = firth_brine_encoder_create(&encoder, limits);
    int status = err == FIRTH_OK ? firth_python_brine_add(encoder, value) : -1;
    if (status == 0)
        err = firth_brine_encoder_finish(encoder, &encoded);
    if (err != FIRTH_OK)
        firth_python_raise(err);
    PyObject *bytes = NULL;
    if (status == 0 && err == FIRTH_OK)
        bytes = PyBytes_FromStringAndSize(encoded.data, (Py_ssize_t)encoded.length);
    firth_brine_encoder_free(encoder);
    return bytes;
}

static PyObject *load_within(const Py_buffer *encoded, const firth_brine_limits *limits)
{
    firth_brine_decoder *decoder;
    PyObject *value = NULL;
    firth_err err = firth_brine_decoder_create(&decoder, limits);
    if (err == FIRTH_OK)
        err = firth_brine_decoder_start(decoder, encoded->buf, (size_t)encoded->len);
    if (err == FIRTH_OK)
        value = firth_python_brine_load(decoder);
    if (value != NULL)
        err = firth_brine_decoder_finish(decoder);
    if (err != FIRTH_OK) {
        Py_CLEAR(value);
        firth_python_raise(err);
    }
    firth_brine_decoder_free(decoder);
    return value;
}

static PyObject *dump(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)module;
    arguments taken;
    firth_brine_limits limits;
    if (take_arguments(args, count, names, "obj", &taken) < 0)
        return NULL;
    if (taken.limits == Py_None)
        return dump_within(taken.given, NULL);
    return read_limits(taken.limits, &limits) == 0 ? dump_within(taken.given, &limits) : NULL;
}

static PyObject *load(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)module;
    arguments taken;
    firth_brine_limits limits;
    Py_buffer encoded;
    if (take_arguments(args, count, names, "data", &taken) < 0)
        return NULL;
    if (taken.limits != Py_None && read_limits(taken.limits, &limits) < 0)
        return NULL;
    if (firth_python_pin(taken.given, &encoded) < 0)
        return NULL;
    PyObject *value = load_within(&encoded, taken.limits == Py_None ? NULL : &limits);
    PyBuffer_Release(&encoded);
    return value;
}

static PyObject *dumpable(PyObject *module, PyObject *const *args, Py_ssize_t count,
                          PyObject *names)
{
    (void)module;
    bool is_named = count == 0 && names != NULL && PyTuple_GET_SIZE(names) == 1 &&
                    PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "obj") == 0;
    if (!is_named && (count != 1 || (names != NULL && PyTuple_GET_SIZE(names) != 0))) {
        PyErr_SetString(PyExc_TypeError, "expected one argument, obj");
        return NULL;
    }
    int answer = firth_python_brine_dumpable(args[0]);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

PyDoc_STRVAR(
    dump_text,
    "brine_dump(obj, limits=None)\n--\n\n"
    "The bytes of a value, those that rpyc.core.brine.dump makes.\n\n"
    "obj: None, NotImplemented, Ellipsis, or an int, bool, float, complex, bytes, str, or\n"
    "a tuple, frozenset or slice of such; no subclass. limits: a firth.brine.Limits.\n"
    "TypeError: anything else; UnicodeEncodeError: a surrogate in a str; ValueError: an\n"
    "int that Python will not write; BufferOverflowError: over a limit.");

PyDoc_STRVAR(
    load_text,
    "brine_load(data, limits=None)\n--\n\n"
    "The value of bytes, what rpyc.core.brine.load gives. limits: a firth.brine.Limits.\n\n"
    "ProtocolError: bytes that no value has, or that follow it; BufferOverflowError: over\n"
    "a limit. TypeError: data that is not bytes-like.");

PyDoc_STRVAR(dumpable_text, "brine_dumpable(obj)\n--\n\n"
                            "Whether dump takes a value of that type, and everything in it. Looks\n"
                            "at no limits. RecursionError: deeper than Python goes.");

static PyMethodDef functions[] = {
    {"brine_dump", (PyCFunction)(void (*)(void))dump, METH_FASTCALL | METH_KEYWORDS, dump_text},
    {"brine_load", (PyCFunction)(void (*)(void))load, METH_FASTCALL | METH_KEYWORDS, load_text},
    {"brine_dumpable", (PyCFunction)(void (*)(void))dumpable, METH_FASTCALL | METH_KEYWORDS,
     dumpable_text},
    {NULL, NULL, 0, NULL},
};

int firth_python_add_brine(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
