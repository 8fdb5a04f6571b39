/* What a TLS stream is made from: options that contradict each other, and files of every
 * kind. */
#include "certificates.h"
#include "check.h"
#include "child.h"
#include "tls_pair.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static duplex lower;

static int open_lower(void **state)
{
    (void)state;
    lower = open_duplex(OVER_UNIX);
    return 0;
}

static int close_lower(void **state)
{
    (void)state;
    close_duplex(&lower);
    return 0;
}

static firth_err make(bool server, const firth_tls_options *options)
{
    firth_stream *stream = lower.stream;
    firth_err err = server ? firth_tls_stream_server(&stream, lower.stream, options)
                           : firth_tls_stream_client(&stream, lower.stream, options);
    assert_true(err == FIRTH_OK || stream == NULL);
    assert_int_equal(ERR_peek_error(), 0);
    firth_stream_free(stream);
    return err;
}

static void check_client(firth_tls_options options, firth_err code, const char *words)
{
    check_code(make(false, &options), code, "a client", __FILE__, __LINE__);
    if (code != FIRTH_OK)
        CHECK_DETAIL(words);
}

static void check_server(firth_tls_options options, firth_err code, const char *words)
{
    check_code(make(true, &options), code, "a server", __FILE__, __LINE__);
    if (code != FIRTH_OK)
        CHECK_DETAIL(words);
}

/* ---- Options ---------------------------------------------------------------------------- */

static void a_struct_of_another_size_is_refused(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.size--;
    check_client(options, FIRTH_E_INVALID, "TLS options: size is ");
}

static void an_unknown_version_is_refused(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.ssl_version = 11;
    check_client(options, FIRTH_E_INVALID,
                 "ssl_version is 11, expected 12 (TLS 1.2), 13 (TLS 1.3)");
}

static void unknown_demands_are_refused(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.cert_reqs = 3;
    check_client(options, FIRTH_E_INVALID, "cert_reqs is 3, expected 0 (none), 1 (optional)");
    options = client_options();
    options.check_hostname = 2;
    check_client(options, FIRTH_E_INVALID, "check_hostname is 2, expected 0, 1 or -1");
}

static void a_name_cannot_be_checked_without_a_certificate(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.cert_reqs = FIRTH_CERT_NONE;
    check_client(options, FIRTH_OK, "");
    options.check_hostname = 1;
    check_client(options, FIRTH_E_INVALID,
                 "check_hostname needs a certificate, and cert_reqs asks for none");
}

static void a_client_must_know_whom_it_wants(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.server_name = NULL;
    check_client(options, FIRTH_E_INVALID, "there is no host name to check: give server_name");
    options.check_hostname = 1;
    check_client(options, FIRTH_E_INVALID, "there is no host name to check");
    options.check_hostname = 0;
    check_client(options, FIRTH_OK, "");
    CHECK_FAILS(INVALID, make(false, NULL));
}

static void a_name_has_the_length_of_a_name(void **state)
{
    (void)state;
    char name[258];
    firth_tls_options options = client_options();
    options.server_name = "";
    check_client(options, FIRTH_E_INVALID, "server_name has 0 bytes, expected 1 to 255");
    memset(name, 'a', sizeof name);
    name[256] = '\0';
    options.server_name = name;
    check_client(options, FIRTH_E_INVALID, "server_name has 256 bytes");
    name[255] = '\0';
    check_client(options, FIRTH_OK, "");
}

/* For OpenSSL, such a name means every host below it. */
static void a_name_that_begins_with_a_dot_is_refused(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.server_name = ".example";
    check_client(options, FIRTH_E_INVALID,
                 "server_name is .example, expected no dot at its beginning");
}

static void a_server_needs_a_certificate(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.certfile = NULL;
    check_server(options, FIRTH_E_INVALID, "a TLS server needs a certificate: certfile is missing");
    CHECK_FAILS(INVALID, make(true, NULL));
}

static void a_server_checks_no_name(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.check_hostname = 1;
    check_server(options, FIRTH_E_INVALID, "check_hostname is for clients");
}

static void a_key_needs_its_certificate(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.keyfile = certificate_file("client.key");
    check_client(options, FIRTH_E_INVALID, "and the certfile to it is missing");
}

static void ciphers_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.ciphers = "ROT13";
    check_client(options, FIRTH_E_INVALID, "ciphers is \"ROT13\"");
    options.ciphers = "ECDHE+AESGCM";
    check_client(options, FIRTH_OK, "");
}

static void missing_handles_are_misuse(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    firth_stream *stream;
    firth_bytes certificate;
    const char *text;
    CHECK_FAILS(INVALID, firth_tls_stream_client(NULL, lower.stream, &options));
    CHECK_FAILS(INVALID, firth_tls_stream_client(&stream, NULL, &options));
    CHECK_FAILS(INVALID, firth_tls_stream_handshake(NULL, 0));
    CHECK_FAILS(INVALID, firth_tls_stream_version(NULL, &text));
    CHECK_OK(firth_tls_stream_client(&stream, lower.stream, &options));
    CHECK_FAILS(INVALID, firth_tls_stream_version(stream, NULL));
    CHECK_FAILS(INVALID, firth_tls_stream_cipher(stream, NULL));
    CHECK_FAILS(INVALID, firth_tls_stream_peer_certificate(stream, NULL));
    CHECK_FAILS(INVALID, firth_tls_stream_version(stream, &text));
    CHECK_DETAIL("the TLS hand-shake has not been made yet");
    CHECK_FAILS(INVALID, firth_tls_stream_cipher(stream, &text));
    CHECK_FAILS(INVALID, firth_tls_stream_peer_certificate(stream, &certificate));
    firth_stream_free(stream);
}

static void other_streams_do_not_speak_tls(void **state)
{
    (void)state;
    firth_bytes certificate;
    const char *text;
    CHECK_FAILS(NOT_SUPPORTED, firth_tls_stream_handshake(lower.stream, 0));
    CHECK_DETAIL("the stream does not speak TLS");
    CHECK_FAILS(NOT_SUPPORTED, firth_tls_stream_version(lower.stream, &text));
    CHECK_FAILS(NOT_SUPPORTED, firth_tls_stream_cipher(lower.stream, &text));
    CHECK_FAILS(NOT_SUPPORTED, firth_tls_stream_peer_certificate(lower.stream, &certificate));
}

/* ---- Files ------------------------------------------------------------------------------ */

static void a_missing_file_is_named(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.certfile = certificate_file("missing.crt");
    check_server(options, FIRTH_E_FILE_NOT_FOUND, "missing.crt: No such file");
    options = server_options();
    options.keyfile = certificate_file("missing.key");
    check_server(options, FIRTH_E_FILE_NOT_FOUND, "missing.key: No such file");
    options = client_options();
    options.ca_certs = certificate_file("missing.crt");
    check_client(options, FIRTH_E_FILE_NOT_FOUND, "missing.crt: No such file");
    options.cert_reqs = FIRTH_CERT_NONE;
    check_client(options, FIRTH_E_FILE_NOT_FOUND, "missing.crt: No such file");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.certfile = certificates();
    check_server(options, FIRTH_E_SYSTEM, "Is a directory");
    options = server_options();
    options.keyfile = certificates();
    check_server(options, FIRTH_E_SYSTEM, "Is a directory");
    options = client_options();
    options.ca_certs = certificates();
    check_client(options, FIRTH_E_SYSTEM, "Is a directory");
}

/* A file of the run's folder, with that in it. */
static const char *file_with(const char *name, const char *content)
{
    const char *path = certificate_file(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(content, file) >= 0, 1);
    fclose(file);
    return path;
}

static void a_malformed_file_is_named(void **state)
{
    (void)state;
    const char *bad = file_with("bad.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                           "-----END CERTIFICATE-----\n");
    const char *bad_key = file_with("bad.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n"
                                               "-----END PRIVATE KEY-----\n");
    firth_tls_options options = server_options();
    options.certfile = bad;
    check_server(options, FIRTH_E_TLS, "bad.crt holds a malformed certificate");
    options = server_options();
    options.keyfile = bad_key;
    check_server(options, FIRTH_E_TLS, "bad.key holds ");
    options = client_options();
    options.ca_certs = bad;
    check_client(options, FIRTH_E_TLS, "bad.crt holds a malformed certificate");
}

static void a_file_without_what_is_wanted_is_named(void **state)
{
    (void)state;
    const char *empty = file_with("empty.pem", "");
    firth_tls_options options = server_options();
    options.certfile = certificate_file("server.key");
    check_server(options, FIRTH_E_TLS, "server.key holds no certificate in PEM");
    options.certfile = empty;
    check_server(options, FIRTH_E_TLS, "empty.pem holds no certificate in PEM");
    options = server_options();
    options.keyfile = empty;
    check_server(options, FIRTH_E_TLS, "empty.pem holds no private key in PEM");
    options.keyfile = NULL;
    check_server(options, FIRTH_E_TLS, "server.crt holds no private key in PEM");
    options = client_options();
    options.ca_certs = empty;
    check_client(options, FIRTH_E_TLS, "empty.pem holds no certificate in PEM");
}

static void a_key_of_another_certificate_is_named(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.keyfile = certificate_file("client.key");
    check_server(options, FIRTH_E_TLS, "client.key does not belong to the certificate in ");
    CHECK_DETAIL("server.crt");
}

static void a_file_that_never_ends_is_given_up(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.ca_certs = "/dev/zero";
    check_client(options, FIRTH_E_BUFFER_OVERFLOW, "/dev/zero holds more than 16777216 bytes");
}

static void a_pipe_is_no_file_to_wait_for(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/pipe.pem", certificates());
    assert_int_equal(mkfifo(path, 0600), 0);
    firth_tls_options options = server_options();
    options.certfile = path;
    check_server(options, FIRTH_E_SYSTEM, "pipe.pem is a pipe, expected a file");
    options = server_options();
    options.keyfile = path;
    check_server(options, FIRTH_E_SYSTEM, "pipe.pem is a pipe, expected a file");
    options = client_options();
    options.ca_certs = path;
    check_client(options, FIRTH_E_SYSTEM, "pipe.pem is a pipe, expected a file");
    assert_int_equal(unlink(path), 0);
}

static void an_encrypted_key_wants_its_password(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    options.keyfile = certificate_file("encrypted.key");
    options.password = "sesame";
    check_server(options, FIRTH_OK, "");
    options.password = "Sesame";
    check_server(options, FIRTH_E_TLS, "is encrypted, and the password does not open it");
    options.password = "";
    check_server(options, FIRTH_E_TLS, "is encrypted, and the password does not open it");
    options.password = NULL;
    check_server(options, FIRTH_E_TLS, "is encrypted, and there is no password");
}

/* Its own session has a terminal, whose other side would see what is asked. */
static int load_with_terminal(void *path)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    firth_stream *stream;
    EXPECT(setsid() > 0);
    EXPECT(open(path, O_RDWR) >= 0);
    options.certfile = certificate_file("server.crt");
    options.keyfile = certificate_file("encrypted.key");
    EXPECT(firth_tls_stream_server(&stream, lower.stream, &options) == FIRTH_E_TLS);
    return 0;
}

static void nobody_is_asked_for_a_password(void **state)
{
    (void)state;
    char seen;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    certificates();
    assert_int_equal(grantpt(terminal) | unlockpt(terminal), 0);
    run_in_child(load_with_terminal, ptsname(terminal));
    assert_true(read(terminal, &seen, 1) <= 0);
    close(terminal);
}

static void a_certificate_and_its_key_may_share_a_file(void **state)
{
    (void)state;
    char text[8192] = "";
    const char *const parts[] = {"server.key", "server.crt", "ca.crt"};
    for (unsigned i = 0; i < 3; i++) {
        FILE *file = fopen(certificate_file(parts[i]), "r");
        size_t length = strlen(text);
        text[length + fread(text + length, 1, sizeof text - length - 1, file)] = '\0';
        fclose(file);
    }
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.certfile = file_with("all.pem", text);
    tls_pair pair = meet_over_tls(OVER_UNIX, NULL, &options);
    close_tls_pair(&pair);
}

static void the_files_may_go_once_they_are_read(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/passing.crt", certificates());
    firth_tls_options options = server_options();
    assert_int_equal(link(options.certfile, path), 0);
    options.certfile = path;
    tls_pair pair = open_tls_pair(OVER_UNIX, NULL, &options);
    assert_int_equal(unlink(path), 0);
    memset(path, 0, sizeof path);
    firth_err outcome[2];
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[0] | outcome[1], FIRTH_OK);
    close_tls_pair(&pair);
}

#define ONE(test)                                  \
    {                                              \
#test, test, open_lower, close_lower, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(a_struct_of_another_size_is_refused),
        ONE(an_unknown_version_is_refused),
        ONE(unknown_demands_are_refused),
        ONE(a_name_cannot_be_checked_without_a_certificate),
        ONE(a_client_must_know_whom_it_wants),
        ONE(a_name_has_the_length_of_a_name),
        ONE(a_name_that_begins_with_a_dot_is_refused),
        ONE(a_server_needs_a_certificate),
        ONE(a_server_checks_no_name),
        ONE(a_key_needs_its_certificate),
        ONE(ciphers_that_do_not_exist_are_refused),
        ONE(missing_handles_are_misuse),
        ONE(other_streams_do_not_speak_tls),
        ONE(a_missing_file_is_named),
        ONE(a_file_that_cannot_be_read_is_named),
        ONE(a_malformed_file_is_named),
        ONE(a_file_without_what_is_wanted_is_named),
        ONE(a_key_of_another_certificate_is_named),
        ONE(a_file_that_never_ends_is_given_up),
        ONE(a_pipe_is_no_file_to_wait_for),
        ONE(an_encrypted_key_wants_its_password),
        ONE(nobody_is_asked_for_a_password),
        ONE(a_certificate_and_its_key_may_share_a_file),
        ONE(the_files_may_go_once_they_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
