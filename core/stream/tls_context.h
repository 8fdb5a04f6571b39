/* What many TLS streams may share: certificates, trust, and what is demanded of a peer. */
#ifndef FIRTH_STREAM_TLS_CONTEXT_H
#define FIRTH_STREAM_TLS_CONTEXT_H

#include <firth/tls_stream.h>

#include <openssl/ssl.h>
#include <stdatomic.h>

typedef struct firth_tls_context {
    _Atomic unsigned references;
    SSL_CTX *ssl;
    BIO_METHOD *methods; /* of the BIOs below the streams */
    bool server;
    int ssl_version; /* as in the options */
    char *name;      /* whom a client wants, or NULL */
    bool is_address; /* the name is an IP address */
} firth_tls_context;

/* Reads the files. */
firth_err firth_tls_context_create(firth_tls_context **context, bool server,
                                   const firth_tls_options *options);
firth_tls_context *firth_tls_context_retain(firth_tls_context *context);
/* NULL is fine. */
void firth_tls_context_free(firth_tls_context *context);

#endif
