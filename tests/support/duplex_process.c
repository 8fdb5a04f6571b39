#include "duplex.h"
#include "check.h"
#include "child.h"

#include <stdio.h>

/* The child passes everything to a socket that the test has accepted. */
duplex open_over_process(void)
{
    duplex self = {.says = -1, .hears = -1};
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    firth_listener *listener;
    make_scratch(folder);
    snprintf(path, sizeof path, "%s/relay", folder);
    CHECK_OK(firth_listener_unix_listen(&listener, path, NULL));
    const char *const arguments[] = {RELAY, path, NULL};
    CHECK_OK(firth_pipe_stream_spawn(&self.stream, arguments, NULL));
    CHECK_OK(firth_listener_accept(listener, &self.peer, 20));
    firth_listener_free(listener);
    remove_scratch(folder);
    return self;
}
