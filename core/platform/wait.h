/* Waiting for a descriptor. */
#ifndef FIRTH_PLATFORM_WAIT_H
#define FIRTH_PLATFORM_WAIT_H

#include "platform/clock.h"
#include "platform/descriptor.h"
#include "platform/waker.h"

/* Waits until `descriptor` is ready for `direction`, or has ended. FIRTH_E_WANT_READ
 * or FIRTH_E_WANT_WRITE when the time ran out, FIRTH_E_CLOSED when *closing became
 * true (its waker was woken), FIRTH_E_INTERRUPTED. *calls grows by the system calls. */
firth_err firth_wait(int descriptor, firth_direction direction, const firth_deadline *deadline,
                     firth_waker *waker, const _Atomic bool *closing, unsigned *calls);

#endif
