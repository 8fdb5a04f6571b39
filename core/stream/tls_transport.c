/* Records to the stream below and from it. */
#include "stream/tls_state.h"

#include <string.h>

/* Memory for records is given back if it is more. */
#define KEPT_MEMORY ((size_t)32 << 10)
/* Of looking at what has come, though no time remains. */
#define LATE_ROUNDS 32
/* What a close reads away at most, in pieces of that size. */
#define PIECES_READ_AWAY 256
#define PIECE_READ_AWAY 16384

static const firth_deadline at_once = {0};
static const firth_deadline forever = {.timeout = FIRTH_FOREVER};

bool firth_tls_owes(firth_tls *self)
{
    return atomic_load(&self->wire.out_length) != 0 || atomic_load(&self->unsent) != 0;
}

/* ---- Sending: with the turn of it ------------------------------------------------------ */

static void note_unsent(firth_tls *self)
{
    atomic_store(&self->unsent, self->leaving.length - self->left);
}

/* With `computing` too. */
static void take_records(firth_tls *self)
{
    firth_buffer empty = self->leaving;
    empty.length = 0;
    self->leaving = self->wire.out;
    self->left = 0;
    self->wire.out = empty;
    note_unsent(self);
    atomic_store(&self->wire.out_length, 0);
}

static void all_left(firth_tls *self)
{
    self->leaving.length = 0;
    self->left = 0;
    if (self->leaving.capacity > KEPT_MEMORY)
        firth_buffer_release(&self->leaving);
}

static firth_err send_leaving(firth_tls *self, const firth_deadline *deadline)
{
    firth_slice rest = {self->leaving.data + self->left, self->leaving.length - self->left};
    size_t count = 0;
    firth_err err = firth_stream_enter(self->lower, FIRTH_WRITING, deadline);
    if (err == FIRTH_E_BUSY)
        return FIRTH_E_WANT_WRITE;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_drain(self->lower, &rest, 1, deadline, &count);
    firth_stream_leave(self->lower, FIRTH_WRITING);
    self->left += count;
    if (self->left == self->leaving.length)
        all_left(self);
    note_unsent(self);
    return err;
}

static firth_err send_all(firth_tls *self, const firth_deadline *deadline)
{
    for (;;) {
        firth_err err = FIRTH_OK;
        if (self->leaving.length != 0)
            err = send_leaving(self, deadline);
        if (err != FIRTH_OK || atomic_load(&self->wire.out_length) == 0)
            return err;
        err = firth_turn_take(&self->computing, &forever);
        if (err != FIRTH_OK)
            return err;
        take_records(self);
        firth_turn_give(&self->computing);
    }
}

/* Who made records meanwhile and did not get the turn relies on us. */
static firth_err give_sending(firth_tls *self, firth_err err)
{
    firth_turn_give(&self->sending);
    while (err == FIRTH_OK && atomic_load(&self->wire.out_length) != 0) {
        if (firth_turn_take(&self->sending, &at_once) != FIRTH_OK)
            return FIRTH_OK;
        err = send_all(self, &at_once);
        firth_turn_give(&self->sending);
        if (firth_would_wait(err))
            return FIRTH_OK;
    }
    return err;
}

static firth_err send_with_turn(firth_tls *self, const firth_deadline *for_turn,
                                const firth_deadline *deadline)
{
    if (!firth_tls_owes(self))
        return FIRTH_OK;
    firth_err err = firth_turn_take(&self->sending, for_turn);
    return err == FIRTH_OK ? give_sending(self, send_all(self, deadline)) : err;
}

firth_err firth_tls_send(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = send_with_turn(self, deadline, deadline);
    return err == FIRTH_E_BUSY ? FIRTH_E_WANT_WRITE : err;
}

firth_err firth_tls_push(firth_tls *self, const firth_deadline *deadline)
{
    return send_with_turn(self, &at_once, deadline);
}

firth_err firth_tls_try_push(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_tls_push(self, &at_once);
    return err == FIRTH_E_NOT_SUPPORTED ? firth_tls_push(self, deadline) : err;
}

static firth_err seal(firth_tls *self, const firth_slice *slices, size_t slice_count, size_t *count)
{
    firth_err err = firth_turn_take(&self->computing, &forever);
    if (err != FIRTH_OK)
        return err;
    err = firth_tls_seal(self, slices, slice_count, count);
    take_records(self);
    firth_turn_give(&self->computing);
    return err;
}

firth_err firth_tls_write(firth_tls *self, const firth_slice *slices, size_t slice_count,
                          const firth_deadline *deadline, size_t *count)
{
    firth_err err = firth_turn_take(&self->sending, deadline);
    if (err != FIRTH_OK)
        return err == FIRTH_E_BUSY ? FIRTH_E_WANT_WRITE : err;
    if (firth_tls_owes(self))
        err = send_all(self, deadline);
    if (err == FIRTH_OK)
        err = seal(self, slices, slice_count, count);
    if (err == FIRTH_OK)
        err = send_all(self, deadline);
    return give_sending(self, err);
}

/* ---- Reading -------------------------------------------------------------------------- */

bool firth_tls_is_late(const firth_deadline *deadline, unsigned *rounds)
{
    return firth_deadline_remaining(deadline) == 0 && ++*rounds > LATE_ROUNDS;
}

static bool has_come(firth_tls *self)
{
    return atomic_load_explicit(&self->wire.in_length, memory_order_acquire) != 0;
}

/* With the reading turn of the stream below. */
static firth_err fill(firth_tls *self, const firth_deadline *deadline)
{
    firth_span room[2];
    size_t count;
    firth_err err = firth_tls_wire_room(&self->wire, room);
    if (err == FIRTH_OK)
        err = firth_stream_fill(self->lower, room, 2, deadline, &count);
    if (err == FIRTH_OK)
        firth_tls_wire_came(&self->wire, count);
    return err;
}

firth_err firth_tls_fetch(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_READ;
    if (err == FIRTH_OK) {
        if (!has_come(self))
            err = fill(self, deadline);
        firth_stream_leave(self->lower, FIRTH_READING);
    }
    return err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST ? firth_tls_cut(self, err) : err;
}

static firth_err wait_either(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_stream_enter(self->lower, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_READ;
    if (err != FIRTH_OK)
        return err;
    err = firth_stream_wait_either(self->lower, deadline);
    firth_stream_leave(self->lower, FIRTH_READING);
    return err;
}

/* Records that nobody is sending, and that the peer does not take for now: whichever comes
 * first, its bytes or room for ours; room, if the stream below cannot wait for both. */
static firth_err fetch_or_send(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = firth_tls_fetch(self, &at_once);
    if (err != FIRTH_E_WANT_READ && err != FIRTH_E_NOT_SUPPORTED)
        return err;
    if (deadline->timeout == 0)
        return err == FIRTH_E_WANT_READ ? FIRTH_E_WANT_EITHER : err;
    err = wait_either(self, deadline);
    return err == FIRTH_E_NOT_SUPPORTED ? firth_tls_push(self, deadline) : err;
}

firth_err firth_tls_await(firth_tls *self, const firth_deadline *deadline)
{
    firth_err err = FIRTH_OK;
    if (firth_tls_owes(self))
        err = firth_tls_try_push(self, deadline);
    if (err == FIRTH_E_WANT_WRITE)
        return fetch_or_send(self, deadline);
    bool may_read = err == FIRTH_OK || err == FIRTH_E_BUSY || err == FIRTH_E_CONNECTION_LOST;
    return may_read ? firth_tls_fetch(self, deadline) : err;
}

/* ---- The end ----------------------------------------------------------------------------- */

static firth_err look(firth_tls *self)
{
    firth_err err = firth_turn_take(&self->computing, &forever);
    if (err != FIRTH_OK)
        return err;
    err = firth_tls_look(self);
    firth_turn_give(&self->computing);
    return err;
}

firth_err firth_tls_explain(firth_tls *self, firth_err err)
{
    firth_saved_error told;
    if (err != FIRTH_E_EOF && err != FIRTH_E_CONNECTION_LOST)
        return err;
    firth_error_save(&told);
    while (firth_tls_fetch(self, &at_once) == FIRTH_OK && look(self) == FIRTH_E_WANT_READ)
        continue;
    return firth_error_restore(firth_tls_has_fault(self) ? &self->fault : &told);
}

void firth_tls_read_away(firth_tls *self)
{
    unsigned char piece[PIECE_READ_AWAY];
    const firth_span spans[2] = {{piece, 1}, {piece + 1, sizeof piece - 1}};
    size_t count;
    if (firth_stream_enter(self->lower, FIRTH_READING, &at_once) != FIRTH_OK)
        return;
    for (unsigned i = 0; i < PIECES_READ_AWAY; i++)
        if (firth_stream_fill(self->lower, spans, 2, &at_once, &count) != FIRTH_OK)
            break;
    firth_stream_leave(self->lower, FIRTH_READING);
}
