#include "channel/batch_timer.h"

#include "base/memory.h"
#include "channel/channel_state.h"
#include "platform/timer.h"

#include <openssl/crypto.h>

/* Seconds between the tries to send what the peer does not take. */
#define FIRST_PAUSE 0.001
#define LONGEST_PAUSE 0.1

typedef enum late_state {
    LATE_NOTHING,
    LATE_IN_USE, /* for a moment, by who writes or reads the error */
    LATE_UNTOLD
} late_state;

struct firth_batch_timer {
    firth_channel *channel;
    double batch_timeout; /* seconds */
    firth_timer timer;
    _Atomic bool armed;
    _Atomic double calls_at; /* on the clock, while it is armed */
    _Atomic double due;      /* on the clock; 0: nothing is to leave */
    _Atomic bool tries;
    double pause; /* seconds, after a try in vain; the timers' thread's, as is: */
    double tried; /* the due time of the batch that was tried last */
    _Atomic int late_state;
    firth_saved_error late;
};

static double called(void *context);

firth_err firth_batch_timer_create(firth_batch_timer **timer, firth_channel *channel,
                                   double batch_timeout)
{
    firth_batch_timer *made = firth_allocate_zeroed(1, sizeof *made);
    if (made == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for the timer of a batch");
    made->channel = channel;
    made->batch_timeout = batch_timeout;
    /* So that it goes away after the timers, when the process ends. */
    OPENSSL_init_crypto(0, NULL);
    firth_err err = firth_timer_init(&made->timer, called, made);
    if (err == FIRTH_OK)
        *timer = made;
    else
        firth_deallocate(made);
    return err;
}

void firth_batch_timer_free(firth_batch_timer *timer)
{
    firth_batch_timer_stop(timer);
    firth_deallocate(timer);
}

/* ---- By who has the writing turn ---------------------------------------------- */

void firth_batch_timer_begin(firth_batch_timer *timer)
{
    if (timer == NULL || atomic_load(&timer->due) != 0)
        return;
    double due = firth_clock_now() + timer->batch_timeout;
    atomic_store(&timer->due, due);
    if (atomic_load(&timer->calls_at) > due)
        atomic_store(&timer->armed, false);
}

void firth_batch_timer_hurry(firth_batch_timer *timer)
{
    if (timer == NULL)
        return;
    double due = atomic_load(&timer->due), now = firth_clock_now();
    if (due != 0 && due <= now)
        return;
    atomic_store(&timer->due, now);
    atomic_store(&timer->armed, false);
}

void firth_batch_timer_end(firth_batch_timer *timer)
{
    if (timer != NULL)
        atomic_store(&timer->due, 0);
}

/* ---- Any thread --------------------------------------------------------------- */

/* The call that fires clears `armed` before it looks at the rest, and here it is the other
 * way round: one of the two sees what the other did. */
void firth_batch_timer_arm(firth_batch_timer *timer)
{
    if (timer == NULL || firth_channel_corked(timer->channel))
        return;
    double due = atomic_load(&timer->due);
    if (due == 0 || atomic_load(&timer->armed) || atomic_exchange(&timer->armed, true))
        return;
    atomic_store(&timer->calls_at, due);
    firth_timer_set(&timer->timer, due);
}

void firth_batch_timer_stop(firth_batch_timer *timer)
{
    if (timer == NULL)
        return;
    firth_timer_stop(&timer->timer);
    atomic_store(&timer->armed, false);
}

bool firth_batch_timer_tries(firth_batch_timer *timer)
{
    return timer != NULL && atomic_load(&timer->tries);
}

firth_err firth_batch_timer_tell(firth_batch_timer *timer)
{
    int untold = LATE_UNTOLD;
    if (timer == NULL || !firth_channel_in_own_process(timer->channel))
        return FIRTH_OK;
    /* A try that met the end of the stream has not necessarily said so yet. */
    if (firth_stream_closed(timer->channel->stream))
        firth_batch_timer_stop(timer);
    if (atomic_load(&timer->late_state) == LATE_NOTHING ||
        !atomic_compare_exchange_strong(&timer->late_state, &untold, LATE_IN_USE))
        return FIRTH_OK;
    firth_err err = firth_error_restore(&timer->late);
    atomic_store(&timer->late_state, LATE_NOTHING);
    if (!firth_stream_closed(timer->channel->stream))
        firth_batch_timer_arm(timer);
    return firth_channel_told(timer->channel, err);
}

/* ---- The timers' thread ------------------------------------------------------- */

/* The first error waits to be told; while another thread is reading it, it is as good as. */
static void keep_late(firth_batch_timer *self)
{
    int state = LATE_NOTHING;
    while (!atomic_compare_exchange_weak(&self->late_state, &state, LATE_IN_USE)) {
        if (state == LATE_UNTOLD)
            return;
        state = LATE_NOTHING;
    }
    firth_error_save(&self->late);
    atomic_store(&self->late_state, LATE_UNTOLD);
}

/* At that time, or when a batch is due that has come after the one that was due at `seen`. */
static double again(firth_batch_timer *self, double seen, double at)
{
    atomic_store(&self->calls_at, at);
    atomic_store(&self->armed, true);
    double due = atomic_load(&self->due);
    return due != 0 && due != seen && due < at ? due : at;
}

static double again_after_pause(firth_batch_timer *self, double due, bool progress)
{
    self->pause = progress || due != self->tried ? FIRST_PAUSE : 2 * self->pause;
    if (self->pause > LONGEST_PAUSE)
        self->pause = LONGEST_PAUSE;
    self->tried = due;
    return again(self, due, firth_clock_now() + self->pause);
}

/* *entered: the stream is open, and what came of it is the batch's own. */
static firth_err try_to_send(firth_batch_timer *self, bool *entered)
{
    const firth_deadline at_once = {0};
    firth_channel *channel = self->channel;
    atomic_store(&self->tries, true);
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, &at_once);
    *entered = err == FIRTH_OK;
    if (err == FIRTH_OK) {
        err = firth_channel_send_all(channel, &at_once);
        firth_stream_leave(channel->stream, FIRTH_WRITING);
    }
    atomic_store(&self->tries, false);
    return err;
}

static double send_batch(firth_batch_timer *self, double due)
{
    size_t before = atomic_load(&self->channel->queue.size);
    bool entered;
    firth_err err = try_to_send(self, &entered);
    if (err == FIRTH_E_BUSY || err == FIRTH_E_INTERRUPTED || firth_would_wait(err))
        return again_after_pause(self, due, atomic_load(&self->channel->queue.size) < before);
    self->tried = 0;
    if (err != FIRTH_OK && entered && err != FIRTH_E_CLOSED)
        keep_late(self);
    due = atomic_load(&self->due);
    return err == FIRTH_OK && due != 0 ? again(self, due, due) : FIRTH_TIMER_NEVER;
}

static double called(void *context)
{
    firth_batch_timer *self = context;
    atomic_store(&self->armed, false);
    double due = atomic_load(&self->due);
    if (due == 0 || firth_channel_corked(self->channel)) {
        self->tried = 0;
        return FIRTH_TIMER_NEVER;
    }
    return firth_clock_now() >= due ? send_batch(self, due) : again(self, due, due);
}
