/* What firth's own tunnels add to a TunneledSocketStream. */
#ifndef FIRTH_STREAM_TUNNELED_SOCKET_STREAM_H
#define FIRTH_STREAM_TUNNELED_SOCKET_STREAM_H

#include <firth/tunneled_socket_stream.h>

/* How the stream is made. */
typedef struct firth_tunneled_stream_plan {
    const char *name;    /* "ssh": for the text of errors */
    firth_tunnel tunnel; /* all NULL: there is nothing to close */
    /* May be NULL. The lower stream was lost by `loss`: reports why, and returns a loss, or
     * FIRTH_E_INTERRUPTED if it is to be asked again. Any thread, perhaps two at once. */
    firth_err (*tell_end)(void *context, firth_err loss);
} firth_tunneled_stream_plan;

/* After a failure nothing was taken over. */
firth_err firth_tunneled_stream_create(firth_stream **stream, firth_stream *lower,
                                       const firth_tunneled_stream_plan *plan);

#endif
