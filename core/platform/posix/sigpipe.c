#include "platform/posix/sigpipe.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

static sigset_t only_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static void discard_sigpipe(const sigset_t *set)
{
    const struct timespec now = {0};
    while (sigtimedwait(set, NULL, &now) < 0 && errno == EINTR)
        continue;
}

/* One that waits to be delivered already is not ours to discard. */
static bool pending_already(const sigset_t *blocked_before)
{
    sigset_t pending;
    return sigismember(blocked_before, SIGPIPE) && sigpending(&pending) == 0 &&
           sigismember(&pending, SIGPIPE);
}

ssize_t firth_write_without_sigpipe(int descriptor, const struct iovec *vector, int count)
{
    sigset_t set = only_sigpipe();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    bool not_ours = pending_already(&before);
    ssize_t put = writev(descriptor, vector, count);
    int os_error = errno;
    if (put < 0 && os_error == EPIPE && !not_ours)
        discard_sigpipe(&set);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = os_error;
    return put;
}
