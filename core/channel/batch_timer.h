/* Sends a channel's batch when its time is up, and keeps what went wrong for the next call of
 * the user. NULL is a batch timer too: of a channel that has none. */
#ifndef FIRTH_CHANNEL_BATCH_TIMER_H
#define FIRTH_CHANNEL_BATCH_TIMER_H

#include "base/fail.h"
#include "platform/clock.h"

#include <firth/channel.h>

typedef struct firth_batch_timer firth_batch_timer;

/* For a channel with that batch_timeout, in seconds. FIRTH_E_SYSTEM: no thread. */
firth_err firth_batch_timer_create(firth_batch_timer **timer, firth_channel *channel,
                                   double batch_timeout);

/* Waits for a try that is under way, and frees. */
void firth_batch_timer_free(firth_batch_timer *timer);

/* With the writing turn: something has been collected, which is to leave `batch_timeout`
 * seconds after the first that was. */
void firth_batch_timer_begin(firth_batch_timer *timer);

/* With the writing turn: something should have left and has not; it is tried again soon. */
void firth_batch_timer_hurry(firth_batch_timer *timer);

/* With the writing turn: all that was collected has left. */
void firth_batch_timer_end(firth_batch_timer *timer);

/* After each of those, and after uncorking: sees to it that the timer runs if it is to. */
void firth_batch_timer_arm(firth_batch_timer *timer);

/* Waits for a try that is under way; there are no more until it is armed again. */
void firth_batch_timer_stop(firth_batch_timer *timer);

/* Whether the timer itself has, or takes, the writing turn, which it never keeps for long. */
bool firth_batch_timer_tries(firth_batch_timer *timer);

/* Reports what went wrong in the background, once; what is still there is then tried again. */
firth_err firth_batch_timer_tell(firth_batch_timer *timer);

#endif
