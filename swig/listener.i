%rename(Listener) firth_listener;
%nodefaultctor firth_listener;
%nodefaultdtor firth_listener;
typedef struct {} firth_listener;

%rename(accept) firth_listener::accept_stream;

%extend firth_listener {
    ~firth_listener() { firth_listener_free($self); }

    firth_err accept_stream(double TIMEOUT, firth_stream **STREAM) {
        return firth_listener_accept($self, STREAM, TIMEOUT);
    }
    int port(void);
    const char *path(void);
    firth_err fileno(int *DESCRIPTOR);
    firth_err close(void);
    bool closed(void);
    firth_err wake(void);
}

%rename(listener_listen) firth_swig_listener_listen;
%rename(listener_unix_listen) firth_swig_listener_unix_listen;

%inline %{
static firth_err firth_swig_listener_listen(firth_listener **LISTENER, const char *HOST, int port,
                                            int ipv6, int backlog, bool nodelay, int keepalive)
{
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    options.ipv6 = ipv6;
    options.backlog = backlog;
    options.nodelay = nodelay;
    options.keepalive = keepalive;
    return firth_listener_listen(LISTENER, HOST, port, &options);
}

static firth_err firth_swig_listener_unix_listen(firth_listener **LISTENER, const char *PATH,
                                                 int backlog)
{
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    options.backlog = backlog;
    return firth_listener_unix_listen(LISTENER, PATH, &options);
}
%}
