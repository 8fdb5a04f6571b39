/* The files of firth_tls_options: FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM, FIRTH_E_TLS. */
#ifndef FIRTH_STREAM_TLS_FILES_H
#define FIRTH_STREAM_TLS_FILES_H

#include <firth/tls_stream.h>

#include <openssl/ssl.h>

/* The own certificate, those above it, and the private key. */
firth_err firth_tls_load_identity(SSL_CTX *context, const firth_tls_options *options);

/* Trusts who is in ca_certs, or the system's store if that is NULL. */
firth_err firth_tls_load_trust(SSL_CTX *context, const char *ca_certs);

#endif
