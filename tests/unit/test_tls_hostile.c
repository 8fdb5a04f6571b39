/* What a peer of TLS can do that means no good: OpenSSL, in memory and in this
 * thread, says what no honest peer would. */
#include "certificates.h"
#include "check.h"
#include "tls_pair.h"

#include <firth/stream_ops.h>

#include <openssl/ssl.h>
#include <string.h>

typedef struct hostile_server {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out; /* as the server sees it */
    bool floods;   /* with new keys, as long as anybody reads */
} hostile_server;

static hostile_server far;
static firth_stream *stream;

/* ---- The stream between ------------------------------------------------------------------ */

static void answer(void)
{
    char byte;
    if (SSL_is_init_finished(far.ssl))
        SSL_peek(far.ssl, &byte, 1);
    else
        SSL_do_handshake(far.ssl);
}

static firth_err read_some(void *self, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    (void)self, (void)span_count, (void)timeout;
    if (BIO_pending(far.out) == 0 && far.floods) {
        assert_int_equal(SSL_key_update(far.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        assert_int_equal(SSL_do_handshake(far.ssl), 1);
    }
    int got = BIO_read(far.out, spans[0].data, (int)spans[0].length);
    *count = got > 0 ? (size_t)got : 0;
    return got > 0 ? FIRTH_OK : FIRTH_E_WANT_READ;
}

static firth_err write_some(void *self, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    (void)self, (void)slice_count, (void)timeout;
    assert_int_equal(BIO_write(far.in, slices[0].data, (int)slices[0].length), slices[0].length);
    *count = slices[0].length;
    answer();
    return FIRTH_OK;
}

static void release(void *self)
{
    (void)self;
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "hostile",
    .read_some = read_some,
    .write_some = write_some,
    .release = release,
};

/* ---- Both ends ----------------------------------------------------------------------------- */

static void open_far(void)
{
    far = (hostile_server){.context = SSL_CTX_new(TLS_server_method())};
    SSL_CTX *context = far.context;
    SSL_CTX_set_num_tickets(context, 0);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, certificate_file("server.crt")),
                     1);
    assert_int_equal(
        SSL_CTX_use_PrivateKey_file(context, certificate_file("server.key"), SSL_FILETYPE_PEM), 1);
    far.ssl = SSL_new(context);
    far.in = BIO_new(BIO_s_mem());
    far.out = BIO_new(BIO_s_mem());
    SSL_set_bio(far.ssl, far.in, far.out);
    SSL_set_accept_state(far.ssl);
}

static void open_near(const firth_tls_options *options)
{
    firth_stream *lower;
    CHECK_OK(firth_stream_create(&lower, &table, &far));
    CHECK_OK(firth_tls_stream_client(&stream, lower, options));
    firth_stream_free(lower);
}

static int open_both(void **state)
{
    firth_tls_options options = client_options();
    (void)state;
    open_far();
    open_near(&options);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    firth_stream_free(stream);
    SSL_free(far.ssl);
    SSL_CTX_free(far.context);
    return 0;
}

/* ---- The tests ------------------------------------------------------------------------------ */

static void new_keys_without_end_do_not_hold_up_the_time(void **state)
{
    (void)state;
    bool ready = true;
    char byte;
    CHECK_OK(firth_tls_stream_handshake(stream, 0));
    far.floods = true;
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0.01));
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    CHECK_OK(firth_stream_poll(stream, 0, &ready));
    assert_false(ready);
    far.floods = false;
    assert_int_equal(SSL_write(far.ssl, "b", 1), 1);
    CHECK_OK(firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(byte, 'b');
}

/* Of its own accord OpenSSL accepts that. */
static void a_cipher_without_certificates_is_no_way_around_them(void **state)
{
    (void)state;
    firth_tls_options options = client_options();
    options.ciphers = "ALL:@SECLEVEL=0";
    open_far();
    assert_int_equal(SSL_set_cipher_list(far.ssl, "aNULL:@SECLEVEL=0"), 1);
    assert_int_equal(SSL_set_max_proto_version(far.ssl, TLS1_2_VERSION), 1);
    open_near(&options);
    CHECK_FAILS(CERTIFICATE, firth_tls_stream_handshake(stream, 0));
    CHECK_DETAIL("the server showed no certificate");
    CHECK_FAILS(CERTIFICATE, firth_stream_write(stream, "secret", 6, 0));
}

static void a_server_that_insists_on_another_hand_shake_is_told_so(void **state)
{
    (void)state;
    char byte;
    firth_tls_options options = client_options();
    options.ssl_version = FIRTH_TLS_1_2;
    open_far();
    open_near(&options);
    CHECK_OK(firth_tls_stream_handshake(stream, 0));
    assert_int_equal(SSL_renegotiate(far.ssl), 1);
    SSL_do_handshake(far.ssl);
    CHECK_FAILS(TLS, firth_stream_read(stream, &byte, 1, 0));
    CHECK_DETAIL("it wanted another hand-shake, which is never made (alert handshake_failure, 40)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_cipher_without_certificates_is_no_way_around_them, close_both),
        cmocka_unit_test_setup_teardown(new_keys_without_end_do_not_hold_up_the_time, open_both,
                                        close_both),
        cmocka_unit_test_teardown(a_server_that_insists_on_another_hand_shake_is_told_so,
                                  close_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
