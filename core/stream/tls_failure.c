#include "stream/tls_failure.h"

#include <firth/tls_stream.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Alerts arrive as reasons from here on. */
#define ALERTS SSL_AD_REASON_OFFSET

void firth_tls_forget_errors(void)
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

/* The first error of the queue that is of use, which is emptied; 0 if there is none. An
 * allocation that failed explains whatever else there is. */
static unsigned long take_reason(void)
{
    unsigned long found = 0, one;
    while ((one = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(one) == ERR_R_MALLOC_FAILURE)
            found = one;
        else if (found == 0 ||
                 (ERR_GET_LIB(found) != ERR_LIB_SSL && ERR_GET_LIB(one) == ERR_LIB_SSL &&
                  ERR_GET_REASON(found) != ERR_R_MALLOC_FAILURE))
            found = one;
    }
    return found;
}

static firth_err fail_memory(void)
{
    return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for TLS");
}

static const char *words_of(unsigned long error)
{
    const char *words = error != 0 ? ERR_reason_error_string(error) : NULL;
    return words != NULL ? words : "OpenSSL does not say why";
}

firth_err firth_tls_fail(firth_err code, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    unsigned long error = take_reason();
    if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
        return fail_memory();
    return firth_fail(code, "%s: %s", what, words_of(error));
}

/* ---- A peer that speaks something else ------------------------------------------ */

/* A record begins with its type, 20 to 23, and the major version 3 (RFC 8446, 5.1). */
static bool is_tls(const firth_tls_story *story)
{
    const unsigned char *first = story->first;
    if (story->first_length == 0)
        return true;
    return first[0] >= 20 && first[0] <= 23 && (story->first_length == 1 || first[1] == 3);
}

static bool is_text(const firth_tls_story *story)
{
    for (size_t i = 0; i < story->first_length; i++)
        if (story->first[i] < 0x20 || story->first[i] >= 0x7f)
            return false;
    return true;
}

static firth_err fail_no_tls(const firth_tls_story *story)
{
    char bytes[3 * sizeof story->first + 1] = "";
    size_t length = story->first_length;
    if (is_text(story))
        return firth_fail(FIRTH_E_TLS, "the peer speaks no TLS: it began with \"%.*s\"",
                          (int)length, (const char *)story->first);
    for (size_t i = 0; i < length; i++)
        snprintf(bytes + 3 * i, sizeof bytes - 3 * i, " %02x", story->first[i]);
    return firth_fail(FIRTH_E_TLS, "the peer speaks no TLS: it began with the bytes%s", bytes);
}

/* ---- A peer that breaks off -------------------------------------------------------- */

/* RFC 8446, 6.2, and what is to be done about it. */
static const struct alert {
    int number;
    const char *name;
    const char *meaning;
} alerts[] = {
    {SSL_AD_UNEXPECTED_MESSAGE, "unexpected_message", "it did not expect what it got"},
    {SSL_AD_BAD_RECORD_MAC, "bad_record_mac", "a record of ours arrived damaged"},
    {SSL_AD_RECORD_OVERFLOW, "record_overflow", "a record of ours is too long for it"},
    {SSL_AD_HANDSHAKE_FAILURE, "handshake_failure",
     "no common cipher, or a certificate is missing"},
    {SSL_AD_BAD_CERTIFICATE, "bad_certificate", "it refuses our certificate"},
    {SSL_AD_UNSUPPORTED_CERTIFICATE, "unsupported_certificate", "it refuses our certificate"},
    {SSL_AD_CERTIFICATE_REVOKED, "certificate_revoked", "our certificate was revoked"},
    {SSL_AD_CERTIFICATE_EXPIRED, "certificate_expired", "our certificate is not valid now"},
    {SSL_AD_CERTIFICATE_UNKNOWN, "certificate_unknown", "it refuses our certificate"},
    {SSL_AD_ILLEGAL_PARAMETER, "illegal_parameter", "it did not expect what it got"},
    {SSL_AD_UNKNOWN_CA, "unknown_ca", "it does not trust who issued our certificate"},
    {SSL_AD_ACCESS_DENIED, "access_denied", "our certificate is good, but not for this"},
    {SSL_AD_DECODE_ERROR, "decode_error", "it could not read a message of ours"},
    {SSL_AD_DECRYPT_ERROR, "decrypt_error", "a signature of ours is wrong for it"},
    {SSL_AD_PROTOCOL_VERSION, "protocol_version", "no common version of TLS"},
    {SSL_AD_INSUFFICIENT_SECURITY, "insufficient_security", "no common cipher"},
    {SSL_AD_INTERNAL_ERROR, "internal_error", "something failed there"},
    {SSL_AD_USER_CANCELLED, "user_canceled", "it was told to stop"},
    {SSL_AD_NO_RENEGOTIATION, "no_renegotiation", "it does not renegotiate"},
    {SSL_AD_UNRECOGNIZED_NAME, "unrecognized_name", "it is not known by the name we asked for"},
    {SSL_AD_CERTIFICATE_REQUIRED, "certificate_required",
     "it wants a certificate, and we have shown none"},
};

static struct alert alert_of(int number)
{
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (alerts[i].number == number)
            return alerts[i];
    return (struct alert){number, "of another kind", "it does not say why"};
}

/* TLS 1.2 has no alert of its own for a certificate that is missing. */
static firth_err fail_alert(const firth_tls_story *story, int number)
{
    if (story->asked && number == SSL_AD_HANDSHAKE_FAILURE)
        number = SSL_AD_CERTIFICATE_REQUIRED;
    struct alert one = alert_of(number);
    if (story->shaken && story->may_repeat && number == SSL_AD_HANDSHAKE_FAILURE)
        one.meaning = "it wanted another hand-shake, which is never made";
    return firth_fail(FIRTH_E_TLS, "the peer ended TLS: %s (alert %s, %d)", one.meaning, one.name,
                      number);
}

/* ---- What was not agreed upon -------------------------------------------------------- */

static const char *versions_of(int ssl_version)
{
    if (ssl_version == FIRTH_TLS_1_2)
        return "TLS 1.2 only";
    return ssl_version == FIRTH_TLS_1_3 ? "TLS 1.3 only" : "TLS 1.2 and 1.3";
}

static firth_err fail_reason(const firth_tls_story *story, unsigned long error)
{
    switch (ERR_GET_REASON(error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
        return firth_fail(FIRTH_E_CERTIFICATE, "the peer's certificate was refused: %s",
                          story->refusal);
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        return firth_fail(FIRTH_E_CERTIFICATE, "%s", "the client showed no certificate");
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_VERSION_TOO_HIGH:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_WRONG_VERSION_NUMBER:
        return firth_fail(FIRTH_E_TLS, "no common version of TLS: this side speaks %s (%s)",
                          versions_of(story->ssl_version), words_of(error));
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_WRONG_CIPHER_RETURNED:
        return firth_fail(FIRTH_E_TLS, "no common cipher (%s)", words_of(error));
    default:
        return firth_fail(FIRTH_E_TLS, "%s: %s",
                          story->shaken ? "the peer broke TLS" : "the TLS hand-shake failed",
                          words_of(error));
    }
}

firth_err firth_tls_fail_connection(const firth_tls_story *story)
{
    unsigned long error = take_reason();
    int reason = ERR_GET_REASON(error);
    if (reason == ERR_R_MALLOC_FAILURE)
        return fail_memory();
    if (!story->shaken && !is_tls(story))
        return fail_no_tls(story);
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason > ALERTS && reason < ALERTS + 256)
        return fail_alert(story, reason - ALERTS);
    return fail_reason(story, error);
}
