/* Time that a call may take, as a point on the monotonic clock. */
#ifndef FIRTH_PLATFORM_CLOCK_H
#define FIRTH_PLATFORM_CLOCK_H

#include <stdbool.h>

/* Seconds on a clock that never steps. */
double firth_clock_now(void);

typedef struct firth_deadline {
    double timeout; /* as given: 0 is a try, negative for ever */
    double at;      /* on the clock, if timeout is above 0 */
} firth_deadline;

/* Reads the clock only if the time is limited. */
static inline firth_deadline firth_deadline_in(double timeout)
{
    return (firth_deadline){.timeout = timeout,
                            .at = timeout > 0 ? firth_clock_now() + timeout : 0};
}

/* Seconds that remain: 0 if none, negative for ever. */
static inline double firth_deadline_remaining(const firth_deadline *deadline)
{
    if (deadline->timeout <= 0)
        return deadline->timeout;
    double remaining = deadline->at - firth_clock_now();
    return remaining > 0 ? remaining : 0;
}

#endif
