#include "duplex.h"
#include "check.h"
#include "child.h"

#include <stdio.h>
#include <sys/stat.h>

/* Where the child connects to; the test accepts. */
typedef struct meeting {
    char folder[SCRATCH_PATH];
    char path[SCRATCH_PATH + 8];
    firth_listener *listener;
} meeting;

static void arrange(meeting *self)
{
    make_scratch(self->folder);
    snprintf(self->path, sizeof self->path, "%s/relay", self->folder);
    CHECK_OK(firth_listener_unix_listen(&self->listener, self->path, NULL));
}

static firth_stream *meet(meeting *self)
{
    firth_stream *peer;
    CHECK_OK(firth_listener_accept(self->listener, &peer, 20));
    firth_listener_free(self->listener);
    remove_scratch(self->folder);
    return peer;
}

/* The child passes everything to a socket that the test has accepted. */
duplex open_over_process(void)
{
    duplex self = {.says = -1, .hears = -1};
    meeting place;
    arrange(&place);
    const char *const arguments[] = {RELAY, place.path, NULL};
    CHECK_OK(firth_pipe_stream_spawn(&self.stream, arguments, NULL));
    self.peer = meet(&place);
    return self;
}

/* Says what ssh says when it is connected, and then is that child. */
static void write_ssh(const char *program, const char *path)
{
    FILE *file = fopen(program, "we");
    assert_non_null(file);
    fprintf(file,
            "#!/bin/sh\n"
            "echo 'Authenticated to host ([::1]:22).' >&2\n"
            "echo 'debug2: channels.c:channel_input_open_confirmation():1 (pid=1): channel 0: "
            "open confirm rwindow 1 rmax 1' >&2\n"
            "exec '%s' '%s'\n",
            RELAY, path);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(program, 0700), 0);
}

duplex open_over_ssh(void)
{
    duplex self = {.says = -1, .hears = -1};
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    char program[SCRATCH_PATH + 8];
    meeting place;
    arrange(&place);
    snprintf(program, sizeof program, "%s/ssh", place.folder);
    write_ssh(program, place.path);
    options.program = program;
    options.timeout = 20;
    CHECK_OK(
        firth_tunneled_socket_stream_ssh_connect(&self.stream, "host", 0, "target", 1, &options));
    remove(program);
    self.peer = meet(&place);
    return self;
}
