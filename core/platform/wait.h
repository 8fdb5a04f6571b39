/* Waiting for a descriptor. */
#ifndef FIRTH_PLATFORM_WAIT_H
#define FIRTH_PLATFORM_WAIT_H

#include "platform/clock.h"
#include "platform/descriptor.h"
#include "platform/waker.h"

/* What is waited for: bytes to read at `incoming`, room to write at `outgoing`, or
 * either; a descriptor below 0 is not waited for. */
typedef struct firth_watch {
    int incoming;
    int outgoing;
} firth_watch;

/* Waits until what is watched is ready, or has ended. The FIRTH_E_WANT_... that says
 * what is watched when the time ran out; FIRTH_E_CLOSED when *closing became true (its
 * waker was woken); FIRTH_E_INTERRUPTED. *calls grows by the system calls. Only one
 * thread may wait with one waker. */
firth_err firth_wait(firth_watch watch, const firth_deadline *deadline, firth_waker *waker,
                     const _Atomic bool *closing, unsigned *calls);

/* The same for bytes to read at either of two descriptors. FIRTH_E_WANT_READ when the time
 * ran out. */
firth_err firth_wait_to_read(int one, int other, const firth_deadline *deadline, firth_waker *waker,
                             const _Atomic bool *closing, unsigned *calls);

#endif
