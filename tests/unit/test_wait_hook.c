/* The wait hook: what a binding with a lock of its own does while another has its turn. */
#include "check.h"
#include "interrupting.h"
#include "worker.h"
#include "media.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct asked {
    firth_stream *stream;
    _Atomic int times;
    bool leave_out; /* the hook does not call what it is given */
} asked;

static firth_err read_byte(void *stream)
{
    char byte;
    return firth_stream_read(stream, &byte, 1, FIRTH_FOREVER);
}

static void unlocked(void *context, void (*wait)(void *argument), void *argument)
{
    asked *self = context;
    pthread_mutex_unlock(&lock);
    if (!self->leave_out)
        wait(argument);
    pthread_mutex_lock(&lock);
    atomic_fetch_add(&self->times, 1);
}

static firth_err read_byte_under_the_lock(void *argument)
{
    asked *self = argument;
    pthread_mutex_lock(&lock);
    firth_set_wait_hook(unlocked, self);
    firth_set_interrupt_hook(give_up, NULL);
    firth_err err = read_byte(self->stream);
    firth_set_wait_hook(NULL, NULL);
    pthread_mutex_unlock(&lock);
    return err;
}

static void a_lock_is_given_up_while_another_has_its_turn(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    worker first, second;
    start_worker(&first, read_byte, far->stream);
    wait_until_polling(&first);
    start_worker(&second, read_byte_under_the_lock, &hook);
    wait_until_queued(&second);
    pthread_mutex_lock(&lock);
    say(far, "ab", 2);
    assert_int_equal(join_worker(&first), FIRTH_OK);
    pthread_mutex_unlock(&lock);
    assert_int_equal(join_worker(&second), FIRTH_OK);
    assert_int_equal(hook.times, 1);
}

static void it_is_not_asked_where_nobody_has_a_turn(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream};
    say(far, "a", 1);
    assert_int_equal(read_byte_under_the_lock(&hook), FIRTH_OK);
    assert_int_equal(hook.times, 0);
}

static void a_wait_that_is_left_out_counts_as_interrupted(void **state)
{
    duplex *far = *state;
    asked hook = {.stream = far->stream, .leave_out = true};
    worker first, second;
    start_worker(&first, read_byte, far->stream);
    wait_until_polling(&first);
    start_worker(&second, read_byte_under_the_lock, &hook);
    assert_int_equal(join_worker(&second), FIRTH_E_INTERRUPTED);
    assert_int_equal(hook.times, 1);
    say(far, "a", 1);
    assert_int_equal(join_worker(&first), FIRTH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_UNIX(a_lock_is_given_up_while_another_has_its_turn),
        ON_UNIX(it_is_not_asked_where_nobody_has_a_turn),
        ON_UNIX(a_wait_that_is_left_out_counts_as_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
