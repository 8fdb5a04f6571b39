/* A stream by its address, and what docs/uri.md says of addresses. */
#include "child.h"
#include "check.h"
#include "socket_option.h"
#include "stream/open.h"

#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check_speaks(firth_stream *stream, firth_stream *other)
{
    char byte = 0;
    CHECK_OK(firth_stream_write(stream, "x", 1, 5));
    CHECK_OK(firth_stream_read(other, &byte, 1, 5));
    assert_int_equal(byte, 'x');
    CHECK_OK(firth_stream_write(other, "y", 1, 5));
    CHECK_OK(firth_stream_read(stream, &byte, 1, 5));
    assert_int_equal(byte, 'y');
    firth_stream_free(stream);
    firth_stream_free(other);
}

static firth_stream *opened(const char *uri)
{
    firth_stream *stream;
    CHECK_OK(firth_open(&stream, uri, 5));
    return stream;
}

/* Opens the address, and accepts. */
static void check_meets(firth_listener *listener, const char *uri)
{
    firth_stream *met, *stream = opened(uri);
    CHECK_OK(firth_listener_accept(listener, &met, 5));
    check_speaks(stream, met);
    firth_listener_free(listener);
}

static firth_listener *listen_on(const char *host, const char *form, char uri[128])
{
    firth_listener *listener;
    CHECK_OK(firth_listener_listen(&listener, host, 0, NULL));
    snprintf(uri, 128, form, firth_listener_port(listener));
    return listener;
}

static void tcp_connects_to_a_port(void **state)
{
    char uri[128];
    (void)state;
    firth_listener *listener = listen_on("127.0.0.1", "tcp://127.0.0.1:%d", uri);
    check_meets(listener, uri);
    listener = listen_on("::1", "TCP://[::1]:%d", uri);
    check_meets(listener, uri);
}

static void the_options_of_tcp_reach_the_socket(void **state)
{
    char uri[128];
    (void)state;
    firth_listener *listener =
        listen_on("127.0.0.1", "tcp://127.0.0.1:%d?nodelay=no&keepalive=yes&ipv6=no", uri);
    firth_stream *stream = opened(uri);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_equal(option_of(stream, SOL_SOCKET, SO_KEEPALIVE), 1);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    firth_stream_free(stream);
    snprintf(uri, sizeof uri, "tcp://127.0.0.1:%d", firth_listener_port(listener));
    stream = opened(uri);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_NODELAY), 1);
    assert_int_equal(option_of(stream, SOL_SOCKET, SO_KEEPALIVE), 0);
    firth_stream_free(stream);
    firth_listener_free(listener);
}

static void ipv6_alone_finds_no_ipv4_address(void **state)
{
    char uri[128];
    firth_stream *stream;
    (void)state;
    firth_listener *listener = listen_on("127.0.0.1", "tcp://127.0.0.1:%d?ipv6=yes", uri);
    CHECK_FAILS(HOST_NOT_FOUND, firth_open(&stream, uri, 5));
    assert_null(stream);
    firth_listener_free(listener);
}

static void what_refuses_says_so(void **state)
{
    char uri[128];
    firth_stream *stream;
    (void)state;
    firth_listener_free(listen_on("127.0.0.1", "tcp://127.0.0.1:%d", uri));
    CHECK_FAILS(REFUSED, firth_open(&stream, uri, 5));
    CHECK_FAILS(FILE_NOT_FOUND, firth_open(&stream, "unix:/nowhere/at/all", 5));
    CHECK_FAILS(INVALID, firth_open(&stream, "fd:2147483647", 5));
    CHECK_DETAIL("2147483647");
}

static void unix_connects_to_a_path(void **state)
{
    const char *const forms[] = {"unix:%s", "unix://%s"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8], uri[128];
        firth_listener *listener;
        make_scratch(folder);
        snprintf(path, sizeof path, "%s/meet", folder);
        snprintf(uri, sizeof uri, forms[i], path);
        CHECK_OK(firth_listener_unix_listen(&listener, path, NULL));
        check_meets(listener, uri);
        remove_scratch(folder);
    }
}

static int meet_in_the_working_folder(void *folder)
{
    firth_listener *listener;
    firth_stream *stream;
    EXPECT(chdir(folder) == 0);
    EXPECT(firth_listener_unix_listen(&listener, "a b", NULL) == FIRTH_OK);
    EXPECT(firth_open(&stream, "unix:a%20b", 5) == FIRTH_OK);
    firth_stream_free(stream);
    firth_listener_free(listener);
    return 0;
}

static void a_relative_path_starts_at_the_working_folder(void **state)
{
    char folder[SCRATCH_PATH];
    (void)state;
    make_scratch(folder);
    run_in_child(meet_in_the_working_folder, folder);
    remove_scratch(folder);
}

static void a_descriptor_that_is_a_socket_is_owned(void **state)
{
    int sockets[2], before = count_descriptors();
    char uri[32];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    snprintf(uri, sizeof uri, "fd:%d", sockets[0]);
    firth_stream *stream = opened(uri);
    int number;
    CHECK_OK(firth_stream_fileno(stream, &number));
    assert_int_equal(number, sockets[0]);
    CHECK_OK(firth_stream_close(stream));
    char byte;
    assert_int_equal(read(sockets[1], &byte, 1), 0);
    firth_stream_free(stream);
    close(sockets[1]);
    assert_int_equal(count_descriptors(), before);
}

static void two_descriptors_are_read_and_written(void **state)
{
    int there[2], back[2], before = count_descriptors();
    char first[32], second[32];
    (void)state;
    assert_int_equal(pipe(there), 0);
    assert_int_equal(pipe(back), 0);
    snprintf(first, sizeof first, "fd:%d,%d", back[0], there[1]);
    snprintf(second, sizeof second, "fd:%d,%d", there[0], back[1]);
    check_speaks(opened(first), opened(second));
    assert_int_equal(count_descriptors(), before);
}

static void one_descriptor_may_be_what_is_read_and_written(void **state)
{
    int before = count_descriptors();
    char uri[32], byte;
    (void)state;
    int number = open("/dev/null", O_RDWR | O_CLOEXEC);
    snprintf(uri, sizeof uri, "fd:%d", number);
    firth_stream *stream = opened(uri);
    CHECK_OK(firth_stream_write(stream, "x", 1, 5));
    CHECK_FAILS(EOF, firth_stream_read(stream, &byte, 1, 5));
    firth_stream_free(stream);
    assert_int_equal(count_descriptors(), before);
}

static void a_descriptor_that_cannot_be_used_stays_the_callers(void **state)
{
    int pipes[2], before = count_descriptors();
    char uri[32];
    firth_stream *stream;
    (void)state;
    assert_int_equal(pipe(pipes), 0);
    snprintf(uri, sizeof uri, "fd:%d", pipes[0]);
    CHECK_FAILS(INVALID, firth_open(&stream, uri, 5));
    int datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
    snprintf(uri, sizeof uri, "fd:%d", datagrams);
    CHECK_FAILS(INVALID, firth_open(&stream, uri, 5));
    CHECK_DETAIL("not a stream");
    assert_int_equal(close(datagrams), 0);
    assert_int_equal(close(pipes[0]), 0);
    assert_int_equal(close(pipes[1]), 0);
    assert_int_equal(count_descriptors(), before);
}

static int echo_over_stdio(void *sockets)
{
    const int *ends = sockets;
    firth_stream *stream;
    char byte;
    dup2(ends[1], 0);
    dup2(ends[1], 1);
    EXPECT(firth_open(&stream, "stdio:", 5) == FIRTH_OK);
    EXPECT(firth_stream_read(stream, &byte, 1, 5) == FIRTH_OK);
    EXPECT(firth_stream_write(stream, &byte, 1, 5) == FIRTH_OK);
    firth_stream_free(stream);
    return 0;
}

static void stdio_is_standard_input_and_output(void **state)
{
    int sockets[2];
    char byte = 'x';
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    assert_int_equal(write(sockets[0], &byte, 1), 1);
    run_in_child(echo_over_stdio, sockets);
    assert_int_equal(read(sockets[0], &byte, 1), 1);
    close(sockets[0]);
    close(sockets[1]);
}

static void what_is_missing_is_invalid(void **state)
{
    firth_stream *stream = (firth_stream *)1;
    (void)state;
    CHECK_FAILS(INVALID, firth_open(NULL, "stdio:", 5));
    CHECK_FAILS(INVALID, firth_open(&stream, NULL, 5));
    assert_null(stream);
    CHECK_FAILS(INVALID, firth_open(&stream, "tcp://localhost:1", (double)NAN));
}

/* Calls `each` with every line of the blocks of that kind in the page; how many. */
static int for_each_line(const char *kind, void (*each)(const char *line))
{
    char line[1024], start[32];
    bool inside = false;
    int count = 0;
    FILE *page = fopen(DOCS "/uri.md", "r");
    assert_non_null(page);
    snprintf(start, sizeof start, "```%s\n", kind);
    while (fgets(line, sizeof line, page) != NULL) {
        if (strncmp(line, "```", 3) == 0) {
            inside = strcmp(line, start) == 0;
        } else if (inside) {
            line[strcspn(line, "\n")] = '\0';
            each(line);
            count++;
        }
    }
    fclose(page);
    return count;
}

static bool scheme_is_shown[32];

static void check_example(const char *line)
{
    size_t count;
    const firth_uri_scheme *schemes = firth_open_schemes(&count);
    firth_uri *uri;
    CHECK_OK(firth_uri_parse(&uri, line, schemes, count));
    scheme_is_shown[uri->scheme - schemes] = true;
    firth_uri_free(uri);
}

static void the_page_has_good_examples_of_every_scheme(void **state)
{
    size_t count;
    (void)state;
    firth_open_schemes(&count);
    assert_true(for_each_line("uri", check_example) >= (int)count);
    for (size_t i = 0; i < count; i++)
        assert_true(scheme_is_shown[i]);
}

static char wrong_uri[1024];

/* An address, and then what is wrong with it. */
static void check_wrong_example(const char *line)
{
    firth_stream *stream;
    if (wrong_uri[0] == '\0') {
        strcpy(wrong_uri, line);
        return;
    }
    CHECK_FAILS(INVALID, firth_open(&stream, wrong_uri, 0));
    assert_string_equal(firth_last_error()->detail, line);
    wrong_uri[0] = '\0';
}

static void the_faults_are_those_of_the_page(void **state)
{
    (void)state;
    assert_true(for_each_line("fault", check_wrong_example) >= 20);
    assert_string_equal(wrong_uri, "");
}

/* The page's row "| `name` | schemes | ..."; empty if there is none. */
static void find_row(const char *name, char row[1024])
{
    char start[64];
    FILE *page = fopen(DOCS "/uri.md", "r");
    assert_non_null(page);
    snprintf(start, sizeof start, "| `%s` | ", name);
    do
        row[0] = '\0';
    while (fgets(row, 1024, page) != NULL && strncmp(row, start, strlen(start)) != 0);
    fclose(page);
}

static void check_rows(const firth_uri_option_form *forms, const char *scheme)
{
    for (; forms != NULL && forms->name != NULL; forms++) {
        char row[1024];
        find_row(forms->name, row);
        if (strstr(row, scheme) == NULL)
            fail_msg("docs/uri.md: the option %s of %s is not in the table", forms->name, scheme);
    }
}

static void the_page_has_every_option_of_every_scheme(void **state)
{
    size_t count;
    const firth_uri_scheme *schemes = firth_open_schemes(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        char row[1024];
        find_row(schemes[i].name, row);
        if (row[0] == '\0')
            fail_msg("docs/uri.md: the scheme %s is not in the table", schemes[i].name);
        check_rows(schemes[i].options[0], schemes[i].name);
        check_rows(schemes[i].options[1], schemes[i].name);
        check_rows(schemes[i].target_options, schemes[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp_connects_to_a_port),
        cmocka_unit_test(the_options_of_tcp_reach_the_socket),
        cmocka_unit_test(ipv6_alone_finds_no_ipv4_address),
        cmocka_unit_test(what_refuses_says_so),
        cmocka_unit_test(unix_connects_to_a_path),
        cmocka_unit_test(a_relative_path_starts_at_the_working_folder),
        cmocka_unit_test(a_descriptor_that_is_a_socket_is_owned),
        cmocka_unit_test(two_descriptors_are_read_and_written),
        cmocka_unit_test(one_descriptor_may_be_what_is_read_and_written),
        cmocka_unit_test(a_descriptor_that_cannot_be_used_stays_the_callers),
        cmocka_unit_test(stdio_is_standard_input_and_output),
        cmocka_unit_test(what_is_missing_is_invalid),
        cmocka_unit_test(the_page_has_good_examples_of_every_scheme),
        cmocka_unit_test(the_faults_are_those_of_the_page),
        cmocka_unit_test(the_page_has_every_option_of_every_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
