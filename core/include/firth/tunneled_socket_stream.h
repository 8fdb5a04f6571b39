/* TunneledSocketStream: a stream through a tunnel. rpyc.core.stream.TunneledSocketStream. */
#ifndef FIRTH_TUNNELED_SOCKET_STREAM_H
#define FIRTH_TUNNELED_SOCKET_STREAM_H

#include <firth/socket_stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A tunnel of the caller's. `close(context)` is called once, after the stream under it
 * was closed, by the thread that closes, finishes or loses the stream; what it returns
 * becomes the outcome of that close or finish. It is not called if the stream is freed
 * unclosed, nor in a child of fork. `drop(context)` is called always, once, when the
 * stream needs `context` no more. Either may be NULL; neither may use the stream. */
typedef struct firth_tunnel {
    firth_err (*close)(void *context);
    void (*drop)(void *context);
    void *context;
} firth_tunnel;

/* A stream over `lower`, which it keeps alive and closes with itself; do not use
 * `lower` beside it. Its time-out is that of `lower`. `tunnel` is copied; NULL: there is
 * none to close. After a failure nothing was taken over. */
FIRTH_API firth_err firth_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                                        const firth_tunnel *tunnel);

#ifdef __cplusplus
}
#endif

#endif
