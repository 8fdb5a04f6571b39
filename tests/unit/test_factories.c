/* The factories connect as the constructors do. */
#include "child.h"
#include "check.h"

#include <stdio.h>

static void check_meets(firth_listener *listener, firth_stream *stream)
{
    firth_stream *met;
    char byte = 0;
    CHECK_OK(firth_listener_accept(listener, &met, 5));
    CHECK_OK(firth_stream_write(stream, "x", 1, 5));
    CHECK_OK(firth_stream_read(met, &byte, 1, 5));
    assert_int_equal(byte, 'x');
    firth_stream_free(met);
    firth_stream_free(stream);
    firth_listener_free(listener);
}

static void create_socket_stream_connects_to_a_port(void **state)
{
    firth_listener *listener;
    firth_stream *stream;
    (void)state;
    CHECK_OK(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    CHECK_OK(firth_create_socket_stream(&stream, "127.0.0.1", firth_listener_port(listener), NULL));
    check_meets(listener, stream);
}

static void create_unix_stream_connects_to_a_path(void **state)
{
    firth_listener *listener;
    firth_stream *stream;
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    (void)state;
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/meet", folder);
    CHECK_OK(firth_listener_unix_listen(&listener, path, NULL));
    CHECK_OK(firth_create_unix_stream(&stream, path));
    check_meets(listener, stream);
    remove_scratch(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_socket_stream_connects_to_a_port),
        cmocka_unit_test(create_unix_stream_connects_to_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
