#include "stream/open.h"

#include "base/fail.h"
#include "platform/socket.h"
#include "stream/open_process.h"
#include "stream/stream.h"

#include <firth/open.h>
#include <firth/pipe_stream.h>
#include <firth/socket_stream.h>
#include <firth/tls_stream.h>
#include <firth/tunneled_socket_stream.h>

#include <math.h>

/* What the options of all schemes say. */
typedef struct settings {
    int ipv6;
    int nodelay;
    int keepalive;
    const char *cwd;
    int stderr_to;
    firth_tls_options tls;
    firth_ssh_options ssh;
} settings;

static const firth_uri_choice yes_no[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const firth_uri_choice keepalives[] = {
    {"yes", FIRTH_KEEPALIVE_DEFAULT}, {"no", 0}, {NULL, 0}};
static const firth_uri_choice tls_versions[] = {
    {"TLSv1.2", FIRTH_TLS_1_2}, {"TLSv1.3", FIRTH_TLS_1_3}, {NULL, 0}};
static const firth_uri_choice requirements[] = {{"none", FIRTH_CERT_NONE},
                                                {"optional", FIRTH_CERT_OPTIONAL},
                                                {"required", FIRTH_CERT_REQUIRED},
                                                {NULL, 0}};

#define END_OF_OPTIONS                   \
    {                                    \
        NULL, FIRTH_URI_TEXT, NULL, 0, 0 \
    }

static const firth_uri_option_form tcp_options[] = {
    {"ipv6", FIRTH_URI_CHOICE, yes_no, 0, offsetof(settings, ipv6)},
    {"keepalive", FIRTH_URI_NUMBER, keepalives, 32767, offsetof(settings, keepalive)},
    {"nodelay", FIRTH_URI_CHOICE, yes_no, 0, offsetof(settings, nodelay)},
    END_OF_OPTIONS,
};

static const firth_uri_option_form tls_options[] = {
    {"ca_certs", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, tls.ca_certs)},
    {"cert_reqs", FIRTH_URI_CHOICE, requirements, 0, offsetof(settings, tls.cert_reqs)},
    {"certfile", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, tls.certfile)},
    {"check_hostname", FIRTH_URI_CHOICE, yes_no, 0, offsetof(settings, tls.check_hostname)},
    {"ciphers", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, tls.ciphers)},
    {"keyfile", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, tls.keyfile)},
    {"server_name", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, tls.server_name)},
    {"ssl_version", FIRTH_URI_CHOICE, tls_versions, 0, offsetof(settings, tls.ssl_version)},
    END_OF_OPTIONS,
};

static const firth_uri_choice error_outputs[] = {
    {"inherit", FIRTH_STDERR_INHERIT}, {"discard", FIRTH_STDERR_DISCARD}, {NULL, 0}};
static const firth_uri_option_form process_options[] = {
    {"arg", FIRTH_URI_ARGUMENT, NULL, 0, 0},
    {"cwd", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, cwd)},
    {"env", FIRTH_URI_VARIABLE, NULL, 0, 0},
    {"stderr", FIRTH_URI_CHOICE, error_outputs, 0, offsetof(settings, stderr_to)},
    END_OF_OPTIONS,
};
#define ARGUMENT (&process_options[0])
#define VARIABLE (&process_options[2])

static const firth_uri_option_form ssh_options[] = {
    {"config_file", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, ssh.config_file)},
    {"identity_file", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, ssh.identity_file)},
    {"known_hosts", FIRTH_URI_TEXT, NULL, 0, offsetof(settings, ssh.known_hosts)},
    END_OF_OPTIONS,
};

static settings settings_of(const firth_uri *uri)
{
    settings made = {
        .ipv6 = FIRTH_IPV6_UNSET,
        .nodelay = 1,
        .stderr_to = FIRTH_STDERR_INHERIT,
        .tls = FIRTH_TLS_OPTIONS_INIT,
        .ssh = FIRTH_SSH_OPTIONS_INIT,
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

static firth_err open_tls(firth_stream **stream, const firth_uri *uri,
                          const firth_deadline *deadline)
{
    settings set = settings_of(uri);
    firth_connect_options options = connect_options(&set, deadline);
    return firth_socket_stream_ssl_connect(stream, uri->host, uri->port, &set.tls, &options);
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

typedef firth_err (*hop)(firth_stream **stream, const firth_uri *uri, const settings *set,
                         const firth_deadline *deadline);

static firth_err shake_hands(firth_stream *stream, const firth_uri *uri,
                             const firth_deadline *deadline)
{
    firth_err err = firth_tls_stream_handshake(stream, firth_deadline_remaining(deadline));
    if (err != FIRTH_E_TIMEOUT)
        return err;
    return firth_fail(err, "TLS hand-shake with %s port %d: the time ran out", uri->target_host,
                      uri->target_port);
}

/* TLS with the target over `lower`, which a failure closes. */
static firth_err meet_target(firth_stream **stream, firth_stream *lower, const firth_uri *uri,
                             const settings *set, const firth_deadline *deadline)
{
    firth_tls_options options = set->tls;
    if (options.server_name == NULL)
        options.server_name = uri->target_host;
    firth_err err = firth_tls_stream_client(stream, lower, &options);
    if (err == FIRTH_OK)
        err = shake_hands(*stream, uri, deadline);
    if (err == FIRTH_OK)
        return err;
    firth_stream_close_after(lower, err);
    firth_stream_free(*stream);
    *stream = NULL;
    return err;
}

static firth_err open_through(firth_stream **stream, const firth_uri *uri,
                              const firth_deadline *deadline, hop connect)
{
    settings set = settings_of(uri);
    firth_stream *lower = NULL;
    if (!uri->target_tls)
        return connect(stream, uri, &set, deadline);
    firth_err err = connect(&lower, uri, &set, deadline);
    if (err == FIRTH_OK)
        err = meet_target(stream, lower, uri, &set, deadline);
    firth_stream_free(lower);
    return err;
}

static firth_err pass_ssh(firth_stream **stream, const firth_uri *uri, const settings *set,
                          const firth_deadline *deadline)
{
    firth_ssh_options options = set->ssh;
    options.user = uri->user;
    options.timeout = firth_deadline_remaining(deadline);
    return firth_tunneled_socket_stream_ssh_connect(stream, uri->host, uri->port, uri->target_host,
                                                    uri->target_port, &options);
}

static firth_proxy_options proxy_options(const firth_uri *uri, const settings *set,
                                         const firth_deadline *deadline)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.user = uri->user;
    options.password = uri->password;
    options.connect = connect_options(set, deadline);
    return options;
}

static firth_err pass_socks5(firth_stream **stream, const firth_uri *uri, const settings *set,
                             const firth_deadline *deadline)
{
    firth_proxy_options options = proxy_options(uri, set, deadline);
    return firth_tunneled_socket_stream_socks5_connect(
        stream, uri->host, uri->port, uri->target_host, uri->target_port, &options);
}

static firth_err pass_http_connect(firth_stream **stream, const firth_uri *uri, const settings *set,
                                   const firth_deadline *deadline)
{
    firth_proxy_options options = proxy_options(uri, set, deadline);
    return firth_tunneled_socket_stream_http_connect(stream, uri->host, uri->port, uri->target_host,
                                                     uri->target_port, &options);
}

static firth_err open_ssh(firth_stream **stream, const firth_uri *uri,
                          const firth_deadline *deadline)
{
    return open_through(stream, uri, deadline, pass_ssh);
}

static firth_err open_socks5(firth_stream **stream, const firth_uri *uri,
                             const firth_deadline *deadline)
{
    return open_through(stream, uri, deadline, pass_socks5);
}

static firth_err open_http_connect(firth_stream **stream, const firth_uri *uri,
                                   const firth_deadline *deadline)
{
    return open_through(stream, uri, deadline, pass_http_connect);
}

#define SSH_PARTS (FIRTH_URI_HOST | FIRTH_URI_OWN_PORT | FIRTH_URI_USER | FIRTH_URI_TARGET)
#define PROXY_PARTS \
    (FIRTH_URI_HOST | FIRTH_URI_PORT | FIRTH_URI_USER | FIRTH_URI_PASSWORD | FIRTH_URI_TARGET)

static const firth_uri_scheme schemes[] = {
    {"tcp", FIRTH_URI_HOST | FIRTH_URI_PORT, {tcp_options}, NULL, open_tcp},
    {"tls", FIRTH_URI_HOST | FIRTH_URI_PORT, {tcp_options, tls_options}, NULL, open_tls},
    {"unix", FIRTH_URI_PATH, {NULL}, NULL, open_unix},
    {"exec", FIRTH_URI_PATH, {process_options}, NULL, open_exec},
    {"ssh", SSH_PARTS, {ssh_options}, tls_options, open_ssh},
    {"socks5", PROXY_PARTS, {tcp_options}, tls_options, open_socks5},
    {"http-connect", PROXY_PARTS, {tcp_options}, tls_options, open_http_connect},
    {"fd", FIRTH_URI_NUMBERS, {NULL}, NULL, open_fd},
    {"stdio", 0, {NULL}, NULL, open_stdio},
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
    firth_err err = firth_uri_parse(&parsed, uri, schemes, sizeof schemes / sizeof schemes[0]);
    if (err != FIRTH_OK)
        return err;
    if (timeout == FIRTH_UNSET)
        timeout = parsed->scheme->open == open_ssh ? FIRTH_SSH_TIMEOUT : FIRTH_CONNECT_TIMEOUT;
    firth_deadline deadline = firth_deadline_in(timeout);
    err = parsed->scheme->open(stream, parsed, &deadline);
    firth_uri_free(parsed);
    return err;
}
