/* Makes a thread that waits for a descriptor look up: because of a close, or
 * because somebody called wake. */
#ifndef FIRTH_PLATFORM_WAKER_H
#define FIRTH_PLATFORM_WAKER_H

#include <firth/error.h>

#include <stdatomic.h>

typedef struct firth_waker {
    _Atomic int descriptor_plus_one; /* made on the first wait: 0 until then */
    _Atomic bool woken;
    unsigned generation; /* of the process that made the descriptor */
} firth_waker;

/* The descriptor to watch, which becomes readable on a wake. Only the thread that
 * waits may call this. A child of fork gets a descriptor of its own. */
firth_err firth_waker_arm(firth_waker *waker, int *descriptor);

/* Wakes the waiting thread, or the next one that waits. Any thread; a child of fork
 * wakes nobody in its parent. */
void firth_waker_wake(firth_waker *waker);

/* Whether there was a wake since this was last asked. */
bool firth_waker_take(firth_waker *waker);

/* Makes a readable descriptor unreadable again. Comes before asking whether there was a
 * wake, so that none is missed; one that is half done may make it readable once more. */
void firth_waker_drain(firth_waker *waker);

/* Closes the descriptor; nobody waits any more. */
void firth_waker_destroy(firth_waker *waker);

#endif
