/* A failure is raised in `ret`, after everything that the call held was let go:
 * rb_raise does not come back. FIRTH_E_WANT_READ, which only FrameCodec#decode
 * gives, is no failure: the result stays nil. */
%typemap(out) firth_err "$result = Qnil;"
%typemap(ret) firth_err "firth_ruby_settle($1);"

%init %{
    firth_ruby_init_errors(mFirth);
    firth_ruby_init_owners();
%}
