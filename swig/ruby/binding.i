/* Ruby's part of the interface. The C functions that the typemaps call are in
 * bindings/ruby/support. */
%{
#include "firth_ruby.h"
%}

%include "errors.i"
%include "values.i"
%include "handles.i"
%include "blocking.i"
