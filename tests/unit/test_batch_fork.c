/* A batch whose time is up in the parent, while a child of fork has it too. */
#include "batches.h"
#include "child.h"

static firth_channel *channel;

/* A batch of the child's own, over what was opened before the fork. */
static int send_by_a_timer_of_its_own(duplex *other)
{
    firth_channel *own;
    EXPECT(firth_batching_channel_create(&own, other->stream, 10, 5 * SOON, NULL) == FIRTH_OK);
    EXPECT(send_numbers(own, 0, 3, 5) == FIRTH_OK);
    EXPECT(hear_numbers(other, 0, 3));
    firth_channel_free(own);
    return 0;
}

static int child_with_a_timer_of_its_own(void *other)
{
    firth_channel_free(channel);
    return send_by_a_timer_of_its_own(other);
}

static void a_child_sends_nothing_twice_and_has_a_timer_of_its_own(void **state)
{
    duplex *far = *state, other = open_duplex(OVER_UNIX);
    channel = batching(far->stream, 10, 5 * SOON);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    run_in_child(child_with_a_timer_of_its_own, &other);
    assert_true(hear_numbers(far, 0, 3));
    wait_for_a_later_batch();
    assert_true(hears_nothing(far));
    firth_channel_free(channel);
    close_duplex(&other);
}

static int child_that_waits(void *other)
{
    EXPECT(send_numbers(channel, 3, 1, 0) == FIRTH_E_FORKED);
    EXPECT(send_by_a_timer_of_its_own(other) == 0);
    EXPECT(firth_channel_close(channel) == FIRTH_OK);
    firth_channel_free(channel);
    return 0;
}

static void a_child_that_lives_longer_than_the_batch_sends_nothing(void **state)
{
    duplex *far = *state, other = open_duplex(OVER_UNIX);
    channel = batching(far->stream, 10, SOON);
    CHECK_OK(send_numbers(channel, 0, 3, 5));
    run_in_child(child_that_waits, &other);
    assert_true(hear_numbers(far, 0, 3));
    assert_true(hears_nothing(far));
    firth_channel_free(channel);
    close_duplex(&other);
}

/* A try of the parent's timer may be under way at any of the forks. */
static void forks_in_the_midst_of_the_timers_work_leave_both_sides_whole(void **state)
{
    duplex *far = *state, other = open_duplex(OVER_UNIX);
    channel = batching(far->stream, 10, 1e-9);
    for (int i = 0; i < 30; i++) {
        CHECK_OK(send_numbers(channel, 3 * i, 3, 5));
        run_in_child(child_with_a_timer_of_its_own, &other);
        assert_true(hear_numbers(far, 3 * i, 3));
    }
    assert_true(hears_nothing(far));
    firth_channel_free(channel);
    close_duplex(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_UNIX(a_child_sends_nothing_twice_and_has_a_timer_of_its_own),
        ON_UNIX(a_child_that_lives_longer_than_the_batch_sends_nothing),
        ON_UNIX(forks_in_the_midst_of_the_timers_work_leave_both_sides_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
