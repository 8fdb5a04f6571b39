/* A far end that is OpenSSL itself, over a socket, for what firth's own never does. */
#ifndef TESTS_SUPPORT_OPENSSL_PEER_H
#define TESTS_SUPPORT_OPENSSL_PEER_H

#include "worker.h"

#include <openssl/ssl.h>

typedef struct openssl_peer {
    SSL_CTX *context;
    SSL *ssl;
    int socket;
} openssl_peer;

/* A server with the certificate of localhost, which owns the socket. */
void open_openssl_peer(openssl_peer *self, int socket);
void close_openssl_peer(openssl_peer *self);

/* Tasks of a worker, whose argument is the peer. */
firth_err openssl_accepts(void *argument);

/* Gives back what comes, and wants new keys before each answer, until the end. */
firth_err openssl_echoes_with_new_keys(void *argument);

#endif
