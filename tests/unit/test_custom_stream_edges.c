/* Streams written outside the core that do what one does not expect of them. */
#include "check.h"

#include <errno.h>

/* What the next calls of the table do. */
typedef struct odd {
    firth_stream *stream; /* itself */
    firth_err (*on_read)(struct odd *self, size_t *count);
    firth_err (*on_write)(struct odd *self, size_t *count);
    firth_err (*on_close)(void);
    void (*on_release)(void);
    int reads, writes;
} odd;

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    odd *self = object;
    (void)spans, (void)span_count, (void)timeout;
    self->reads++;
    return self->on_read(self, count);
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    odd *self = object;
    (void)slices, (void)slice_count, (void)timeout;
    self->writes++;
    return self->on_write(self, count);
}

static firth_err close_odd(void *object)
{
    odd *self = object;
    return self->on_close != NULL ? self->on_close() : FIRTH_OK;
}

static void release_odd(void *object)
{
    odd *self = object;
    if (self->on_release != NULL)
        self->on_release();
}

static int make(void **state)
{
    static odd self;
    static const firth_stream_ops table = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = "odd",
        .read_some = read_some,
        .write_some = write_some,
        .close = close_odd,
        .release = release_odd,
    };
    self = (odd){0};
    CHECK_OK(firth_stream_create(&self.stream, &table, &self));
    *state = &self;
    return 0;
}

static int unmake(void **state)
{
    firth_stream_free(((odd *)*state)->stream);
    return 0;
}

static firth_err raise_nonsense(odd *self, size_t *count)
{
    (void)self, (void)count;
    return firth_error_raise((firth_err)(FIRTH_ERROR_COUNT + 7), 0, "no such thing");
}

/* As a poll that is woken by the close of its socket. */
static firth_err close_and_find_something(void *object, double timeout, bool *ready)
{
    (void)timeout;
    firth_stream_close(((odd *)object)->stream);
    *ready = true;
    return FIRTH_OK;
}

static void release_nothing(void *object)
{
    (void)object;
}

static void a_poll_that_a_close_has_woken_finds_nothing(void **state)
{
    const firth_stream_ops table = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .read_some = read_some,
        .write_some = write_some,
        .poll = close_and_find_something,
        .release = release_nothing,
    };
    odd self = {0};
    bool ready = true;
    (void)state;
    CHECK_OK(firth_stream_create(&self.stream, &table, &self));
    CHECK_FAILS(CLOSED, firth_stream_poll(self.stream, FIRTH_FOREVER, &ready));
    assert_false(ready);
    firth_stream_free(self.stream);
}

static void a_code_that_does_not_exist_is_misuse_even_if_it_was_raised(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = raise_nonsense;
    CHECK_FAILS(INVALID, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("odd: returned");
}

static firth_err lose(odd *self, size_t *count)
{
    (void)self, (void)count;
    return firth_error_raise(FIRTH_E_CONNECTION_LOST, ECONNRESET, "the other side fell over");
}

static firth_err fail_to_close(void)
{
    return firth_error_raise(FIRTH_E_SYSTEM, EIO, "it does not close");
}

static void the_last_error_after_a_loss_is_the_loss_and_not_what_close_said(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = lose;
    self->on_close = fail_to_close;
    CHECK_FAILS(CONNECTION_LOST, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("the other side fell over");
    assert_int_equal(firth_last_error()->os_error, ECONNRESET);
    assert_true(firth_stream_closed(self->stream));
}

static firth_err close_itself(odd *self, size_t *count)
{
    (void)count;
    CHECK_OK(firth_stream_close(self->stream));
    return FIRTH_E_CLOSED;
}

static void raise_while_released(void)
{
    firth_error_raise(FIRTH_E_SYSTEM, EIO, "it is not given back");
}

static void the_last_error_of_a_call_is_not_what_release_said(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = close_itself;
    self->on_release = raise_while_released;
    CHECK_FAILS(CLOSED, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
}

/* A stream over another one, which tells how much that has taken. */
static firth_err interrupt_inside(odd *self, size_t *count)
{
    static const char much[1024 * 1024];
    firth_stream *inner, *far;
    (void)self, (void)count;
    CHECK_OK(firth_pipe_stream_create_pair(&inner, &far));
    CHECK_OK(firth_stream_wake(inner));
    firth_err err = firth_stream_write(inner, much, sizeof much, FIRTH_FOREVER);
    assert_true(firth_last_error()->count > 0);
    firth_stream_free(inner);
    firth_stream_free(far);
    return err;
}

static void a_payload_that_was_not_taken_has_nothing_left_to_go(void **state)
{
    odd *self = *state;
    firth_channel *channel;
    self->on_write = interrupt_inside;
    CHECK_OK(firth_channel_create(&channel, self->stream, NULL));
    CHECK_FAILS(INTERRUPTED, firth_channel_send(channel, "first", 5, FIRTH_FOREVER));
    assert_int_equal(firth_last_error()->count, 11);
    CHECK_FAILS(INTERRUPTED, firth_channel_send(channel, "second", 6, FIRTH_FOREVER));
    assert_int_equal(firth_last_error()->count, 0);
    assert_int_equal(firth_channel_pending(channel), 11);
    firth_channel_free(channel);
}

static firth_err be_busy_after_three_bytes(odd *self, size_t *count)
{
    *count = 3;
    return self->writes == 1 ? FIRTH_OK : FIRTH_E_BUSY;
}

static void a_table_that_is_busy_inside_a_frame_delays_the_payload(void **state)
{
    odd *self = *state;
    firth_channel *channel;
    self->on_write = be_busy_after_three_bytes;
    CHECK_OK(firth_channel_create(&channel, self->stream, NULL));
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, "firth", 5, FIRTH_FOREVER));
    assert_int_equal(firth_last_error()->count, 8);
    assert_int_equal(firth_channel_pending(channel), 8);
    firth_channel_free(channel);
}

static firth_err run_out_of_time(odd *self, size_t *count)
{
    (void)self, (void)count;
    return FIRTH_E_TIMEOUT;
}

static void a_table_whose_time_ran_out_delays_the_payload(void **state)
{
    odd *self = *state;
    firth_channel *channel;
    self->on_write = run_out_of_time;
    CHECK_OK(firth_channel_create(&channel, self->stream, NULL));
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, "firth", 5, FIRTH_FOREVER));
    assert_int_equal(firth_channel_pending(channel), 11);
    CHECK_FAILS(BUSY, firth_channel_send(channel, "again", 5, FIRTH_FOREVER));
    firth_channel_free(channel);
}

static firth_err read_from_itself(odd *self, size_t *count)
{
    char byte;
    (void)count;
    return firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER);
}

static void a_table_that_reads_from_its_own_stream_does_not_wait_for_itself(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = read_from_itself;
    CHECK_FAILS(INVALID, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("waits for itself");
    assert_int_equal(self->reads, 1);
}

static firth_err try_to_read_from_itself(odd *self, size_t *count)
{
    char byte;
    (void)count;
    return firth_stream_read(self->stream, &byte, 1, 0);
}

static void a_table_that_tries_to_read_from_its_own_stream_gets_no_turn(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = try_to_read_from_itself;
    CHECK_FAILS(TIMEOUT, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    assert_int_equal(self->reads, 1);
}

static firth_err send_again(odd *self, size_t *count)
{
    (void)count;
    return firth_stream_write(self->stream, "x", 1, FIRTH_FOREVER);
}

static void a_table_that_writes_to_its_own_stream_does_not_wait_for_itself(void **state)
{
    odd *self = *state;
    firth_stream *buffered;
    self->on_write = send_again;
    CHECK_OK(firth_buffered_stream_create(&buffered, self->stream, 0));
    CHECK_OK(firth_stream_write(buffered, "x", 1, FIRTH_FOREVER));
    CHECK_FAILS(INVALID, firth_stream_flush(buffered, FIRTH_FOREVER));
    CHECK_DETAIL("waits for itself");
    assert_int_equal(self->writes, 1);
    firth_stream_free(buffered);
}

static firth_err write_and_give_one_byte(odd *self, size_t *count)
{
    CHECK_OK(firth_stream_write(self->stream, "x", 1, FIRTH_FOREVER));
    *count = 1;
    return FIRTH_OK;
}

static firth_err take_one_byte(odd *self, size_t *count)
{
    (void)self;
    *count = 1;
    return FIRTH_OK;
}

static void a_table_may_write_to_its_own_stream_while_it_reads(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = write_and_give_one_byte;
    self->on_write = take_one_byte;
    CHECK_OK(firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    assert_int_equal(self->writes, 1);
}

static firth_err give_one_byte_and_close(odd *self, size_t *count)
{
    CHECK_OK(firth_stream_close(self->stream));
    *count = 1;
    return FIRTH_OK;
}

static void a_read_that_never_waits_ends_when_the_stream_is_closed(void **state)
{
    odd *self = *state;
    char text[5];
    self->on_read = give_one_byte_and_close;
    CHECK_FAILS(CLOSED, firth_stream_read(self->stream, text, sizeof text, FIRTH_FOREVER));
    assert_int_equal(self->reads, 1);
}

static void a_write_that_never_waits_ends_when_the_stream_is_closed(void **state)
{
    odd *self = *state;
    self->on_write = give_one_byte_and_close;
    CHECK_FAILS(CLOSED, firth_stream_write(self->stream, "firth", 5, FIRTH_FOREVER));
    assert_int_equal(firth_last_error()->count, 1);
    assert_int_equal(self->writes, 1);
}

#define ODD(test)                       \
    {                                   \
#test, test, make, unmake, NULL \
    }

static firth_err take_six_and_then_fail_once(odd *self, size_t *count)
{
    *count = self->writes == 1 ? 6 : 2;
    return self->writes == 2 ? firth_error_raise(FIRTH_E_CALLBACK, 0, "not yet") : FIRTH_OK;
}

static void a_buffered_write_tells_of_a_failure_after_some_bytes(void **state)
{
    odd *self = *state;
    firth_stream *buffered;
    self->on_write = take_six_and_then_fail_once;
    CHECK_OK(firth_buffered_stream_create(&buffered, self->stream, 4));
    CHECK_OK(firth_stream_write(buffered, "abcd", 4, FIRTH_FOREVER));
    CHECK_FAILS(CALLBACK, firth_stream_write(buffered, "efgh", 4, FIRTH_FOREVER));
    CHECK_DETAIL("not yet");
    assert_int_equal(firth_last_error()->count, 2);
    CHECK_OK(firth_stream_write(buffered, "gh", 2, FIRTH_FOREVER));
    CHECK_OK(firth_stream_flush(buffered, FIRTH_FOREVER));
    assert_int_equal(self->writes, 3);
    firth_stream_free(buffered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_that_a_close_has_woken_finds_nothing),
        ODD(a_code_that_does_not_exist_is_misuse_even_if_it_was_raised),
        ODD(the_last_error_after_a_loss_is_the_loss_and_not_what_close_said),
        ODD(the_last_error_of_a_call_is_not_what_release_said),
        ODD(a_payload_that_was_not_taken_has_nothing_left_to_go),
        ODD(a_table_that_is_busy_inside_a_frame_delays_the_payload),
        ODD(a_table_whose_time_ran_out_delays_the_payload),
        ODD(a_table_that_reads_from_its_own_stream_does_not_wait_for_itself),
        ODD(a_table_that_tries_to_read_from_its_own_stream_gets_no_turn),
        ODD(a_table_that_writes_to_its_own_stream_does_not_wait_for_itself),
        ODD(a_table_may_write_to_its_own_stream_while_it_reads),
        ODD(a_read_that_never_waits_ends_when_the_stream_is_closed),
        ODD(a_write_that_never_waits_ends_when_the_stream_is_closed),
        cmocka_unit_test_setup_teardown(a_buffered_write_tells_of_a_failure_after_some_bytes, make,
                                        unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
