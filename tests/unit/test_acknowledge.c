/* A peer that holds back its next bytes until the last ones are acknowledged, as TCP's sockets do
 * that are not without delay, is told before firth waits for those bytes. */
#include "check.h"
#include "faults.h"

#include <firth/firth.h>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* After so many exchanges the system puts off what it has to acknowledge. */
#define EXCHANGES 50

/* One that is not disturbed is enough. */
#define TRIES 100

typedef struct ends {
    firth_stream *stream;
    int peer;
} ends;

static int connect_ends(void **state)
{
    static ends made;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_OK(firth_socket_stream_connect(&made.stream, "127.0.0.1", ntohs(address.sin_port), NULL));
    made.peer = accept(listener, NULL, NULL);
    close(listener);
    *state = &made;
    return 0;
}

static int connect_unix_ends(void **state)
{
    static ends made;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_OK(firth_socket_stream_from_descriptor(&made.stream, pair[0], NULL));
    made.peer = pair[1];
    *state = &made;
    return 0;
}

static int leave(void **state)
{
    ends *both = *state;
    faults_off();
    firth_stream_free(both->stream);
    close(both->peer);
    return 0;
}

static void answer_comes(const ends *both)
{
    char byte = 'a';
    assert_int_equal(send(both->peer, &byte, 1, 0), 1);
    CHECK_OK(firth_stream_read(both->stream, &byte, 1, 10.0));
}

static void request_goes(const ends *both)
{
    char byte = 'r';
    CHECK_OK(firth_stream_write(both->stream, &byte, 1, 10.0));
    assert_int_equal(recv(both->peer, &byte, 1, MSG_WAITALL), 1);
}

static void exchange(const ends *both)
{
    for (int i = 0; i < EXCHANGES; i++) {
        request_goes(both);
        answer_comes(both);
    }
}

/* What the peer has sent and not heard of. */
static int unacknowledged(const ends *both)
{
    int bytes = -1;
    assert_int_equal(ioctl(both->peer, SIOCOUTQ, &bytes), 0);
    return bytes;
}

static uint64_t read_calls(const ends *both)
{
    firth_counters counters;
    CHECK_OK(firth_stream_counters(both->stream, &counters));
    return counters.read_calls;
}

static void look(const ends *both)
{
    bool ready;
    CHECK_OK(firth_stream_poll(both->stream, 0, &ready));
    assert_false(ready);
}

/* The system's own clock, whatever clock the library sees. */
static double now(void)
{
    struct timespec time;
    assert_int_equal(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time), 0);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Whether the peer hears of all that it has sent sooner than from the system by itself, which
 * puts that off for 40 ms; on a busy machine it may take as long to hear of what has been sent. */
static bool is_acknowledged(const ends *both, double sent)
{
    while (unacknowledged(both) != 0)
        sched_yield();
    return now() - sent < 0.03;
}

static bool by_a_poll(const ends *both, double sent)
{
    look(both);
    return is_acknowledged(both, sent);
}

static bool by_a_read(const ends *both, double sent)
{
    char byte;
    CHECK_FAILS(TIMEOUT, firth_stream_read(both->stream, &byte, 1, 0));
    return is_acknowledged(both, sent);
}

static struct {
    const ends *both;
    double sent;
    bool acknowledged;
} waiting;

static void look_while_it_waits(void *ignored)
{
    (void)ignored;
    waiting.acknowledged = waiting.acknowledged || is_acknowledged(waiting.both, waiting.sent);
}

static bool before_a_wait(const ends *both, double sent)
{
    bool ready;
    waiting.both = both;
    waiting.sent = sent;
    waiting.acknowledged = false;
    use_fake_clock(1.0, look_while_it_waits, NULL);
    CHECK_OK(firth_stream_poll(both->stream, 3.0, &ready));
    assert_false(ready);
    assert_true(fake_seconds() == 3.0);
    return waiting.acknowledged;
}

static void check_acknowledged(const ends *both, bool (*how)(const ends *both, double sent))
{
    for (int i = 0; i < TRIES; i++) {
        exchange(both);
        request_goes(both);
        double sent = now();
        answer_comes(both);
        if (how(both, sent))
            return;
    }
    fail_msg("what came is not acknowledged at once, in %d tries", TRIES);
}

static void what_came_is_acknowledged_by_a_poll_that_finds_no_more(void **state)
{
    check_acknowledged(*state, by_a_poll);
}

static void what_came_is_acknowledged_by_a_read_that_finds_no_more(void **state)
{
    check_acknowledged(*state, by_a_read);
}

static void what_came_is_acknowledged_before_a_wait_that_takes_its_time(void **state)
{
    check_acknowledged(*state, before_a_wait);
}

static void a_unix_socket_has_nothing_to_acknowledge(void **state)
{
    ends *both = *state;
    answer_comes(both);
    uint64_t before = read_calls(both);
    look(both);
    assert_int_equal(read_calls(both) - before, 1);
}

static void it_is_acknowledged_once(void **state)
{
    ends *both = *state;
    exchange(both);
    look(both);
    uint64_t before = read_calls(both);
    look(both);
    assert_int_equal(read_calls(both) - before, 1);
}

static void what_bytes_of_ours_acknowledge_takes_no_call(void **state)
{
    ends *both = *state;
    exchange(both);
    request_goes(both);
    uint64_t before = read_calls(both);
    look(both);
    assert_int_equal(read_calls(both) - before, 1);
}

static void nothing_is_acknowledged_while_more_is_there(void **state)
{
    ends *both = *state;
    bool ready;
    exchange(both);
    assert_int_equal(send(both->peer, "m", 1, 0), 1);
    CHECK_OK(firth_stream_poll(both->stream, 10.0, &ready));
    uint64_t before = read_calls(both);
    CHECK_OK(firth_stream_poll(both->stream, 10.0, &ready));
    assert_int_equal(read_calls(both) - before, 1);
    assert_true(ready);
}

#define ON_TCP(test) cmocka_unit_test_setup_teardown(test, connect_ends, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TCP(what_came_is_acknowledged_by_a_poll_that_finds_no_more),
        ON_TCP(what_came_is_acknowledged_by_a_read_that_finds_no_more),
        ON_TCP(what_came_is_acknowledged_before_a_wait_that_takes_its_time),
        cmocka_unit_test_setup_teardown(a_unix_socket_has_nothing_to_acknowledge, connect_unix_ends,
                                        leave),
        ON_TCP(it_is_acknowledged_once),
        ON_TCP(what_bytes_of_ours_acknowledge_takes_no_call),
        ON_TCP(nothing_is_acknowledged_while_more_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
