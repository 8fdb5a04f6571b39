#include "stream/open.h"

#include "base/fail.h"
#include "platform/socket.h"
#include "stream/open_process.h"

#include <firth/open.h>
#include <firth/pipe_stream.h>
#include <firth/socket_stream.h>
#include <firth/tunneled_socket_stream.h>

#include <math.h>

/* What the options of all schemes say. */
typedef struct settings {
    int ipv6;
    int nodelay;
    int keepalive;
    const char *cwd;
    int stderr_to;
} settings;

static const firth_uri_choice yes_no[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const firth_uri_choice keepalives[] = {
    {"yes", FIRTH_KEEPALIVE_DEFAULT}, {"no", 0}, {NULL, 0}};
static const firth_uri_option_form tcp_options[] = {
    {"ipv6", FIRTH_URI_CHOICE, yes_no, 0, offsetof(settings, ipv6)},
    {"keepalive", FIRTH_URI_NUMBER, keepalives, 32767, offsetof(settings, keepalive)},
    {"nodelay", FIRTH_URI_CHOICE, yes_no, 0, offsetof(settings, nodelay)},
    {NULL, FIRTH_URI_TEXT, NULL, 0, 0},
};

static const firth_uri_choice error_outputs[] = {
    {"inherit", FIRTH_STDERR_INHERIT}, {"discard", FIRTH_STDERR_DISCARD}, {NULL, 0}};
static const firth_uri_option_form process_options[] = {
    {"arg", FIRTH_URI_ARGUMENT, NULL, 0, 0},
    {"cwd", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, cwd)},
    {"env", FIRTH_URI_VARIABLE, NULL, 0, 0},
    {"stderr", FIRTH_URI_CHOICE, error_outputs, 0, offsetof(settings, stderr_to)},
    {NULL, FIRTH_URI_TEXT, NULL, 0, 0},
};
#define ARGUMENT (&process_options[0])
#define VARIABLE (&process_options[2])

static settings settings_of(const firth_uri *uri)
{
    settings made = {
        .ipv6 = FIRTH_IPV6_UNSET,
        .nodelay = 1,
        .stderr_to = FIRTH_STDERR_INHERIT,
    };
    for (size_t i = 0; i < uri->option_count; i++) {
        const firth_uri_option *option = &uri->options[i];
        void *place = (char *)&made + option->form->place;
        if (option->form->choices != NULL)
            *(int *)place = option->number;
        else if (option->form->kind == FIRTH_URI_TEXT)
            *(const char **)place = option->text;
    }
    return made;
}

static firth_connect_options connect_options(const settings *set, const firth_deadline *deadline)
{
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = firth_deadline_remaining(deadline);
    options.ipv6 = set->ipv6;
    options.nodelay = set->nodelay != 0;
    options.keepalive = set->keepalive;
    return options;
}

static firth_err open_tcp(firth_stream **stream, const firth_uri *uri,
                          const firth_deadline *deadline)
{
    settings set = settings_of(uri);
    firth_connect_options options = connect_options(&set, deadline);
    return firth_socket_stream_connect(stream, uri->host, uri->port, &options);
}

static firth_err open_unix(firth_stream **stream, const firth_uri *uri,
                           const firth_deadline *deadline)
{
    return firth_socket_stream_unix_connect(stream, uri->path, firth_deadline_remaining(deadline));
}

static firth_err open_exec(firth_stream **stream, const firth_uri *uri,
                           const firth_deadline *deadline)
{
    (void)deadline;
    settings set = settings_of(uri);
    firth_process_options options = FIRTH_PROCESS_OPTIONS_INIT;
    options.cwd = set.cwd;
    options.stderr_to = set.stderr_to;
    return firth_open_process(stream, uri, ARGUMENT, VARIABLE, &options);
}

static firth_err open_fd(firth_stream **stream, const firth_uri *uri,
                         const firth_deadline *deadline)
{
    (void)deadline;
    if (uri->numbers[0] == uri->numbers[1] && firth_socket_is(uri->numbers[0]))
        return firth_socket_stream_from_descriptor(stream, uri->numbers[0], NULL);
    return firth_pipe_stream_from_descriptors(stream, uri->numbers[0], uri->numbers[1], NULL);
}

static firth_err open_stdio(firth_stream **stream, const firth_uri *uri,
                            const firth_deadline *deadline)
{
    (void)uri;
    (void)deadline;
    return firth_pipe_stream_from_std(stream);
}

typedef firth_err (*proxy_connect)(firth_stream **stream, const char *proxy_host, int proxy_port,
                                   const char *host, int port, const firth_proxy_options *options);

static firth_err open_by_proxy(firth_stream **stream, const firth_uri *uri,
                               const firth_deadline *deadline, proxy_connect connect)
{
    if (uri->target_tls)
        return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s", "TLS through a proxy is not built in");
    settings set = settings_of(uri);
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.user = uri->user;
    options.password = uri->password;
    options.connect = connect_options(&set, deadline);
    return connect(stream, uri->host, uri->port, uri->target_host, uri->target_port, &options);
}

static firth_err open_socks5(firth_stream **stream, const firth_uri *uri,
                             const firth_deadline *deadline)
{
    return open_by_proxy(stream, uri, deadline, firth_tunneled_socket_stream_socks5_connect);
}

static firth_err open_http_connect(firth_stream **stream, const firth_uri *uri,
                                   const firth_deadline *deadline)
{
    return open_by_proxy(stream, uri, deadline, firth_tunneled_socket_stream_http_connect);
}

#define PROXY_PARTS \
    (FIRTH_URI_HOST | FIRTH_URI_PORT | FIRTH_URI_USER | FIRTH_URI_PASSWORD | FIRTH_URI_TARGET)

static const firth_uri_scheme schemes[] = {
    {"tcp", FIRTH_URI_HOST | FIRTH_URI_PORT, tcp_options, NULL, open_tcp},
    {"unix", FIRTH_URI_PATH, NULL, NULL, open_unix},
    {"exec", FIRTH_URI_PATH, process_options, NULL, open_exec},
    {"socks5", PROXY_PARTS, tcp_options, NULL, open_socks5},
    {"http-connect", PROXY_PARTS, tcp_options, NULL, open_http_connect},
    {"fd", FIRTH_URI_NUMBERS, NULL, NULL, open_fd},
    {"stdio", 0, NULL, NULL, open_stdio},
};

const firth_uri_scheme *firth_open_schemes(size_t *count)
{
    *count = sizeof schemes / sizeof schemes[0];
    return schemes;
}

firth_err firth_open(firth_stream **stream, const char *uri, double timeout)
{
    firth_uri *parsed;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    if (isnan(timeout))
        return firth_fail(FIRTH_E_INVALID, "%s", "the time-out is not a number");
    firth_deadline deadline =
        firth_deadline_in(timeout == FIRTH_UNSET ? FIRTH_CONNECT_TIMEOUT : timeout);
    firth_err err = firth_uri_parse(&parsed, uri, schemes, sizeof schemes / sizeof schemes[0]);
    if (err != FIRTH_OK)
        return err;
    err = parsed->scheme->open(stream, parsed, &deadline);
    firth_uri_free(parsed);
    return err;
}
