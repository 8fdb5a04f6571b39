/* A stream over one descriptor or two: what sockets and pipes have in common. */
#ifndef FIRTH_STREAM_DESCRIPTOR_STREAM_H
#define FIRTH_STREAM_DESCRIPTOR_STREAM_H

#include "platform/descriptor.h"

#include <firth/socket_stream.h>

/* How the stream is made. */
typedef struct firth_descriptor_stream_plan {
    const char *name;                    /* "tcp", "pipe": for the text of errors */
    int incoming;                        /* descriptor to read from */
    int outgoing;                        /* descriptor to write to; may be the same */
    bool shut_down;                      /* a socket: close ends the connection */
    const firth_descriptor_owner *owner; /* NULL: the stream owns the descriptors */
} firth_descriptor_stream_plan;

/* After a failure the descriptors are still the caller's. */
firth_err firth_descriptor_stream_create(firth_stream **stream,
                                         const firth_descriptor_stream_plan *plan);

#endif
