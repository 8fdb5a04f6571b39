/* Anonymous pipes, and the standard input and output of the process. */
#ifndef FIRTH_PLATFORM_PIPE_H
#define FIRTH_PLATFORM_PIPE_H

#include "platform/descriptor.h"

typedef struct firth_pipe {
    int reading;
    int writing;
} firth_pipe;

/* Both ends are non-blocking and no executed program inherits them. */
firth_err firth_pipe_open(firth_pipe *pipe);
void firth_pipe_close(const firth_pipe *pipe);

/* One whose other end is a child's: only `ours` is non-blocking, and neither is one of the
 * standard descriptors. */
firth_err firth_pipe_open_to_child(firth_pipe *pipe, firth_direction ours);

/* One for a child's error output: what nobody takes in time is lost, and does not stop it. */
firth_err firth_pipe_open_from_child_lossy(firth_pipe *pipe);

/* Copies of descriptors 0 and 1, which stay open. */
firth_err firth_standard_descriptors_copy(int *incoming, int *outgoing);

/* Puts the null device in the place of descriptors 0 and 1. */
firth_err firth_standard_descriptors_silence(void);

#endif
