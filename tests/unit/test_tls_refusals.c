/* Each refusal of a hand-shake says which check failed, on the side that made it, and the
 * other side says what it was told. */
#include "certificates.h"
#include "check.h"
#include "tls_pair.h"

#include <openssl/err.h>
#include <string.h>
#include <unistd.h>

static firth_tls_options server_with(const char *certificate, const char *key)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.certfile = certificate_file(certificate);
    options.keyfile = certificate_file(key);
    return options;
}

/* A server that wants a certificate signed by the tests' authority. */
static firth_tls_options demanding_server(void)
{
    firth_tls_options options = server_options();
    options.ca_certs = certificate_file("ca.crt");
    return options;
}

static firth_tls_options client_named(const char *name)
{
    firth_tls_options options = client_options();
    options.server_name = name;
    return options;
}

static void check_words(unsigned side, const char *words)
{
    if (strstr(tls_words[side], words) == NULL)
        fail_msg("the %s said: %s", side == 0 ? "client" : "server", tls_words[side]);
}

/* The client refuses the server's certificate; the server is told by an alert. */
static void check_refused(const firth_tls_options *client, const firth_tls_options *server,
                          const char *words)
{
    firth_err outcome[2];
    tls_pair pair = open_tls_pair(OVER_UNIX, client, server);
    shake_hands(&pair, outcome);
    check_words(0, words);
    assert_int_equal(outcome[0], FIRTH_E_CERTIFICATE);
    if (client == NULL || client->ssl_version == FIRTH_TLS_1_2)
        assert_int_equal(outcome[1], FIRTH_E_TLS);
    CHECK_FAILS(CERTIFICATE, firth_tls_stream_handshake(pair.client, 0));
    CHECK_DETAIL(words);
    CHECK_FAILS(CERTIFICATE, firth_stream_write(pair.client, "x", 1, 0));
    assert_false(firth_stream_closed(pair.client));
    assert_int_equal(ERR_peek_error(), 0);
    close_tls_pair(&pair);
}

static void an_unknown_issuer_is_named(void **state)
{
    (void)state;
    firth_tls_options stranger = server_with("stranger.crt", "stranger.key");
    check_refused(NULL, &stranger,
                  "unknown issuer: nobody who is trusted has signed it, its issuer"
                  " is /CN=somebody else");
}

static void a_self_signed_certificate_is_called_so(void **state)
{
    (void)state;
    firth_tls_options server = server_with("self_signed.crt", "self_signed.key");
    check_refused(NULL, &server, "self-signed");
}

static void an_expired_certificate_tells_until_when_it_was_valid(void **state)
{
    (void)state;
    firth_tls_options server = server_with("expired.crt", "expired.key");
    check_refused(NULL, &server, "expired: it was valid until 20");
}

static void an_early_certificate_tells_from_when_it_is_valid(void **state)
{
    (void)state;
    firth_tls_options server = server_with("not_yet_valid.crt", "not_yet_valid.key");
    check_refused(NULL, &server, "not yet valid: it becomes so at 20");
}

static void a_wrong_host_is_told_with_the_names_that_were_found(void **state)
{
    (void)state;
    firth_tls_options server = server_with("elsewhere.crt", "elsewhere.key");
    check_refused(NULL, &server, "wrong host: wanted localhost, it names elsewhere.example");
    firth_tls_options client = client_named("example.org");
    check_refused(&client, NULL,
                  "wanted example.org, it names localhost, 127.0.0.1, 0:0:0:0:0:0:0:1");
}

static void an_address_is_looked_for_among_the_addresses(void **state)
{
    (void)state;
    firth_tls_options client = client_named("127.0.0.2");
    check_refused(&client, NULL, "wrong host: wanted 127.0.0.2, it names localhost, 127.0.0.1");
}

static void a_system_that_does_not_know_the_issuer_refuses_it(void **state)
{
    (void)state;
    firth_tls_options client = client_options();
    client.ca_certs = NULL;
    check_refused(&client, NULL, "unknown issuer");
}

static void check_agreed(const firth_tls_options *client, const firth_tls_options *server)
{
    tls_pair pair = meet_over_tls(OVER_UNIX, client, server);
    close_tls_pair(&pair);
}

static void names_and_addresses_of_the_certificate_are_accepted(void **state)
{
    (void)state;
    const char *const names[] = {"localhost", "localhost.", "LOCALHOST",
                                 "127.0.0.1", "::1",        "::1%lo"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        firth_tls_options client = client_named(names[i]);
        check_agreed(&client, NULL);
    }
}

static void who_checks_no_name_accepts_any(void **state)
{
    (void)state;
    firth_tls_options server = server_with("elsewhere.crt", "elsewhere.key");
    firth_tls_options client = client_named(NULL);
    client.check_hostname = 0;
    check_agreed(&client, &server);
}

static void who_asks_for_no_certificate_accepts_any(void **state)
{
    (void)state;
    firth_tls_options server = server_with("self_signed.crt", "self_signed.key");
    firth_tls_options client = FIRTH_TLS_OPTIONS_INIT;
    client.cert_reqs = FIRTH_CERT_NONE;
    check_agreed(&client, &server);
}

/* ---- A server that asks for certificates ---------------------------------------------- */

static firth_tls_options client_showing(const char *certificate, const char *key, int version)
{
    firth_tls_options options = client_options();
    options.certfile = certificate_file(certificate);
    options.keyfile = certificate_file(key);
    options.ssl_version = version;
    return options;
}

static void a_good_certificate_of_a_client_is_accepted(void **state)
{
    (void)state;
    for (int version = FIRTH_TLS_1_2; version <= FIRTH_TLS_1_3; version++) {
        firth_tls_options client = client_showing("client.crt", "client.key", version);
        firth_tls_options server = demanding_server();
        firth_bytes certificate;
        tls_pair pair = meet_over_tls(OVER_UNIX, &client, &server);
        CHECK_OK(firth_tls_stream_peer_certificate(pair.server, &certificate));
        assert_true(certificate.length > 100);
        firth_bytes_free(&certificate);
        close_tls_pair(&pair);
    }
}

/* In TLS 1.2 the client hears of it in the hand-shake. */
static void a_client_without_a_certificate_is_refused_in_tls_1_2(void **state)
{
    (void)state;
    firth_tls_options client = client_options(), server = demanding_server();
    firth_err outcome[2];
    client.ssl_version = FIRTH_TLS_1_2;
    tls_pair pair = open_tls_pair(OVER_UNIX, &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[1], FIRTH_E_CERTIFICATE);
    check_words(1, "the client showed no certificate");
    assert_int_equal(outcome[0], FIRTH_E_TLS);
    check_words(0, "it wants a certificate, and we have shown none");
    close_tls_pair(&pair);
}

/* In TLS 1.3 at its first read. */
static void a_client_without_a_certificate_reads_that_in_tls_1_3(void **state)
{
    (void)state;
    firth_tls_options client = client_options(), server = demanding_server();
    firth_err outcome[2];
    char byte;
    tls_pair pair = open_tls_pair(OVER_UNIX, &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[1], FIRTH_E_CERTIFICATE);
    assert_int_equal(outcome[0], FIRTH_OK);
    CHECK_FAILS(TLS, firth_stream_read(pair.client, &byte, 1, 5));
    CHECK_DETAIL(
        "it wants a certificate, and we have shown none (alert certificate_required, 116)");
    CHECK_FAILS(TLS, firth_stream_read(pair.client, &byte, 1, 5));
    close_tls_pair(&pair);
}

/* The server is gone with unread bytes, which resets the connection; the client, who only
 * writes, still reads the alert. */
static void a_writer_tells_the_alert_and_not_the_reset(void **state)
{
    (void)state;
    firth_tls_options client = client_options(), server = demanding_server();
    firth_err outcome[2], err = FIRTH_OK;
    tls_pair pair = open_tls_pair(OVER_TCP, &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[0], FIRTH_OK);
    CHECK_OK(firth_stream_write(pair.client, "unread", 6, 5));
    firth_stream_free(pair.server);
    firth_stream_free(pair.below[1]);
    pair.server = pair.below[1] = NULL;
    while (err == FIRTH_OK)
        err = firth_stream_write(pair.client, "unread", 6, 5);
    assert_int_equal(err, FIRTH_E_TLS);
    CHECK_DETAIL("it wants a certificate");
    close_tls_pair(&pair);
}

static void a_certificate_of_a_client_by_another_issuer_is_refused(void **state)
{
    (void)state;
    firth_tls_options client =
        client_showing("other_client.crt", "other_client.key", FIRTH_TLS_1_2);
    firth_tls_options server = demanding_server();
    firth_err outcome[2];
    tls_pair pair = open_tls_pair(OVER_UNIX, &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[1], FIRTH_E_CERTIFICATE);
    check_words(1, "unknown issuer");
    assert_int_equal(outcome[0], FIRTH_E_TLS);
    check_words(0, "it does not trust who issued our certificate (alert unknown_ca, 48)");
    close_tls_pair(&pair);
}

static void a_server_that_only_asks_accepts_none_but_not_a_bad_one(void **state)
{
    (void)state;
    firth_tls_options server = demanding_server();
    firth_tls_options client =
        client_showing("other_client.crt", "other_client.key", FIRTH_TLS_1_2);
    firth_bytes certificate;
    firth_err outcome[2];
    server.cert_reqs = FIRTH_CERT_OPTIONAL;
    tls_pair pair = meet_over_tls(OVER_UNIX, NULL, &server);
    CHECK_OK(firth_tls_stream_peer_certificate(pair.server, &certificate));
    assert_int_equal(certificate.length, 0);
    firth_bytes_free(&certificate);
    close_tls_pair(&pair);
    pair = open_tls_pair(OVER_UNIX, &client, &server);
    shake_hands(&pair, outcome);
    assert_int_equal(outcome[1], FIRTH_E_CERTIFICATE);
    close_tls_pair(&pair);
}

/* ---- What has nothing to do with certificates ------------------------------------------ */

static void check_not_agreed(const firth_tls_options *client, const firth_tls_options *server,
                             const char *client_says, const char *server_says)
{
    firth_err outcome[2];
    tls_pair pair = open_tls_pair(OVER_UNIX, client, server);
    shake_hands(&pair, outcome);
    check_words(0, client_says);
    check_words(1, server_says);
    assert_int_equal(outcome[0], FIRTH_E_TLS);
    assert_int_equal(outcome[1], FIRTH_E_TLS);
    close_tls_pair(&pair);
}

static void sides_without_a_common_version_say_so(void **state)
{
    (void)state;
    firth_tls_options client = client_options(), server = server_options();
    client.ssl_version = FIRTH_TLS_1_2;
    server.ssl_version = FIRTH_TLS_1_3;
    check_not_agreed(&client, &server, "no common version of TLS (alert protocol_version, 70)",
                     "no common version of TLS: this side speaks TLS 1.3 only");
    client.ssl_version = FIRTH_TLS_1_3;
    server.ssl_version = FIRTH_TLS_1_2;
    check_not_agreed(&client, &server, "no common version of TLS (alert protocol_version, 70)",
                     "no common version of TLS: this side speaks TLS 1.2 only");
}

static void sides_without_a_common_cipher_say_so(void **state)
{
    (void)state;
    firth_tls_options client = client_options(), server = server_options();
    client.ssl_version = FIRTH_TLS_1_2;
    client.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
    server.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    check_not_agreed(&client, &server, "no common cipher", "no common cipher");
}

static void check_foreign(bool server, const char *bytes, size_t length, const char *words)
{
    firth_tls_options options = server ? server_options() : client_options();
    firth_stream *stream;
    duplex lower = open_duplex(OVER_UNIX);
    say(&lower, bytes, length);
    if (server)
        CHECK_OK(firth_tls_stream_server(&stream, lower.stream, &options));
    else
        CHECK_OK(firth_tls_stream_client(&stream, lower.stream, &options));
    CHECK_FAILS(TLS, firth_tls_stream_handshake(stream, 5));
    CHECK_DETAIL(words);
    firth_stream_free(stream);
    close_duplex(&lower);
}

static void a_peer_that_speaks_no_tls_is_quoted(void **state)
{
    (void)state;
    const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    const char request[] = "GET / HTTP/1.1\r\n\r\n";
    const char frame[] = "\0\0\0\5\0hello\n";
    for (int server = 0; server < 2; server++) {
        check_foreign(server, frame, sizeof frame - 1,
                      "the peer speaks no TLS: it began with the bytes 00 00 00 05 00");
        check_foreign(server, "SSH-2.0-OpenSSH_9.2\r\n", 21,
                      "speaks no TLS: it began with \"SSH-2");
    }
    check_foreign(false, http, sizeof http - 1, "the peer speaks no TLS: it began with \"HTTP/");
    check_foreign(true, request, sizeof request - 1,
                  "the peer speaks no TLS: it began with \"GET /");
}

static void a_hand_shake_that_is_cut_is_a_lost_connection(void **state)
{
    (void)state;
    const char beginning[] = "\x16\x03\x03\x00";
    firth_tls_options options = client_options();
    firth_stream *stream;
    duplex lower = open_duplex(OVER_UNIX);
    say(&lower, beginning, 4);
    hang_up(&lower);
    CHECK_OK(firth_tls_stream_client(&stream, lower.stream, &options));
    CHECK_FAILS(CONNECTION_LOST, firth_tls_stream_handshake(stream, 5));
    CHECK_DETAIL("TLS hand-shake");
    assert_true(firth_stream_closed(stream));
    firth_stream_free(stream);
    close_duplex(&lower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_issuer_is_named),
        cmocka_unit_test(a_self_signed_certificate_is_called_so),
        cmocka_unit_test(an_expired_certificate_tells_until_when_it_was_valid),
        cmocka_unit_test(an_early_certificate_tells_from_when_it_is_valid),
        cmocka_unit_test(a_wrong_host_is_told_with_the_names_that_were_found),
        cmocka_unit_test(an_address_is_looked_for_among_the_addresses),
        cmocka_unit_test(a_system_that_does_not_know_the_issuer_refuses_it),
        cmocka_unit_test(names_and_addresses_of_the_certificate_are_accepted),
        cmocka_unit_test(who_checks_no_name_accepts_any),
        cmocka_unit_test(who_asks_for_no_certificate_accepts_any),
        cmocka_unit_test(a_good_certificate_of_a_client_is_accepted),
        cmocka_unit_test(a_client_without_a_certificate_is_refused_in_tls_1_2),
        cmocka_unit_test(a_client_without_a_certificate_reads_that_in_tls_1_3),
        cmocka_unit_test(a_writer_tells_the_alert_and_not_the_reset),
        cmocka_unit_test(a_certificate_of_a_client_by_another_issuer_is_refused),
        cmocka_unit_test(a_server_that_only_asks_accepts_none_but_not_a_bad_one),
        cmocka_unit_test(sides_without_a_common_version_say_so),
        cmocka_unit_test(sides_without_a_common_cipher_say_so),
        cmocka_unit_test(a_peer_that_speaks_no_tls_is_quoted),
        cmocka_unit_test(a_hand_shake_that_is_cut_is_a_lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
