#include "blocked.h"
#include "child.h"
#include "duplex.h"
#include "check.h"
#include "frames.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void a_pair_speaks_both_ways(void **state)
{
    (void)state;
    firth_stream *first, *second;
    char text[6] = "";
    CHECK_OK(firth_pipe_stream_create_pair(&first, &second));
    CHECK_OK(firth_stream_write(first, "firth", 5, 0));
    CHECK_OK(firth_stream_read(second, text, 5, 0));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_write(second, "brine", 5, 0));
    CHECK_OK(firth_stream_read(first, text, 5, 0));
    assert_string_equal(text, "brine");
    CHECK_OK(firth_stream_close(first));
    CHECK_FAILS(EOF, firth_stream_read(second, text, 1, 0));
    firth_stream_free(first);
    firth_stream_free(second);
}

static void a_pair_needs_two_places(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_FAILS(INVALID, firth_pipe_stream_create_pair(NULL, &stream));
    CHECK_FAILS(INVALID, firth_pipe_stream_create_pair(&stream, NULL));
    CHECK_FAILS(INVALID, firth_pipe_stream_from_std(NULL));
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(NULL, 0, 1, NULL));
}

static void a_descriptor_that_is_not_open_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[1]);
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, ends[0], ends[1], NULL));
    CHECK_DETAIL("not open");
    assert_null(stream);
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, -1, -1, NULL));
    assert_int_equal(fcntl(ends[0], F_GETFD) >= 0, 1);
    close(ends[0]);
}

static void a_descriptor_that_is_a_place_only_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int place = open("/dev/zero", O_PATH | O_CLOEXEC);
    int sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, place, sink, NULL));
    CHECK_DETAIL("not open for reading");
    close(place);
    close(sink);
}

static void a_pipes_wrong_end_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int ends[2];
    int before = count_descriptors();
    assert_int_equal(pipe(ends), 0);
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, ends[1], ends[1], NULL));
    CHECK_DETAIL("not open for reading");
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, ends[0], ends[0], NULL));
    CHECK_DETAIL("not open for writing");
    assert_int_equal(count_descriptors(), before + 2);
    close(ends[0]);
    close(ends[1]);
}

static void one_descriptor_may_serve_both_ways(void **state)
{
    (void)state;
    firth_stream *stream;
    int sockets[2];
    char byte;
    int before = count_descriptors();
    open_sockets(OVER_UNIX, sockets);
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, sockets[0], sockets[0], NULL));
    CHECK_OK(firth_stream_write(stream, "x", 1, 5));
    assert_int_equal(read(sockets[1], &byte, 1), 1);
    firth_stream_free(stream);
    assert_int_equal(read(sockets[1], &byte, 1), 0);
    close(sockets[1]);
    assert_int_equal(count_descriptors(), before);
}

typedef struct owner {
    int closed, dropped;
    int order; /* what came first: 1 the close */
} owner;

static void on_close(void *context)
{
    owner *self = context;
    self->closed++;
    self->order = self->dropped == 0;
}

static void on_drop(void *context)
{
    ((owner *)context)->dropped++;
}

static firth_stream *owned_stream(owner *self, int sockets[2])
{
    firth_stream *stream;
    firth_descriptor_owner callbacks = {on_close, on_drop, self};
    open_sockets(OVER_UNIX, sockets);
    CHECK_OK(firth_socket_stream_from_descriptor(&stream, sockets[0], &callbacks));
    return stream;
}

static void an_owner_is_asked_to_close_once_and_dropped_once(void **state)
{
    (void)state;
    owner self = {0};
    int sockets[2];
    firth_stream *stream = owned_stream(&self, sockets);
    CHECK_OK(firth_stream_close(stream));
    CHECK_OK(firth_stream_close(stream));
    firth_stream_free(stream);
    assert_int_equal(self.closed, 1);
    assert_int_equal(self.dropped, 1);
    assert_int_equal(self.order, 1);
    assert_int_equal(fcntl(sockets[0], F_GETFD) >= 0, 1);
    close(sockets[0]);
    close(sockets[1]);
}

static void an_owner_is_only_dropped_if_the_stream_was_never_closed(void **state)
{
    (void)state;
    owner self = {0};
    int sockets[2];
    firth_stream_free(owned_stream(&self, sockets));
    assert_int_equal(self.closed, 0);
    assert_int_equal(self.dropped, 1);
    assert_int_equal(write(sockets[0], "x", 1), 1);
    close(sockets[0]);
    close(sockets[1]);
}

static void an_owner_hears_nothing_of_a_stream_that_was_not_made(void **state)
{
    (void)state;
    owner self = {0};
    firth_stream *stream;
    firth_descriptor_owner callbacks = {on_close, on_drop, &self};
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(&stream, -1, &callbacks));
    CHECK_FAILS(INVALID, firth_pipe_stream_from_descriptors(&stream, -1, -1, &callbacks));
    assert_int_equal(self.closed + self.dropped, 0);
}

static int swallow(int from, int to)
{
    return dup2(from, to) == to && close(from) == 0;
}

/* A child whose standard input and output are what the test holds. */
typedef struct std_child {
    int input[2], output[2];
} std_child;

static int echo_over_std(void *argument)
{
    std_child *self = argument;
    firth_stream *stream;
    char text[5];
    close(self->input[1]);
    close(self->output[0]);
    EXPECT(swallow(self->input[0], 0) && swallow(self->output[1], 1));
    EXPECT(firth_pipe_stream_from_std(&stream) == FIRTH_OK);
    EXPECT(printf("a stray print\n") > 0 && fflush(stdout) == 0);
    EXPECT(getchar() == EOF);
    EXPECT(firth_stream_read(stream, text, 5, 5) == FIRTH_OK);
    EXPECT(firth_stream_write(stream, text, 5, 5) == FIRTH_OK);
    EXPECT(firth_stream_read(stream, text, 1, 5) == FIRTH_E_EOF);
    struct stat input, null_device;
    EXPECT(fstat(0, &input) == 0 && stat("/dev/null", &null_device) == 0);
    EXPECT(input.st_rdev == null_device.st_rdev);
    EXPECT(fstat(1, &input) == 0 && input.st_rdev == null_device.st_rdev);
    firth_stream_free(stream);
    return 0;
}

static void standard_input_and_output_make_a_stream(void **state)
{
    (void)state;
    std_child pipes;
    char text[6] = "";
    assert_int_equal(pipe2(pipes.input, O_CLOEXEC), 0);
    assert_int_equal(pipe2(pipes.output, O_CLOEXEC), 0);
    pid_t child = start_child(echo_over_std, &pipes);
    close(pipes.input[0]);
    close(pipes.output[1]);
    assert_int_equal(write(pipes.input[1], "brine", 5), 5);
    assert_int_equal(read(pipes.output[0], text, 5), 5);
    assert_string_equal(text, "brine");
    close(pipes.input[1]);
    assert_int_equal(read(pipes.output[0], text, 1), 0);
    close(pipes.output[0]);
    join_child(child);
}

static void standard_sockets_make_a_stream_too(void **state)
{
    (void)state;
    std_child sockets;
    char text[6] = "";
    open_sockets(OVER_UNIX, sockets.input);
    open_sockets(OVER_UNIX, sockets.output);
    int flags = fcntl(sockets.input[0], F_GETFL);
    int swapped = sockets.output[0];
    pid_t child = start_child(echo_over_std, &sockets);
    assert_int_equal(write(sockets.input[1], "brine", 5), 5);
    assert_int_equal(read(swapped, text, 5), 5);
    assert_string_equal(text, "brine");
    assert_int_equal(fcntl(sockets.input[0], F_GETFL), flags);
    close(sockets.input[1]);
    join_child(child);
    close(sockets.input[0]);
    close(sockets.output[0]);
    close(sockets.output[1]);
}

static int refuse_a_closed_input(void *unused)
{
    (void)unused;
    firth_stream *stream;
    int output = dup(1);
    EXPECT(close(0) == 0);
    int before = count_descriptors();
    EXPECT(firth_pipe_stream_from_std(&stream) == FIRTH_E_SYSTEM);
    EXPECT(firth_last_error()->os_error == EBADF);
    EXPECT(stream == NULL && count_descriptors() == before);
    struct stat one, other;
    EXPECT(fstat(1, &one) == 0 && fstat(output, &other) == 0);
    EXPECT(one.st_dev == other.st_dev && one.st_ino == other.st_ino);
    return 0;
}

static void a_closed_standard_input_is_refused(void **state)
{
    (void)state;
    run_in_child(refuse_a_closed_input, NULL);
}

static int refuse_an_input_for_writing(void *unused)
{
    (void)unused;
    firth_stream *stream;
    int ends[2];
    struct stat one, other;
    EXPECT(pipe(ends) == 0 && dup2(ends[1], 0) == 0);
    int before = count_descriptors();
    EXPECT(firth_pipe_stream_from_std(&stream) == FIRTH_E_INVALID);
    EXPECT(stream == NULL && count_descriptors() == before);
    EXPECT(fstat(0, &one) == 0 && fstat(ends[1], &other) == 0 && one.st_ino == other.st_ino);
    return 0;
}

static void a_standard_input_for_writing_is_refused(void **state)
{
    (void)state;
    run_in_child(refuse_an_input_for_writing, NULL);
}

static void open_raw_terminal(int *master, int *slave)
{
    struct termios settings;
    assert_int_equal(openpty(master, slave, NULL, NULL, NULL), 0);
    assert_int_equal(tcgetattr(*slave, &settings), 0);
    cfmakeraw(&settings);
    assert_int_equal(tcsetattr(*slave, TCSANOW, &settings), 0);
}

static void a_terminal_makes_a_stream(void **state)
{
    (void)state;
    int master, slave;
    firth_stream *stream;
    char text[6] = "";
    open_raw_terminal(&master, &slave);
    int flags = fcntl(slave, F_GETFL);
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, slave, slave, NULL));
    CHECK_FAILS(TIMEOUT, firth_stream_read(stream, text, 1, 0.001));
    assert_int_equal(write(master, "firth", 5), 5);
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_write(stream, "brine", 5, 5));
    assert_true(hear(&(duplex){.hears = master}, text, 5));
    assert_string_equal(text, "brine");
    assert_int_equal(fcntl(slave, F_GETFL), flags);
    firth_stream_free(stream);
    close(master);
}

/* Fills what the other side never reads. */
static void a_terminals_side_that_takes_no_more_times_out(int side, int other)
{
    firth_stream *stream;
    blob much = text_of(1024 * 1024);
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, side, side, NULL));
    CHECK_FAILS(TIMEOUT, firth_stream_write(stream, much.data, much.length, 0.05));
    assert_in_range(firth_last_error()->count, 1, much.length - 1);
    free(much.data);
    firth_stream_free(stream);
    close(other);
}

static void a_terminal_that_takes_no_more_times_out(void **state)
{
    (void)state;
    int master, slave;
    open_raw_terminal(&master, &slave);
    a_terminals_side_that_takes_no_more_times_out(slave, master);
}

static void what_controls_a_terminal_times_out_too(void **state)
{
    (void)state;
    int master, slave;
    open_raw_terminal(&master, &slave);
    a_terminals_side_that_takes_no_more_times_out(master, slave);
}

static void what_controls_a_terminal_makes_a_stream(void **state)
{
    (void)state;
    int master, slave;
    firth_stream *stream;
    char text[6] = "";
    open_raw_terminal(&master, &slave);
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, master, master, NULL));
    CHECK_OK(firth_stream_write(stream, "firth", 5, 5));
    assert_true(hear(&(duplex){.hears = slave}, text, 5));
    assert_string_equal(text, "firth");
    assert_int_equal(write(slave, "brine", 5), 5);
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_string_equal(text, "brine");
    firth_stream_free(stream);
    close(slave);
}

static void a_file_can_be_read_and_written(void **state)
{
    (void)state;
    FILE *from = tmpfile(), *to = tmpfile();
    firth_stream *stream;
    char text[6] = "";
    bool ready;
    fputs("firth", from);
    rewind(from);
    int incoming = dup(fileno(from)), outgoing = dup(fileno(to));
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, incoming, outgoing, NULL));
    CHECK_OK(firth_stream_poll(stream, 5, &ready));
    assert_true(ready);
    CHECK_OK(firth_stream_read(stream, text, 5, 5));
    assert_string_equal(text, "firth");
    CHECK_OK(firth_stream_write(stream, "brine", 5, 5));
    CHECK_FAILS(EOF, firth_stream_read(stream, text, 1, 5));
    firth_stream_free(stream);
    assert_int_equal(pread(fileno(to), text, 5, 0), 5);
    assert_string_equal(text, "brine");
    fclose(from);
    fclose(to);
}

static void close_wakes_a_reader_of_a_terminal(void **state)
{
    (void)state;
    int master, slave;
    firth_stream *stream;
    worker reader;
    open_raw_terminal(&master, &slave);
    CHECK_OK(firth_pipe_stream_from_descriptors(&stream, slave, slave, NULL));
    start_worker(&reader, read_one, stream);
    wait_until_polling(&reader);
    CHECK_OK(firth_stream_close(stream));
    assert_int_equal(join_worker(&reader), FIRTH_E_CLOSED);
    firth_stream_free(stream);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_speaks_both_ways),
        cmocka_unit_test(a_pair_needs_two_places),
        cmocka_unit_test(a_descriptor_that_is_not_open_is_invalid),
        cmocka_unit_test(a_descriptor_that_is_a_place_only_is_invalid),
        cmocka_unit_test(a_pipes_wrong_end_is_invalid),
        cmocka_unit_test(one_descriptor_may_serve_both_ways),
        cmocka_unit_test(an_owner_is_asked_to_close_once_and_dropped_once),
        cmocka_unit_test(an_owner_is_only_dropped_if_the_stream_was_never_closed),
        cmocka_unit_test(an_owner_hears_nothing_of_a_stream_that_was_not_made),
        cmocka_unit_test(standard_input_and_output_make_a_stream),
        cmocka_unit_test(standard_sockets_make_a_stream_too),
        cmocka_unit_test(a_closed_standard_input_is_refused),
        cmocka_unit_test(a_standard_input_for_writing_is_refused),
        cmocka_unit_test(a_terminal_makes_a_stream),
        cmocka_unit_test(what_controls_a_terminal_makes_a_stream),
        cmocka_unit_test(what_controls_a_terminal_times_out_too),
        cmocka_unit_test(a_terminal_that_takes_no_more_times_out),
        cmocka_unit_test(a_file_can_be_read_and_written),
        cmocka_unit_test(close_wakes_a_reader_of_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
