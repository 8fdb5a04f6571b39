/* One thread reads while another writes, over TLS; and hand-shakes, new keys and closes
 * meanwhile. */
#include "certificates.h"
#include "check.h"
#include "duplex.h"
#include "frames.h"
#include "openssl_peer.h"
#include "tls_pair.h"
#include "worker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 20

static openssl_peer far;
static firth_stream *stream;

static int open_both(void **state)
{
    firth_tls_options options = client_options();
    firth_stream *lower;
    int sockets[2];
    (void)state;
    open_sockets(OVER_UNIX, sockets);
    CHECK_OK(firth_socket_stream_from_descriptor(&lower, sockets[0], NULL));
    CHECK_OK(firth_tls_stream_client(&stream, lower, &options));
    firth_stream_free(lower);
    open_openssl_peer(&far, sockets[1]);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    firth_stream_free(stream);
    close_openssl_peer(&far);
    return 0;
}

/* With hands shaken. */
static int meet(void **state)
{
    worker accepting;
    open_both(state);
    start_worker(&accepting, openssl_accepts, &far);
    CHECK_OK(firth_tls_stream_handshake(stream, PATIENCE));
    assert_int_equal(join_worker(&accepting), FIRTH_OK);
    return 0;
}

static blob data;

static firth_err write_data(void *argument)
{
    (void)argument;
    return firth_stream_write(stream, data.data, data.length, PATIENCE);
}

static firth_err write_without_end(void *argument)
{
    firth_err err;
    (void)argument;
    do
        err = firth_stream_write(stream, data.data, data.length, FIRTH_FOREVER);
    while (err == FIRTH_OK);
    return err;
}

static firth_err read_byte(void *argument)
{
    return firth_stream_read(stream, argument, 1, FIRTH_FOREVER);
}

static firth_err shake_hands_for_ever(void *argument)
{
    (void)argument;
    return firth_tls_stream_handshake(stream, FIRTH_FOREVER);
}

static void check_echo(size_t length)
{
    worker echo, writer;
    data = noise_of(length);
    unsigned char *back = malloc(length);
    start_worker(&echo, openssl_echoes_with_new_keys, &far);
    start_worker(&writer, write_data, NULL);
    CHECK_OK(firth_stream_read(stream, back, length, PATIENCE));
    assert_int_equal(join_worker(&writer), FIRTH_OK);
    assert_memory_equal(back, data.data, length);
    CHECK_OK(firth_stream_finish(stream, PATIENCE));
    assert_int_equal(join_worker(&echo), FIRTH_E_EOF);
    free(back);
    free(data.data);
}

/* Each of a hundred pieces comes with a wish for new keys, which the reader hears while the
 * writer writes; and both begin with the hand-shake. */
static void a_reader_and_a_writer_share_hand_shake_and_new_keys(void **state)
{
    (void)state;
    check_echo(1000000);
}

static void a_reader_is_not_held_up_by_a_writer_whom_nobody_hears(void **state)
{
    (void)state;
    worker writer;
    char text[5];
    data = noise_of(1000000);
    start_worker(&writer, write_without_end, NULL);
    wait_until_polling(&writer);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(SSL_key_update(far.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        assert_int_equal(SSL_write(far.ssl, "brine", 5), 5);
        CHECK_OK(firth_stream_read(stream, text, 5, PATIENCE));
        assert_memory_equal(text, "brine", 5);
    }
    firth_stream_close(stream);
    assert_int_equal(join_worker(&writer), FIRTH_E_CLOSED);
    free(data.data);
}

static void a_writer_is_not_held_up_by_a_reader_who_hears_nothing(void **state)
{
    (void)state;
    worker reader;
    char byte = 0, text[5];
    start_worker(&reader, read_byte, &byte);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_write(stream, "firth", 5, PATIENCE));
    assert_int_equal(SSL_read(far.ssl, text, 5), 5);
    assert_memory_equal(text, "firth", 5);
    assert_int_equal(SSL_write(far.ssl, "b", 1), 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    assert_int_equal(byte, 'b');
}

/* False if the wish cannot leave. */
static bool wish_for_new_keys(void)
{
    return SSL_key_update(far.ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(far.ssl) == 1;
}

/* The peer takes none of the answers. */
static void wishes_that_nobody_lets_us_answer_cost_little_memory(void **state)
{
    (void)state;
    bool ready;
    char byte;
    size_t to_read, to_write;
    assert_int_equal(fcntl(far.socket, F_SETFL, O_NONBLOCK), 0);
    while (wish_for_new_keys())
        CHECK_OK(firth_stream_poll(stream, 0, &ready));
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    CHECK_OK(firth_stream_held(stream, &to_read, &to_write));
    assert_in_range(to_write, 60000, 70000);
}

static void a_close_wakes_a_hand_shake(void **state)
{
    (void)state;
    worker blocked;
    start_worker(&blocked, shake_hands_for_ever, NULL);
    wait_until_polling(&blocked);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&blocked), FIRTH_E_CLOSED);
}

static void two_hand_shakes_are_one(void **state)
{
    (void)state;
    worker first, second, accepting;
    start_worker(&first, shake_hands_for_ever, NULL);
    wait_until_polling(&first);
    char byte = 0;
    start_worker(&second, read_byte, &byte);
    wait_until_queued(&second);
    start_worker(&accepting, openssl_accepts, &far);
    assert_int_equal(join_worker(&accepting), FIRTH_OK);
    assert_int_equal(join_worker(&first), FIRTH_OK);
    assert_int_equal(SSL_write(far.ssl, "b", 1), 1);
    assert_int_equal(join_worker(&second), FIRTH_OK);
    assert_int_equal(byte, 'b');
}

static void a_wake_makes_a_reader_look_up(void **state)
{
    (void)state;
    worker reader;
    char byte;
    start_worker(&reader, read_byte, &byte);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
    assert_int_equal(SSL_write(far.ssl, "b", 1), 1);
    CHECK_OK(firth_stream_read(stream, &byte, 1, PATIENCE));
    assert_int_equal(byte, 'b');
}

static void a_record_of_nothing_but_keys_ends_no_poll(void **state)
{
    (void)state;
    bool ready = true;
    size_t to_read, to_write;
    assert_true(wish_for_new_keys());
    CHECK_OK(firth_stream_poll(stream, 0.05, &ready));
    assert_false(ready);
    CHECK_OK(firth_stream_held(stream, &to_read, &to_write));
    assert_int_equal(to_read, 0);
}

#define OPEN(test)                               \
    {                                            \
#test, test, open_both, close_both, NULL \
    }
#define MET(test)                           \
    {                                       \
#test, test, meet, close_both, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN(a_reader_and_a_writer_share_hand_shake_and_new_keys),
        MET(a_reader_is_not_held_up_by_a_writer_whom_nobody_hears),
        MET(a_writer_is_not_held_up_by_a_reader_who_hears_nothing),
        MET(wishes_that_nobody_lets_us_answer_cost_little_memory),
        OPEN(a_close_wakes_a_hand_shake),
        OPEN(two_hand_shakes_are_one),
        MET(a_wake_makes_a_reader_look_up),
        MET(a_record_of_nothing_but_keys_ends_no_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
