/* A process that forks while another of its threads is inside a channel: its child may free the
 * channel, whatever was being done with memory. */
#include "child.h"
#include "frames.h"
#include "media.h"

#include <stdlib.h>
#include <string.h>

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);

static firth_channel *channel;
static bool forks; /* wherever memory has just gone */
static int children;

static int free_the_channel(void *unused)
{
    (void)unused;
    firth_channel_free(channel);
    return 0;
}

static void fork_here(void)
{
    if (!forks)
        return;
    forks = false;
    run_in_child(free_the_channel, NULL);
    forks = true;
    children++;
}

void *__wrap_realloc(void *memory, size_t size)
{
    void *made = __real_realloc(memory, size);
    fork_here();
    return made;
}

void __wrap_free(void *memory)
{
    __real_free(memory);
    if (memory != NULL)
        fork_here();
}

static firth_channel *open_channel(firth_stream *stream, size_t batch_size, bool compress)
{
    firth_channel *made;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.batch_size = batch_size;
    options.batch_timeout = 0;
    options.compress = compress ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    CHECK_OK(firth_channel_create(&made, stream, &options));
    return made;
}

static void a_child_may_free_a_channel_whose_queue_grows_and_goes(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(8000);
    channel = open_channel(far->stream, 1000, false);
    forks = true;
    for (size_t i = 0; i < 40; i++)
        CHECK_OK(firth_channel_send(channel, noise.data, 200 * i, 0));
    CHECK_OK(firth_channel_flush(channel, 0));
    forks = false;
    assert_true(children > 0);
    firth_channel_free(channel);
    free(noise.data);
}

static void check_receiving(const duplex *far, blob frame)
{
    firth_bytes payload;
    channel = open_channel(far->stream, 1, false);
    say(far, frame.data, frame.length);
    forks = true;
    firth_err err = firth_channel_recv(channel, 5, &payload);
    forks = false;
    CHECK_OK(err);
    assert_true(children > 0);
    firth_bytes_free(&payload);
    firth_channel_free(channel);
    free(frame.data);
}

static void a_child_may_free_a_channel_that_inflates(void **state)
{
    blob text = text_of(100000);
    check_receiving(*state, deflated_frame(text.data, text.length, 1));
    free(text.data);
}

static int open_tcp_and_count(void **state)
{
    children = 0;
    forks = false;
    return open_tcp(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_child_may_free_a_channel_whose_queue_grows_and_goes,
                                        open_tcp_and_count, close_state),
        cmocka_unit_test_setup_teardown(a_child_may_free_a_channel_that_inflates,
                                        open_tcp_and_count, close_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
