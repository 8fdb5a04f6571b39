/* Short transfers, EINTR and EAGAIN at every call, and each system call failing in turn. */
#include "check.h"
#include "child.h"
#include "duplex.h"
#include "faults.h"
#include "frames.h"
#include "media.h"
#include "meetings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static blob text, noise;

static void assert_echo(firth_channel *one, firth_channel *other, const void *data, size_t length)
{
    firth_bytes payload;
    CHECK_OK(firth_channel_send(one, data, length, FIRTH_FOREVER));
    CHECK_OK(firth_channel_recv(other, FIRTH_FOREVER, &payload));
    assert_true(same_bytes(payload.data, payload.length, data, length));
    firth_bytes_free(&payload);
}

static void open_pair(medium over, firth_stream *streams[2])
{
    int sockets[2];
    if (over == OVER_PIPES) {
        CHECK_OK(firth_pipe_stream_create_pair(&streams[0], &streams[1]));
        return;
    }
    open_sockets(over, sockets);
    for (int i = 0; i < 2; i++)
        CHECK_OK(firth_socket_stream_from_descriptor(&streams[i], sockets[i], NULL));
}

/* Payloads of all kinds go both ways, with whatever faults are planned; they are short, since
 * a socket takes few pieces of one byte before it has to be read. */
static void exchange(medium over)
{
    firth_stream *streams[2];
    firth_channel *channels[2];
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compression_threshold = 20;
    open_pair(over, streams);
    for (int i = 0; i < 2; i++)
        CHECK_OK(firth_channel_create(&channels[i], streams[i], &options));
    assert_echo(channels[0], channels[1], "brine", 5);
    assert_echo(channels[1], channels[0], "", 0);
    assert_echo(channels[0], channels[1], text.data, text.length);
    assert_echo(channels[1], channels[0], noise.data, noise.length);
    for (int i = 0; i < 2; i++) {
        firth_channel_free(channels[i]);
        firth_stream_free(streams[i]);
    }
}

static const medium media[] = {OVER_UNIX, OVER_TCP, OVER_PIPES};

static void short_reads_and_writes_of_every_size_lose_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t bytes = 1; bytes < 40; bytes++) {
            limit_transfers(bytes);
            exchange(media[i]);
        }
}

static void short_reads_and_writes_that_each_have_to_wait_lose_nothing(void **state)
{
    (void)state;
    delay_transfers(true);
    for (size_t i = 0; i < 3; i++)
        for (size_t bytes = 1; bytes < 130; bytes = bytes * 2 + 1) {
            limit_transfers(bytes);
            exchange(media[i]);
        }
}

static const struct {
    const char *name;
    int os_error;
} harmless[] = {{"recv", EINTR},    {"recv", EAGAIN},    {"recvmsg", EINTR}, {"recvmsg", EAGAIN},
                {"sendmsg", EINTR}, {"sendmsg", EAGAIN}, {"readv", EINTR},   {"readv", EAGAIN},
                {"writev", EINTR},  {"writev", EAGAIN}};

static void a_transfer_that_is_interrupted_or_has_to_wait_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        bool pipes =
            strcmp(harmless[i].name, "readv") == 0 || strcmp(harmless[i].name, "writev") == 0;
        fail_call_of(harmless[i].name, harmless[i].os_error);
        exchange(pipes ? OVER_PIPES : OVER_UNIX);
        assert_true(fault_happened());
        faults_off();
    }
}

static void any_transfer_of_many_may_be_interrupted(void **state)
{
    (void)state;
    firth_stream *streams[2];
    for (size_t i = 0; i < 3; i++)
        for (unsigned nth = 1; nth < 60; nth++) {
            char heard[20];
            faults_off();
            open_pair(media[i], streams);
            limit_transfers(1);
            fail_call(nth, EINTR);
            CHECK_OK(firth_stream_write(streams[0], "firth meets brine...", 20, FIRTH_FOREVER));
            CHECK_OK(firth_stream_read(streams[1], heard, 20, FIRTH_FOREVER));
            assert_memory_equal(heard, "firth meets brine...", 20);
            assert_int_equal(fault_happened(), nth <= 40);
            firth_stream_free(streams[0]);
            firth_stream_free(streams[1]);
        }
}

static void a_wait_that_is_interrupted_goes_on(void **state)
{
    duplex *far = *state;
    char byte;
    delay_transfers(true);
    fail_call_of("poll", EINTR);
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, FIRTH_FOREVER));
    assert_true(fault_happened());
}

static const struct {
    int os_error;
    firth_err expected;
} losses[] = {{ECONNRESET, FIRTH_E_CONNECTION_LOST}, {ETIMEDOUT, FIRTH_E_CONNECTION_LOST},
              {EPIPE, FIRTH_E_CONNECTION_LOST},      {EIO, FIRTH_E_SYSTEM},
              {ENOMEM, FIRTH_E_NO_MEMORY},           {ENOBUFS, FIRTH_E_SYSTEM}};

static void a_read_that_the_system_refuses_says_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        char byte;
        duplex far = open_duplex(OVER_UNIX);
        fail_call_of("recv", losses[i].os_error);
        check_code(firth_stream_read(far.stream, &byte, 1, 5), losses[i].expected, "read", __FILE__,
                   __LINE__);
        assert_int_equal(firth_last_error()->os_error, losses[i].os_error);
        assert_int_equal(firth_stream_closed(far.stream),
                         losses[i].expected == FIRTH_E_CONNECTION_LOST);
        close_duplex(&far);
    }
}

static void a_write_that_the_system_refuses_says_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        duplex far = open_duplex(OVER_UNIX);
        fail_call_of("sendmsg", losses[i].os_error);
        check_code(firth_stream_write(far.stream, "x", 1, 5), losses[i].expected, "write", __FILE__,
                   __LINE__);
        assert_int_equal(firth_last_error()->os_error, losses[i].os_error);
        close_duplex(&far);
    }
}

static void a_system_without_descriptors_to_wait_with_says_so(void **state)
{
    duplex *far = *state;
    char byte;
    fail_call_of("eventfd", EMFILE);
    CHECK_FAILS(SYSTEM, firth_stream_read(far->stream, &byte, 1, 1));
    assert_int_equal(firth_last_error()->os_error, EMFILE);
    say(far, "x", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, 1));
}

typedef firth_err (*making)(void);

static firth_err make_pipes(void)
{
    firth_stream *first, *second;
    firth_err err = firth_pipe_stream_create_pair(&first, &second);
    firth_stream_free(first);
    firth_stream_free(second);
    return err;
}

static firth_err make_connection(void)
{
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    options.keepalive = 5;
    return meet_over_tcp(&options);
}

static char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];

static firth_err make_unix_connection(void)
{
    return meet_over_unix(path);
}

/* Options of a socket that only make it nicer may fail in silence. */
static void fail_each_call_of(making make, int os_error, unsigned at_least)
{
    int descriptors = count_descriptors();
    unsigned failures = 0;
    for (unsigned nth = 1;; nth++) {
        fail_call(nth, os_error);
        firth_err err = make();
        bool happened = fault_happened();
        faults_off();
        assert_int_equal(count_descriptors(), descriptors);
        assert_true(err == FIRTH_OK || err == FIRTH_E_SYSTEM);
        failures += err != FIRTH_OK;
        if (!happened) {
            assert_int_equal(err, FIRTH_OK);
            assert_in_range(failures, at_least, nth);
            return;
        }
    }
}

static void whatever_fails_while_pipes_are_made_leaves_nothing_open(void **state)
{
    (void)state;
    fail_each_call_of(make_pipes, EMFILE, 2);
}

static void whatever_fails_while_connecting_leaves_nothing_open(void **state)
{
    (void)state;
    fail_each_call_of(make_connection, EMFILE, 7);
}

static void whatever_fails_on_a_path_leaves_nothing_open(void **state)
{
    (void)state;
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/s", folder);
    fail_each_call_of(make_unix_connection, EMFILE, 6);
    remove_scratch(folder);
}

static int off(void **state)
{
    (void)state;
    faults_off();
    return 0;
}

static int open_far(void **state)
{
    faults_off();
    return open_unix(state);
}

static int close_far(void **state)
{
    faults_off();
    return close_state(state);
}

static int make_payloads(void **state)
{
    (void)state;
    text = text_of(40);
    noise = noise_of(40);
    return 0;
}

static int free_payloads(void **state)
{
    (void)state;
    free(text.data);
    free(noise.data);
    return 0;
}

#define BARE(test)                  \
    {                               \
#test, test, off, off, NULL \
    }
#define FAR(test)                              \
    {                                          \
#test, test, open_far, close_far, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE(short_reads_and_writes_of_every_size_lose_nothing),
        BARE(short_reads_and_writes_that_each_have_to_wait_lose_nothing),
        BARE(a_transfer_that_is_interrupted_or_has_to_wait_goes_on),
        BARE(any_transfer_of_many_may_be_interrupted),
        FAR(a_wait_that_is_interrupted_goes_on),
        BARE(a_read_that_the_system_refuses_says_why),
        BARE(a_write_that_the_system_refuses_says_why),
        FAR(a_system_without_descriptors_to_wait_with_says_so),
        BARE(whatever_fails_while_pipes_are_made_leaves_nothing_open),
        BARE(whatever_fails_while_connecting_leaves_nothing_open),
        BARE(whatever_fails_on_a_path_leaves_nothing_open),
    };
    return cmocka_run_group_tests(tests, make_payloads, free_payloads);
}
