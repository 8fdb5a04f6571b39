/* What the process keeps as it was: SIGPIPE, descriptors' flags, what exec inherits. */
#include "child.h"
#include "media.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t raised;

static void count_signal(int number)
{
    (void)number;
    raised++;
}

static void write_until_it_fails(duplex *far)
{
    firth_err err;
    do
        err = firth_stream_write(far->stream, "x", 1, 5);
    while (err == FIRTH_OK);
    assert_int_equal(err, FIRTH_E_CONNECTION_LOST);
}

static void no_sigpipe_is_raised(void **state)
{
    duplex *far = *state;
    struct sigaction action = {.sa_handler = count_signal}, before, after;
    sigaction(SIGPIPE, &action, &before);
    raised = 0;
    hang_up(far);
    write_until_it_fails(far);
    assert_int_equal(raised, 0);
    sigaction(SIGPIPE, &before, &after);
    assert_true(after.sa_handler == count_signal);
}

static void the_signal_mask_stays(void **state)
{
    duplex *far = *state;
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    CHECK_OK(firth_stream_write(far->stream, "x", 1, 5));
    hang_up(far);
    write_until_it_fails(far);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int i = 1; i < NSIG; i++)
        assert_int_equal(sigismember(&before, i), sigismember(&after, i));
}

static bool is_pending(int number)
{
    sigset_t set;
    sigpending(&set);
    return sigismember(&set, number) == 1;
}

static void no_sigpipe_is_left_pending_where_it_is_blocked(void **state)
{
    duplex *far = *state;
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    hang_up(far);
    write_until_it_fails(far);
    assert_false(is_pending(SIGPIPE));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void a_sigpipe_that_was_pending_stays_so(void **state)
{
    duplex *far = *state;
    struct sigaction action = {.sa_handler = count_signal}, before;
    sigset_t set, mask;
    sigaction(SIGPIPE, &action, &before);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &mask);
    raised = 0;
    pthread_kill(pthread_self(), SIGPIPE);
    hang_up(far);
    write_until_it_fails(far);
    assert_true(is_pending(SIGPIPE));
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    assert_int_equal(raised, 1);
    sigaction(SIGPIPE, &before, NULL);
}

static void flags_of_what_was_handed_over_stay(medium over, int extra)
{
    int ends[2], back[2];
    firth_stream *stream;
    bool ready;
    if (over == OVER_PIPES) {
        assert_int_equal(pipe2(ends, extra), 0);
        assert_int_equal(pipe2(back, extra), 0);
        CHECK_OK(firth_pipe_stream_from_descriptors(&stream, ends[0], back[1], NULL));
    } else {
        open_sockets(over, ends);
        fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | extra);
        CHECK_OK(firth_socket_stream_from_descriptor(&stream, ends[0], NULL));
    }
    int before = fcntl(ends[0], F_GETFL), descriptor_flags = fcntl(ends[0], F_GETFD);
    CHECK_OK(firth_stream_poll(stream, 0.001, &ready));
    fill_up(stream);
    assert_int_equal(fcntl(ends[0], F_GETFL), before);
    assert_int_equal(fcntl(ends[0], F_GETFD), descriptor_flags);
    firth_stream_free(stream);
    close(ends[1]);
    if (over == OVER_PIPES)
        close(back[0]);
}

static void flags_of_a_handed_over_descriptor_stay(void **state)
{
    (void)state;
    flags_of_what_was_handed_over_stay(OVER_UNIX, 0);
    flags_of_what_was_handed_over_stay(OVER_TCP, 0);
    flags_of_what_was_handed_over_stay(OVER_PIPES, 0);
    flags_of_what_was_handed_over_stay(OVER_UNIX, O_NONBLOCK);
    flags_of_what_was_handed_over_stay(OVER_PIPES, O_NONBLOCK);
}

static int inheritable_before;

static int count_inherited_ones(void **state)
{
    (void)state;
    inheritable_before = count_inheritable();
    return 0;
}

static void assert_exec_closes(int opened)
{
    assert_true(count_descriptors() > opened);
    assert_int_equal(count_inheritable(), inheritable_before);
}

static void wait_a_little(firth_stream *stream)
{
    char byte;
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0.001));
    fill_up(stream);
    CHECK_FAILS(TIMEOUT, firth_stream_write(stream, "x", 1, 0.001));
}

static void exec_inherits_no_pipes(void **state)
{
    (void)state;
    int before = count_descriptors();
    firth_stream *first, *second;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    wait_a_little(first);
    assert_exec_closes(before);
    firth_stream_free(first);
    firth_stream_free(second);
}

static void exec_inherits_no_sockets(void **state)
{
    (void)state;
    int before = count_descriptors();
    firth_listener *listener;
    firth_stream *client, *server;
    CHECK_OK(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    CHECK_FAILS(TIMEOUT, firth_listener_accept(listener, &server, 0.001));
    CHECK_OK(
        firth_socket_stream_connect(&client, "127.0.0.1", firth_listener_port(listener), NULL));
    CHECK_OK(firth_listener_accept(listener, &server, 5));
    wait_a_little(server);
    assert_exec_closes(before);
    firth_stream_free(client);
    firth_stream_free(server);
    firth_listener_free(listener);
}

static void exec_inherits_no_unix_sockets(void **state)
{
    (void)state;
    int before = count_descriptors();
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    firth_listener *listener;
    firth_stream *client, *server;
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/s", folder);
    CHECK_OK(firth_listener_unix_listen(&listener, path, NULL));
    CHECK_OK(firth_socket_stream_unix_connect(&client, path, 5));
    CHECK_OK(firth_listener_accept(listener, &server, 5));
    assert_exec_closes(before);
    firth_stream_free(client);
    firth_stream_free(server);
    firth_listener_free(listener);
    remove_scratch(folder);
}

static void exec_inherits_nothing_of_handed_over_pipes(void **state)
{
    (void)state;
    int before = count_descriptors();
    duplex far = open_duplex(OVER_PIPES);
    wait_a_little(far.stream);
    assert_exec_closes(before);
    close_duplex(&far);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(no_sigpipe_is_raised),
        ON_EVERY_MEDIUM(the_signal_mask_stays),
        ON_EVERY_MEDIUM(no_sigpipe_is_left_pending_where_it_is_blocked),
        ON_EVERY_MEDIUM(a_sigpipe_that_was_pending_stays_so),
        cmocka_unit_test(flags_of_a_handed_over_descriptor_stay),
        cmocka_unit_test_setup(exec_inherits_no_pipes, count_inherited_ones),
        cmocka_unit_test_setup(exec_inherits_no_sockets, count_inherited_ones),
        cmocka_unit_test_setup(exec_inherits_no_unix_sockets, count_inherited_ones),
        cmocka_unit_test_setup(exec_inherits_nothing_of_handed_over_pipes, count_inherited_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
