#include "stream/tls_files.h"

#include "base/buffer.h"
#include "platform/file.h"
#include "stream/tls_failure.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

/* A file with all the authorities of a system is about 250 KiB long. */
#define LARGEST_FILE ((size_t)16 << 20)

/* A file in memory, with a zero behind it, and where OpenSSL is in it. */
typedef struct pem_file {
    const char *path;
    firth_buffer content;
    BIO *bio;
} pem_file;

static void close_file(pem_file *file)
{
    BIO_free(file->bio);
    if (file->content.data != NULL)
        OPENSSL_cleanse(file->content.data, file->content.length);
    firth_buffer_release(&file->content);
}

static firth_err open_file(pem_file *file, const char *path)
{
    *file = (pem_file){.path = path};
    firth_err err = firth_file_read(path, LARGEST_FILE, &file->content);
    if (err == FIRTH_OK)
        err = firth_buffer_append(&file->content, "", 1);
    if (err == FIRTH_OK) {
        file->bio = BIO_new_mem_buf(file->content.data, (int)file->content.length - 1);
        if (file->bio == NULL)
            err = firth_tls_fail(FIRTH_E_TLS, "read %s", path);
    }
    if (err != FIRTH_OK)
        close_file(file);
    return err;
}

/* What a key is opened with, and whether that was needed. */
typedef struct key_password {
    const char *text;
    bool asked;
} key_password;

static int give_password(char *buffer, int size, int writing, void *context)
{
    key_password *password = context;
    (void)writing;
    if (password == NULL || password->text == NULL)
        size = -1;
    if (password != NULL)
        password->asked = true;
    if (size < 0 || strlen(password->text) > (size_t)size)
        return -1;
    memcpy(buffer, password->text, strlen(password->text));
    return (int)strlen(password->text);
}

/* Whether OpenSSL found nothing more of what it looked for. */
static bool at_end_of_file(void)
{
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/* The next certificate; *certificate is NULL after the last one. */
static firth_err next_certificate(pem_file *file, X509 **certificate)
{
    ERR_clear_error();
    *certificate = PEM_read_bio_X509_AUX(file->bio, NULL, give_password, NULL);
    if (*certificate != NULL)
        return FIRTH_OK;
    if (!at_end_of_file())
        return firth_tls_fail(FIRTH_E_TLS, "%s holds a malformed certificate", file->path);
    ERR_clear_error();
    return FIRTH_OK;
}

/* Calls `take` for every certificate of the file, of which there must be one at least. */
static firth_err each_certificate(pem_file *file, SSL_CTX *context,
                                  firth_err (*take)(SSL_CTX *context, X509 *one, unsigned place,
                                                    const char *path))
{
    X509 *one;
    for (unsigned place = 0;; place++) {
        firth_err err = next_certificate(file, &one);
        if (err == FIRTH_OK && one == NULL && place == 0)
            return firth_fail(FIRTH_E_TLS, "%s holds no certificate in PEM", file->path);
        if (err != FIRTH_OK || one == NULL)
            return err;
        err = take(context, one, place, file->path);
        X509_free(one);
        if (err != FIRTH_OK)
            return err;
    }
}

static firth_err use_one(SSL_CTX *context, X509 *one, unsigned place, const char *path)
{
    int done = place == 0 ? SSL_CTX_use_certificate(context, one)
                          : (int)SSL_CTX_add1_chain_cert(context, one);
    return done == 1 ? FIRTH_OK
                     : firth_tls_fail(FIRTH_E_TLS, "the certificate in %s cannot be used", path);
}

static firth_err trust_one(SSL_CTX *context, X509 *one, unsigned place, const char *path)
{
    (void)place;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one) != 1)
        return firth_tls_fail(FIRTH_E_TLS, "a certificate in %s cannot be used", path);
    return FIRTH_OK;
}

static firth_err fail_key(const pem_file *file, const key_password *password)
{
    if (!password->asked) {
        bool none = strstr((const char *)file->content.data, "PRIVATE KEY-----") == NULL;
        return none ? firth_fail(FIRTH_E_TLS, "%s holds no private key in PEM", file->path)
                    : firth_tls_fail(FIRTH_E_TLS, "%s holds a malformed private key", file->path);
    }
    const char *why =
        password->text == NULL ? "there is no password" : "the password does not open it";
    return firth_fail(FIRTH_E_TLS, "the private key in %s is encrypted, and %s", file->path, why);
}

static firth_err use_key(SSL_CTX *context, EVP_PKEY *key, const char *path, const char *certfile)
{
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), key) != 1) {
        ERR_clear_error();
        return firth_fail(FIRTH_E_TLS,
                          "the private key in %s does not belong to the certificate in %s", path,
                          certfile);
    }
    if (SSL_CTX_use_PrivateKey(context, key) != 1)
        return firth_tls_fail(FIRTH_E_TLS, "the private key in %s cannot be used", path);
    return FIRTH_OK;
}

static firth_err load_key(SSL_CTX *context, const firth_tls_options *options)
{
    const char *path = options->keyfile != NULL ? options->keyfile : options->certfile;
    key_password password = {.text = options->password};
    pem_file file;
    firth_err err = open_file(&file, path);
    if (err != FIRTH_OK)
        return err;
    ERR_clear_error();
    EVP_PKEY *key = PEM_read_bio_PrivateKey(file.bio, NULL, give_password, &password);
    err = key != NULL ? use_key(context, key, path, options->certfile) : fail_key(&file, &password);
    ERR_clear_error();
    EVP_PKEY_free(key);
    close_file(&file);
    return err;
}

firth_err firth_tls_load_identity(SSL_CTX *context, const firth_tls_options *options)
{
    pem_file file;
    if (options->certfile == NULL)
        return FIRTH_OK;
    firth_err err = open_file(&file, options->certfile);
    if (err != FIRTH_OK)
        return err;
    err = each_certificate(&file, context, use_one);
    close_file(&file);
    return err == FIRTH_OK ? load_key(context, options) : err;
}

firth_err firth_tls_load_trust(SSL_CTX *context, const char *ca_certs)
{
    pem_file file;
    if (ca_certs == NULL) {
        if (SSL_CTX_set_default_verify_paths(context) != 1)
            return firth_tls_fail(FIRTH_E_TLS, "%s", "read the system's store of certificates");
        ERR_clear_error();
        return FIRTH_OK;
    }
    firth_err err = open_file(&file, ca_certs);
    if (err != FIRTH_OK)
        return err;
    err = each_certificate(&file, context, trust_one);
    close_file(&file);
    return err;
}
