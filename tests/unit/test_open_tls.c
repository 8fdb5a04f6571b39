/* TLS by address, to the host itself and to a target behind a hop. */
#include "certificates.h"
#include "check.h"
#include "child.h"
#include "worker.h"

#include <stdio.h>
#include <string.h>

/* A server for one client, in a thread of its own. */
typedef struct server {
    firth_listener *listener;
    worker thread;
    bool behind_socks; /* plays a proxy first */
    bool silent;       /* says nothing from then on */
    firth_tls_options options;
    char version[16];
    size_t certificate; /* length of the client's */
} server;

static firth_err play_socks(firth_stream *stream)
{
    char thrown_away[256];
    unsigned char head[5];
    firth_err err = firth_stream_read(stream, head, 3, 20);
    if (err == FIRTH_OK)
        err = firth_stream_write(stream, "\5\0", 2, 20);
    if (err == FIRTH_OK)
        err = firth_stream_read(stream, head, 5, 20);
    if (err == FIRTH_OK)
        err = firth_stream_read(stream, thrown_away, head[4] + 2U, 20);
    return err == FIRTH_OK ? firth_stream_write(stream, "\5\0\0\1\0\0\0\0\0\0", 10, 20) : err;
}

static firth_err speak(server *self, firth_stream *stream)
{
    const char *version = "";
    firth_bytes certificate = {0};
    char byte;
    firth_err err = firth_tls_stream_handshake(stream, 20);
    if (err == FIRTH_OK)
        err = firth_tls_stream_version(stream, &version);
    if (err == FIRTH_OK)
        err = firth_tls_stream_peer_certificate(stream, &certificate);
    if (err == FIRTH_OK)
        err = firth_stream_write(stream, "brine", 5, 20);
    if (err == FIRTH_OK)
        err = firth_stream_read(stream, &byte, 1, 20);
    snprintf(self->version, sizeof self->version, "%s", version);
    self->certificate = certificate.length;
    firth_bytes_free(&certificate);
    return err;
}

static firth_err serve_one(void *argument)
{
    server *self = argument;
    firth_stream *lower, *stream = NULL;
    char byte;
    firth_err err = firth_listener_accept(self->listener, &lower, 20);
    if (err == FIRTH_OK && self->behind_socks)
        err = play_socks(lower);
    if (err == FIRTH_OK && self->silent)
        while ((err = firth_stream_read(lower, &byte, 1, 20)) == FIRTH_OK)
            continue;
    if (err == FIRTH_OK)
        err = firth_tls_stream_server(&stream, lower, &self->options);
    if (err == FIRTH_OK)
        err = speak(self, stream);
    firth_stream_close(stream != NULL ? stream : lower);
    firth_stream_free(stream);
    firth_stream_free(lower);
    return err;
}

static server serving_as(const char *name)
{
    char certfile[32], keyfile[32];
    server self = {.options = FIRTH_TLS_OPTIONS_INIT};
    snprintf(certfile, sizeof certfile, "%s.crt", name);
    snprintf(keyfile, sizeof keyfile, "%s.key", name);
    self.options.certfile = certificate_file(certfile);
    self.options.keyfile = certificate_file(keyfile);
    CHECK_OK(firth_listener_listen(&self.listener, "127.0.0.1", 0, NULL));
    return self;
}

/* "<start>PORT<rest>", with the authority's file for "CA". */
static void write_uri(char uri[1024], const server *self, const char *start, const char *rest)
{
    const char *ca = strstr(rest, "CA");
    size_t length = ca != NULL ? (size_t)(ca - rest) : strlen(rest);
    snprintf(uri, 1024, "%s%d%.*s%s%s", start, firth_listener_port(self->listener), (int)length,
             rest, ca != NULL ? certificate_file("ca.crt") : "", ca != NULL ? ca + 2 : "");
}

/* What the server came to. */
static firth_err end_server(server *self)
{
    firth_err err = join_worker(&self->thread);
    firth_listener_free(self->listener);
    return err;
}

static void check_opens(server *self, const char *start, const char *rest)
{
    char uri[1024], text[5];
    firth_stream *stream;
    write_uri(uri, self, start, rest);
    start_worker(&self->thread, serve_one, self);
    CHECK_OK(firth_open(&stream, uri, 20));
    CHECK_OK(firth_stream_read(stream, text, 5, 20));
    assert_memory_equal(text, "brine", 5);
    CHECK_OK(firth_stream_finish(stream, 20));
    firth_stream_free(stream);
    assert_int_equal(end_server(self), FIRTH_E_EOF);
}

static void check_fails(server *self, const char *start, const char *rest, firth_err expected)
{
    char uri[1024];
    firth_stream *stream;
    int before = count_descriptors();
    write_uri(uri, self, start, rest);
    start_worker(&self->thread, serve_one, self);
    check_code(firth_open(&stream, uri, self->silent ? 0.05 : 20), expected, uri, __FILE__,
               __LINE__);
    assert_null(stream);
    assert_int_not_equal(end_server(self), FIRTH_OK);
    assert_int_equal(count_descriptors(), before - 1);
}

static void tls_connects_and_shakes_hands(void **state)
{
    server self = serving_as("server");
    (void)state;
    check_opens(&self, "tls://127.0.0.1:", "?ca_certs=CA");
    assert_string_equal(self.version, "TLSv1.3");
    assert_int_equal(self.certificate, 0);
}

static void the_version_can_be_chosen(void **state)
{
    server self = serving_as("server");
    (void)state;
    check_opens(&self, "tls://127.0.0.1:", "?ca_certs=CA&ssl_version=TLSv1.2");
    assert_string_equal(self.version, "TLSv1.2");
}

static void a_client_can_have_a_certificate(void **state)
{
    server self = serving_as("server");
    char rest[1024];
    (void)state;
    self.options.ca_certs = certificate_file("ca.crt");
    snprintf(rest, sizeof rest, "?ca_certs=CA&certfile=%s&keyfile=%s",
             certificate_file("client.crt"), certificate_file("client.key"));
    check_opens(&self, "tls://127.0.0.1:", rest);
    assert_true(self.certificate > 100);
}

static void an_unknown_issuer_is_refused_unless_nothing_is_required(void **state)
{
    server self = serving_as("stranger");
    (void)state;
    check_fails(&self, "tls://127.0.0.1:", "?ca_certs=CA", FIRTH_E_CERTIFICATE);
    self = serving_as("stranger");
    check_opens(&self, "tls://127.0.0.1:", "?cert_reqs=none");
}

static void another_name_is_refused_unless_it_is_the_one_or_none_is_wanted(void **state)
{
    server self = serving_as("elsewhere");
    (void)state;
    check_fails(&self, "tls://127.0.0.1:", "?ca_certs=CA", FIRTH_E_CERTIFICATE);
    self = serving_as("elsewhere");
    check_opens(&self, "tls://127.0.0.1:", "?ca_certs=CA&server_name=elsewhere.example");
    self = serving_as("elsewhere");
    check_opens(&self, "tls://127.0.0.1:", "?ca_certs=CA&check_hostname=no");
}

static void the_target_behind_a_hop_is_whom_the_certificate_must_name(void **state)
{
    server self = serving_as("elsewhere");
    (void)state;
    self.behind_socks = true;
    check_opens(&self, "socks5://127.0.0.1:", "/tls://elsewhere.example:1?ca_certs=CA");
    self = serving_as("server");
    self.behind_socks = true;
    check_fails(&self, "socks5://127.0.0.1:", "/tls://elsewhere.example:1?ca_certs=CA",
                FIRTH_E_CERTIFICATE);
    self = serving_as("server");
    self.behind_socks = true;
    check_opens(&self, "socks5://127.0.0.1:",
                "/tls://elsewhere.example:1?ca_certs=CA&server_name=localhost");
}

static void the_time_covers_the_hand_shake(void **state)
{
    server self = serving_as("server");
    (void)state;
    self.silent = true;
    check_fails(&self, "tls://127.0.0.1:", "?ca_certs=CA", FIRTH_E_TIMEOUT);
    CHECK_DETAIL("hand-shake");
    self = serving_as("server");
    self.silent = self.behind_socks = true;
    check_fails(&self, "socks5://127.0.0.1:", "/tls://localhost:1?ca_certs=CA", FIRTH_E_TIMEOUT);
    CHECK_DETAIL("hand-shake with localhost port 1");
}

static void a_file_that_is_missing_is_told(void **state)
{
    firth_stream *stream;
    (void)state;
    CHECK_FAILS(FILE_NOT_FOUND,
                firth_open(&stream, "tls://localhost:1?ca_certs=/nowhere/ca.pem", 20));
    CHECK_DETAIL("/nowhere/ca.pem");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_connects_and_shakes_hands),
        cmocka_unit_test(the_version_can_be_chosen),
        cmocka_unit_test(a_client_can_have_a_certificate),
        cmocka_unit_test(an_unknown_issuer_is_refused_unless_nothing_is_required),
        cmocka_unit_test(another_name_is_refused_unless_it_is_the_one_or_none_is_wanted),
        cmocka_unit_test(the_target_behind_a_hop_is_whom_the_certificate_must_name),
        cmocka_unit_test(the_time_covers_the_hand_shake),
        cmocka_unit_test(a_file_that_is_missing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
