/* The client's side of SOCKS5 (RFC 1928) with user and password (RFC 1929). It knows no
 * socket: it gives the bytes to send, and is fed those that the proxy answers. */
#ifndef FIRTH_STREAM_SOCKS5_CLIENT_H
#define FIRTH_STREAM_SOCKS5_CLIENT_H

#include "stream/tunnel_target.h"

#define FIRTH_SOCKS5_LARGEST_MESSAGE (3 + 255 + 255)
#define FIRTH_SOCKS5_LARGEST_REPLY (4 + 1 + 255 + 2)

typedef enum firth_socks5_stage {
    FIRTH_SOCKS5_METHOD, /* what is awaited: the proxy's choice of a method */
    FIRTH_SOCKS5_STATUS, /* its answer to user and password */
    FIRTH_SOCKS5_REPLY,  /* its reply to the request */
    FIRTH_SOCKS5_CONNECTED
} firth_socks5_stage;

typedef struct firth_socks5_client {
    firth_socks5_stage stage;
    firth_target target;
    const char *user; /* the caller's; NULL: none is offered */
    const char *password;
    unsigned char out[FIRTH_SOCKS5_LARGEST_MESSAGE];
    size_t out_length; /* to be sent before what is awaited can come; the sender makes it 0 */
    unsigned char in[FIRTH_SOCKS5_LARGEST_REPLY]; /* of what is awaited: */
    size_t have;                                  /* what has come */
    size_t need;                                  /* how long it is, as far as that is known */
} firth_socks5_client;

/* Begins with a message to send. FIRTH_E_INVALID: a target that is none, or a user or
 * password that is too long (255 bytes), or empty. `password` NULL is an empty one. */
firth_err firth_socks5_begin(firth_socks5_client *self, const char *host, int port,
                             const char *user, const char *password);

/* Bytes that come from the proxy's next message, of which at least one may be waited for:
 * no byte behind it belongs to the handshake. 0: connected. */
size_t firth_socks5_awaits(const firth_socks5_client *self);

/* Takes what the proxy sent: at most as many bytes as are awaited. FIRTH_E_TUNNEL says
 * what it refused, or what was expected and what was found. */
firth_err firth_socks5_feed(firth_socks5_client *self, const void *data, size_t length);

/* "its choice of a method", for the text of errors. Static. */
const char *firth_socks5_awaited(const firth_socks5_client *self);

#endif
