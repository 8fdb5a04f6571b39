/* A frame that is under way when the process forks is the parent's. */
#include "child.h"
#include "frames.h"
#include "media.h"

#include <string.h>

static firth_channel *channel_over(const duplex *far)
{
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    return channel;
}

static int child_talks(void *channel)
{
    firth_bytes payload;
    EXPECT(firth_channel_recv(channel, 5, &payload) == FIRTH_OK);
    EXPECT(firth_channel_send(channel, payload.data, payload.length, 5) == FIRTH_OK);
    firth_bytes_free(&payload);
    return 0;
}

static void a_child_may_use_a_channel_between_frames(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far);
    firth_bytes payload;
    char heard[9];
    say(far, "\0\0\0\3\0abc\n", 9);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    firth_bytes_free(&payload);
    say(far, "\0\0\0\3\0abc\n", 9);
    run_in_child(child_talks, channel);
    assert_true(hear(far, heard, sizeof heard));
    assert_memory_equal(heard, "\0\0\0\3\0abc\n", 9);
    firth_channel_free(channel);
}

static int child_cannot_receive(void *channel)
{
    firth_bytes payload;
    size_t length;
    EXPECT(firth_channel_recv(channel, 1, &payload) == FIRTH_E_FORKED);
    EXPECT(firth_channel_recv_length(channel, 1, &length) == FIRTH_E_FORKED);
    EXPECT(firth_channel_send(channel, "abc", 3, 5) == FIRTH_OK);
    EXPECT(firth_channel_recv(channel, 1, &payload) == FIRTH_E_FORKED);
    firth_channel_free(channel);
    return 0;
}

static void a_child_refuses_to_receive_the_rest_of_a_frame(void **state)
{
    duplex *far = *state;
    firth_channel *channel = channel_over(far);
    firth_bytes payload;
    say(far, "\0\0\0\3\0ab", 7);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
    run_in_child(child_cannot_receive, channel);
    say(far, "c\n", 2);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_true(same_bytes(payload.data, payload.length, "abc", 3));
    firth_bytes_free(&payload);
    firth_channel_free(channel);
}

static int child_cannot_send(void *channel)
{
    firth_bytes payload;
    EXPECT(firth_channel_send(channel, "abc", 3, 1) == FIRTH_E_FORKED);
    EXPECT(firth_channel_flush(channel, 1) == FIRTH_E_FORKED);
    EXPECT(firth_channel_recv(channel, 0.001, &payload) == FIRTH_E_TIMEOUT);
    EXPECT(firth_channel_send(channel, "abc", 3, 1) == FIRTH_E_FORKED);
    EXPECT(firth_channel_flush(channel, 1) == FIRTH_E_FORKED);
    return 0;
}

static int child_receives_first(void *channel)
{
    firth_bytes payload;
    EXPECT(firth_channel_recv(channel, 0.001, &payload) == FIRTH_E_TIMEOUT);
    return child_cannot_send(channel);
}

static int child_closes(void *channel)
{
    EXPECT(firth_channel_close(channel) == FIRTH_OK);
    EXPECT(firth_channel_closed(channel));
    firth_channel_free(channel);
    return 0;
}

/* The parent has a part of a frame to send yet, all of which must come once. */
static void nothing_is_sent_twice_by(duplex *far, int (*task)(void *channel))
{
    firth_channel *channel = channel_over(far);
    blob noise = noise_of(4 * 1024 * 1024);
    CHECK_OK(firth_channel_set_compress(channel, false));
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    size_t pending = firth_channel_pending(channel);
    assert_true(pending != 0);
    assert_int_equal(hear_all(far), noise.length + 6 - pending);
    run_in_child(task, channel);
    assert_int_equal(hear_all(far), 0);
    while (firth_channel_pending(channel) != 0) {
        firth_channel_flush(channel, 0);
        pending -= hear_all(far);
    }
    assert_int_equal(pending, 0);
    free(noise.data);
    firth_channel_free(channel);
}

static void a_child_refuses_to_send_the_parents_bytes(void **state)
{
    nothing_is_sent_twice_by(*state, child_cannot_send);
}

static void a_child_that_received_still_refuses(void **state)
{
    nothing_is_sent_twice_by(*state, child_receives_first);
}

static void a_childs_close_sends_nothing(void **state)
{
    nothing_is_sent_twice_by(*state, child_closes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_child_may_use_a_channel_between_frames),
        ON_EVERY_MEDIUM(a_child_refuses_to_receive_the_rest_of_a_frame),
        ON_EVERY_MEDIUM(a_child_refuses_to_send_the_parents_bytes),
        ON_EVERY_MEDIUM(a_child_that_received_still_refuses),
        ON_EVERY_MEDIUM(a_childs_close_sends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
