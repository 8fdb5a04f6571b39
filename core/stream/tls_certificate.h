/* What is wrong with a certificate, in words. */
#ifndef FIRTH_STREAM_TLS_CERTIFICATE_H
#define FIRTH_STREAM_TLS_CERTIFICATE_H

#include <openssl/x509.h>
#include <stddef.h>

/* While OpenSSL verifies and has found something: the check that failed, whose certificate,
 * and what was expected and found. `name` is whom it must name. One line, of which a hostile
 * peer has written a part: ASCII only, cut if too long. */
void firth_tls_describe_refusal(X509_STORE_CTX *store, const char *name, char *words, size_t size);

#endif
