%constant int TLS_UNSET = FIRTH_TLS_UNSET;
%constant int TLS_1_2 = FIRTH_TLS_1_2;
%constant int TLS_1_3 = FIRTH_TLS_1_3;
%constant int CERT_UNSET = FIRTH_CERT_UNSET;
%constant int CERT_NONE = FIRTH_CERT_NONE;
%constant int CERT_OPTIONAL = FIRTH_CERT_OPTIONAL;
%constant int CERT_REQUIRED = FIRTH_CERT_REQUIRED;

%apply const char *OPTIONAL { const char *keyfile, const char *certfile, const char *password,
                              const char *ca_certs, const char *ciphers,
                              const char *server_name };

%rename(tls_stream_client) firth_swig_tls_stream_client;
%rename(tls_stream_server) firth_swig_tls_stream_server;
%rename(socket_stream_ssl_connect) firth_swig_socket_stream_ssl_connect;
%rename(listener_tls_listen) firth_swig_listener_tls_listen;
%rename(tls_stream_handshake) firth_tls_stream_handshake;
%rename(tls_stream_version) firth_tls_stream_version;
%rename(tls_stream_cipher) firth_tls_stream_cipher;
%rename(tls_stream_peer_certificate) firth_tls_stream_peer_certificate;

%{
static firth_tls_options firth_swig_tls_options(const char *keyfile, const char *certfile,
                                                const char *password, const char *ca_certs,
                                                const char *ciphers, const char *server_name,
                                                int ssl_version, int cert_reqs, int check_hostname)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.keyfile = keyfile;
    options.certfile = certfile;
    options.password = password;
    options.ca_certs = ca_certs;
    options.ciphers = ciphers;
    options.server_name = server_name;
    options.ssl_version = ssl_version;
    options.cert_reqs = cert_reqs;
    options.check_hostname = check_hostname;
    return options;
}
%}

/* check_hostname: 1, 0, or -1 if it is absent. */
%inline %{
static firth_err firth_swig_tls_stream_client(firth_stream **STREAM, firth_stream *LOWER,
                                              const char *keyfile, const char *certfile,
                                              const char *password, const char *ca_certs,
                                              const char *ciphers, const char *server_name,
                                              int ssl_version, int cert_reqs, int check_hostname)
{
    firth_tls_options options =
        firth_swig_tls_options(keyfile, certfile, password, ca_certs, ciphers, server_name,
                               ssl_version, cert_reqs, check_hostname);
    return firth_tls_stream_client(STREAM, LOWER, &options);
}

static firth_err firth_swig_tls_stream_server(firth_stream **STREAM, firth_stream *LOWER,
                                              const char *keyfile, const char *certfile,
                                              const char *password, const char *ca_certs,
                                              const char *ciphers, const char *server_name,
                                              int ssl_version, int cert_reqs, int check_hostname)
{
    firth_tls_options options =
        firth_swig_tls_options(keyfile, certfile, password, ca_certs, ciphers, server_name,
                               ssl_version, cert_reqs, check_hostname);
    return firth_tls_stream_server(STREAM, LOWER, &options);
}

static firth_err firth_swig_socket_stream_ssl_connect(
    firth_stream **STREAM, const char *HOST, int port, double TIMEOUT, int ipv6, int family,
    int socktype, int proto, bool nodelay, int keepalive, const char *keyfile,
    const char *certfile, const char *password, const char *ca_certs, const char *ciphers,
    const char *server_name, int ssl_version, int cert_reqs, int check_hostname)
{
    firth_tls_options tls =
        firth_swig_tls_options(keyfile, certfile, password, ca_certs, ciphers, server_name,
                               ssl_version, cert_reqs, check_hostname);
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = TIMEOUT;
    options.ipv6 = ipv6;
    options.family = family;
    options.socktype = socktype;
    options.proto = proto;
    options.nodelay = nodelay;
    options.keepalive = keepalive;
    return firth_socket_stream_ssl_connect(STREAM, HOST, port, &tls, &options);
}

static firth_err firth_swig_listener_tls_listen(
    firth_listener **LISTENER, const char *HOST, int port, int ipv6, int backlog, bool nodelay,
    int keepalive, const char *keyfile, const char *certfile, const char *password,
    const char *ca_certs, const char *ciphers, const char *server_name, int ssl_version,
    int cert_reqs, int check_hostname)
{
    firth_tls_options tls =
        firth_swig_tls_options(keyfile, certfile, password, ca_certs, ciphers, server_name,
                               ssl_version, cert_reqs, check_hostname);
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    options.ipv6 = ipv6;
    options.backlog = backlog;
    options.nodelay = nodelay;
    options.keepalive = keepalive;
    return firth_listener_tls_listen(LISTENER, HOST, port, &tls, &options);
}
%}

/* Of streams that speak TLS; the others do not support it. */
firth_err firth_tls_stream_handshake(firth_stream *stream, double TIMEOUT);
firth_err firth_tls_stream_version(firth_stream *stream, const char **STATIC_TEXT);
firth_err firth_tls_stream_cipher(firth_stream *stream, const char **STATIC_TEXT);
firth_err firth_tls_stream_peer_certificate(firth_stream *stream, firth_bytes *BYTES);
