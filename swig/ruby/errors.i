/* A failure is raised in `ret`, after everything that the call held was let go:
 * rb_raise does not come back. */
%typemap(out) firth_err "$result = Qnil;"
%typemap(ret) firth_err "firth_ruby_settle($1);"
/* That more bytes are needed is an answer, nil. */
%typemap(ret) firth_err firth_frame_codec::decode
    "firth_ruby_settle($1 == FIRTH_E_WANT_READ ? FIRTH_OK : $1);"

%init %{
    firth_ruby_init_errors(mFirth);
    firth_ruby_init_owners();
%}
