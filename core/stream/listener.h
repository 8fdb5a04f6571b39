/* What a listener puts over the streams that it accepts. */
#ifndef FIRTH_STREAM_LISTENER_H
#define FIRTH_STREAM_LISTENER_H

#include <firth/listener.h>

typedef struct firth_listener_layer {
    /* Does no I/O. Keeps `lower` alive by a reference of its own. */
    firth_err (*over)(firth_stream **stream, firth_stream *lower, void *context);
    void (*drop)(void *context); /* when the listener needs it no more */
    void *context;
} firth_listener_layer;

/* Before anybody else knows the listener, which owns the layer from then on. */
void firth_listener_put_on(firth_listener *listener, firth_listener_layer layer);

#endif
