/* The interface of all languages. binding.i is the language's own part, found
 * through swig's include path (-Iswig -Iswig/<language>); the files below are one
 * for each header.
 *
 * Typemaps key on these parameter names, which every language defines:
 *   firth_err                            result: the language's error
 *   (const void *DATA, size_t LENGTH)    bytes in, pinned or copied for the whole call
 *   (const void *SALT, size_t SALT_LENGTH)   the same
 *   (const void *KEY, size_t KEY_LENGTH)     the same; nil: NULL
 *   const char *HOST, const char *PATH   a name, and a file's name, in
 *   const char *TEXT                     other text in
 *   const char *OPTIONAL                 text in, NULL if there is none
 *   const char *const *STRINGS           a list of texts in, NULL at its end; nil: NULL
 *   const char **STATIC_TEXT             text out that is never freed
 *   double TIMEOUT                       seconds in; absent: FIRTH_UNSET; nil: FIRTH_FOREVER
 *   firth_bytes *BYTES                   bytes out; the typemap frees them
 *   firth_payload *PAYLOAD               bytes out by the language's fastest way (binding.i)
 *   bool *READY, bool *COMPLETE, int *DESCRIPTOR, size_t *COUNT      values out
 *   size_t *TO_READ, size_t *TO_WRITE    two numbers of bytes out
 *   firth_counters *COUNTERS             the four counters out
 *   firth_stream **STREAM, ...           a new object out
 *   firth_stream *STREAM, *LOWER         any stream in
 */
%module firth

%{
#include <firth/firth.h>
%}

%include "binding.i"

%include "error.i"
%include "stream.i"
%include "socket_stream.i"
%include "pipe_stream.i"
%include "process_stream.i"
%include "windows_streams.i"
%include "buffered_stream.i"
%include "tunneled_socket_stream.i"
%include "open.i"
%include "listener.i"
%include "tls_stream.i"
%include "brine.i"
%include "frame.i"
%include "channel.i"
%include "compressed_channel.i"
%include "batching_channel.i"
%include "encrypted_channel.i"
