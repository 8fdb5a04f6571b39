#include "certificates.h"

#include "check.h"
#include "child.h"

#include <dirent.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400
#define LOCAL "DNS:localhost, IP:127.0.0.1, IP:::1"

typedef struct identity {
    X509 *certificate;
    EVP_PKEY *key;
} identity;

static void demand(int done)
{
    if (done)
        return;
    ERR_print_errors_fp(stderr);
    abort();
}

/* Signed by `issuer`, or by itself; valid from `from` to `to` seconds from now. */
static identity issue(const char *name, const char *alternatives, long from, long to,
                      const identity *issuer)
{
    static long serial = 1;
    identity made = {X509_new(), EVP_EC_gen("P-256")};
    X509_NAME *subject = X509_get_subject_name(made.certificate);
    X509V3_CTX context;
    issuer = issuer != NULL ? issuer : &made;
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer->certificate));
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), to);
    X509_set_pubkey(made.certificate, made.key);
    X509V3_set_ctx(&context, issuer->certificate, made.certificate, NULL, NULL, 0);
    X509_EXTENSION *extension =
        alternatives != NULL
            ? X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, alternatives)
            : X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, "critical,CA:TRUE");
    demand(extension != NULL && X509_add_ext(made.certificate, extension, -1));
    X509_EXTENSION_free(extension);
    demand(X509_sign(made.certificate, issuer->key, EVP_sha256()) > 0);
    return made;
}

static FILE *create(const char *folder, const char *name, const char *suffix)
{
    char path[SCRATCH_PATH + 32];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    FILE *file = fopen(path, "w");
    demand(file != NULL);
    return file;
}

static void write_certificate(const char *folder, const char *name, const identity *one)
{
    FILE *file = create(folder, name, ".crt");
    demand(PEM_write_X509(file, one->certificate));
    fclose(file);
}

static void write_key(const char *folder, const char *name, const identity *one,
                      const char *password)
{
    FILE *file = create(folder, name, ".key");
    demand(PEM_write_PKCS8PrivateKey(file, one->key, password != NULL ? EVP_aes_256_cbc() : NULL,
                                     NULL, 0, NULL, (char *)(uintptr_t)password));
    fclose(file);
}

static void forget(const identity *one)
{
    X509_free(one->certificate);
    EVP_PKEY_free(one->key);
}

static void write_both(const char *folder, const char *name, identity one)
{
    write_certificate(folder, name, &one);
    write_key(folder, name, &one, NULL);
    if (strcmp(name, "server") == 0)
        write_key(folder, "encrypted", &one, "sesame");
    forget(&one);
}

void make_certificates(const char *folder)
{
    identity ca = issue("firth's tests", NULL, -DAY, DAY, NULL);
    identity other = issue("somebody else", NULL, -DAY, DAY, NULL);
    write_certificate(folder, "ca", &ca);
    write_certificate(folder, "other_ca", &other);
    write_both(folder, "server", issue("server", LOCAL, -DAY, DAY, &ca));
    write_both(folder, "expired", issue("expired", LOCAL, -2 * DAY, -DAY, &ca));
    write_both(folder, "not_yet_valid", issue("early", LOCAL, DAY, 2 * DAY, &ca));
    write_both(folder, "elsewhere", issue("elsewhere", "DNS:elsewhere.example", -DAY, DAY, &ca));
    write_both(folder, "client", issue("client", "DNS:client.example", -DAY, DAY, &ca));
    write_both(folder, "stranger", issue("stranger", LOCAL, -DAY, DAY, &other));
    write_both(folder, "other_client", issue("client", "DNS:client.example", -DAY, DAY, &other));
    write_both(folder, "self_signed", issue("localhost", "DNS:localhost", -DAY, DAY, NULL));
    forget(&ca);
    forget(&other);
}

static char made_folder[SCRATCH_PATH];
static pid_t made_by;

static void remove_folder(void)
{
    char path[SCRATCH_PATH + NAME_MAX + 2];
    DIR *folder = getpid() == made_by ? opendir(made_folder) : NULL;
    if (folder == NULL)
        return;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        snprintf(path, sizeof path, "%s/%s", made_folder, entry->d_name);
        if (*entry->d_name != '.')
            unlink(path);
    }
    closedir(folder);
    rmdir(made_folder);
}

const char *certificates(void)
{
    if (*made_folder == '\0') {
        make_scratch(made_folder);
        made_by = getpid();
        atexit(remove_folder);
        make_certificates(made_folder);
    }
    return made_folder;
}

const char *certificate_file(const char *name)
{
    static char paths[32][SCRATCH_PATH + 32];
    char wanted[sizeof paths[0]];
    unsigned i = 0;
    snprintf(wanted, sizeof wanted, "%s/%s", certificates(), name);
    while (*paths[i] != '\0' && strcmp(paths[i], wanted) != 0)
        demand(++i < 32);
    return strcpy(paths[i], wanted);
}
