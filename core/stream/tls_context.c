#include "stream/tls_context.h"

#include "base/memory.h"
#include "stream/tls_failure.h"
#include "stream/tls_files.h"
#include "stream/tls_options.h"
#include "stream/tls_state.h"
#include "stream/tls_wire.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

firth_tls_context *firth_tls_context_retain(firth_tls_context *context)
{
    atomic_fetch_add(&context->references, 1);
    return context;
}

void firth_tls_context_free(firth_tls_context *context)
{
    if (context == NULL || atomic_fetch_sub(&context->references, 1) != 1)
        return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->methods);
    firth_deallocate(context->name);
    firth_deallocate(context);
}

/* The system's own settings may be narrower than the defaults, and stay so. */
static firth_err set_versions(SSL_CTX *ssl, int ssl_version)
{
    long lowest = SSL_CTX_get_min_proto_version(ssl);
    long highest = 0;
    if (ssl_version == FIRTH_TLS_1_3)
        lowest = highest = TLS1_3_VERSION;
    else if (ssl_version == FIRTH_TLS_1_2)
        lowest = highest = TLS1_2_VERSION;
    else if (lowest < TLS1_2_VERSION)
        lowest = TLS1_2_VERSION;
    if (SSL_CTX_set_min_proto_version(ssl, (int)lowest) != 1 ||
        (highest != 0 && SSL_CTX_set_max_proto_version(ssl, (int)highest) != 1))
        return firth_tls_fail(FIRTH_E_TLS, "%s",
                              "this OpenSSL cannot be kept to the version of TLS");
    return FIRTH_OK;
}

static firth_err set_ciphers(SSL_CTX *ssl, const char *ciphers)
{
    if (ciphers == NULL || SSL_CTX_set_cipher_list(ssl, ciphers) == 1)
        return FIRTH_OK;
    return firth_tls_fail(FIRTH_E_INVALID,
                          "ciphers is \"%.100s\", expected OpenSSL's names of"
                          " ciphers for TLS 1.2",
                          ciphers);
}

/* Sessions are never taken up again, so that no server sends what a client that only writes
 * would leave unread. */
static void set_habits(SSL_CTX *ssl, bool server)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 (server ? SSL_OP_NO_TICKET : 0));
    SSL_CTX_clear_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    if (server) {
        SSL_CTX_set_num_tickets(ssl, 0);
        SSL_CTX_set_dh_auto(ssl, 1);
    }
}

/* A name as it stands in certificates: without the dot that ends it in the name system, and
 * without the interface of an address. */
static char *copy_name(const char *name)
{
    size_t length = strchr(name, ':') != NULL ? strcspn(name, "%") : strlen(name);
    if (length > 1 && name[length - 1] == '.')
        length--;
    char *copy = firth_allocate(length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, name, length);
    copy[length] = '\0';
    return copy;
}

static firth_err set_name(firth_tls_context *context, const firth_tls_plan *plan)
{
    X509_VERIFY_PARAM *wanted = SSL_CTX_get0_param(context->ssl);
    if (context->server || plan->options.server_name == NULL)
        return FIRTH_OK;
    context->name = copy_name(plan->options.server_name);
    if (context->name == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for the name of a server");
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(context->name);
    context->is_address = address != NULL;
    ASN1_OCTET_STRING_free(address);
    ERR_clear_error();
    if (!plan->check_name)
        return FIRTH_OK;
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int done = context->is_address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, context->name)
                                   : X509_VERIFY_PARAM_set1_host(wanted, context->name, 0);
    return done == 1 ? FIRTH_OK : firth_tls_fail(FIRTH_E_TLS, "check the name %s", context->name);
}

static firth_err set_demands(firth_tls_context *context, const firth_tls_plan *plan)
{
    int mode = SSL_VERIFY_NONE;
    if (plan->looks)
        mode = SSL_VERIFY_PEER;
    if (plan->demands)
        mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(context->ssl, mode, firth_tls_on_verify);
    SSL_CTX_set_client_cert_cb(context->ssl, firth_tls_on_request);
    if (!plan->looks && plan->options.ca_certs == NULL)
        return FIRTH_OK;
    return firth_tls_load_trust(context->ssl, plan->options.ca_certs);
}

static firth_err fill(firth_tls_context *context, const firth_tls_plan *plan)
{
    ERR_clear_error();
    context->ssl = SSL_CTX_new(plan->server ? TLS_server_method() : TLS_client_method());
    context->methods = firth_tls_wire_methods();
    if (context->ssl == NULL || context->methods == NULL)
        return firth_tls_fail(FIRTH_E_TLS, "%s", "make a context for TLS");
    set_habits(context->ssl, plan->server);
    firth_err err = set_versions(context->ssl, plan->options.ssl_version);
    if (err == FIRTH_OK)
        err = set_ciphers(context->ssl, plan->options.ciphers);
    if (err == FIRTH_OK)
        err = firth_tls_load_identity(context->ssl, &plan->options);
    if (err == FIRTH_OK)
        err = set_demands(context, plan);
    return err == FIRTH_OK ? set_name(context, plan) : err;
}

firth_err firth_tls_context_create(firth_tls_context **context, bool server,
                                   const firth_tls_options *options)
{
    firth_tls_plan plan;
    firth_err err = firth_tls_plan_make(&plan, server, options);
    if (err != FIRTH_OK)
        return err;
    firth_tls_context *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a context of TLS");
    atomic_init(&made->references, 1);
    made->server = server;
    made->ssl_version = plan.options.ssl_version;
    err = fill(made, &plan);
    if (err == FIRTH_OK)
        *context = made;
    else
        firth_tls_context_free(made);
    return err;
}
