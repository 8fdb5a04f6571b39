/* Python: builtin types (-builtin) with keyword arguments. The classes users see are
 * subclasses of these in bindings/python/firth; the C that the typemaps call is
 * plain C, in bindings/python/support. */
%{
#include "firth_python.h"

/* SWIG's own way to read keywords, replaced by one that is quick without any and
 * takes the parameter names of the interface in lower case. */
#undef PyArg_ParseTupleAndKeywords
#define PyArg_ParseTupleAndKeywords firth_python_arguments

#define firth_swig_channel_recv firth_python_recv
%}

%include "keywords.i"
%include "errors.i"
%include "values.i"
%include "handles.i"
%include "custom.i"
%include "blocking.i"
%include "documentation.i"
