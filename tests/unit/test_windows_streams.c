/* Elsewhere than on Windows its streams exist, and say so. */
#include "check.h"

static void every_constructor_says_only_on_windows(void **state)
{
    firth_stream *stream = (firth_stream *)state;
    CHECK_FAILS(NOT_SUPPORTED, firth_win32_pipe_stream_create(&stream, NULL, NULL));
    CHECK_DETAIL("Win32PipeStream: only on Windows");
    assert_null(stream);
    CHECK_FAILS(NOT_SUPPORTED, firth_win32_pipe_stream_from_std(&stream));
    CHECK_DETAIL("Win32PipeStream.from_std: only on Windows");
    CHECK_FAILS(NOT_SUPPORTED, firth_named_pipe_stream_create(&stream, NULL, true));
    CHECK_DETAIL("NamedPipeStream: only on Windows");
    CHECK_FAILS(NOT_SUPPORTED, firth_named_pipe_stream_create_server(&stream, "name", true, 1));
    CHECK_DETAIL("NamedPipeStream.create_server: only on Windows");
    CHECK_FAILS(NOT_SUPPORTED, firth_named_pipe_stream_create_client(&stream, "name"));
    CHECK_DETAIL("NamedPipeStream.create_client: only on Windows");
    assert_null(stream);
}

static void a_pair_is_refused_whole(void **state)
{
    firth_stream *first = (firth_stream *)state, *second = (firth_stream *)state;
    CHECK_FAILS(NOT_SUPPORTED, firth_win32_pipe_stream_create_pair(&first, &second));
    CHECK_DETAIL("Win32PipeStream.create_pair: only on Windows");
    assert_null(first);
    assert_null(second);
}

static void connect_server_says_only_on_windows(void **state)
{
    (void)state;
    firth_stream *first, *second;
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    CHECK_FAILS(NOT_SUPPORTED, firth_named_pipe_stream_connect_server(first, 0));
    CHECK_DETAIL("NamedPipeStream.connect_server: only on Windows");
    assert_false(firth_stream_closed(first));
    firth_stream_free(first);
    firth_stream_free(second);
}

static void a_missing_place_is_misuse_there_too(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_FAILS(INVALID, firth_win32_pipe_stream_from_std(NULL));
    CHECK_FAILS(INVALID, firth_win32_pipe_stream_create_pair(&stream, NULL));
    CHECK_FAILS(INVALID, firth_win32_pipe_stream_create_pair(NULL, &stream));
    CHECK_FAILS(INVALID, firth_named_pipe_stream_connect_server(NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_constructor_says_only_on_windows),
        cmocka_unit_test(a_pair_is_refused_whole),
        cmocka_unit_test(connect_server_says_only_on_windows),
        cmocka_unit_test(a_missing_place_is_misuse_there_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
