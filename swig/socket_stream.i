%constant double CONNECT_TIMEOUT = FIRTH_CONNECT_TIMEOUT;
%constant int KEEPALIVE_DEFAULT = FIRTH_KEEPALIVE_DEFAULT;
%constant int IPV6_UNSET = FIRTH_IPV6_UNSET;
%constant int IPV6_OFF = FIRTH_IPV6_OFF;
%constant int IPV6_ON = FIRTH_IPV6_ON;

%rename(socket_stream_connect) firth_swig_socket_stream_connect;
%rename(socket_stream_unix_connect) firth_socket_stream_unix_connect;

%inline %{
static firth_err firth_swig_socket_stream_connect(firth_stream **STREAM, const char *HOST,
                                                  int port, double TIMEOUT, int ipv6, int family,
                                                  int socktype, int proto, bool nodelay,
                                                  int keepalive)
{
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = TIMEOUT;
    options.ipv6 = ipv6;
    options.family = family;
    options.socktype = socktype;
    options.proto = proto;
    options.nodelay = nodelay;
    options.keepalive = keepalive;
    return firth_socket_stream_connect(STREAM, HOST, port, &options);
}
%}

firth_err firth_socket_stream_unix_connect(firth_stream **STREAM, const char *PATH, double TIMEOUT);
