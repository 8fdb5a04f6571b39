#include "platform/waker.h"

#include "platform/fork.h"
#include "platform/os_error.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int descriptor_of(firth_waker *waker)
{
    return atomic_load(&waker->descriptor_plus_one) - 1;
}

static firth_err make_descriptor(firth_waker *waker)
{
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0)
        return firth_fail_os(errno, "a descriptor to wait with");
    waker->generation = firth_fork_generation();
    atomic_store(&waker->descriptor_plus_one, descriptor + 1);
    return FIRTH_OK;
}

firth_err firth_waker_arm(firth_waker *waker, int *descriptor)
{
    int made = descriptor_of(waker);
    if (made >= 0 && waker->generation != firth_fork_generation()) {
        atomic_store(&waker->descriptor_plus_one, 0);
        close(made);
        made = -1;
    }
    firth_err err = made < 0 ? make_descriptor(waker) : FIRTH_OK;
    *descriptor = descriptor_of(waker);
    return err;
}

void firth_waker_wake(firth_waker *waker)
{
    atomic_store(&waker->woken, true);
    int descriptor = descriptor_of(waker);
    if (descriptor >= 0 && waker->generation == firth_fork_generation())
        eventfd_write(descriptor, 1);
}

bool firth_waker_take(firth_waker *waker)
{
    return atomic_exchange(&waker->woken, false);
}

void firth_waker_drain(firth_waker *waker)
{
    eventfd_t wakes;
    eventfd_read(descriptor_of(waker), &wakes);
}

void firth_waker_destroy(firth_waker *waker)
{
    int descriptor = atomic_exchange(&waker->descriptor_plus_one, 0) - 1;
    if (descriptor >= 0)
        close(descriptor);
}
