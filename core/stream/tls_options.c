#include "stream/tls_options.h"

#include "base/fail.h"

#include <string.h>

/* RFC 1035 has no longer host names, and RFC 6066 no longer server_name that OpenSSL sends. */
#define LONGEST_NAME 255

static firth_err check_numbers(const firth_tls_options *options)
{
    if (options->ssl_version != FIRTH_TLS_UNSET && options->ssl_version != FIRTH_TLS_1_2 &&
        options->ssl_version != FIRTH_TLS_1_3)
        return firth_fail(FIRTH_E_INVALID,
                          "ssl_version is %d, expected %d (TLS 1.2), %d (TLS 1.3)"
                          " or %d for either",
                          options->ssl_version, FIRTH_TLS_1_2, FIRTH_TLS_1_3, FIRTH_TLS_UNSET);
    if (options->cert_reqs < FIRTH_CERT_UNSET || options->cert_reqs > FIRTH_CERT_REQUIRED)
        return firth_fail(FIRTH_E_INVALID,
                          "cert_reqs is %d, expected %d (none), %d (optional),"
                          " %d (required) or %d for the default",
                          options->cert_reqs, FIRTH_CERT_NONE, FIRTH_CERT_OPTIONAL,
                          FIRTH_CERT_REQUIRED, FIRTH_CERT_UNSET);
    if (options->check_hostname < -1 || options->check_hostname > 1)
        return firth_fail(FIRTH_E_INVALID,
                          "check_hostname is %d, expected 0, 1 or -1 for the default",
                          options->check_hostname);
    return FIRTH_OK;
}

static firth_err check_certificate(const firth_tls_plan *plan)
{
    if (plan->options.certfile != NULL)
        return FIRTH_OK;
    if (plan->server)
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "a TLS server needs a certificate: certfile is missing");
    if (plan->options.keyfile != NULL)
        return firth_fail(FIRTH_E_INVALID, "keyfile is %s, and the certfile to it is missing",
                          plan->options.keyfile);
    return FIRTH_OK;
}

static void decide_demands(firth_tls_plan *plan)
{
    int demand = plan->options.cert_reqs;
    if (demand == FIRTH_CERT_UNSET)
        demand =
            plan->server && plan->options.ca_certs == NULL ? FIRTH_CERT_NONE : FIRTH_CERT_REQUIRED;
    plan->looks = demand != FIRTH_CERT_NONE;
    plan->demands = demand == FIRTH_CERT_REQUIRED;
}

static firth_err decide_name_of_server(firth_tls_plan *plan)
{
    plan->check_name = false;
    if (plan->options.check_hostname == 1)
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "check_hostname is for clients: a server knows no name of its client");
    return FIRTH_OK;
}

static firth_err decide_name(firth_tls_plan *plan)
{
    const char *name = plan->options.server_name;
    if (plan->server)
        return decide_name_of_server(plan);
    if (plan->options.check_hostname == 1 && !plan->looks)
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "check_hostname needs a certificate, and cert_reqs asks for none");
    plan->check_name = plan->options.check_hostname != 0 && plan->looks;
    if (plan->check_name && name == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s",
                          "there is no host name to check: give server_name,"
                          " or turn check_hostname off");
    if (name != NULL && (*name == '\0' || strlen(name) > LONGEST_NAME))
        return firth_fail(FIRTH_E_INVALID, "server_name has %zu bytes, expected 1 to %d",
                          strlen(name), LONGEST_NAME);
    if (name != NULL && *name == '.')
        return firth_fail(FIRTH_E_INVALID,
                          "server_name is %.100s, expected no dot at its beginning", name);
    return FIRTH_OK;
}

firth_err firth_tls_plan_make(firth_tls_plan *plan, bool server, const firth_tls_options *options)
{
    const firth_tls_options defaults = FIRTH_TLS_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    if (options->size != sizeof *options)
        return firth_fail(FIRTH_E_INVALID, "TLS options: size is %zu, expected %zu", options->size,
                          sizeof *options);
    *plan = (firth_tls_plan){.options = *options, .server = server};
    firth_err err = check_numbers(options);
    if (err == FIRTH_OK)
        err = check_certificate(plan);
    decide_demands(plan);
    return err == FIRTH_OK ? decide_name(plan) : err;
}
