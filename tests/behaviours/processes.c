/* Children of fork, executed programs, and descriptors. */
#include "behaviours.h"
#include "child.h"
#include "processes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int child_speaks(void *argument)
{
    firth_stream *stream = ((duplex *)argument)->stream;
    char text[5];
    EXPECT(firth_stream_read(stream, text, 5, patience()) == FIRTH_OK);
    EXPECT(firth_stream_write(stream, text, 5, patience()) == FIRTH_OK);
    EXPECT(firth_stream_flush(stream, patience()) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static int child_is_refused(void *argument)
{
    firth_stream *stream = ((duplex *)argument)->stream;
    char byte;
    bool ready;
    EXPECT(firth_stream_read(stream, &byte, 1, patience()) == FIRTH_E_FORKED);
    EXPECT(firth_stream_write(stream, "x", 1, patience()) == FIRTH_E_FORKED);
    EXPECT(firth_stream_poll(stream, patience(), &ready) == FIRTH_E_FORKED);
    firth_stream_free(stream);
    return 0;
}

static void a_child_may_use_the_stream_or_is_told_that_it_may_not(void **state)
{
    duplex *far = *state;
    char text[5];
    if (differs(REFUSES_FORK)) {
        run_in_child(child_is_refused, far);
    } else {
        say(far, "brine", 5);
        run_in_child(child_speaks, far);
        assert_true(hear(far, text, 5));
        assert_memory_equal(text, "brine", 5);
    }
    check_alive(far);
}

static int child_closes(void *argument)
{
    firth_stream *stream = ((duplex *)argument)->stream;
    int before = count_descriptors();
    EXPECT(firth_stream_close(stream) == FIRTH_OK);
    EXPECT(firth_stream_closed(stream));
    EXPECT(count_descriptors() < before);
    firth_stream_free(stream);
    return 0;
}

static void a_childs_close_does_not_end_the_parents_connection(void **state)
{
    duplex *far = *state;
    run_in_child(child_closes, far);
    check_alive(far);
}

static int child_finishes(void *argument)
{
    firth_stream *stream = ((duplex *)argument)->stream;
    firth_err err = firth_stream_finish(stream, patience());
    EXPECT(err == FIRTH_OK || (err == FIRTH_E_FORKED && differs(REFUSES_FORK)));
    EXPECT(firth_stream_closed(stream));
    firth_stream_free(stream);
    return 0;
}

static void a_childs_finish_does_not_end_the_parents_connection(void **state)
{
    duplex *far = *state;
    run_in_child(child_finishes, far);
    check_alive(far);
}

static int child_frees(void *argument)
{
    firth_stream_free(((duplex *)argument)->stream);
    return 0;
}

static void a_child_frees_what_a_thread_of_the_parent_uses(void **state)
{
    duplex *far = *state;
    worker reader;
    start_worker(&reader, read_one, far);
    wait_until_blocked(&reader);
    run_in_child(child_frees, far);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    check_alive(far);
}

/* Every descriptor that the stream will ever need is open. */
static void use_everything(duplex *far)
{
    worker reader, writer;
    start_worker(&reader, read_one, far);
    wait_until_blocked(&reader);
    say(far, "x", 1);
    assert_int_equal(join_worker(&reader), FIRTH_OK);
    start_worker(&reader, read_one, far);
    wait_until_blocked(&reader);
    start_worker(&writer, write_without_end, far);
    wait_until_blocked(&writer);
    assert_int_equal(count_inheritable(), inheritable_before());
    firth_err err = firth_stream_close(far->stream);
    assert_true(err == FIRTH_OK || err == FIRTH_E_UNSENT);
    join_worker(&reader);
    join_worker(&writer);
}

static void executed_programs_inherit_nothing(void **state)
{
    duplex *far = *state;
    assert_int_equal(count_inheritable(), inheritable_before());
    use_everything(far);
}

static void the_descriptors_are_closed_with_the_stream(void **state)
{
    duplex *far = *state;
    int before = count_descriptors();
    use_everything(far);
    int after = count_descriptors();
    firth_stream_free(far->stream);
    far->stream = NULL;
    if (differs(HAS_CHILD)) {
        hang_up(far);
        assert_true(soon_nothing_remains(descriptors_before()));
    } else {
        assert_true(after < before);
        assert_int_equal(count_descriptors(), after);
    }
}

const struct CMUnitTest behaviours_of_processes[] = {
    BEHAVIOUR(a_child_may_use_the_stream_or_is_told_that_it_may_not),
    BEHAVIOUR(a_childs_close_does_not_end_the_parents_connection),
    BEHAVIOUR(a_childs_finish_does_not_end_the_parents_connection),
    BEHAVIOUR(a_child_frees_what_a_thread_of_the_parent_uses),
    BEHAVIOUR(executed_programs_inherit_nothing),
    BEHAVIOUR(the_descriptors_are_closed_with_the_stream),
    {.name = NULL},
};
