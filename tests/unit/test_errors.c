#include "check.h"
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void every_code_has_a_name_and_a_text_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < FIRTH_ERROR_COUNT; i++) {
        assert_true(strlen(firth_error_text((firth_err)i)) > 5);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(firth_error_name((firth_err)i), firth_error_name((firth_err)j));
    }
}

static void names_are_the_lower_case_of_the_enumerators(void **state)
{
    (void)state;
    assert_string_equal(firth_error_name(FIRTH_OK), "ok");
    assert_string_equal(firth_error_name(FIRTH_E_EOF), "eof");
    assert_string_equal(firth_error_name(FIRTH_E_CONNECTION_LOST), "connection_lost");
    assert_string_equal(firth_error_name(FIRTH_E_BUFFER_OVERFLOW), "buffer_overflow");
    assert_string_equal(firth_error_name(FIRTH_E_WANT_WRITE), "want_write");
}

static void what_is_no_code_has_a_name_all_the_same(void **state)
{
    (void)state;
    assert_string_equal(firth_error_name((firth_err)-1), "unknown");
    assert_string_equal(firth_error_name(FIRTH_ERROR_COUNT), "unknown");
    assert_non_null(firth_error_text((firth_err)4711));
}

static firth_err look_at_own_error(void *unused)
{
    (void)unused;
    return firth_last_error()->code == FIRTH_OK && firth_last_error()->detail[0] == '\0'
               ? FIRTH_OK
               : FIRTH_E_INVALID;
}

static void the_last_error_belongs_to_its_thread(void **state)
{
    (void)state;
    worker other;
    firth_error_raise(FIRTH_E_SYSTEM, EIO, "mine");
    start_worker(&other, look_at_own_error, NULL);
    assert_int_equal(join_worker(&other), FIRTH_OK);
    assert_string_equal(firth_last_error()->detail, "mine");
}

static void raise_keeps_code_errno_and_detail(void **state)
{
    (void)state;
    assert_int_equal(firth_error_raise(FIRTH_E_SYSTEM, EIO, "a disk"), FIRTH_E_SYSTEM);
    assert_int_equal(firth_last_error()->code, FIRTH_E_SYSTEM);
    assert_int_equal(firth_last_error()->os_error, EIO);
    assert_string_equal(firth_last_error()->detail, "a disk");
}

static void raise_without_a_detail_takes_the_text_of_the_code(void **state)
{
    (void)state;
    firth_error_raise(FIRTH_E_TIMEOUT, 0, NULL);
    assert_string_equal(firth_last_error()->detail, firth_error_text(FIRTH_E_TIMEOUT));
}

static void a_detail_is_cut_at_511_bytes(void **state)
{
    (void)state;
    char text[600];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    firth_error_raise(FIRTH_E_CALLBACK, 0, text);
    assert_int_equal(strlen(firth_last_error()->detail), 511);
}

static void a_detail_is_one_line(void **state)
{
    (void)state;
    firth_error_raise(FIRTH_E_CALLBACK, 0, "one\ntwo\rthree\x7f\x1b[31m");
    assert_string_equal(firth_last_error()->detail, "one?two?three??[31m");
}

static void a_detail_can_be_raised_again(void **state)
{
    (void)state;
    firth_error_raise(FIRTH_E_SYSTEM, EIO, "as it was");
    firth_error_raise(FIRTH_E_CALLBACK, 0, firth_last_error()->detail);
    assert_int_equal(firth_last_error()->code, FIRTH_E_CALLBACK);
    assert_string_equal(firth_last_error()->detail, "as it was");
}

static void the_versions_are_there(void **state)
{
    (void)state;
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", FIRTH_VERSION_MAJOR, FIRTH_VERSION_MINOR,
             FIRTH_VERSION_PATCH);
    assert_string_equal(firth_version(), expected);
    assert_true(strlen(firth_zlib_version()) >= 3);
}

static void null_handles_are_invalid_or_harmless(void **state)
{
    (void)state;
    char byte;
    bool ready;
    int number;
    size_t count;
    firth_bytes bytes;
    firth_counters counters;
    firth_stream *stream;
    CHECK_FAILS(INVALID, firth_stream_read(NULL, &byte, 1, 0));
    CHECK_FAILS(INVALID, firth_stream_read_some(NULL, &byte, 1, 0, &count));
    CHECK_FAILS(INVALID, firth_stream_write(NULL, "x", 1, 0));
    CHECK_FAILS(INVALID, firth_stream_write_some(NULL, "x", 1, 0, &count));
    CHECK_FAILS(INVALID, firth_stream_unread(NULL, "x", 1));
    CHECK_FAILS(INVALID, firth_stream_poll(NULL, 0, &ready));
    CHECK_FAILS(INVALID, firth_stream_flush(NULL, 0));
    CHECK_FAILS(INVALID, firth_stream_close(NULL));
    CHECK_FAILS(INVALID, firth_stream_finish(NULL, 0));
    CHECK_FAILS(INVALID, firth_stream_fileno(NULL, &number));
    CHECK_FAILS(INVALID, firth_stream_write_fileno(NULL, &number));
    CHECK_FAILS(INVALID, firth_stream_set_timeout(NULL, 1));
    CHECK_FAILS(INVALID, firth_stream_counters(NULL, &counters));
    CHECK_FAILS(INVALID, firth_stream_wake(NULL));
    CHECK_FAILS(INVALID, firth_listener_accept(NULL, &stream, 0));
    CHECK_FAILS(INVALID, firth_listener_fileno(NULL, &number));
    CHECK_FAILS(INVALID, firth_listener_close(NULL));
    CHECK_FAILS(INVALID, firth_listener_wake(NULL));
    CHECK_FAILS(INVALID, firth_frame_codec_encode(NULL, "x", 1, &bytes));
    CHECK_FAILS(INVALID, firth_frame_codec_feed(NULL, "x", 1));
    CHECK_FAILS(INVALID, firth_frame_codec_decode(NULL, &bytes));
    CHECK_FAILS(INVALID, firth_frame_codec_end(NULL));
    assert_false(firth_stream_closed(NULL));
    assert_false(firth_listener_closed(NULL));
    assert_int_equal(firth_listener_port(NULL), 0);
    assert_string_equal(firth_listener_path(NULL), "");
    assert_null(firth_stream_retain(NULL));
    firth_stream_free(NULL);
    firth_listener_free(NULL);
    firth_frame_codec_free(NULL);
    firth_bytes_free(NULL);
}

static void null_channels_are_invalid_or_harmless(void **state)
{
    (void)state;
    char byte;
    bool ready;
    int number;
    size_t count;
    firth_bytes bytes;
    firth_channel *channel;
    CHECK_FAILS(INVALID, firth_channel_create(&channel, NULL, NULL));
    assert_null(channel);
    CHECK_FAILS(INVALID, firth_channel_send(NULL, "x", 1, 0));
    CHECK_FAILS(INVALID, firth_channel_recv(NULL, 0, &bytes));
    CHECK_FAILS(INVALID, firth_channel_recv_into(NULL, 0, NULL, NULL, &count));
    CHECK_FAILS(INVALID, firth_channel_recv_length(NULL, 0, &count));
    CHECK_FAILS(INVALID, firth_channel_recv_some(NULL, &byte, 1, 0, &count, &ready));
    CHECK_FAILS(INVALID, firth_channel_poll(NULL, 0, &ready));
    CHECK_FAILS(INVALID, firth_channel_flush(NULL, 0));
    CHECK_FAILS(INVALID, firth_channel_close(NULL));
    CHECK_FAILS(INVALID, firth_channel_finish(NULL, 0));
    CHECK_FAILS(INVALID, firth_channel_fileno(NULL, &number));
    CHECK_FAILS(INVALID, firth_channel_set_compress(NULL, true));
    assert_int_equal(firth_channel_pending(NULL), 0);
    assert_false(firth_channel_closed(NULL));
    assert_false(firth_channel_compress(NULL));
    assert_null(firth_channel_stream(NULL));
    firth_channel_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_name_and_a_text_of_its_own),
        cmocka_unit_test(names_are_the_lower_case_of_the_enumerators),
        cmocka_unit_test(what_is_no_code_has_a_name_all_the_same),
        cmocka_unit_test(the_last_error_belongs_to_its_thread),
        cmocka_unit_test(raise_keeps_code_errno_and_detail),
        cmocka_unit_test(raise_without_a_detail_takes_the_text_of_the_code),
        cmocka_unit_test(a_detail_is_cut_at_511_bytes),
        cmocka_unit_test(a_detail_is_one_line),
        cmocka_unit_test(a_detail_can_be_raised_again),
        cmocka_unit_test(the_versions_are_there),
        cmocka_unit_test(null_handles_are_invalid_or_harmless),
        cmocka_unit_test(null_channels_are_invalid_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
