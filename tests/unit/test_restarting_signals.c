/* Handlers that ask for interrupted calls to be restarted (signal() installs such ones):
 * the hook is asked all the same. */
#include "blocked.h"
#include "child.h"
#include "media.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>

static _Atomic bool struck;

static bool give_up(void *unused)
{
    (void)unused;
    return atomic_load(&struck);
}

static void on_signal(int number)
{
    (void)number;
}

static firth_err read_one_with_hook(void *stream)
{
    firth_set_interrupt_hook(give_up, NULL);
    return read_one(stream);
}

static firth_err connect_with_hook(void *path)
{
    firth_stream *stream;
    firth_set_interrupt_hook(give_up, NULL);
    firth_err err = firth_socket_stream_unix_connect(&stream, path, FIRTH_FOREVER);
    firth_stream_free(stream);
    return err;
}

static firth_err join_after_signals(worker *self)
{
    atomic_store(&struck, true);
    while (!atomic_load(&self->done)) {
        pthread_kill(self->thread, SIGUSR1);
        sched_yield();
    }
    return join_worker(self);
}

static void the_hook_of_who_reads_is_asked(void **state)
{
    duplex *far = *state;
    worker reader;
    atomic_store(&struck, false);
    start_worker(&reader, read_one_with_hook, far->stream);
    wait_until_polling(&reader);
    assert_int_equal(join_after_signals(&reader), FIRTH_E_INTERRUPTED);
}

static void a_signal_that_came_just_before_the_wait_is_heard_too(void **state)
{
    duplex *far = *state;
    worker reader;
    atomic_store(&struck, true);
    start_worker(&reader, read_one_with_hook, far->stream);
    assert_int_equal(join_worker(&reader), FIRTH_E_INTERRUPTED);
}

static void the_hook_of_who_waits_for_a_turn_is_asked(void **state)
{
    duplex *far = *state;
    worker first, second;
    atomic_store(&struck, false);
    start_worker(&first, read_one, far->stream);
    wait_until_polling(&first);
    start_worker(&second, read_one_with_hook, far->stream);
    wait_until_queued(&second);
    assert_int_equal(join_after_signals(&second), FIRTH_E_INTERRUPTED);
    say(far, "x", 1);
    assert_int_equal(join_worker(&first), FIRTH_OK);
}

static void the_hook_of_who_connects_to_a_busy_unix_socket_is_asked(void **state)
{
    firth_listen_options few = FIRTH_LISTEN_OPTIONS_INIT;
    firth_listener *listener;
    firth_stream *waiting[8];
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    worker connecting;
    size_t count = 0;
    (void)state;
    atomic_store(&struck, false);
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/s", folder);
    few.backlog = 1;
    CHECK_OK(firth_listener_unix_listen(&listener, path, &few));
    while (firth_socket_stream_unix_connect(&waiting[count], path, 0) == FIRTH_OK)
        count++;
    start_worker(&connecting, connect_with_hook, path);
    wait_until_in_call(&connecting, SYS_connect);
    assert_int_equal(join_after_signals(&connecting), FIRTH_E_INTERRUPTED);
    while (count != 0)
        firth_stream_free(waiting[--count]);
    firth_listener_free(listener);
    remove_scratch(folder);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(the_hook_of_who_reads_is_asked),
        ON_EVERY_MEDIUM(a_signal_that_came_just_before_the_wait_is_heard_too),
        ON_UNIX(the_hook_of_who_waits_for_a_turn_is_asked),
        cmocka_unit_test(the_hook_of_who_connects_to_a_busy_unix_socket_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
