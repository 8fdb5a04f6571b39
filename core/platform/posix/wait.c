#include "platform/wait.h"

#include "platform/os_error.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

/* poll takes milliseconds: never too short, and what is too long is asked again. */
static int milliseconds(double seconds)
{
    if (seconds < 0)
        return -1;
    double rounded_up = seconds * 1000.0 + 0.999;
    return rounded_up < INT_MAX ? (int)rounded_up : INT_MAX;
}

static short events_of(firth_direction direction)
{
    return direction == FIRTH_READING ? POLLIN : POLLOUT;
}

static firth_err fail_closed(void)
{
    return firth_fail(FIRTH_E_CLOSED, "%s", "closed while a call was waiting");
}

static firth_err time_ran_out(firth_direction direction)
{
    return direction == FIRTH_READING ? FIRTH_E_WANT_READ : FIRTH_E_WANT_WRITE;
}

static firth_err look_once(int descriptor, firth_direction direction, unsigned *calls)
{
    struct pollfd entry = {.fd = descriptor, .events = events_of(direction)};
    (*calls)++;
    int ready = poll(&entry, 1, 0);
    if (ready < 0 && errno != EINTR)
        return firth_fail_os(errno, "poll");
    return ready > 0 ? FIRTH_OK : time_ran_out(direction);
}

firth_err firth_wait(int descriptor, firth_direction direction, const firth_deadline *deadline,
                     firth_waker *waker, const _Atomic bool *closing, unsigned *calls)
{
    if (deadline->timeout == 0)
        return look_once(descriptor, direction, calls);
    struct pollfd entries[2] = {
        {.fd = descriptor, .events = events_of(direction)},
        {.events = POLLIN},
    };
    firth_err err = firth_waker_arm(waker, &entries[1].fd);
    if (err != FIRTH_OK)
        return err;
    for (;;) {
        bool woken = firth_waker_take(waker);
        if (atomic_load(closing))
            return fail_closed();
        if (woken && firth_interrupt_requested(true))
            return firth_fail_interrupted();
        double remaining = firth_deadline_remaining(deadline);
        (*calls)++;
        int ready = poll(entries, 2, milliseconds(remaining));
        if (ready < 0 && errno != EINTR)
            return firth_fail_os(errno, "poll");
        if (ready < 0 && firth_interrupt_requested(false))
            return firth_fail_interrupted();
        if (ready > 0 && entries[1].revents != 0)
            firth_waker_drain(waker);
        if (ready > 0 && entries[0].revents != 0)
            return atomic_load(closing) ? fail_closed() : FIRTH_OK;
        if (ready == 0 && firth_deadline_remaining(deadline) == 0)
            return time_ran_out(direction);
    }
}
