/* Values in. */

/* Pinned until the call is over. */
%typemap(in) (const void *DATA, size_t LENGTH) (Py_buffer view = { NULL }) {
    if (firth_python_pin($input, &view) < 0)
        SWIG_fail;
    $1 = view.buf;
    $2 = (size_t)view.len;
}
%typemap(freearg) (const void *DATA, size_t LENGTH) {
    PyBuffer_Release(&view$argnum);
}

%apply (const void *DATA, size_t LENGTH) { (const void *SALT, size_t SALT_LENGTH) };
%typemap(in) (const void *SALT, size_t SALT_LENGTH) (Py_buffer view = { NULL }) {
    if (firth_python_pin_option($input, "salt", &view) < 0)
        SWIG_fail;
    $1 = view.buf;
    $2 = (size_t)view.len;
}

/* The same; None is no key. */
%typemap(in) (const void *KEY, size_t KEY_LENGTH) (Py_buffer view = { NULL }) {
    if ($input != Py_None && firth_python_pin_option($input, "key", &view) < 0)
        SWIG_fail;
    $1 = $input == Py_None ? NULL : view.len != 0 ? view.buf : "";
    $2 = (size_t)view.len;
}
%typemap(freearg) (const void *KEY, size_t KEY_LENGTH) {
    PyBuffer_Release(&view$argnum);
}

%typemap(in) double TIMEOUT {
    if (firth_python_timeout($input, "timeout", &$1) < 0)
        SWIG_fail;
}
%typemap(default) double TIMEOUT {
    $1 = FIRTH_UNSET;
}
%typemap(in) double batch_timeout {
    if (firth_python_timeout($input, "batch_timeout", &$1) < 0)
        SWIG_fail;
}
/* What follows a time-out may be left out too. */
%typemap(default) int ipv6 {
    $1 = FIRTH_IPV6_UNSET;
}
%typemap(default) int family, int socktype, int proto, int keepalive {
    $1 = 0;
}
%typemap(default) int ssl_version {
    $1 = FIRTH_TLS_UNSET;
}
%typemap(default) int cert_reqs, int check_hostname {
    $1 = -1;
}
%typemap(default) int backlog {
    $1 = 128;
}
%typemap(default) bool nodelay {
    $1 = true;
}

%typemap(in) size_t {
    if (firth_python_size($input, "$1_name", &$1) < 0)
        SWIG_fail;
}

%typemap(in) int {
    if (firth_python_int($input, "$1_name", &$1) < 0)
        SWIG_fail;
}

%typemap(in) bool {
    int truth = PyObject_IsTrue($input);
    if (truth < 0)
        SWIG_fail;
    $1 = truth != 0;
}

%typemap(in) const char *HOST (PyObject *text = NULL) {
    text = firth_python_host($input);
    if (text == NULL)
        SWIG_fail;
    $1 = PyBytes_AS_STRING(text);
}
%typemap(in) const char *PATH (PyObject *text = NULL) {
    if (!PyUnicode_FSConverter($input, &text))
        SWIG_fail;
    $1 = PyBytes_AS_STRING(text);
}
%typemap(freearg) const char *HOST, const char *PATH {
    Py_XDECREF(text$argnum);
}

/* The string's own memory. */
%typemap(in) const char *TEXT {
    if (!PyArg_Parse($input, "s", &$1))
        SWIG_fail;
}
%typemap(freearg) const char *TEXT ""

/* Text, or a file's name; None and nothing are NULL. */
%typemap(in) const char *OPTIONAL (PyObject *text = NULL) {
    if ($input != Py_None && !PyUnicode_FSConverter($input, &text))
        SWIG_fail;
    $1 = text != NULL && PyBytes_GET_SIZE(text) != 0 ? PyBytes_AS_STRING(text) : NULL;
}
%typemap(default) const char *OPTIONAL {
    $1 = NULL;
}
%typemap(freearg) const char *OPTIONAL {
    Py_XDECREF(text$argnum);
}

%typemap(in) const char *const *STRINGS (firth_python_texts texts = { NULL, NULL }) {
    if (firth_python_take_texts($input, &texts) < 0)
        SWIG_fail;
    $1 = ($1_ltype)texts.strings;
}
%typemap(freearg) const char *const *STRINGS {
    firth_python_free_texts(&texts$argnum);
}

/* Values out. */

%typemap(out) double firth_stream::timeout {
    $result = $1 < 0 ? SWIG_Py_Void() : PyFloat_FromDouble($1);
}

%typemap(out) const char *firth_listener::path {
    $result = PyUnicode_DecodeFSDefault($1);
}

%typemap(in, numinputs=0) bool *READY (bool ready = false) {
    $1 = &ready;
}
%typemap(argout) bool *READY {
    $result = firth_python_output($result, PyBool_FromLong(*$1));
}

/* poll without a time looks and does not wait. */
%typemap(in) (double TIMEOUT, bool *READY) (bool ready = false) {
    if (firth_python_timeout($input, "timeout", &$1) < 0)
        SWIG_fail;
    $2 = &ready;
}
%typemap(default) (double TIMEOUT, bool *READY) (bool ready = false) {
    $1 = 0;
    $2 = &ready;
}
%typemap(argout) (double TIMEOUT, bool *READY) {
    $result = firth_python_output($result, PyBool_FromLong(*$2));
}

%typemap(in, numinputs=0) int *DESCRIPTOR (int descriptor = -1) {
    $1 = &descriptor;
}
%typemap(argout) int *DESCRIPTOR {
    $result = firth_python_output($result, PyLong_FromLong(*$1));
}

%typemap(in, numinputs=0) const char **STATIC_TEXT (const char *text = NULL) {
    $1 = ($1_ltype)&text;
}
%typemap(argout) const char **STATIC_TEXT {
    $result = firth_python_output($result, PyUnicode_FromString(*$1));
}

%typemap(in, numinputs=0) size_t *COUNT (size_t count = 0) {
    $1 = &count;
}
%typemap(argout) size_t *COUNT {
    $result = firth_python_output($result, PyLong_FromSize_t(*$1));
}

%apply size_t *COUNT { size_t *TO_READ, size_t *TO_WRITE };

%typemap(in, numinputs=0) firth_counters *COUNTERS (firth_counters counters) {
    $1 = &counters;
}
%typemap(argout) firth_counters *COUNTERS {
    $result = firth_python_output($result, firth_python_counters($1));
}

/* Bytes of the library, or a bytes object made instead (`made`, see blocking.i). Nothing
 * is given if more is wanted. */
%typemap(in, numinputs=0) firth_bytes *BYTES (firth_bytes bytes = { NULL, 0 },
                                              PyObject *made = NULL) {
    $1 = &bytes;
}
%typemap(argout) firth_bytes *BYTES {
    if (result != FIRTH_E_WANT_READ) {
        if (made$argnum == NULL)
            made$argnum = PyBytes_FromStringAndSize($1->data, (Py_ssize_t)$1->length);
        $result = firth_python_output($result, made$argnum);
        made$argnum = NULL;
    }
}
%typemap(freearg) firth_bytes *BYTES {
    firth_bytes_free($1);
    Py_XDECREF(made$argnum);
}

%typemap(in, numinputs=0) firth_payload *PAYLOAD (firth_payload payload = { NULL }) {
    $1 = &payload;
}
%typemap(argout) firth_payload *PAYLOAD {
    $result = firth_python_output($result, firth_python_payload_take($1));
}
%typemap(freearg) firth_payload *PAYLOAD {
    firth_python_payload_free($1);
}
