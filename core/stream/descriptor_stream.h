/* A stream over one descriptor or two: what sockets and pipes have in common. */
#ifndef FIRTH_STREAM_DESCRIPTOR_STREAM_H
#define FIRTH_STREAM_DESCRIPTOR_STREAM_H

#include "platform/descriptor.h"
#include "platform/waker.h"

#include <firth/socket_stream.h>

/* What a peer that is more than descriptors needs of the stream to finish with. */
typedef struct firth_descriptor_rest {
    int incoming;                /* may be read from with the stream's reading turn */
    firth_waker *waker;          /* of who finishes */
    const _Atomic bool *closing; /* the stream is being closed */
} firth_descriptor_rest;

/* What knows more of the peer than its descriptors do; each function but drop may be NULL. */
typedef struct firth_descriptor_peer {
    void *context;
    /* The peer is gone: reports `err` with more words, and returns it. */
    firth_err (*explain)(void *context, firth_err err);
    /* With the writing turn: waits for the peer's end, which has been told that no more
     * bytes come. FIRTH_E_TIMEOUT is reported in its own words. */
    firth_err (*finish)(void *context, const firth_descriptor_rest *rest, double timeout);
    /* As in firth_stream_ops. */
    void (*close)(void *context);
    void (*wake)(void *context);
    /* With the stream's release. */
    void (*drop)(void *context);
} firth_descriptor_peer;

/* How the stream is made. */
typedef struct firth_descriptor_stream_plan {
    const char *name;                    /* "tcp", "pipe": for the text of errors */
    int incoming;                        /* descriptor to read from */
    int outgoing;                        /* descriptor to write to; may be the same */
    bool shut_down;                      /* a socket: close ends the connection */
    bool acknowledges;                   /* TCP: what has come is acknowledged before a wait */
    const firth_descriptor_owner *owner; /* NULL: the stream owns the descriptors */
    const firth_descriptor_peer *peer;   /* NULL: nothing more is known of it */
} firth_descriptor_stream_plan;

/* After a failure the descriptors and the peer are still the caller's. */
firth_err firth_descriptor_stream_create(firth_stream **stream,
                                         const firth_descriptor_stream_plan *plan);

#endif
