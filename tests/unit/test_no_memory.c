/* Each allocation of the library fails in turn; nothing is lost but what the contract says. */
#include "child.h"
#include "each_allocation.h"
#include "faults.h"
#include "frames.h"
#include "media.h"
#include "meetings.h"
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static firth_err pipes(void)
{
    firth_stream *first, *second;
    firth_err err = firth_pipe_stream_create_pair(&first, &second);
    if (err != FIRTH_OK)
        return first == NULL && second == NULL ? err : FIRTH_E_INVALID;
    err = firth_stream_unread(first, "brine", 5);
    firth_stream_free(first);
    firth_stream_free(second);
    return err;
}

static void making_pipes(void **state)
{
    (void)state;
    fail_each_allocation(pipes, false);
}

static firth_err tcp(void)
{
    return meet_over_tcp(NULL);
}

static void connecting_and_accepting(void **state)
{
    (void)state;
    fail_each_allocation(tcp, false);
}

static char scratch[SCRATCH_PATH], path[SCRATCH_PATH + 8];

static firth_err unix_socket(void)
{
    return meet_over_unix(path);
}

static void connecting_and_accepting_on_a_path(void **state)
{
    (void)state;
    make_scratch(scratch);
    snprintf(path, sizeof path, "%s/s", scratch);
    fail_each_allocation(unix_socket, false);
    remove_scratch(scratch);
}

static blob text, frame;

static firth_err code_a_payload(void)
{
    firth_frame_codec *codec;
    firth_bytes made = {0}, payload = {0};
    firth_err err = firth_frame_codec_create(&codec, NULL);
    if (err == FIRTH_OK)
        err = firth_frame_codec_encode(codec, text.data, text.length, &made);
    if (err == FIRTH_OK && !same_bytes(made.data, made.length, frame.data, frame.length))
        err = FIRTH_E_INVALID;
    if (err == FIRTH_OK)
        err = firth_frame_codec_feed(codec, made.data, made.length);
    if (err == FIRTH_OK)
        err = firth_frame_codec_decode(codec, &payload);
    if (err == FIRTH_OK && !same_bytes(payload.data, payload.length, text.data, text.length))
        err = FIRTH_E_INVALID;
    firth_bytes_free(&made);
    firth_bytes_free(&payload);
    firth_frame_codec_free(codec);
    return err;
}

static void encoding_and_decoding(void **state)
{
    (void)state;
    fail_each_allocation(code_a_payload, false);
}

static int sockets[2];

/* The first failure of a call that is made again until it does well. */
static firth_err insist(firth_err err, firth_err *first)
{
    if (err != FIRTH_OK && *first == FIRTH_OK)
        *first = err;
    return err;
}

static firth_err make_channel(firth_channel **channel)
{
    firth_stream *stream = NULL;
    int copy = dup(sockets[0]);
    firth_err err = firth_socket_stream_from_descriptor(&stream, copy, NULL);
    if (err != FIRTH_OK)
        close(copy);
    else
        err = firth_channel_create(channel, stream, NULL);
    firth_stream_free(stream);
    return err;
}

/* Each payload comes whole, however often it has to be asked for. */
static firth_err receive(bool compressed, size_t piece)
{
    firth_channel *channel = NULL;
    firth_bytes payload;
    firth_err first = FIRTH_OK;
    blob wire = compressed ? frame : (blob){(unsigned char *)(uintptr_t) "\0\0\0\5\0firth\n", 11};
    while (insist(make_channel(&channel), &first) != FIRTH_OK)
        continue;
    for (size_t at = 0; at < wire.length; at += piece) {
        size_t part = wire.length - at < piece ? wire.length - at : piece;
        if (write(sockets[1], wire.data + at, part) != (ssize_t)part)
            first = FIRTH_E_INVALID;
        firth_err err = firth_channel_recv(channel, 0, &payload);
        if (err == FIRTH_E_NO_MEMORY)
            insist(err, &first);
        if (err == FIRTH_OK)
            break;
    }
    while (payload.data == NULL && insist(firth_channel_recv(channel, 0, &payload), &first))
        continue;
    if (!same_bytes(payload.data, payload.length, compressed ? text.data : (const void *)"firth",
                    compressed ? text.length : 5))
        first = FIRTH_E_INVALID;
    firth_bytes_free(&payload);
    firth_channel_free(channel);
    return first;
}

static firth_err receive_small(void)
{
    return receive(false, 1);
}

static firth_err receive_small_at_once(void)
{
    return receive(false, 100);
}

static firth_err receive_compressed(void)
{
    return receive(true, 50);
}

static void receiving_loses_no_payload(void **state)
{
    (void)state;
    open_sockets(OVER_UNIX, sockets);
    fail_each_allocation(receive_small, false);
    fail_each_allocation(receive_small_at_once, false);
    fail_each_allocation(receive_compressed, false);
    close(sockets[0]);
    close(sockets[1]);
}

/* A payload that was not taken may be sent again; then exactly one comes. */
static firth_err send_again_until_taken(void)
{
    static unsigned char heard[8192];
    firth_channel *channel = NULL;
    firth_err first = FIRTH_OK;
    while (insist(make_channel(&channel), &first) != FIRTH_OK)
        continue;
    while (insist(firth_channel_send(channel, text.data, text.length, 0), &first) != FIRTH_OK)
        continue;
    ssize_t got = recv(sockets[1], heard, sizeof heard, MSG_DONTWAIT);
    if (got < 0 || !same_bytes(heard, (size_t)got, frame.data, frame.length))
        first = FIRTH_E_INVALID;
    firth_channel_free(channel);
    return first;
}

static void a_payload_that_found_no_memory_was_not_sent(void **state)
{
    (void)state;
    open_sockets(OVER_UNIX, sockets);
    fail_each_allocation(send_again_until_taken, false);
    close(sockets[0]);
    close(sockets[1]);
}

static void a_frame_whose_rest_cannot_be_kept_ends_the_sending(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    blob noise = noise_of(4 * 1024 * 1024);
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    fail_allocations_from(10000);
    CHECK_FAILS(NO_MEMORY, firth_channel_send(channel, noise.data, noise.length, 0));
    faults_off();
    CHECK_FAILS(NO_MEMORY, firth_channel_send(channel, "x", 1, 5));
    CHECK_FAILS(NO_MEMORY, firth_channel_flush(channel, 5));
    free(noise.data);
    firth_channel_free(channel);
}

static void a_read_that_cannot_be_kept_ends_the_stream(void **state)
{
    duplex *far = *state;
    char part[8];
    say(far, "fir", 3);
    fail_allocation(1);
    CHECK_FAILS(NO_MEMORY, firth_stream_read(far->stream, part, 5, 0));
    assert_true(fault_happened());
    faults_off();
    assert_true(firth_stream_closed(far->stream));
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(far->stream, part, 5, 0));
}

/* ---- how much memory a claim may cost ------------------------------------------------ */

#define MIB ((size_t)1024 * 1024)

/* A body of 200 MiB is announced, and comes piece by piece. */
static void memory_follows_what_arrives(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    firth_bytes payload;
    unsigned char header[5];
    static unsigned char piece[64 * 1024];
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    write_frame_header(header, 200 * MIB, 0);
    say(far, header, sizeof header);
    faults_off();
    for (size_t arrived = 0; arrived < 12 * MIB; arrived += sizeof piece / 2) {
        CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
        size_t ahead = arrived > MIB ? arrived : MIB;
        assert_in_range(largest_allocation(), 0, arrived + ahead);
        say(far, piece, sizeof piece / 2);
    }
    firth_channel_free(channel);
}

static void the_codec_follows_what_was_fed(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes payload;
    unsigned char header[5];
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    write_frame_header(header, 200 * MIB, 1);
    faults_off();
    CHECK_OK(firth_frame_codec_feed(codec, header, 5));
    assert_int_equal(firth_frame_codec_decode(codec, &payload), FIRTH_E_WANT_READ);
    CHECK_OK(firth_frame_codec_feed(codec, "x", 1));
    assert_int_equal(firth_frame_codec_decode(codec, &payload), FIRTH_E_WANT_READ);
    assert_in_range(largest_allocation(), 1, MIB + 1);
    firth_frame_codec_free(codec);
}

static void a_bomb_costs_no_more_than_its_limit(void **state)
{
    (void)state;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    firth_frame_codec *codec;
    firth_bytes payload;
    blob zeros = text_of(32 * MIB), bomb = deflated_frame(zeros.data, zeros.length, 9);
    options.limits.inflated = 100000;
    CHECK_OK(firth_frame_codec_create(&codec, &options));
    CHECK_OK(firth_frame_codec_feed(codec, bomb.data, bomb.length));
    faults_off();
    CHECK_FAILS(BUFFER_OVERFLOW, firth_frame_codec_decode(codec, &payload));
    size_t most = bomb.length > 100000 ? bomb.length : 100000;
    assert_in_range(largest_allocation(), 0, most);
    free(zeros.data);
    free(bomb.data);
    firth_frame_codec_free(codec);
}

static void a_length_above_the_limit_costs_nothing(void **state)
{
    (void)state;
    firth_frame_codec *codec;
    firth_bytes payload;
    CHECK_OK(firth_frame_codec_create(&codec, NULL));
    CHECK_OK(firth_frame_codec_feed(codec, "\xff\xff\xff\xff\0brine", 10));
    faults_off();
    CHECK_FAILS(BUFFER_OVERFLOW, firth_frame_codec_decode(codec, &payload));
    assert_int_equal(largest_allocation(), 0);
    firth_frame_codec_free(codec);
}

static int make_payload(void **state)
{
    (void)state;
    text = text_of(4000);
    frame = deflated_frame(text.data, text.length, 1);
    return 0;
}

static int free_payload(void **state)
{
    (void)state;
    free(text.data);
    free(frame.data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(making_pipes),
        cmocka_unit_test(connecting_and_accepting),
        cmocka_unit_test(connecting_and_accepting_on_a_path),
        cmocka_unit_test(encoding_and_decoding),
        cmocka_unit_test(receiving_loses_no_payload),
        cmocka_unit_test(a_payload_that_found_no_memory_was_not_sent),
        ON_EVERY_MEDIUM(a_frame_whose_rest_cannot_be_kept_ends_the_sending),
        ON_EVERY_MEDIUM(a_read_that_cannot_be_kept_ends_the_stream),
        ON_UNIX(memory_follows_what_arrives),
        cmocka_unit_test(the_codec_follows_what_was_fed),
        cmocka_unit_test(a_bomb_costs_no_more_than_its_limit),
        cmocka_unit_test(a_length_above_the_limit_costs_nothing),
    };
    return cmocka_run_group_tests(tests, make_payload, free_payload);
}
