/* A stream, and the far end of it as bare descriptors. */
#ifndef TESTS_SUPPORT_DUPLEX_H
#define TESTS_SUPPORT_DUPLEX_H

#include <firth/firth.h>

typedef enum medium { OVER_UNIX, OVER_TCP, OVER_PIPES } medium;

typedef struct duplex {
    firth_stream *stream;
    int says;  /* the far end writes here */
    int hears; /* and reads here; the same descriptor for sockets */
} duplex;

duplex open_duplex(medium over);
void close_duplex(duplex *self);

/* The far end goes away. */
void hang_up(duplex *self);

/* The far end goes away so that this side sees a reset. TCP only. */
void hang_up_rudely(duplex *self);

void say(const duplex *self, const void *bytes, size_t length);

/* Exactly `length` bytes from the far end; false if they do not come. */
bool hear(const duplex *self, void *bytes, size_t length);

/* Takes all that is there now; the bytes taken. */
size_t hear_all(const duplex *self);

/* Writes to the stream until it takes no more; the bytes that went in. */
size_t fill_up(firth_stream *stream);

/* A pair of connected sockets: "unix" or "tcp". */
void open_sockets(medium over, int sockets[2]);

#endif
