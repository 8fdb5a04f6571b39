/* Over a stream that can neither try nor keep to a time, as an object of a language
 * without `poll` is one. */
#include "check.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct meeting {
    firth_stream *buffered; /* over the untimed stream */
    int far;                /* the other end of it */
} meeting;

static firth_err refuse(void)
{
    return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0, "it cannot keep to a time");
}

static firth_err read_some(void *self, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    (void)span_count;
    if (timeout >= 0)
        return refuse();
    ssize_t got = read(*(int *)self, spans[0].data, spans[0].length);
    if (got <= 0)
        return FIRTH_E_EOF;
    *count = (size_t)got;
    return FIRTH_OK;
}

static firth_err write_some(void *self, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    (void)slice_count;
    if (timeout >= 0)
        return refuse();
    ssize_t sent = send(*(int *)self, slices[0].data, slices[0].length, MSG_NOSIGNAL);
    if (sent <= 0)
        return FIRTH_E_CONNECTION_LOST;
    *count = (size_t)sent;
    return FIRTH_OK;
}

static void release(void *self)
{
    close(*(int *)self);
    free(self);
}

/* Says so at the far end. */
static firth_err finish(void *self, double timeout)
{
    if (timeout >= 0)
        return refuse();
    return send(*(int *)self, "bye", 3, MSG_NOSIGNAL) == 3 ? FIRTH_OK : FIRTH_E_CONNECTION_LOST;
}

static const firth_stream_ops untimed = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "untimed",
    .read_some = read_some,
    .write_some = write_some,
    .finish = finish,
    .release = release,
};

static int meet(void **state)
{
    meeting *made = malloc(sizeof *made);
    int *near = malloc(sizeof *near);
    int ends[2];
    firth_stream *lower;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    *near = ends[0];
    made->far = ends[1];
    CHECK_OK(firth_stream_create(&lower, &untimed, near));
    CHECK_OK(firth_buffered_stream_create(&made->buffered, lower, 0));
    firth_stream_free(lower);
    *state = made;
    return 0;
}

static int part(void **state)
{
    meeting *made = *state;
    firth_stream_free(made->buffered);
    close(made->far);
    free(made);
    return 0;
}

static void check_heard(const meeting *self, const char *text)
{
    char heard[64];
    assert_int_equal(recv(self->far, heard, strlen(text), MSG_WAITALL), strlen(text));
    assert_memory_equal(heard, text, strlen(text));
}

static firth_err answer_a_question(void *argument)
{
    const meeting *self = argument;
    char question[8];
    if (recv(self->far, question, 8, MSG_WAITALL) != 8)
        return FIRTH_E_SYSTEM;
    return send(self->far, "answer", 6, MSG_NOSIGNAL) == 6 ? FIRTH_OK : FIRTH_E_SYSTEM;
}

static void a_read_for_ever_sends_first(void **state)
{
    meeting *self = *state;
    worker peer;
    char answer[6];
    start_worker(&peer, answer_a_question, self);
    CHECK_OK(firth_stream_write(self->buffered, "question", 8, FIRTH_FOREVER));
    CHECK_OK(firth_stream_read(self->buffered, answer, 6, FIRTH_FOREVER));
    assert_memory_equal(answer, "answer", 6);
    CHECK_OK(join_worker(&peer));
}

static void a_read_with_a_time_is_not_supported(void **state)
{
    meeting *self = *state;
    char answer[6];
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_read(self->buffered, answer, 6, 1));
    CHECK_DETAIL("it cannot keep to a time");
}

static void a_finish_without_a_time_sends_what_was_collected(void **state)
{
    meeting *self = *state;
    CHECK_OK(firth_stream_write(self->buffered, "last", 4, FIRTH_FOREVER));
    CHECK_OK(firth_stream_finish(self->buffered, FIRTH_UNSET));
    check_heard(self, "lastbye");
}

static void a_finish_without_a_time_finishes_what_is_below(void **state)
{
    meeting *self = *state;
    firth_stream *tunneled;
    CHECK_OK(firth_tunneled_socket_stream_create(&tunneled, self->buffered, NULL));
    CHECK_OK(firth_stream_finish(tunneled, FIRTH_UNSET));
    assert_true(firth_stream_closed(self->buffered));
    check_heard(self, "bye");
    firth_stream_free(tunneled);
}

static void a_finish_with_a_time_is_not_supported(void **state)
{
    meeting *self = *state;
    CHECK_OK(firth_stream_write(self->buffered, "last", 4, FIRTH_FOREVER));
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_finish(self->buffered, 1));
    assert_true(firth_stream_closed(self->buffered));
}

static void a_finish_within_the_time_of_the_stream_is_not_supported(void **state)
{
    meeting *self = *state;
    CHECK_OK(firth_stream_write(self->buffered, "last", 4, FIRTH_FOREVER));
    CHECK_OK(firth_stream_set_timeout(self->buffered, 1));
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_finish(self->buffered, FIRTH_UNSET));
}

static void finishing_a_channel_without_a_time_sends_its_payload(void **state)
{
    meeting *self = *state;
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, self->buffered, NULL));
    CHECK_OK(firth_channel_send(channel, "hi", 2, FIRTH_FOREVER));
    CHECK_OK(firth_channel_finish(channel, FIRTH_UNSET));
    char frame[8];
    assert_int_equal(recv(self->far, frame, 8, MSG_WAITALL), 8);
    assert_memory_equal(frame, "\0\0\0\2\0hi\n", 8);
    firth_channel_free(channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_read_for_ever_sends_first, meet, part),
        cmocka_unit_test_setup_teardown(a_read_with_a_time_is_not_supported, meet, part),
        cmocka_unit_test_setup_teardown(a_finish_without_a_time_sends_what_was_collected, meet,
                                        part),
        cmocka_unit_test_setup_teardown(a_finish_without_a_time_finishes_what_is_below, meet, part),
        cmocka_unit_test_setup_teardown(a_finish_with_a_time_is_not_supported, meet, part),
        cmocka_unit_test_setup_teardown(a_finish_within_the_time_of_the_stream_is_not_supported,
                                        meet, part),
        cmocka_unit_test_setup_teardown(finishing_a_channel_without_a_time_sends_its_payload, meet,
                                        part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
