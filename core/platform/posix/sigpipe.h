/* Writing to pipes, which have no MSG_NOSIGNAL. */
#ifndef FIRTH_PLATFORM_POSIX_SIGPIPE_H
#define FIRTH_PLATFORM_POSIX_SIGPIPE_H

#include <sys/types.h>
#include <sys/uio.h>

/* writev that never leaves a SIGPIPE behind, in this thread or any other. */
ssize_t firth_write_without_sigpipe(int descriptor, const struct iovec *vector, int count);

#endif
