#include "platform/pipe.h"

#include "platform/os_error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

firth_err firth_pipe_open(firth_pipe *pipe)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return firth_fail_os(errno, "pipe");
    *pipe = (firth_pipe){.reading = ends[0], .writing = ends[1]};
    return FIRTH_OK;
}

void firth_pipe_close(const firth_pipe *pipe)
{
    close(pipe->reading);
    close(pipe->writing);
}

static firth_err make_ends(firth_pipe *pipe, firth_direction ours)
{
    firth_err err = firth_descriptor_lift(&pipe->reading);
    if (err == FIRTH_OK)
        err = firth_descriptor_lift(&pipe->writing);
    if (err != FIRTH_OK)
        return err;
    int end = ours == FIRTH_READING ? pipe->reading : pipe->writing;
    return fcntl(end, F_SETFL, O_NONBLOCK) == 0 ? FIRTH_OK : firth_fail_os(errno, "pipe");
}

firth_err firth_pipe_open_to_child(firth_pipe *pipe, firth_direction ours)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return firth_fail_os(errno, "pipe");
    firth_pipe made = {.reading = ends[0], .writing = ends[1]};
    firth_err err = make_ends(&made, ours);
    if (err == FIRTH_OK)
        *pipe = made;
    else
        firth_pipe_close(&made);
    return err;
}

firth_err firth_pipe_open_from_child_lossy(firth_pipe *pipe)
{
    firth_err err = firth_pipe_open_to_child(pipe, FIRTH_READING);
    if (err != FIRTH_OK || fcntl(pipe->writing, F_SETFL, O_NONBLOCK) == 0)
        return err;
    err = firth_fail_os(errno, "pipe");
    firth_pipe_close(pipe);
    return err;
}

firth_err firth_standard_descriptors_copy(int *incoming, int *outgoing)
{
    firth_err err = firth_descriptor_duplicate(STDIN_FILENO, incoming);
    if (err != FIRTH_OK)
        return err;
    err = firth_descriptor_duplicate(STDOUT_FILENO, outgoing);
    if (err != FIRTH_OK)
        close(*incoming);
    return err;
}

firth_err firth_standard_descriptors_silence(void)
{
    int null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_device < 0)
        return firth_fail_os(errno, "/dev/null");
    firth_err err = FIRTH_OK;
    if (dup2(null_device, STDIN_FILENO) < 0 || dup2(null_device, STDOUT_FILENO) < 0)
        err = firth_fail_os(errno, "the null device in place of standard input and output");
    close(null_device);
    return err;
}
