#include "stream/tls_certificate.h"

#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Names are cut, so that a peer cannot push our own words out of the line. */
#define LONGEST_NAMES 160

/* Appends formatted text, as far as there is room. */
static void add(char *words, size_t size, const char *format, ...)
{
    size_t length = strlen(words);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words + length, size - length, format, arguments);
    va_end(arguments);
}

/* As much as there is room for; what is no plain ASCII becomes '?'. */
static void add_foreign(char *words, size_t size, const unsigned char *text, int text_length)
{
    size_t length = strlen(words);
    for (int i = 0; i < text_length && length + 1 < size; i++)
        words[length++] = (char)(text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?');
    words[length] = '\0';
}

static void add_distinguished(char *words, size_t size, const X509_NAME *name)
{
    char *line = X509_NAME_oneline(name, NULL, 0);
    if (line != NULL)
        add_foreign(words, size, (const unsigned char *)line, (int)strlen(line));
    OPENSSL_free(line);
}

static void add_time(char *words, size_t size, const ASN1_TIME *point)
{
    struct tm parts;
    if (point == NULL || ASN1_TIME_to_tm(point, &parts) != 1)
        return;
    add(words, size, "%04d-%02d-%02d %02d:%02d:%02d UTC", parts.tm_year + 1900, parts.tm_mon + 1,
        parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/* ---- The names that a certificate has ------------------------------------------------ */

static void add_address(char *words, size_t size, const ASN1_OCTET_STRING *address)
{
    const unsigned char *bytes = ASN1_STRING_get0_data(address);
    if (ASN1_STRING_length(address) == 4) {
        add(words, size, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
        return;
    }
    for (int i = 0; i + 1 < ASN1_STRING_length(address) && i < 16; i += 2)
        add(words, size, "%s%x", i == 0 ? "" : ":", (unsigned)(bytes[i] << 8 | bytes[i + 1]));
}

static void add_alternative(char *words, size_t size, const GENERAL_NAME *name)
{
    if (name->type != GEN_DNS && name->type != GEN_IPADD)
        return;
    add(words, size, "%s", *words != '\0' ? ", " : "");
    if (name->type == GEN_IPADD)
        add_address(words, size, name->d.iPAddress);
    else
        add_foreign(words, size, ASN1_STRING_get0_data(name->d.dNSName),
                    ASN1_STRING_length(name->d.dNSName));
}

static void add_names(char *words, size_t size, const X509 *certificate)
{
    char names[LONGEST_NAMES] = "";
    GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++)
        add_alternative(names, sizeof names, sk_GENERAL_NAME_value(all, i));
    GENERAL_NAMES_free(all);
    if (*names == '\0')
        add_distinguished(names, sizeof names, X509_get_subject_name(certificate));
    add(words, size, "%s", *names != '\0' ? names : "nobody");
}

/* ---- The checks ------------------------------------------------------------------------ */

static void add_issuer(char *words, size_t size, const X509 *certificate)
{
    char name[LONGEST_NAMES] = "";
    add_distinguished(name, sizeof name, X509_get_issuer_name(certificate));
    add(words, size, "unknown issuer: nobody who is trusted has signed it, its issuer is %s", name);
}

static void add_reason(char *words, size_t size, int error, const X509 *certificate,
                       const char *name)
{
    switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        add_issuer(words, size, certificate);
        return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        add(words, size, "self-signed: nobody but itself has signed it");
        return;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        add(words, size,
            "unknown issuer: its chain ends in a self-signed certificate that is not"
            " trusted, ");
        add_distinguished(words, size, X509_get_subject_name(certificate));
        return;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        add(words, size, "expired: it was valid until ");
        add_time(words, size, X509_get0_notAfter(certificate));
        return;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        add(words, size, "not yet valid: it becomes so at ");
        add_time(words, size, X509_get0_notBefore(certificate));
        return;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        add(words, size, "wrong host: wanted %s, it names ", name);
        add_names(words, size, certificate);
        return;
    default:
        add(words, size, "%s", X509_verify_cert_error_string(error));
    }
}

void firth_tls_describe_refusal(X509_STORE_CTX *store, const char *name, char *words, size_t size)
{
    int depth = X509_STORE_CTX_get_error_depth(store);
    const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    *words = '\0';
    if (certificate == NULL) {
        add(words, size, "%s", X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
        return;
    }
    add_reason(words, size, X509_STORE_CTX_get_error(store), certificate, name);
    if (depth == 0)
        return;
    add(words, size, " (the certificate %d above it, ", depth);
    add_distinguished(words, size, X509_get_subject_name(certificate));
    add(words, size, ")");
}
