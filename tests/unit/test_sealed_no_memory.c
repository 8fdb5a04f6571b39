/* Each allocation of an encryption fails in turn, firth's own and then OpenSSL's: the call says
 * so, can be made again, and no payload and no place in the order is lost. */
#include "check.h"
#include "codec_pair.h"
#include "faults.h"
#include "foreign_memory.h"

#include "channel/seal_stage.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LENGTH 5000
/* Pieces of memory that the queue of errors of a thread keeps for the next ones. */
#define ERROR_STATE 64

static blob text;

/* The first failure of a call that is made again until it does well. */
static firth_err insist(firth_err err, firth_err *first)
{
    if (err != FIRTH_OK && *first == FIRTH_OK)
        *first = err;
    return err;
}

static firth_frame_codec *make(firth_err *first)
{
    firth_frame_codec *codec;
    firth_channel_options options = options_with_key();
    options.compress = FIRTH_COMPRESSION_ON;
    while (insist(firth_frame_codec_create(&codec, &options), first) != FIRTH_OK)
        continue;
    return codec;
}

static void carry_hello(firth_frame_codec *from, firth_frame_codec *to, firth_err *first)
{
    firth_bytes hello, payload;
    while (insist(firth_frame_codec_hello(from, &hello), first) != FIRTH_OK)
        continue;
    while (insist(firth_frame_codec_feed(to, hello.data, hello.length), first) != FIRTH_OK)
        continue;
    firth_bytes_free(&hello);
    firth_err err;
    while ((err = firth_frame_codec_decode(to, &payload)) != FIRTH_E_WANT_READ)
        insist(err, first);
}

static void carry(firth_frame_codec *from, firth_frame_codec *to, size_t length, firth_err *first)
{
    firth_bytes frame, payload;
    while (insist(firth_frame_codec_encode(from, text.data, length, &frame), first) != FIRTH_OK)
        continue;
    while (insist(firth_frame_codec_feed(to, frame.data, frame.length), first) != FIRTH_OK)
        continue;
    firth_bytes_free(&frame);
    while (insist(firth_frame_codec_decode(to, &payload), first) != FIRTH_OK)
        continue;
    if (!same_bytes(payload.data, payload.length, text.data, length))
        *first = FIRTH_E_INVALID;
    firth_bytes_free(&payload);
}

static firth_err whole_life(void)
{
    firth_err first = FIRTH_OK;
    firth_bytes end;
    firth_frame_codec *left = make(&first), *right = make(&first);
    carry_hello(left, right, &first);
    carry_hello(right, left, &first);
    carry(left, right, LENGTH, &first);
    carry(left, right, 100, &first);
    carry(right, left, 0, &first);
    while (insist(firth_frame_codec_encode_end(left, &end), &first) != FIRTH_OK)
        continue;
    firth_bytes_free(&end);
    firth_frame_codec_free(left);
    firth_frame_codec_free(right);
    return first;
}

static void each_allocation_of_firth_fails_in_turn(void **state)
{
    (void)state;
    assert_int_equal(whole_life(), FIRTH_OK);
    long allocations = live_allocations();
    for (unsigned nth = 1;; nth++) {
        fail_allocation(nth);
        firth_err err = whole_life();
        bool happened = fault_happened();
        faults_off();
        assert_int_equal(live_allocations(), allocations);
        assert_int_equal(err, happened ? FIRTH_E_NO_MEMORY : FIRTH_OK);
        if (!happened) {
            assert_true(nth > 15);
            return;
        }
    }
}

/* OpenSSL does not always say that memory was the reason, and can do without some of it. What
 * is no fault of the peer is never told as one. */
static void each_allocation_of_openssl_fails_in_turn(void **state)
{
    (void)state;
    fail_foreign(0);
    assert_int_equal(whole_life(), FIRTH_OK);
    long allocations = live_allocations(), foreign = foreign_live();
    unsigned all = foreign_allocations(), told = 0;
    for (unsigned nth = 1; nth <= all; nth++) {
        fail_foreign(nth);
        firth_err err = whole_life();
        assert_true(foreign_happened());
        fail_foreign(0);
        assert_int_equal(live_allocations(), allocations);
        assert_true(err == FIRTH_OK || err == FIRTH_E_NO_MEMORY || err == FIRTH_E_SYSTEM ||
                    err == FIRTH_E_NOT_SUPPORTED);
        assert_int_equal(ERR_peek_error(), 0);
        told += err == FIRTH_E_NO_MEMORY;
    }
    assert_true(foreign_live() <= foreign + ERROR_STATE);
    assert_true(told > 20);
}

/* ---- Channels -------------------------------------------------------------------- */

static int sockets[2];

static firth_err try_to_open(int socket, firth_channel **channel)
{
    firth_channel_options options = options_with_key();
    firth_stream *stream = NULL;
    int copy = dup(socket);
    *channel = NULL;
    firth_err err = firth_socket_stream_from_descriptor(&stream, copy, NULL);
    if (err != FIRTH_OK)
        close(copy);
    else
        err = firth_channel_create(channel, stream, &options);
    firth_stream_free(stream);
    return err;
}

static void send_whole(firth_channel *from, firth_channel *to, firth_err *first)
{
    firth_bytes found = {0};
    firth_err err;
    do {
        err = firth_channel_send(from, text.data, LENGTH, 0);
        if (err != FIRTH_OK)
            insist(err, first);
    } while (err != FIRTH_OK && firth_last_error()->count == 0);
    while ((err = firth_channel_recv(to, 0, &found)) != FIRTH_OK) {
        if (err != FIRTH_E_TIMEOUT)
            insist(err, first);
        if ((err = firth_channel_flush(from, 0)) != FIRTH_E_TIMEOUT)
            insist(err, first);
    }
    if (!same_bytes(found.data, found.length, text.data, LENGTH))
        *first = FIRTH_E_INVALID;
    firth_bytes_free(&found);
}

static firth_err life_of_channels(void)
{
    firth_err first = FIRTH_OK;
    firth_channel *near = NULL, *far = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    while (insist(try_to_open(sockets[0], &near), &first) != FIRTH_OK)
        assert_int_equal(recv(sockets[1], (char[64]){0}, 64, MSG_DONTWAIT), -1);
    while (insist(try_to_open(sockets[1], &far), &first) != FIRTH_OK)
        assert_int_equal(recv(sockets[0], (char[64]){0}, 64, MSG_DONTWAIT), -1);
    send_whole(near, far, &first);
    send_whole(far, near, &first);
    insist(firth_channel_finish(near, 0), &first);
    firth_channel_free(near);
    firth_channel_free(far);
    close(sockets[0]);
    close(sockets[1]);
    return first;
}

static void each_allocation_of_channels_fails_in_turn(void **state)
{
    (void)state;
    assert_int_equal(life_of_channels(), FIRTH_OK);
    long allocations = live_allocations();
    for (unsigned nth = 1;; nth++) {
        fail_allocation(nth);
        firth_err err = life_of_channels();
        bool happened = fault_happened();
        faults_off();
        assert_int_equal(live_allocations(), allocations);
        assert_int_equal(err, happened ? FIRTH_E_NO_MEMORY : FIRTH_OK);
        if (!happened) {
            assert_true(nth > 10);
            return;
        }
    }
}

/* One side is one frame away from a new key, and finds no memory for it. */
static void a_key_that_could_not_be_replaced_is_replaced_later(void **state)
{
    (void)state;
    static const unsigned char key[FIRTH_SECRET_SIZE] = "a key of thirty-two bytes for it";
    for (unsigned nth = 1;; nth++) {
        firth_seal seal;
        firth_buffer frame = {0}, expected = {0};
        CHECK_OK(firth_seal_init(&seal, false));
        firth_seal_set_key(&seal, key);
        seal.frames = FIRTH_SEAL_FRAMES;
        CHECK_OK(firth_buffer_reserve(&frame, 100));
        fail_foreign(nth);
        firth_err err = firth_seal_frame(&seal, FIRTH_INNER_PAYLOAD, "brine", 5, &frame);
        bool happened = foreign_happened();
        fail_foreign(0);
        if (err != FIRTH_OK) {
            assert_int_equal(frame.length, 0);
            assert_memory_equal(seal.key, key, sizeof key);
            CHECK_OK(firth_seal_frame(&seal, FIRTH_INNER_PAYLOAD, "brine", 5, &frame));
        }
        assert_int_equal(seal.frames, 1);
        assert_memory_not_equal(seal.key, key, sizeof key);
        firth_seal_set_key(&seal, key);
        seal.frames = FIRTH_SEAL_FRAMES;
        CHECK_OK(firth_seal_frame(&seal, FIRTH_INNER_PAYLOAD, "brine", 5, &expected));
        assert_true(same_bytes(frame.data, frame.length, expected.data, expected.length));
        firth_buffer_release(&frame);
        firth_buffer_release(&expected);
        firth_seal_release(&seal);
        if (!happened)
            return;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_of_firth_fails_in_turn),
        cmocka_unit_test(each_allocation_of_openssl_fails_in_turn),
        cmocka_unit_test(each_allocation_of_channels_fails_in_turn),
        cmocka_unit_test(a_key_that_could_not_be_replaced_is_replaced_later),
    };
    if (!watch_foreign_memory())
        return 1;
    text = text_of(LENGTH);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(text.data);
    return failed;
}
