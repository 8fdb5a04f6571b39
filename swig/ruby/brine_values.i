/* Values as brine: bindings/ruby/support/brine_dump.c and brine_load.c. */
%typemap(in, numinputs=0) VALUE *OBJECT (VALUE object = Qnil) "$1 = &object;"
%typemap(argout) VALUE *OBJECT "if (result == FIRTH_OK) $result = *$1;"

%rename(brine_dump) firth_ruby_brine_dump;
%rename(brine_load) firth_ruby_brine_load;
%rename(brine_dumpable) firth_ruby_brine_dumpable;
firth_err firth_ruby_brine_dump(VALUE value, VALUE limits, VALUE *OBJECT);
firth_err firth_ruby_brine_load(VALUE encoded, VALUE limits, VALUE *OBJECT);
firth_err firth_ruby_brine_dumpable(VALUE value, VALUE limits, bool *READY);

%init %{
    firth_ruby_init_brine(mFirth);
%}
