/* A stream of any kind, and the far end of it: bare descriptors, or a stream where the far
 * end has to speak as one. */
#ifndef TESTS_SUPPORT_DUPLEX_H
#define TESTS_SUPPORT_DUPLEX_H

#include <firth/firth.h>

typedef enum medium {
    OVER_UNIX,
    OVER_TCP,
    OVER_PIPES,
    OVER_PIPE_PAIR,       /* firth_pipe_stream_create_pair */
    OVER_DESCRIPTORS,     /* fd:N,M of one socket */
    OVER_URI,             /* tcp://host:port */
    OVER_BUFFERED,        /* a BufferedStream over TCP */
    OVER_TUNNEL,          /* a TunneledSocketStream over TCP */
    OVER_CUSTOM,          /* a table of functions over a socket */
    OVER_BLOCKING_CUSTOM, /* the same of functions that only block */
    OVER_SOCKS5,          /* socks5: and http-connect:, through a proxy of the test's */
    OVER_HTTP_CONNECT,
    OVER_PROCESS, /* a child that passes everything to a socket */
    OVER_SSH,     /* the same of a program that plays ssh */
    OVER_TLS,     /* the client's side over TCP, and the server's; the other is the far end */
    OVER_TLS_SERVER,
    OVER_TLS_1_2,      /* TLS 1.2 over a unix socket */
    OVER_TLS_PIPES,    /* TLS over pipes */
    OVER_TLS_BUFFERED, /* TLS over a BufferedStream */
    OVER_BUFFERED_TLS, /* a BufferedStream over TLS */
    OVER_REAL_TUNNEL   /* what FIRTH_TEST_TUNNEL leads through */
} medium;

typedef struct duplex {
    firth_stream *stream;
    int says;           /* the far end writes here */
    int hears;          /* and reads here; the same descriptor for sockets */
    firth_stream *peer; /* or does both here, and has no descriptors; else NULL */
} duplex;

duplex open_duplex(medium over);
void close_duplex(duplex *self);

/* The far end goes away, politely. */
void hang_up(duplex *self);

/* The far end goes away so that this side sees a reset. TCP only. */
void hang_up_rudely(duplex *self);

void say(const duplex *self, const void *bytes, size_t length);

/* The same in any thread; false if they do not all go. */
bool tell(const duplex *self, const void *bytes, size_t length);

/* Exactly `length` bytes from the far end; false if they do not come. Any thread. */
bool hear(const duplex *self, void *bytes, size_t length);

/* The far end as a stream, which is the duplex's. */
firth_stream *far_stream(duplex *self);

/* Takes all that the stream has sent; the bytes taken. */
size_t hear_all(const duplex *self);

/* Whether TCP has carried over all that the far end has room for; a moment before, what the
 * stream does not take now it may take yet. True of whatever is not TCP. */
bool has_settled(firth_stream *stream);

/* Writes to the stream until it takes no more, now or later; the bytes that went in. */
size_t fill_up(firth_stream *stream);

/* A pair of connected sockets: "unix" or "tcp". */
void open_sockets(medium over, int sockets[2]);

/* Buffers that do not grow, so that a test can fill them; and nothing is held back. */
void tune_tcp(int socket);

/* The kinds that have files of their own; they take the sockets over. */
duplex open_over_uri(void);
duplex open_over_proxy(const char *scheme);
duplex open_over_process(void);
duplex open_over_ssh(void);
duplex open_over_tls(medium over);
duplex open_over_tunnel(void);
duplex open_over_custom(const int sockets[2], bool blocking);

#endif
