/* Sockets: resolving, connecting, listening, accepting. */
#ifndef FIRTH_PLATFORM_SOCKET_H
#define FIRTH_PLATFORM_SOCKET_H

#include "platform/clock.h"
#include "platform/wait.h"

#include <firth/error.h>

/* What is asked of the resolver. All but host and port 0 for "any". */
typedef struct firth_endpoint {
    const char *host; /* NULL or "": every address of this machine, if passive */
    int port;
    int family;
    int socktype;
    int proto;
    bool passive; /* to listen on */
} firth_endpoint;

struct addrinfo;

/* The endpoint's addresses, to be given back. Interruptible, and limited in time
 * although getaddrinfo is not. FIRTH_E_HOST_NOT_FOUND, FIRTH_E_WANT_READ. */
firth_err firth_resolve(const firth_endpoint *endpoint, const firth_deadline *deadline,
                        struct addrinfo **addresses);
void firth_resolved_free(struct addrinfo *addresses);

/* The bytes of a numeric address without a zone, in network order: 4 for IPv4, 16 for
 * IPv6, 0 if the text is none. */
size_t firth_address_bytes(const char *text, unsigned char bytes[16]);

/* Connects to the first address that lets us. FIRTH_E_WANT_WRITE when the time ran out. */
firth_err firth_socket_connect(const firth_endpoint *endpoint, const firth_deadline *deadline,
                               int *number);

firth_err firth_socket_unix_connect(const char *path, const firth_deadline *deadline, int *number);

/* Listens; *port says which one it became. */
firth_err firth_socket_listen(const firth_endpoint *endpoint, int backlog, int *number, int *port);
firth_err firth_socket_unix_listen(const char *path, int backlog, int *number);

/* Accepts without waiting. FIRTH_E_WANT_READ if nobody is there. */
firth_err firth_socket_try_accept(int number, int *accepted);

/* TCP_NODELAY, and keepalives every `keepalive` seconds (0: none). Nothing is done
 * to a socket that is not TCP. */
firth_err firth_socket_tune(int number, bool nodelay, int keepalive);

/* Of a TCP socket: acknowledges now what has been received, if that is still to be done. */
void firth_socket_acknowledge(int number);

/* Whether it is a stream socket that does not listen; *name becomes "tcp", "unix" or "socket".
 * FIRTH_E_INVALID says what it is instead. */
firth_err firth_socket_examine(int number, const char **name);

/* Whether it is a socket of any kind. */
bool firth_socket_is(int number);

/* Ends the connection for whoever holds it. */
void firth_socket_shutdown(int number);

/* The file of a unix socket: which one it is, and its removal if it still is that one. */
typedef struct firth_file_identity {
    unsigned long long device, inode;
} firth_file_identity;
firth_file_identity firth_file_identify(const char *path);
void firth_file_remove(const char *path, firth_file_identity identity);

#endif
