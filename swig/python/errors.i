/* firth_err becomes None (or the values out), or an exception made from the
 * thread's last error in this same call. */
%typemap(out) firth_err {
    if (firth_python_failed($1)) {
        firth_python_raise($1);
        SWIG_fail;
    }
    $result = SWIG_Py_Void();
}

/* More bytes are wanted: None. */
%typemap(out) firth_err firth_frame_codec::decode {
    if (firth_python_failed($1) && $1 != FIRTH_E_WANT_READ) {
        firth_python_raise($1);
        SWIG_fail;
    }
    $result = SWIG_Py_Void();
}

%init %{
    if (firth_python_find_errors() < 0)
        return NULL;
%}
