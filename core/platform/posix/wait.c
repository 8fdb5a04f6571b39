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

static firth_err fail_closed(void)
{
    return firth_fail(FIRTH_E_CLOSED, "%s", "closed while a call was waiting");
}

static firth_err time_ran_out(firth_watch watch)
{
    if (watch.incoming >= 0 && watch.outgoing >= 0)
        return FIRTH_E_WANT_EITHER;
    return watch.incoming >= 0 ? FIRTH_E_WANT_READ : FIRTH_E_WANT_WRITE;
}

/* What is polled; an entry whose descriptor is below 0 is passed over. */
enum { ONE, OTHER, WAKER, ENTRIES };

static bool ready_in(const struct pollfd *entries)
{
    return entries[ONE].revents != 0 || entries[OTHER].revents != 0;
}

static firth_err look_once(struct pollfd *entries, firth_err late, unsigned *calls)
{
    (*calls)++;
    int ready = poll(entries, WAKER, 0);
    if (ready < 0 && errno != EINTR)
        return firth_fail_os(errno, "poll");
    return ready > 0 ? FIRTH_OK : late;
}

/* Seconds after which the hook is asked in any case: a signal that came between the last
 * look at it and the wait does not interrupt the wait. */
#define FIRST_WAIT 0.5

static double next_wait(const firth_deadline *deadline, bool asked)
{
    double remaining = firth_deadline_remaining(deadline);
    return asked || (remaining >= 0 && remaining < FIRST_WAIT) ? remaining : FIRST_WAIT;
}

/* `late` is the result when the time ran out. */
static firth_err wait_for(struct pollfd *entries, firth_err late, const firth_deadline *deadline,
                          firth_waker *waker, const _Atomic bool *closing, unsigned *calls)
{
    if (deadline->timeout == 0)
        return look_once(entries, late, calls);
    firth_err err = firth_waker_arm(waker, &entries[WAKER].fd);
    if (err != FIRTH_OK)
        return err;
    for (bool asked = !firth_interrupt_hooked();; asked = true) {
        bool woken = firth_waker_take(waker);
        if (atomic_load(closing))
            return fail_closed();
        if (woken && firth_interrupt_requested(true))
            return firth_fail_interrupted();
        (*calls)++;
        int ready = poll(entries, ENTRIES, milliseconds(next_wait(deadline, asked)));
        if (ready < 0 && errno != EINTR)
            return firth_fail_os(errno, "poll");
        if ((ready < 0 || (ready == 0 && !asked)) && firth_interrupt_requested(false))
            return firth_fail_interrupted();
        if (ready > 0 && entries[WAKER].revents != 0)
            firth_waker_drain(waker);
        if (ready > 0 && ready_in(entries))
            return atomic_load(closing) ? fail_closed() : FIRTH_OK;
        if (ready == 0 && firth_deadline_remaining(deadline) == 0)
            return late;
    }
}

firth_err firth_wait(firth_watch watch, const firth_deadline *deadline, firth_waker *waker,
                     const _Atomic bool *closing, unsigned *calls)
{
    struct pollfd entries[ENTRIES] = {
        [ONE] = {.fd = watch.incoming, .events = POLLIN},
        [OTHER] = {.fd = watch.outgoing, .events = POLLOUT},
        [WAKER] = {.events = POLLIN},
    };
    return wait_for(entries, time_ran_out(watch), deadline, waker, closing, calls);
}

firth_err firth_wait_to_read(int one, int other, const firth_deadline *deadline, firth_waker *waker,
                             const _Atomic bool *closing, unsigned *calls)
{
    struct pollfd entries[ENTRIES] = {
        [ONE] = {.fd = one, .events = POLLIN},
        [OTHER] = {.fd = other, .events = POLLIN},
        [WAKER] = {.events = POLLIN},
    };
    return wait_for(entries, FIRTH_E_WANT_READ, deadline, waker, closing, calls);
}
