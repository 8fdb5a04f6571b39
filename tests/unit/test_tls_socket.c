/* Connecting with TLS, and listening for it. */
#include "certificates.h"
#include "check.h"
#include "child.h"
#include "tls_pair.h"
#include "worker.h"

#include <string.h>
#include <unistd.h>

#define PATIENCE 20

static firth_listener *listener;
static int descriptors;

static int listen_with_tls(void **state)
{
    (void)state;
    firth_tls_options options = server_options();
    firth_listen_options loopback = FIRTH_LISTEN_OPTIONS_INIT;
    descriptors = count_descriptors();
    CHECK_OK(firth_listener_tls_listen(&listener, "127.0.0.1", 0, &options, &loopback));
    return 0;
}

static int stop_listening(void **state)
{
    (void)state;
    firth_listener_free(listener);
    assert_int_equal(count_descriptors(), descriptors);
    return 0;
}

/* Accepts, and says hello. */
static firth_err greet(void *argument)
{
    firth_stream *accepted;
    (void)argument;
    firth_err err = firth_listener_accept(listener, &accepted, PATIENCE);
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_write(accepted, "hello", 5, PATIENCE);
    if (err == FIRTH_OK)
        err = firth_stream_finish(accepted, PATIENCE);
    firth_stream_free(accepted);
    return err;
}

static firth_connect_options within(double seconds)
{
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = seconds;
    return options;
}

static firth_err connect_to(firth_stream **stream, const char *host, const firth_tls_options *tls)
{
    firth_connect_options options = within(PATIENCE);
    return firth_socket_stream_ssl_connect(stream, host, firth_listener_port(listener), tls,
                                           &options);
}

static void check_greeted(const char *host, const firth_tls_options *tls)
{
    worker greeter;
    firth_stream *stream;
    char text[6] = "";
    start_worker(&greeter, greet, NULL);
    CHECK_OK(connect_to(&stream, host, tls));
    CHECK_OK(firth_stream_read(stream, text, 5, PATIENCE));
    assert_string_equal(text, "hello");
    CHECK_FAILS(EOF, firth_stream_read(stream, text, 1, PATIENCE));
    assert_int_equal(join_worker(&greeter), FIRTH_OK);
    firth_stream_free(stream);
}

static firth_tls_options trusting(void)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.ca_certs = certificate_file("ca.crt");
    return options;
}

static void the_host_is_whom_the_certificate_must_name(void **state)
{
    (void)state;
    firth_tls_options options = trusting();
    check_greeted("localhost", &options);
    check_greeted("127.0.0.1", &options);
}

static void check_not_greeted(const char *host, const firth_tls_options *tls, firth_err code,
                              const char *words)
{
    worker greeter;
    firth_stream *stream;
    start_worker(&greeter, greet, NULL);
    check_code(connect_to(&stream, host, tls), code, "connecting", __FILE__, __LINE__);
    CHECK_DETAIL(words);
    assert_null(stream);
    assert_int_equal(join_worker(&greeter), FIRTH_E_TLS);
}

static void another_name_may_be_wanted(void **state)
{
    (void)state;
    firth_tls_options options = trusting();
    options.server_name = "elsewhere.example";
    check_not_greeted("localhost", &options, FIRTH_E_CERTIFICATE,
                      "wrong host: wanted elsewhere.example, it names localhost");
}

static void without_options_the_systems_store_decides(void **state)
{
    (void)state;
    check_not_greeted("localhost", NULL, FIRTH_E_CERTIFICATE, "unknown issuer");
}

static void the_factory_puts_its_files_first(void **state)
{
    (void)state;
    worker greeter;
    firth_stream *stream;
    char text[5];
    firth_tls_options options = trusting();
    options.ca_certs = certificate_file("other_ca.crt");
    start_worker(&greeter, greet, NULL);
    CHECK_OK(firth_create_ssl_stream(&stream, "localhost", firth_listener_port(listener),
                                     certificate_file("client.key"), certificate_file("client.crt"),
                                     certificate_file("ca.crt"), &options, NULL));
    CHECK_OK(firth_stream_read(stream, text, 5, PATIENCE));
    assert_int_equal(join_worker(&greeter), FIRTH_OK);
    firth_stream_free(stream);
}

static void a_missing_file_costs_no_connection(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_tls_options options = trusting();
    options.ca_certs = certificate_file("missing.crt");
    CHECK_FAILS(FILE_NOT_FOUND, connect_to(&stream, "localhost", &options));
    CHECK_FAILS(FILE_NOT_FOUND,
                firth_create_ssl_stream(&stream, "localhost", firth_listener_port(listener), NULL,
                                        NULL, certificate_file("missing.crt"), NULL, NULL));
    CHECK_FAILS(TIMEOUT, firth_listener_accept(listener, &stream, 0));
}

/* Nobody accepts, and so nobody answers. */
static void one_time_covers_connection_and_hand_shake(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_tls_options options = trusting();
    firth_connect_options short_time = within(0.05);
    CHECK_FAILS(TIMEOUT,
                firth_socket_stream_ssl_connect(&stream, "127.0.0.1", firth_listener_port(listener),
                                                &options, &short_time));
    CHECK_DETAIL("TLS hand-shake with 127.0.0.1 port ");
    assert_null(stream);
}

static void nobody_there_is_refused_as_without_tls(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_tls_options options = trusting();
    int port = firth_listener_port(listener);
    CHECK_OK(firth_listener_close(listener));
    CHECK_FAILS(REFUSED,
                firth_socket_stream_ssl_connect(&stream, "127.0.0.1", port, &options, NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_ssl_connect(&stream, "", port, &options, NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_ssl_connect(&stream, "localhost", 0, &options, NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_ssl_connect(NULL, "localhost", 1, &options, NULL));
}

static void a_silent_client_holds_up_nobody(void **state)
{
    (void)state;
    firth_stream *silent, *accepted;
    firth_tls_options options = trusting();
    CHECK_OK(
        firth_socket_stream_connect(&silent, "127.0.0.1", firth_listener_port(listener), NULL));
    CHECK_OK(firth_listener_accept(listener, &accepted, PATIENCE));
    check_greeted("localhost", &options);
    CHECK_FAILS(TIMEOUT, firth_tls_stream_handshake(accepted, 0));
    firth_stream_free(silent);
    firth_stream_free(accepted);
}

static void the_files_are_read_when_listening_begins(void **state)
{
    (void)state;
    firth_tls_options server = server_options(), options = trusting();
    firth_listener_free(listener);
    char path[128];
    strcpy(path, certificates());
    strcat(path, "/passing.key");
    assert_int_equal(link(server.keyfile, path), 0);
    server.keyfile = path;
    CHECK_OK(firth_listener_tls_listen(&listener, "127.0.0.1", 0, &server, NULL));
    assert_int_equal(unlink(path), 0);
    check_greeted("localhost", &options);
    check_greeted("localhost", &options);
}

static void what_was_accepted_outlives_the_listener(void **state)
{
    (void)state;
    firth_stream *silent, *accepted;
    CHECK_OK(
        firth_socket_stream_connect(&silent, "127.0.0.1", firth_listener_port(listener), NULL));
    CHECK_OK(firth_listener_accept(listener, &accepted, PATIENCE));
    firth_listener_free(listener);
    listener = NULL;
    CHECK_FAILS(TIMEOUT, firth_tls_stream_handshake(accepted, 0));
    firth_stream_free(silent);
    firth_stream_free(accepted);
}

static void nobody_listens_with_bad_options(void **state)
{
    (void)state;
    firth_listener *other;
    firth_listen_options odd = FIRTH_LISTEN_OPTIONS_INIT;
    firth_tls_options options = server_options();
    odd.backlog = 0;
    CHECK_FAILS(INVALID, firth_listener_tls_listen(&other, "127.0.0.1", 0, NULL, NULL));
    CHECK_FAILS(INVALID, firth_listener_tls_listen(&other, "127.0.0.1", 0, &options, &odd));
    CHECK_FAILS(INVALID, firth_listener_tls_listen(NULL, "127.0.0.1", 0, &options, NULL));
    options.keyfile = certificate_file("client.key");
    CHECK_FAILS(TLS, firth_listener_tls_listen(&other, "127.0.0.1", 0, &options, NULL));
    assert_null(other);
}

#define ONE(test)                                          \
    {                                                      \
#test, test, listen_with_tls, stop_listening, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(the_host_is_whom_the_certificate_must_name),
        ONE(another_name_may_be_wanted),
        ONE(without_options_the_systems_store_decides),
        ONE(the_factory_puts_its_files_first),
        ONE(a_missing_file_costs_no_connection),
        ONE(one_time_covers_connection_and_hand_shake),
        ONE(nobody_there_is_refused_as_without_tls),
        ONE(a_silent_client_holds_up_nobody),
        ONE(the_files_are_read_when_listening_begins),
        ONE(what_was_accepted_outlives_the_listener),
        ONE(nobody_listens_with_bad_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
