#include "child.h"
#include "check.h"
#include "socket_option.h"
#include "worker.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct place {
    char folder[SCRATCH_PATH];
    char path[SCRATCH_PATH + 20];
    firth_listener *listener;
} place;

static int make_place(void **state)
{
    static place here;
    make_scratch(here.folder);
    snprintf(here.path, sizeof here.path, "%s/socket", here.folder);
    here.listener = NULL;
    *state = &here;
    return 0;
}

static int listen_on_unix(void **state)
{
    make_place(state);
    place *here = *state;
    CHECK_OK(firth_listener_unix_listen(&here->listener, here->path, NULL));
    return 0;
}

static int listen_on_tcp(void **state)
{
    make_place(state);
    place *here = *state;
    CHECK_OK(firth_listener_listen(&here->listener, "127.0.0.1", 0, NULL));
    return 0;
}

static int leave_place(void **state)
{
    place *here = *state;
    firth_listener_free(here->listener);
    remove_scratch(here->folder);
    return 0;
}

static void connect_to(const place *here, firth_stream **stream)
{
    if (firth_listener_port(here->listener) != 0)
        CHECK_OK(firth_socket_stream_connect(stream, "127.0.0.1",
                                             firth_listener_port(here->listener), NULL));
    else
        CHECK_OK(firth_socket_stream_unix_connect(stream, here->path, FIRTH_UNSET));
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static void assert_joined(firth_stream *one, firth_stream *other)
{
    char text[6] = "";
    CHECK_OK(firth_stream_write(one, "firth", 5, 5));
    CHECK_OK(firth_stream_read(other, text, 5, 5));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_write(other, "brine", 5, 5));
    CHECK_OK(firth_stream_read(one, text, 5, 5));
    assert_string_equal(text, "brine");
}

static void what_is_accepted_speaks_with_what_connected(void **state)
{
    place *here = *state;
    firth_stream *client, *server;
    connect_to(here, &client);
    CHECK_OK(firth_listener_accept(here->listener, &server, 5));
    assert_joined(client, server);
    assert_joined(server, client);
    firth_stream_free(client);
    firth_stream_free(server);
}

static void accept_times_out_if_nobody_comes(void **state)
{
    place *here = *state;
    firth_stream *server;
    CHECK_FAILS(TIMEOUT, firth_listener_accept(here->listener, &server, 0));
    assert_null(server);
    CHECK_FAILS(TIMEOUT, firth_listener_accept(here->listener, &server, 0.001));
    assert_null(server);
}

static firth_err accept_for_ever(void *listener)
{
    firth_stream *server;
    firth_err err = firth_listener_accept(listener, &server, FIRTH_UNSET);
    firth_stream_free(server);
    return err;
}

static void close_wakes_who_accepts(void **state)
{
    place *here = *state;
    worker first, second;
    start_worker(&first, accept_for_ever, here->listener);
    wait_until_polling(&first);
    start_worker(&second, accept_for_ever, here->listener);
    wait_until_queued(&second);
    CHECK_OK(firth_listener_close(here->listener));
    assert_int_equal(join_worker(&first), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&second), FIRTH_E_CLOSED);
}

static void wake_interrupts_who_accepts(void **state)
{
    place *here = *state;
    worker acceptor;
    start_worker(&acceptor, accept_for_ever, here->listener);
    wait_until_polling(&acceptor);
    CHECK_OK(firth_listener_wake(here->listener));
    assert_int_equal(join_worker(&acceptor), FIRTH_E_INTERRUPTED);
    assert_false(firth_listener_closed(here->listener));
}

static _Atomic bool hook_asked, hook_may_answer;

static bool answer_when_told(void *unused)
{
    (void)unused;
    atomic_store(&hook_asked, true);
    while (!atomic_load(&hook_may_answer))
        sched_yield();
    return true;
}

static firth_err accept_with_hook(void *listener)
{
    firth_set_interrupt_hook(answer_when_told, NULL);
    return accept_for_ever(listener);
}

static void who_waits_for_its_turn_accepts_nothing_after_close(void **state)
{
    place *here = *state;
    worker first, second;
    firth_stream *late;
    atomic_store(&hook_asked, false);
    atomic_store(&hook_may_answer, false);
    start_worker(&first, accept_with_hook, here->listener);
    wait_until_polling(&first);
    start_worker(&second, accept_for_ever, here->listener);
    wait_until_queued(&second);
    CHECK_OK(firth_listener_wake(here->listener));
    while (!atomic_load(&hook_asked))
        sched_yield();
    connect_to(here, &late);
    CHECK_OK(firth_listener_close(here->listener));
    atomic_store(&hook_may_answer, true);
    assert_int_equal(join_worker(&first), FIRTH_E_INTERRUPTED);
    assert_int_equal(join_worker(&second), FIRTH_E_CLOSED);
    firth_stream_free(late);
}

static void close_may_be_called_twice(void **state)
{
    place *here = *state;
    firth_stream *server;
    int number;
    CHECK_OK(firth_listener_close(here->listener));
    CHECK_OK(firth_listener_close(here->listener));
    assert_true(firth_listener_closed(here->listener));
    CHECK_FAILS(CLOSED, firth_listener_accept(here->listener, &server, 0));
    CHECK_FAILS(CLOSED, firth_listener_fileno(here->listener, &number));
    CHECK_FAILS(CLOSED, firth_listener_wake(here->listener));
}

static void the_descriptor_is_readable_when_somebody_waits(void **state)
{
    place *here = *state;
    int number;
    firth_stream *client, *server;
    CHECK_OK(firth_listener_fileno(here->listener, &number));
    fd_set set;
    FD_ZERO(&set);
    FD_SET(number, &set);
    connect_to(here, &client);
    assert_int_equal(select(number + 1, &set, NULL, NULL, NULL), 1);
    CHECK_OK(firth_listener_accept(here->listener, &server, 0));
    CHECK_FAILS(INVALID, firth_listener_fileno(here->listener, NULL));
    firth_stream_free(client);
    firth_stream_free(server);
}

static void a_place_that_is_null_is_invalid(void **state)
{
    place *here = *state;
    CHECK_FAILS(INVALID, firth_listener_accept(here->listener, NULL, 0));
    CHECK_FAILS(INVALID, firth_listener_listen(NULL, "", 0, NULL));
    CHECK_FAILS(INVALID, firth_listener_unix_listen(NULL, "x", NULL));
    CHECK_FAILS(INVALID, firth_listener_unix_listen(&here->listener, NULL, NULL));
}

static void port_0_becomes_a_real_port(void **state)
{
    place *here = *state;
    assert_in_range(firth_listener_port(here->listener), 1, 65535);
    assert_string_equal(firth_listener_path(here->listener), "");
}

static void the_path_can_be_asked(void **state)
{
    place *here = *state;
    assert_int_equal(firth_listener_port(here->listener), 0);
    assert_string_equal(firth_listener_path(here->listener), here->path);
}

static void a_port_in_use_is_refused(void **state)
{
    place *here = *state;
    firth_listener *second;
    CHECK_FAILS(SYSTEM, firth_listener_listen(&second, "127.0.0.1",
                                              firth_listener_port(here->listener), NULL));
    assert_null(second);
    assert_true(firth_last_error()->os_error != 0);
}

static void a_path_in_use_is_refused(void **state)
{
    place *here = *state;
    firth_listener *second;
    CHECK_FAILS(SYSTEM, firth_listener_unix_listen(&second, here->path, NULL));
    assert_null(second);
    assert_true(exists(here->path));
}

static void close_removes_the_socket_file(void **state)
{
    place *here = *state;
    assert_true(exists(here->path));
    CHECK_OK(firth_listener_close(here->listener));
    assert_false(exists(here->path));
}

static void close_leaves_a_file_that_took_its_place(void **state)
{
    place *here = *state;
    firth_listener *second;
    assert_int_equal(unlink(here->path), 0);
    CHECK_OK(firth_listener_unix_listen(&second, here->path, NULL));
    CHECK_OK(firth_listener_close(here->listener));
    assert_true(exists(here->path));
    firth_listener_free(second);
    assert_false(exists(here->path));
}

static void bad_options_are_invalid(void **state)
{
    place *here = *state;
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", -1, NULL));
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", 65536, NULL));
    options.size = 1;
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", 0, &options));
    options = (firth_listen_options)FIRTH_LISTEN_OPTIONS_INIT;
    options.backlog = 0;
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", 0, &options));
    options = (firth_listen_options)FIRTH_LISTEN_OPTIONS_INIT;
    options.ipv6 = 2;
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", 0, &options));
    options = (firth_listen_options)FIRTH_LISTEN_OPTIONS_INIT;
    options.keepalive = -1;
    CHECK_FAILS(INVALID, firth_listener_listen(&here->listener, "127.0.0.1", 0, &options));
}

static void a_path_that_is_too_long_is_invalid(void **state)
{
    place *here = *state;
    char path[200];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK_FAILS(INVALID, firth_listener_unix_listen(&here->listener, path, NULL));
    CHECK_FAILS(INVALID, firth_listener_unix_listen(&here->listener, "", NULL));
}

static void a_host_that_is_not_ours_is_refused(void **state)
{
    place *here = *state;
    CHECK_FAILS(SYSTEM, firth_listener_listen(&here->listener, "192.0.2.1", 0, NULL));
    CHECK_FAILS(HOST_NOT_FOUND,
                firth_listener_listen(&here->listener, "no-such-host.invalid", 0, NULL));
}

static void every_address_takes_ipv4_and_ipv6(void **state)
{
    place *here = *state;
    firth_stream *stream;
    CHECK_OK(firth_listener_listen(&here->listener, NULL, 0, NULL));
    int port = firth_listener_port(here->listener);
    CHECK_OK(firth_socket_stream_connect(&stream, "127.0.0.1", port, NULL));
    firth_stream_free(stream);
    CHECK_OK(firth_socket_stream_connect(&stream, "::1", port, NULL));
    firth_stream_free(stream);
}

static void what_is_accepted_has_the_listeners_options(void **state)
{
    place *here = *state;
    firth_listen_options options = FIRTH_LISTEN_OPTIONS_INIT;
    firth_stream *client, *server;
    options.keepalive = 17;
    CHECK_OK(firth_listener_listen(&here->listener, "127.0.0.1", 0, &options));
    connect_to(here, &client);
    CHECK_OK(firth_listener_accept(here->listener, &server, 5));
    assert_true(option_of(server, IPPROTO_TCP, TCP_NODELAY) != 0);
    assert_true(option_of(server, SOL_SOCKET, SO_KEEPALIVE) != 0);
    assert_int_equal(option_of(server, IPPROTO_TCP, TCP_KEEPIDLE), 17);
    assert_int_equal(option_of(server, IPPROTO_TCP, TCP_KEEPINTVL), 17);
    firth_stream_free(client);
    firth_stream_free(server);
}

static int child_closes(void *listener)
{
    int before = count_descriptors();
    EXPECT(firth_listener_close(listener) == FIRTH_OK);
    EXPECT(count_descriptors() < before);
    firth_listener_free(listener);
    return 0;
}

static void a_child_that_closes_leaves_the_parents_listener_alone(void **state)
{
    place *here = *state;
    worker acceptor;
    firth_stream *client;
    start_worker(&acceptor, accept_for_ever, here->listener);
    wait_until_polling(&acceptor);
    run_in_child(child_closes, here->listener);
    assert_false(atomic_load(&acceptor.done));
    wait_until_polling(&acceptor);
    connect_to(here, &client);
    assert_int_equal(join_worker(&acceptor), FIRTH_OK);
    firth_stream_free(client);
    firth_listener_free(here->listener);
    here->listener = NULL;
}

static int child_accepts(void *listener)
{
    firth_stream *server;
    EXPECT(firth_listener_accept(listener, &server, 5) == FIRTH_OK);
    firth_stream_free(server);
    firth_listener_free(listener);
    return 0;
}

static void a_child_may_accept_though_a_parents_thread_had_its_turn(void **state)
{
    place *here = *state;
    worker acceptor;
    firth_stream *client;
    start_worker(&acceptor, accept_for_ever, here->listener);
    wait_until_polling(&acceptor);
    pid_t child = start_child(child_accepts, here->listener);
    firth_listener_wake(here->listener);
    assert_int_equal(join_worker(&acceptor), FIRTH_E_INTERRUPTED);
    connect_to(here, &client);
    join_child(child);
    firth_stream_free(client);
}

static int child_frees(void *listener)
{
    int before = count_descriptors();
    firth_listener_free(listener);
    EXPECT(count_descriptors() < before);
    return 0;
}

static void a_child_releases_what_a_parents_thread_had_yet_to_release(void **state)
{
    place *here = *state;
    worker acceptor;
    atomic_store(&hook_asked, false);
    atomic_store(&hook_may_answer, false);
    start_worker(&acceptor, accept_with_hook, here->listener);
    wait_until_polling(&acceptor);
    CHECK_OK(firth_listener_wake(here->listener));
    while (!atomic_load(&hook_asked))
        sched_yield();
    CHECK_OK(firth_listener_close(here->listener));
    run_in_child(child_frees, here->listener);
    atomic_store(&hook_may_answer, true);
    assert_int_equal(join_worker(&acceptor), FIRTH_E_INTERRUPTED);
}

static void nothing_is_left_open(void **state)
{
    place *here = *state;
    int before = count_descriptors();
    firth_stream *server;
    CHECK_OK(firth_listener_unix_listen(&here->listener, here->path, NULL));
    CHECK_FAILS(TIMEOUT, firth_listener_accept(here->listener, &server, 0.001));
    CHECK_OK(firth_listener_close(here->listener));
    assert_int_equal(count_descriptors(), before);
}

#define IN_PLACE(test)                             \
    {                                              \
#test, test, make_place, leave_place, NULL \
    }
#define ON_TCP(test)                                  \
    {                                                 \
#test, test, listen_on_tcp, leave_place, NULL \
    }
#define ON_UNIX(test)                                  \
    {                                                  \
#test, test, listen_on_unix, leave_place, NULL \
    }
#define ON_BOTH(test)                                           \
    {#test " (unix)", test, listen_on_unix, leave_place, NULL}, \
    {                                                           \
#test " (tcp)", test, listen_on_tcp, leave_place, NULL  \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(what_is_accepted_speaks_with_what_connected),
        ON_BOTH(accept_times_out_if_nobody_comes),
        ON_BOTH(close_wakes_who_accepts),
        ON_BOTH(wake_interrupts_who_accepts),
        ON_TCP(who_waits_for_its_turn_accepts_nothing_after_close),
        ON_BOTH(close_may_be_called_twice),
        ON_BOTH(the_descriptor_is_readable_when_somebody_waits),
        IN_PLACE(a_place_that_is_null_is_invalid),
        ON_TCP(port_0_becomes_a_real_port),
        ON_UNIX(the_path_can_be_asked),
        ON_TCP(a_port_in_use_is_refused),
        ON_UNIX(a_path_in_use_is_refused),
        ON_UNIX(close_removes_the_socket_file),
        ON_UNIX(close_leaves_a_file_that_took_its_place),
        IN_PLACE(bad_options_are_invalid),
        IN_PLACE(a_path_that_is_too_long_is_invalid),
        IN_PLACE(a_host_that_is_not_ours_is_refused),
        IN_PLACE(every_address_takes_ipv4_and_ipv6),
        IN_PLACE(what_is_accepted_has_the_listeners_options),
        ON_BOTH(a_child_that_closes_leaves_the_parents_listener_alone),
        ON_BOTH(a_child_may_accept_though_a_parents_thread_had_its_turn),
        ON_BOTH(a_child_releases_what_a_parents_thread_had_yet_to_release),
        IN_PLACE(nothing_is_left_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
