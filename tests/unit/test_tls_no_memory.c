/* Each allocation of a TLS stream fails in turn, firth's own and then OpenSSL's: the call
 * says so, nothing stays behind, and bytes are not lost. */
#include "certificates.h"
#include "check.h"
#include "child.h"
#include "faults.h"
#include "foreign_memory.h"
#include "tls_pair.h"
#include "trickle.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* ---- What is done again and again ------------------------------------------------------- */

static trickle below;

static firth_err shake(firth_stream *client, firth_stream *server)
{
    firth_err here = FIRTH_E_TIMEOUT, there = FIRTH_E_TIMEOUT;
    while (here == FIRTH_E_TIMEOUT || there == FIRTH_E_TIMEOUT) {
        here = firth_tls_stream_handshake(client, 0);
        if (here != FIRTH_OK && here != FIRTH_E_TIMEOUT)
            return here;
        there = firth_tls_stream_handshake(server, 0);
        if (there != FIRTH_OK && there != FIRTH_E_TIMEOUT)
            return there;
    }
    return FIRTH_OK;
}

static firth_err talk(firth_stream *client, firth_stream *server)
{
    char text[5];
    firth_bytes certificate = {0};
    firth_err err = shake(client, server);
    if (err == FIRTH_OK)
        err = firth_stream_write(client, "brine", 5, 0);
    if (err == FIRTH_OK)
        err = firth_stream_read(server, text, 5, 0);
    if (err == FIRTH_OK)
        err = firth_tls_stream_peer_certificate(client, &certificate);
    firth_bytes_free(&certificate);
    return err == FIRTH_OK ? firth_stream_finish(client, 0) : err;
}

/* From the files to the end. */
static firth_err whole_life(void)
{
    firth_tls_options client = client_options(), server = server_options();
    firth_stream *ends[2], *streams[2] = {NULL, NULL};
    open_trickle(&below, ends);
    firth_err err = firth_tls_stream_client(&streams[0], ends[0], &client);
    if (err == FIRTH_OK)
        err = firth_tls_stream_server(&streams[1], ends[1], &server);
    if (err == FIRTH_OK)
        err = talk(streams[0], streams[1]);
    for (unsigned i = 0; i < 2; i++) {
        firth_stream_free(streams[i]);
        firth_stream_free(ends[i]);
    }
    return err;
}

static void each_allocation_of_firth_fails_in_turn(void **state)
{
    (void)state;
    assert_int_equal(whole_life(), FIRTH_OK);
    long allocations = live_allocations();
    for (unsigned nth = 5;; nth++) { /* four are the test's own streams */
        fail_allocation(nth);
        firth_err err = whole_life();
        bool happened = fault_happened();
        faults_off();
        assert_int_equal(live_allocations(), allocations);
        assert_int_equal(err, happened ? FIRTH_E_NO_MEMORY : FIRTH_OK);
        assert_int_equal(ERR_peek_error(), 0);
        if (!happened) {
            assert_true(nth > 15);
            return;
        }
    }
}

/* OpenSSL does not always say that memory was the reason. It can do without some of it. */
static void each_allocation_of_openssl_fails_in_turn(void **state)
{
    (void)state;
    fail_foreign(0);
    assert_int_equal(whole_life(), FIRTH_OK);
    long allocations = live_allocations();
    unsigned all = foreign_allocations(), told = 0;
    for (unsigned nth = 1; nth <= all; nth += 1 + nth / 64) {
        fail_foreign(nth);
        firth_err err = whole_life();
        assert_true(foreign_happened());
        fail_foreign(0);
        assert_int_equal(live_allocations(), allocations);
        assert_true(err == FIRTH_OK || err == FIRTH_E_NO_MEMORY || err == FIRTH_E_TLS ||
                    err == FIRTH_E_CERTIFICATE || err == FIRTH_E_CONNECTION_LOST);
        assert_int_equal(ERR_peek_error(), 0);
        told += err == FIRTH_E_NO_MEMORY;
    }
    assert_true(told > 50);
}

/* ---- Bytes ------------------------------------------------------------------------------ */

#define LENGTH 60000

static tls_pair pair;
static unsigned char sent[LENGTH], got[LENGTH];

static int meet(void **state)
{
    firth_stream *ends[2];
    (void)state;
    open_trickle(&below, ends);
    pair = open_tls_over(ends[0], ends[1], NULL, NULL);
    CHECK_OK(shake(pair.client, pair.server));
    for (size_t i = 0; i < LENGTH; i++)
        sent[i] = (unsigned char)(i * i >> 8);
    return 0;
}

static int part(void **state)
{
    (void)state;
    close_tls_pair(&pair);
    return 0;
}

static void a_write_without_memory_takes_nothing(void **state)
{
    (void)state;
    fail_allocation(1);
    CHECK_FAILS(NO_MEMORY, firth_stream_write(pair.client, sent, LENGTH, 0));
    assert_int_equal(firth_last_error()->count, 0);
    faults_off();
    CHECK_OK(firth_stream_write(pair.client, sent, LENGTH, 0));
    CHECK_OK(firth_stream_read(pair.server, got, LENGTH, 0));
    assert_memory_equal(sent, got, LENGTH);
}

static void a_read_does_with_the_memory_it_has(void **state)
{
    (void)state;
    CHECK_OK(firth_stream_write(pair.client, sent, LENGTH, 0));
    fail_allocations_from(1);
    CHECK_OK(firth_stream_read(pair.server, got, LENGTH, 0));
    assert_true(fault_happened());
    faults_off();
    assert_memory_equal(sent, got, LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_of_firth_fails_in_turn),
        cmocka_unit_test(each_allocation_of_openssl_fails_in_turn),
        cmocka_unit_test_setup_teardown(a_write_without_memory_takes_nothing, meet, part),
        cmocka_unit_test_setup_teardown(a_read_does_with_the_memory_it_has, meet, part),
    };
    if (!watch_foreign_memory())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
