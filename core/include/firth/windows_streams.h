/* Streams that exist on Windows only. rpyc.core.stream.Win32PipeStream and
 * NamedPipeStream. Elsewhere every function is FIRTH_E_NOT_SUPPORTED, whose detail
 * ends in "only on Windows". */
#ifndef FIRTH_WINDOWS_STREAMS_H
#define FIRTH_WINDOWS_STREAMS_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that a pipe made here holds, as in rpyc. */
#define FIRTH_WINDOWS_PIPE_BUFFER_SIZE 130000

/* What comes before a pipe's name that does not begin with "\\.", as in rpyc. */
#define FIRTH_NAMED_PIPE_PREFIX "\\\\.\\pipe\\rpyc_"

/* Win32PipeStream(incoming, outgoing): a stream over two handles (HANDLE), which it owns.
 * After a failure nothing was taken over. */
FIRTH_API firth_err firth_win32_pipe_stream_create(firth_stream **stream, void *incoming,
                                                   void *outgoing);

/* As firth_pipe_stream_from_std and firth_pipe_stream_create_pair. */
FIRTH_API firth_err firth_win32_pipe_stream_from_std(firth_stream **stream);
FIRTH_API firth_err firth_win32_pipe_stream_create_pair(firth_stream **first,
                                                        firth_stream **second);

/* NamedPipeStream(handle, is_server_side): a stream over one handle, which it owns. */
FIRTH_API firth_err firth_named_pipe_stream_create(firth_stream **stream, void *handle,
                                                   bool is_server_side);

/* The server's side of a new pipe of that name; with `connect` it waits for the client
 * up to `timeout` seconds (FIRTH_UNSET: for ever, as in rpyc). */
FIRTH_API firth_err firth_named_pipe_stream_create_server(firth_stream **stream,
                                                          const char *pipename, bool connect,
                                                          double timeout);

/* Waits for the client of a server's side that was created without. FIRTH_E_INVALID: it is
 * no server's side. */
FIRTH_API firth_err firth_named_pipe_stream_connect_server(firth_stream *stream, double timeout);

/* The client's side of a pipe that exists. */
FIRTH_API firth_err firth_named_pipe_stream_create_client(firth_stream **stream,
                                                          const char *pipename);

#ifdef __cplusplus
}
#endif

#endif
