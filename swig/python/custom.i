/* Objects of Python as streams: firth.Stream(object) makes them. */

%rename(custom_stream_create) firth_swig_custom_stream_create;

%typemap(in) PyObject *OBJECT {
    $1 = $input;
}
%typemap(in, numinputs=0) PyObject **HOLDER (PyObject *holder = NULL) {
    $1 = &holder;
}
%typemap(argout) PyObject **HOLDER {
    $result = firth_python_output($result, *$1);
    *$1 = NULL;
}
%typemap(freearg) PyObject **HOLDER {
    Py_XDECREF(*$1);
}

%inline %{
static firth_err firth_swig_custom_stream_create(firth_stream **STREAM, PyObject *OBJECT,
                                                 bool read_some, bool poll, bool flush,
                                                 bool fileno, bool write_in_time,
                                                 bool flush_in_time, size_t ahead,
                                                 int wait_on, size_t at_once, bool left, PyObject **HOLDER)
{
    firth_python_custom_abilities can = {
        .read_some = read_some,
        .poll = poll,
        .flush = flush,
        .fileno = fileno,
        .write_in_time = write_in_time,
        .flush_in_time = flush_in_time,
        .ahead = ahead,
        .wait_on = wait_on,
        .at_once = at_once,
        .left = left,
    };
    return firth_python_custom_stream(STREAM, OBJECT, &can, HOLDER);
}
%}

%rename(tunneled_stream_create) firth_python_tunneled_stream;
%rename(exchange) firth_python_exchange;

firth_err firth_python_tunneled_stream(firth_stream **STREAM, firth_stream *LOWER,
                                       PyObject **HOLDER);
PyObject *firth_python_exchange(PyObject *holder, PyObject *object);

/* A write that fails tells what it had taken, to the object behind a stream too that
 * called it. */
%typemap(out) firth_err firth_stream::write {
    if (firth_python_failed($1)) {
        size_t taken = firth_last_error()->count;
        firth_python_raise($1);
        firth_python_note_taken(taken);
        SWIG_fail;
    }
    $result = SWIG_Py_Void();
}
