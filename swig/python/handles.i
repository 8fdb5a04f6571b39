/* Objects. An object made without its __init__ holds NULL; every call looks. */

%{
/* The class of the builtin classes. */
static PyTypeObject *firth_swig_metatype;

static int firth_swig_handle(PyObject *object, swig_type_info *type, void **handle)
{
    SwigPyObject *holder = (SwigPyObject *)object;
    PyTypeObject *wanted = ((SwigPyClientData *)type->clientdata)->pytype;
    if (!PyObject_TypeCheck(object, wanted)) {
        PyErr_Format(PyExc_TypeError, "a %s is required, not '%.200s'", wanted->tp_name,
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    if (holder->ptr == NULL || holder->ty != type) {
        PyErr_Format(PyExc_ValueError, "this %.200s was never initialised",
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    *handle = holder->ptr;
    return 0;
}

/* Of an object of the right type. */
static void *firth_swig_self(PyObject *self)
{
    void *handle = ((SwigPyObject *)self)->ptr;
    if (handle == NULL)
        PyErr_Format(PyExc_ValueError, "this %.200s was never initialised",
                     Py_TYPE(self)->tp_name);
    return handle;
}

static Py_hash_t firth_swig_hash(PyObject *self)
{
    return PyBaseObject_Type.tp_hash(self);
}

static PyObject *firth_swig_compare(PyObject *self, PyObject *other, int operation)
{
    return PyBaseObject_Type.tp_richcompare(self, other, operation);
}
%}

%define FIRTH_PYTHON_CLASS(TYPE)
%typemap(in) TYPE * (void *handle = NULL) {
    if (firth_swig_handle($input, $1_descriptor, &handle) < 0)
        SWIG_fail;
    $1 = (TYPE *)handle;
}
/* A method's descriptor has checked the type of self. */
%typemap(in) TYPE *self {
    $1 = (TYPE *)firth_swig_self($input);
    if ($1 == NULL)
        SWIG_fail;
}
/* Attributes of subclasses belong to them, where the collector of cycles finds them. */
%feature("python:tp_dictoffset") TYPE "0"
/* A layout of its own: no class can have two of these as bases. */
%feature("python:tp_basicsize") TYPE "sizeof(SwigPyObject) + sizeof(void *)"
/* An object equals itself alone. */
%feature("python:tp_hash") TYPE "firth_swig_hash"
%feature("python:tp_richcompare") TYPE "firth_swig_compare"
%enddef

FIRTH_PYTHON_CLASS(firth_stream)
FIRTH_PYTHON_CLASS(firth_listener)
FIRTH_PYTHON_CLASS(firth_frame_codec)
FIRTH_PYTHON_CLASS(firth_channel)

/* An object out: of the builtin class; `adopt` makes it one of a subclass. */
%define FIRTH_PYTHON_NEW(TYPE, NAME, FREE)
%typemap(in, numinputs=0) TYPE **NAME (TYPE *made = NULL) {
    $1 = &made;
}
%typemap(argout) TYPE **NAME {
    PyObject *object = SWIG_NewPointerObj(*$1, $*1_descriptor, SWIG_POINTER_OWN);
    if (object == NULL) {
        FREE(*$1);
        SWIG_fail;
    }
    $result = firth_python_output($result, object);
}
%enddef

FIRTH_PYTHON_NEW(firth_stream, STREAM, firth_stream_free)
FIRTH_PYTHON_NEW(firth_stream, SECOND_STREAM, firth_stream_free)
FIRTH_PYTHON_NEW(firth_listener, LISTENER, firth_listener_free)
FIRTH_PYTHON_NEW(firth_frame_codec, CODEC, firth_frame_codec_free)
FIRTH_PYTHON_NEW(firth_channel, CHANNEL, firth_channel_free)

/* A batch that the library's own thread was sending may have left something to do. */
%exception firth_channel::~firth_channel {
    $action
    firth_python_do_later();
}

/* __init__ twice would exchange what others are using. */
%exception firth_stream::firth_stream {
    if (((SwigPyObject *)self)->ptr != NULL) {
        PyErr_SetString(PyExc_ValueError, "this Stream is initialised already");
        SWIG_fail;
    }
    $action
}

%rename(adopt) firth_swig_adopt;
%rename(socket_stream_from_descriptor) firth_swig_socket_stream_from_descriptor;
%rename(pipe_stream_from_descriptors) firth_swig_pipe_stream_from_descriptors;

%typemap(in) PyObject *CLOSER {
    if ($input != Py_None && !PyCallable_Check($input)) {
        PyErr_SetString(PyExc_TypeError, "what closes must be callable");
        SWIG_fail;
    }
    $1 = $input;
}

%inline %{
/* Moves what `raw` holds into `object`, which has not been initialised. Only an object
 * of the builtin class itself gives, for nobody else can be using it. */
static PyObject *firth_swig_adopt(PyObject *object, PyObject *raw)
{
    SwigPyObject *to = (SwigPyObject *)object;
    SwigPyObject *from = (SwigPyObject *)raw;
    if (Py_TYPE(Py_TYPE(raw)) != firth_swig_metatype
        || PyType_HasFeature(Py_TYPE(raw), Py_TPFLAGS_HEAPTYPE)
        || !PyObject_TypeCheck(object, Py_TYPE(raw)))
        return PyErr_Format(PyExc_TypeError, "adopt takes an object and one of its builtin class");
    if (from->ptr == NULL || to->ptr != NULL)
        return PyErr_Format(PyExc_ValueError, "this %.200s is initialised already",
                            Py_TYPE(object)->tp_name);
    to->ptr = from->ptr;
    to->ty = from->ty;
    to->own = from->own;
    from->ptr = NULL;
    from->own = 0;
    Py_RETURN_NONE;
}

static firth_err firth_swig_socket_stream_from_descriptor(firth_stream **STREAM, int descriptor,
                                                          PyObject *CLOSER)
{
    firth_descriptor_owner owner;
    if (firth_python_owner(CLOSER, &owner) < 0)
        return FIRTH_E_NO_MEMORY;
    firth_err err = firth_socket_stream_from_descriptor(STREAM, descriptor,
                                                        owner.context ? &owner : NULL);
    if (err != FIRTH_OK && owner.context != NULL)
        owner.drop(owner.context);
    return err;
}

static firth_err firth_swig_pipe_stream_from_descriptors(firth_stream **STREAM, int incoming,
                                                         int outgoing, PyObject *CLOSER)
{
    firth_descriptor_owner owner;
    if (firth_python_owner(CLOSER, &owner) < 0)
        return FIRTH_E_NO_MEMORY;
    firth_err err = firth_pipe_stream_from_descriptors(STREAM, incoming, outgoing,
                                                       owner.context ? &owner : NULL);
    if (err != FIRTH_OK && owner.context != NULL)
        owner.drop(owner.context);
    return err;
}
%}

/* Attributes of Python's subclasses can be assigned, as rpyc's own can be. */
%init %{
    firth_swig_metatype = metatype;
    metatype->tp_setattro = PyType_Type.tp_setattro;
    PyType_Modified(metatype);
%}
