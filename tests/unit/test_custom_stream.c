/* Streams written outside the core, over the public table of functions. */
#include "check.h"
#include "frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the next calls of a table do. */
typedef struct script {
    firth_err read_result, write_result, poll_result, close_result;
    const char *raised; /* detail to raise before a failure; NULL: none */
    const char *text;   /* what is left to read */
    size_t at_once;     /* bytes a call moves at most; more than asked for, if `too_many` */
    bool too_many, nothing;
    char written[64];
    size_t written_length;
    int closed, released, finished, flushed, woken;
    double timeout; /* as last given */
} script;

static firth_err fail_with(script *self, firth_err err)
{
    if (self->raised != NULL)
        firth_error_raise(err, EIO, self->raised);
    return err;
}

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    script *self = object;
    self->timeout = timeout;
    (void)span_count;
    if (self->read_result != FIRTH_OK)
        return fail_with(self, self->read_result);
    size_t length = strlen(self->text);
    if (length == 0)
        return FIRTH_E_EOF;
    length = length < spans[0].length ? length : spans[0].length;
    length = length < self->at_once ? length : self->at_once;
    memcpy(spans[0].data, self->text, length);
    self->text += length;
    *count = self->too_many ? spans[0].length + 100 : self->nothing ? 0 : length;
    return FIRTH_OK;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    script *self = object;
    self->timeout = timeout;
    (void)slice_count;
    if (self->write_result != FIRTH_OK)
        return fail_with(self, self->write_result);
    size_t length = slices[0].length < self->at_once ? slices[0].length : self->at_once;
    size_t room = sizeof self->written - self->written_length;
    length = length < room ? length : room;
    memcpy(self->written + self->written_length, slices[0].data, length);
    self->written_length += length;
    *count = self->too_many ? 1000000 : self->nothing ? 0 : length;
    return FIRTH_OK;
}

static firth_err poll_script(void *object, double timeout, bool *ready)
{
    script *self = object;
    self->timeout = timeout;
    *ready = *self->text != '\0';
    return self->poll_result != FIRTH_OK ? fail_with(self, self->poll_result) : FIRTH_OK;
}

static firth_err close_script(void *object)
{
    script *self = object;
    self->closed++;
    if (self->close_result == FIRTH_E_UNSENT)
        firth_error_raise(FIRTH_E_UNSENT, 0, "three bytes");
    return self->close_result;
}

static firth_err flush_script(void *object, double timeout)
{
    (void)timeout;
    ((script *)object)->flushed++;
    return FIRTH_OK;
}

static firth_err finish_script(void *object, double timeout)
{
    ((script *)object)->timeout = timeout;
    ((script *)object)->finished++;
    return FIRTH_OK;
}

static void wake_script(void *object)
{
    ((script *)object)->woken++;
}

static void release_script(void *object)
{
    ((script *)object)->released++;
}

static const firth_stream_ops whole_table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "script",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_script,
    .flush = flush_script,
    .finish = finish_script,
    .close = close_script,
    .wake = wake_script,
    .release = release_script,
};

static const firth_stream_ops least_table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .read_some = read_some,
    .write_some = write_some,
    .release = release_script,
};

static script self;
static firth_stream *stream;

static int make(const firth_stream_ops *ops)
{
    self = (script){.text = "", .at_once = 1000};
    CHECK_OK(firth_stream_create(&stream, ops, &self));
    return 0;
}

static int make_whole(void **state)
{
    (void)state;
    return make(&whole_table);
}

static int make_least(void **state)
{
    (void)state;
    return make(&least_table);
}

static int drop(void **state)
{
    (void)state;
    firth_stream_free(stream);
    assert_int_equal(self.released, 1);
    return 0;
}

static void another_version_is_invalid(void **state)
{
    (void)state;
    firth_stream_ops ops = whole_table;
    script other = {0};
    firth_stream *made;
    ops.version = 2;
    CHECK_FAILS(INVALID, firth_stream_create(&made, &ops, &other));
    CHECK_DETAIL("version");
    assert_null(made);
    assert_int_equal(other.released, 0);
}

static void a_table_without_what_is_needed_is_invalid(void **state)
{
    (void)state;
    firth_stream_ops ops = whole_table;
    firth_stream *made;
    ops.read_some = NULL;
    CHECK_FAILS(INVALID, firth_stream_create(&made, &ops, NULL));
    ops = whole_table;
    ops.write_some = NULL;
    CHECK_FAILS(INVALID, firth_stream_create(&made, &ops, NULL));
    ops = whole_table;
    ops.release = NULL;
    CHECK_FAILS(INVALID, firth_stream_create(&made, &ops, NULL));
    CHECK_FAILS(INVALID, firth_stream_create(&made, NULL, NULL));
    CHECK_FAILS(INVALID, firth_stream_create(NULL, &whole_table, NULL));
}

static void short_reads_and_writes_are_looped_over(void **state)
{
    (void)state;
    char text[9] = "";
    self.text = "firthbri";
    self.at_once = 3;
    CHECK_OK(firth_stream_read(stream, text, 8, FIRTH_FOREVER));
    assert_string_equal(text, "firthbri");
    CHECK_OK(firth_stream_write(stream, "firthbri", 8, FIRTH_FOREVER));
    assert_memory_equal(self.written, "firthbri", 8);
}

static void a_channel_runs_over_it(void **state)
{
    (void)state;
    firth_channel *channel;
    firth_bytes payload;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    self.at_once = 1;
    CHECK_OK(firth_channel_send(channel, "brine", 5, FIRTH_FOREVER));
    assert_int_equal(self.written_length, 11);
    assert_memory_equal(self.written, "\0\0\0\5\0brine\n", 11);
    CHECK_FAILS(EOF, firth_channel_recv(channel, FIRTH_FOREVER, &payload));
    firth_channel_free(channel);
}

static void nothing_moved_is_misuse(void **state)
{
    (void)state;
    char byte;
    self.text = "x";
    self.nothing = true;
    CHECK_FAILS(INVALID, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("script");
    CHECK_FAILS(INVALID, firth_stream_write(stream, "x", 1, FIRTH_FOREVER));
}

static void more_than_asked_for_is_misuse(void **state)
{
    (void)state;
    char byte;
    size_t count;
    self.text = "xyz";
    self.too_many = true;
    CHECK_FAILS(INVALID, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    CHECK_FAILS(INVALID, firth_stream_read_some(stream, &byte, 1, FIRTH_FOREVER, &count));
    assert_int_equal(count, 0);
    CHECK_FAILS(INVALID, firth_stream_write(stream, "x", 1, FIRTH_FOREVER));
}

static void what_is_no_error_code_is_misuse(void **state)
{
    (void)state;
    char byte;
    self.read_result = (firth_err)12345;
    CHECK_FAILS(INVALID, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("12345");
}

static void a_wish_becomes_a_time_out(void **state)
{
    (void)state;
    char byte;
    self.read_result = FIRTH_E_WANT_READ;
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
    self.read_result = FIRTH_E_WANT_WRITE;
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_WRITE);
    self.write_result = FIRTH_E_WANT_READ;
    CHECK_FAILS(TIMEOUT, firth_stream_write(stream, &byte, 1, 0));
    assert_int_equal(firth_last_error()->wants, FIRTH_WANTS_READ);
}

static void a_time_out_that_is_not_supported_is_said(void **state)
{
    (void)state;
    char byte;
    bool ready;
    self.read_result = self.write_result = FIRTH_E_NOT_SUPPORTED;
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_read(stream, &byte, 1, 1));
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_write(stream, &byte, 1, 1));
    assert_false(firth_stream_closed(stream));
    self.poll_result = FIRTH_E_NOT_SUPPORTED;
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_poll(stream, 1, &ready));
}

static void what_a_callback_raises_reaches_the_caller(void **state)
{
    (void)state;
    char byte;
    self.raised = "the disk is on fire";
    self.read_result = self.write_result = FIRTH_E_CALLBACK;
    CHECK_FAILS(CALLBACK, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    assert_string_equal(firth_last_error()->detail, "the disk is on fire");
    assert_int_equal(firth_last_error()->os_error, EIO);
    CHECK_FAILS(CALLBACK, firth_stream_write(stream, &byte, 1, FIRTH_FOREVER));
    assert_string_equal(firth_last_error()->detail, "the disk is on fire");
    assert_false(firth_stream_closed(stream));
}

static void a_failure_that_says_nothing_does_not_speak_of_an_earlier_one(void **state)
{
    (void)state;
    char byte;
    firth_error_raise(FIRTH_E_CALLBACK, EIO, "long ago");
    self.read_result = FIRTH_E_CALLBACK;
    CHECK_FAILS(CALLBACK, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("script");
    assert_int_equal(firth_last_error()->os_error, 0);
}

static void what_was_read_before_a_callbacks_error_is_kept(void **state)
{
    (void)state;
    firth_channel *channel;
    firth_bytes payload;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    CHECK_OK(firth_stream_unread(stream, "\0\0\0\5\0fi", 7));
    self.read_result = FIRTH_E_CALLBACK;
    CHECK_FAILS(CALLBACK, firth_channel_recv(channel, FIRTH_FOREVER, &payload));
    self.read_result = FIRTH_OK;
    self.text = "rth\n";
    CHECK_OK(firth_channel_recv(channel, FIRTH_FOREVER, &payload));
    assert_true(same_bytes(payload.data, payload.length, "firth", 5));
    firth_bytes_free(&payload);
    firth_channel_free(channel);
}

static void a_payload_is_taken_though_the_callback_failed(void **state)
{
    (void)state;
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, stream, NULL));
    self.write_result = FIRTH_E_CALLBACK;
    CHECK_FAILS(CALLBACK, firth_channel_send(channel, "brine", 5, FIRTH_FOREVER));
    assert_int_equal(firth_last_error()->count, 11);
    assert_int_equal(firth_channel_pending(channel), 11);
    self.write_result = FIRTH_OK;
    CHECK_OK(firth_channel_flush(channel, FIRTH_FOREVER));
    assert_memory_equal(self.written, "\0\0\0\5\0brine\n", 11);
    assert_int_equal(self.flushed, 1);
    firth_channel_free(channel);
}

static void the_end_closes_the_stream(void **state)
{
    (void)state;
    char byte;
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
    assert_true(firth_stream_closed(stream));
    assert_int_equal(self.closed, 1);
    assert_int_equal(self.released, 1);
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, FIRTH_FOREVER));
}

static void close_and_release_are_called_once(void **state)
{
    (void)state;
    CHECK_OK(firth_stream_close(stream));
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(self.closed, 1);
    assert_int_equal(self.released, 1);
}

static void free_releases_without_closing(void **state)
{
    (void)state;
    firth_stream_free(firth_stream_retain(stream));
    assert_int_equal(self.released, 0);
    assert_int_equal(self.closed, 0);
}

static void what_close_says_is_told(void **state)
{
    (void)state;
    self.close_result = FIRTH_E_UNSENT;
    CHECK_FAILS(UNSENT, firth_stream_close(stream));
    CHECK_DETAIL("three bytes");
}

static void finish_flushes_finishes_and_closes(void **state)
{
    (void)state;
    CHECK_OK(firth_stream_finish(stream, FIRTH_UNSET));
    assert_int_equal(self.flushed, 1);
    assert_int_equal(self.finished, 1);
    assert_int_equal(self.closed, 1);
    assert_true(self.timeout > 0 && self.timeout <= FIRTH_FINISH_TIMEOUT);
}

static void the_time_is_never_unset(void **state)
{
    (void)state;
    char byte;
    self.text = "xyz";
    CHECK_OK(firth_stream_read(stream, &byte, 1, FIRTH_UNSET));
    assert_true(self.timeout < 0);
    CHECK_OK(firth_stream_set_timeout(stream, 7));
    CHECK_OK(firth_stream_read(stream, &byte, 1, FIRTH_UNSET));
    assert_true(self.timeout > 6 && self.timeout <= 7);
    CHECK_OK(firth_stream_read(stream, &byte, 1, 0));
    assert_true(self.timeout == 0);
}

static void wake_is_passed_on(void **state)
{
    (void)state;
    CHECK_OK(firth_stream_wake(stream));
    assert_int_equal(self.woken, 1);
}

static void what_the_least_table_lacks_is_not_supported(void **state)
{
    (void)state;
    bool ready;
    int number;
    firth_counters counters;
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_poll(stream, 0, &ready));
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_fileno(stream, &number));
    CHECK_FAILS(NOT_SUPPORTED, firth_stream_wake(stream));
    CHECK_OK(firth_stream_flush(stream, 0));
    CHECK_OK(firth_stream_counters(stream, &counters));
    assert_int_equal(counters.read_calls, 0);
    CHECK_OK(firth_stream_finish(stream, 0));
}

#define WHOLE(test)                         \
    {                                       \
#test, test, make_whole, drop, NULL \
    }
#define LEAST(test)                         \
    {                                       \
#test, test, make_least, drop, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_version_is_invalid),
        cmocka_unit_test(a_table_without_what_is_needed_is_invalid),
        WHOLE(short_reads_and_writes_are_looped_over),
        WHOLE(a_channel_runs_over_it),
        WHOLE(nothing_moved_is_misuse),
        WHOLE(more_than_asked_for_is_misuse),
        WHOLE(what_is_no_error_code_is_misuse),
        WHOLE(a_wish_becomes_a_time_out),
        WHOLE(a_time_out_that_is_not_supported_is_said),
        WHOLE(what_a_callback_raises_reaches_the_caller),
        WHOLE(a_failure_that_says_nothing_does_not_speak_of_an_earlier_one),
        WHOLE(what_was_read_before_a_callbacks_error_is_kept),
        WHOLE(a_payload_is_taken_though_the_callback_failed),
        WHOLE(the_end_closes_the_stream),
        WHOLE(close_and_release_are_called_once),
        WHOLE(free_releases_without_closing),
        WHOLE(what_close_says_is_told),
        WHOLE(finish_flushes_finishes_and_closes),
        WHOLE(the_time_is_never_unset),
        WHOLE(wake_is_passed_on),
        LEAST(what_the_least_table_lacks_is_not_supported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
