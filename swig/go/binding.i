/* Go's own part. SWIG makes the package firth.dev/firth/internal/core, flat and
 * unguarded; the package firth.dev/firth stands on it and is what users see.
 *
 * Handles are uintptr. Every call that could wait is made with a TIMEOUT of 0, a
 * try: waiting is Go's own poller's work (bindings/go/waiting.go). */
%insert(cgo_comment_typedefs) %{
#include <firth/firth.h>
%}

%{
#include <stdlib.h>
#include <string.h>
%}

%include "values.i"
%include "errors.i"
%include "handles.i"
%include "blocking.i"
%include "custom_stream.i"
