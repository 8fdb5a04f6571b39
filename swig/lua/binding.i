/* Lua: results as `value`, or `nil, message, code`; objects as userdata whose
 * metatable is checked on every call. The C that the typemaps call is plain C, in
 * bindings/lua/support. */
%{
#include "firth_lua.h"

#define firth_swig_channel_recv firth_lua_channel_recv

/* Lua's convention: what is missing is found out by each argument's own check (only
 * a time may be), and what is too much is ignored. */
#undef SWIG_check_num_args
#define SWIG_check_num_args(function, minimum, maximum)
%}

%include "errors.i"
%include "values.i"
%include "handles.i"
