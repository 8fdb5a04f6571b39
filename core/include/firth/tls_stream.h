/* TLS over any stream, and SocketStream.ssl_connect of rpyc.core.stream: TLS 1.2
 * (RFC 5246) and TLS 1.3 (RFC 8446), by OpenSSL. docs/tls.md tells what is checked. */
#ifndef FIRTH_TLS_STREAM_H
#define FIRTH_TLS_STREAM_H

#include <firth/listener.h>
#include <firth/socket_stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of firth_tls_options.ssl_version. */
#define FIRTH_TLS_UNSET 0 /* 1.2 or newer: the newest that both sides know */
#define FIRTH_TLS_1_2 12  /* 1.2 and no other */
#define FIRTH_TLS_1_3 13  /* 1.3 and no other */

/* Values of firth_tls_options.cert_reqs, with the numbers of Python's ssl.CERT_... */
#define FIRTH_CERT_UNSET (-1) /* a client: required; a server: so with ca_certs, else none */
#define FIRTH_CERT_NONE 0     /* the peer's certificate is not looked at */
#define FIRTH_CERT_OPTIONAL 1 /* a server asks for one, and verifies it if it comes */
#define FIRTH_CERT_REQUIRED 2 /* without a good certificate there is no connection */

/* Files are in PEM. NULL is what stands behind the semicolon. */
typedef struct firth_tls_options {
    size_t size;             /* sizeof(firth_tls_options) */
    const char *keyfile;     /* private key; in certfile */
    const char *certfile;    /* own certificate, then those above it; none */
    const char *password;    /* of an encrypted key; none, and nobody is asked for it */
    const char *ca_certs;    /* who is trusted, instead of the system's store; that store */
    const char *ciphers;     /* of TLS 1.2, in OpenSSL's words; OpenSSL's choice */
    const char *server_name; /* a client: whom the certificate must name, and whom RFC 6066's
                              * server_name asks for; the host that was connected to */
    int ssl_version;         /* FIRTH_TLS_... */
    int cert_reqs;           /* FIRTH_CERT_... */
    int check_hostname;      /* 1, 0, or -1: a client does, unless cert_reqs is NONE */
} firth_tls_options;

#define FIRTH_TLS_OPTIONS_INIT                                                             \
    {                                                                                      \
        sizeof(firth_tls_options), 0, 0, 0, 0, 0, 0, FIRTH_TLS_UNSET, FIRTH_CERT_UNSET, -1 \
    }

/* firth_socket_stream_connect and the hand-shake, both within the time-out of `options`.
 * Errors of both. `tls` NULL is the defaults. */
FIRTH_API firth_err firth_socket_stream_ssl_connect(firth_stream **stream, const char *host,
                                                    int port, const firth_tls_options *tls,
                                                    const firth_connect_options *options);

/* TLS over `lower`, which it keeps alive and closes with itself, and which nobody else uses
 * meanwhile. Nothing is sent yet: the hand-shake is made by firth_tls_stream_handshake, or
 * by the first call that reads, writes or polls. Files are read here:
 * FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM (unreadable), FIRTH_E_TLS (malformed, encrypted,
 * key and certificate that do not fit). FIRTH_E_INVALID: options that contradict each
 * other, such as a host name to be checked where none is known. */
FIRTH_API firth_err firth_tls_stream_client(firth_stream **stream, firth_stream *lower,
                                            const firth_tls_options *options);
FIRTH_API firth_err firth_tls_stream_server(firth_stream **stream, firth_stream *lower,
                                            const firth_tls_options *options);

/* Makes the hand-shake, or finishes it. May block up to `timeout` seconds. After its failure
 * every call fails so. FIRTH_E_CERTIFICATE: the peer's was refused, for the reason that the
 * detail tells; FIRTH_E_TLS: no common version or cipher, a peer that speaks no TLS or
 * refuses us. FIRTH_E_NOT_SUPPORTED: no TLS stream. */
FIRTH_API firth_err firth_tls_stream_handshake(firth_stream *stream, double timeout);

/* What was agreed upon, such as "TLSv1.3" and "TLS_AES_256_GCM_SHA384"; static. From the
 * hand-shake on, also after close; FIRTH_E_INVALID before. */
FIRTH_API firth_err firth_tls_stream_version(firth_stream *stream, const char **version);
FIRTH_API firth_err firth_tls_stream_cipher(firth_stream *stream, const char **cipher);

/* The peer's certificate in DER (X.509), empty if it showed none. When: as
 * firth_tls_stream_version. */
FIRTH_API firth_err firth_tls_stream_peer_certificate(firth_stream *stream,
                                                      firth_bytes *certificate);

/* As firth_listener_listen. What is accepted speaks TLS as a server and has not shaken
 * hands, so that a silent peer holds up nobody in accept. Files are read here, once. */
FIRTH_API firth_err firth_listener_tls_listen(firth_listener **listener, const char *host, int port,
                                              const firth_tls_options *tls,
                                              const firth_listen_options *options);

#ifdef __cplusplus
}
#endif

#endif
