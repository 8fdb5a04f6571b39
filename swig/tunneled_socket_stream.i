%apply const char *HOST { const char *proxy_host, const char *ssh_host };
%apply const char *OPTIONAL { const char *user, const char *password, const char *program,
                              const char *identity_file, const char *known_hosts,
                              const char *config_file };

%constant double SSH_TIMEOUT = FIRTH_SSH_TIMEOUT;

%rename(tunneled_socket_stream_create) firth_swig_tunneled_socket_stream_create;
%rename(tunneled_socket_stream_socks5_connect) firth_swig_tunneled_socket_stream_socks5_connect;
%rename(tunneled_socket_stream_http_connect) firth_swig_tunneled_socket_stream_http_connect;
%rename(tunneled_socket_stream_ssh_connect) firth_swig_tunneled_socket_stream_ssh_connect;

%{
static firth_proxy_options firth_swig_proxy_options(const char *user, const char *password,
                                                    double timeout, int ipv6, bool nodelay,
                                                    int keepalive)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.user = user;
    options.password = password;
    options.connect.timeout = timeout;
    options.connect.ipv6 = ipv6;
    options.connect.nodelay = nodelay;
    options.connect.keepalive = keepalive;
    return options;
}
%}

%inline %{
/* The tunnel is the language's to close. */
static firth_err firth_swig_tunneled_socket_stream_create(firth_stream **STREAM,
                                                          firth_stream *LOWER)
{
    return firth_tunneled_socket_stream_create(STREAM, LOWER, NULL);
}

static firth_err firth_swig_tunneled_socket_stream_socks5_connect(
    firth_stream **STREAM, const char *proxy_host, int proxy_port, const char *HOST, int port,
    const char *user, const char *password, double TIMEOUT, int ipv6,
    bool nodelay, int keepalive)
{
    firth_proxy_options options = firth_swig_proxy_options(user, password,
                                                           TIMEOUT, ipv6, nodelay, keepalive);
    return firth_tunneled_socket_stream_socks5_connect(STREAM, proxy_host, proxy_port, HOST, port,
                                                       &options);
}

static firth_err firth_swig_tunneled_socket_stream_http_connect(
    firth_stream **STREAM, const char *proxy_host, int proxy_port, const char *HOST, int port,
    const char *user, const char *password, double TIMEOUT, int ipv6,
    bool nodelay, int keepalive)
{
    firth_proxy_options options = firth_swig_proxy_options(user, password,
                                                           TIMEOUT, ipv6, nodelay, keepalive);
    return firth_tunneled_socket_stream_http_connect(STREAM, proxy_host, proxy_port, HOST, port,
                                                     &options);
}

static firth_err firth_swig_tunneled_socket_stream_ssh_connect(
    firth_stream **STREAM, const char *ssh_host, int ssh_port, const char *HOST, int port,
    const char *program, const char *user, const char *identity_file, const char *known_hosts,
    const char *config_file, double TIMEOUT)
{
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    options.program = program;
    options.user = user;
    options.identity_file = identity_file;
    options.known_hosts = known_hosts;
    options.config_file = config_file;
    options.timeout = TIMEOUT;
    return firth_tunneled_socket_stream_ssh_connect(STREAM, ssh_host, ssh_port, HOST, port,
                                                    &options);
}
%}
