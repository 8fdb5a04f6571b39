/* Tunnels whose allocations fail in turn: nothing is left behind, and the error says so. */
#include "check.h"
#include "child.h"
#include "duplex.h"
#include "each_allocation.h"
#include "faults.h"
#include "processes.h"
#include "worker.h"

#include "stream/http_connect.h"
#include "stream/socks5.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static firth_err tunnel_over_pipes(void)
{
    firth_stream *one, *other, *stream = NULL;
    firth_err err = firth_pipe_stream_create_pair(&one, &other);
    if (err != FIRTH_OK)
        return err;
    err = firth_tunneled_socket_stream_create(&stream, one, NULL);
    if (err == FIRTH_OK)
        err = firth_stream_write(stream, "a", 1, 5);
    firth_stream_free(stream);
    firth_stream_free(one);
    firth_stream_free(other);
    return err;
}

static void a_tunneled_stream(void **state)
{
    (void)state;
    fail_each_allocation(tunnel_over_pipes, false);
}

/* A proxy that has said everything before it is asked. */
static firth_err begin(firth_proxy *proxy, firth_stream **far, const char *said, size_t length)
{
    *proxy = (firth_proxy){.name = "proxy", .deadline = firth_deadline_in(5)};
    firth_err err = firth_pipe_stream_create_pair(&proxy->stream, far);
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_write(*far, said, length, 5);
    if (err == FIRTH_OK)
        return FIRTH_OK;
    firth_stream_free(proxy->stream);
    firth_stream_free(*far);
    return err;
}

static firth_err end(firth_proxy *proxy, firth_stream *far, firth_err err)
{
    char text[5];
    if (err == FIRTH_OK)
        err = firth_stream_read(proxy->stream, text, 5, 5);
    if (err == FIRTH_OK && memcmp(text, "brine", 5) != 0)
        err = FIRTH_E_INVALID;
    firth_stream_free(proxy->stream);
    firth_stream_free(far);
    return err;
}

static firth_err shake_hands_by_socks5(void)
{
    static const char said[] = "\5\2\1\0\5\0\0\1\0\0\0\0\0\0brine";
    firth_proxy proxy;
    firth_stream *far;
    firth_socks5_client client;
    firth_err err = begin(&proxy, &far, said, sizeof said - 1);
    if (err != FIRTH_OK)
        return err;
    err = firth_socks5_begin(&client, "target", 80, "user", "password");
    if (err == FIRTH_OK)
        err = firth_socks5_handshake(&proxy, &client);
    return end(&proxy, far, err);
}

static void a_handshake_by_socks5(void **state)
{
    (void)state;
    fail_each_allocation(shake_hands_by_socks5, false);
}

static firth_err shake_hands_by_http(void)
{
    static const char said[] = "HTTP/1.1 200 OK\r\n\r\nbrine";
    firth_proxy proxy;
    firth_stream *far;
    firth_target target;
    firth_buffer request = {0};
    firth_err err = begin(&proxy, &far, said, sizeof said - 1);
    if (err != FIRTH_OK)
        return err;
    err = firth_target_make(&target, "target", 80);
    if (err == FIRTH_OK)
        err = firth_http_request(&request, &target, "user", "password");
    if (err == FIRTH_OK)
        err = firth_http_handshake(&proxy, &request, &target, true);
    firth_http_request_release(&request);
    return end(&proxy, far, err);
}

static void a_handshake_by_http(void **state)
{
    (void)state;
    fail_each_allocation(shake_hands_by_http, false);
}

static char program[SCRATCH_PATH + 8];

static firth_err go_through_ssh(void)
{
    firth_stream *stream;
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    char byte;
    options.program = program;
    options.known_hosts = program;
    options.timeout = 60;
    firth_err err =
        firth_tunneled_socket_stream_ssh_connect(&stream, "host", 22, "target", 80, &options);
    if (err != FIRTH_OK)
        return stream == NULL ? err : FIRTH_E_INVALID;
    err = firth_stream_write(stream, "a", 1, 60);
    if (err == FIRTH_OK)
        err = firth_stream_read(stream, &byte, 1, 60);
    firth_stream_close(stream);
    firth_stream_free(stream);
    return err;
}

static char folder[SCRATCH_PATH];

static int write_ssh(void **state)
{
    (void)state;
    make_scratch(folder);
    snprintf(program, sizeof program, "%s/ssh", folder);
    FILE *file = fopen(program, "we");
    assert_non_null(file);
    fputs("#!/bin/sh\necho 'debug2: channel_input_open_confirmation: open confirm' >&2\nexec cat\n",
          file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(program, 0700), 0);
    return 0;
}

static int remove_ssh(void **state)
{
    (void)state;
    remove(program);
    remove_scratch(folder);
    return 0;
}

static void a_tunnel_through_ssh(void **state)
{
    (void)state;
    fail_each_allocation(go_through_ssh, true);
}

static void a_tunnel_through_ssh_without_descriptors(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    fail_call_of("pipe2", EMFILE);
    assert_int_equal(run_in_thread(go_through_ssh), FIRTH_E_SYSTEM);
    fail_every_call_of("open", EMFILE);
    assert_int_equal(run_in_thread(go_through_ssh), FIRTH_E_SYSTEM);
    faults_off();
    assert_true(soon_nothing_remains(descriptors));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tunneled_stream),
        cmocka_unit_test(a_handshake_by_socks5),
        cmocka_unit_test(a_handshake_by_http),
        cmocka_unit_test_setup_teardown(a_tunnel_through_ssh, write_ssh, remove_ssh),
        cmocka_unit_test_setup_teardown(a_tunnel_through_ssh_without_descriptors, write_ssh,
                                        remove_ssh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
