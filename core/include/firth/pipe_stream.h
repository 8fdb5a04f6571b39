/* PipeStream: a stream over two simplex pipes. rpyc.core.stream.PipeStream. */
#ifndef FIRTH_PIPE_STREAM_H
#define FIRTH_PIPE_STREAM_H

#include <firth/socket_stream.h>
#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Two streams over two anonymous pipes: what one writes the other reads. */
FIRTH_API firth_err firth_pipe_stream_create_pair(firth_stream **first, firth_stream **second);

/* A stream over this process's standard input and output. Afterwards descriptors
 * 0 and 1 are the null device, so that a stray print cannot corrupt a frame. */
FIRTH_API firth_err firth_pipe_stream_from_std(firth_stream **stream);

/* A stream that reads from one descriptor and writes to another (which may be the
 * same): pipes, sockets, terminals, files. Flags that others share are left as
 * they are; a pipe that cannot be opened again on its own is written to in pieces
 * of at most PIPE_BUF bytes, a terminal byte by byte. With `owner` NULL the stream owns
 * both descriptors.
 * After a failure nothing was taken over. FIRTH_E_INVALID: not open, or not open
 * in that direction. */
FIRTH_API firth_err firth_pipe_stream_from_descriptors(firth_stream **stream, int incoming,
                                                       int outgoing,
                                                       const firth_descriptor_owner *owner);

#ifdef __cplusplus
}
#endif

#endif
