/* Corks and batches when memory, or a thread, is missing. */
#include "each_allocation.h"
#include "faults.h"
#include "frames.h"
#include "media.h"
#include "numbers.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static bool no_thread;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument)
{
    return no_thread ? EAGAIN : __real_pthread_create(thread, attributes, run, argument);
}

/* Comes first: the thread is started once for the process. */
static void without_a_thread_there_is_no_channel_that_needs_one(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    no_thread = true;
    CHECK_FAILS(SYSTEM, firth_batching_channel_create(&channel, far->stream, 10, 0.1, NULL));
    CHECK_DETAIL("cannot start the thread for timers");
    assert_int_equal(firth_last_error()->os_error, EAGAIN);
    assert_null(channel);
    CHECK_OK(firth_batching_channel_create(&channel, far->stream, 10, 0, NULL));
    firth_channel_free(channel);
    no_thread = false;
    CHECK_OK(firth_batching_channel_create(&channel, far->stream, 10, 0.1, NULL));
    firth_channel_free(channel);
}

/* The far end; the near one is `sockets[0]`. */
static duplex far;
static int sockets[2];

static firth_err make_channel(firth_channel **channel, size_t batch_size)
{
    firth_stream *stream = NULL;
    int copy = dup(sockets[0]);
    firth_err err = firth_socket_stream_from_descriptor(&stream, copy, NULL);
    if (err != FIRTH_OK)
        close(copy);
    else
        err = firth_batching_channel_create(channel, stream, batch_size, 1000, NULL);
    firth_stream_free(stream);
    return err;
}

/* Each of many sends again what was not taken; then all come, once. */
static firth_err send_many(firth_channel *channel)
{
    firth_err first = FIRTH_OK;
    for (int i = 0; i < 300;) {
        firth_err err = send_numbers(channel, i, 1, 0);
        if (err != FIRTH_OK && firth_last_error()->count != 0)
            return FIRTH_E_INVALID;
        if (err != FIRTH_OK && first == FIRTH_OK)
            first = err;
        i += err == FIRTH_OK;
    }
    return first;
}

static firth_err collect_and_send(size_t batch_size, bool cork)
{
    firth_channel *channel = NULL;
    firth_err first = make_channel(&channel, batch_size);
    if (first != FIRTH_OK)
        return first;
    if (cork)
        first = firth_channel_cork(channel);
    firth_err err = send_many(channel);
    if (first == FIRTH_OK)
        first = err;
    err = cork ? firth_channel_uncork(channel, 0) : firth_channel_flush(channel, 0);
    if (err != FIRTH_OK || !hear_numbers(&far, 0, 300))
        first = FIRTH_E_INVALID;
    firth_channel_free(channel);
    return first;
}

static firth_err batch(void)
{
    return collect_and_send(40, false);
}

static firth_err cork(void)
{
    return collect_and_send(1, true);
}

static void what_found_no_memory_was_not_taken(void **state)
{
    (void)state;
    open_sockets(OVER_UNIX, sockets);
    far = (duplex){.says = sockets[1], .hears = sockets[1]};
    fail_each_allocation(batch, false);
    fail_each_allocation(cork, false);
    close(sockets[0]);
    close(sockets[1]);
}

static void a_payload_that_cannot_be_kept_is_not_taken(void **state)
{
    duplex *other = *state;
    firth_channel *channel;
    fill_up(other->stream);
    CHECK_OK(firth_batching_channel_create(&channel, other->stream, 3, 0, NULL));
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    blob noise = noise_of(2000);
    fail_allocations_from(1500);
    CHECK_FAILS(NO_MEMORY, firth_channel_send(channel, noise.data, noise.length, 0));
    assert_int_equal(firth_last_error()->count, 0);
    faults_off();
    free(noise.data);
    assert_int_equal(firth_channel_pending(channel), 2 * NUMBER_FRAME);
    hear_all(other);
    CHECK_OK(firth_channel_flush(channel, 5));
    assert_true(hear_numbers(other, 0, 2));
    firth_channel_free(channel);
}

static void what_neither_waits_nor_is_collected_costs_no_memory(void **state)
{
    duplex *other = *state;
    firth_channel *channel;
    blob noise = noise_of(50000);
    CHECK_OK(firth_channel_create(&channel, other->stream, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    fail_allocation(1);
    CHECK_OK(firth_channel_send(channel, "brine", 5, 0));
    CHECK_OK(firth_channel_send(channel, noise.data, noise.length, 0));
    assert_false(fault_happened());
    faults_off();
    free(noise.data);
    firth_channel_free(channel);
}

static void a_large_frame_that_completes_a_batch_is_not_copied(void **state)
{
    duplex *other = *state;
    firth_channel *channel;
    blob noise = noise_of(50000);
    CHECK_OK(firth_batching_channel_create(&channel, other->stream, 3, 0, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    CHECK_OK(send_numbers(channel, 0, 2, 0));
    fail_allocations_from(5000);
    CHECK_OK(firth_channel_send(channel, noise.data, noise.length, 0));
    assert_false(fault_happened());
    faults_off();
    assert_true(hear_numbers(other, 0, 2));
    free(noise.data);
    firth_channel_free(channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_UNIX(without_a_thread_there_is_no_channel_that_needs_one),
        cmocka_unit_test(what_found_no_memory_was_not_taken),
        ON_UNIX(what_neither_waits_nor_is_collected_costs_no_memory),
        ON_UNIX(a_large_frame_that_completes_a_batch_is_not_copied),
        ON_UNIX(a_payload_that_cannot_be_kept_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
