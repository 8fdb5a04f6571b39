/* The hand-shake of an encrypted channel: made by whoever calls first, while others wait for
 * its outcome. Whoever is to send needs the hellos alone, and must not wait for one who waits
 * for more: each of the two steps has a turn of its own. */
#include "channel/handshake.h"

#include "base/fail.h"

#include <firth/encrypted_channel.h>

static const firth_deadline at_once = {0};

/* ---- The beginning --------------------------------------------------------------- */

firth_err firth_channel_begin_encryption(firth_channel *channel,
                                         const firth_channel_options *options)
{
    if (options->key == NULL)
        return FIRTH_OK;
    firth_err err = firth_encryption_create(&channel->encryption, options);
    if (err != FIRTH_OK)
        return err;
    firth_stream_keep_readable(channel->stream);
    firth_turn_init(&channel->greeting);
    firth_turn_init(&channel->confirming);
    return FIRTH_OK;
}

/* Callers hear later of what has happened here, unless their own code failed. */
firth_err firth_channel_try_hello(firth_channel *channel)
{
    if (channel->encryption == NULL)
        return FIRTH_OK;
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, &at_once);
    if (err != FIRTH_OK)
        return FIRTH_OK;
    err = firth_channel_send_all(channel, &at_once);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    channel->untimed = err == FIRTH_E_NOT_SUPPORTED;
    return err == FIRTH_E_CALLBACK ? err : FIRTH_OK;
}

void firth_channel_end_encryption(firth_channel *channel)
{
    if (channel->encryption == NULL)
        return;
    firth_encryption_free(channel->encryption);
    firth_turn_destroy(&channel->greeting);
    firth_turn_destroy(&channel->confirming);
}

firth_err firth_channel_send_owed(firth_channel *channel, const firth_deadline *deadline)
{
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK && firth_channel_owes(channel)) {
        size_t count;
        firth_slice owed = firth_encryption_owed(channel->encryption);
        err = firth_stream_drain(channel->stream, &owed, 1, deadline, &count);
        firth_encryption_paid(channel->encryption, count);
    }
    return err;
}

/* ---- The turns ------------------------------------------------------------------- */

/* What comes to the one that has the turn may be what another waits for: who cannot wait here
 * must not wait for bytes alone. */
static firth_err take_turn(firth_turn *turn, const firth_deadline *deadline)
{
    firth_err err = firth_turn_take(turn, deadline);
    if (err != FIRTH_E_BUSY)
        return err;
    return deadline->timeout == 0 ? FIRTH_E_WANT_EITHER : FIRTH_E_WANT_READ;
}

static firth_err check(firth_channel *channel)
{
    firth_err err = firth_channel_check_process(channel, FIRTH_WRITING, true);
    if (err == FIRTH_OK)
        err = firth_stream_expect_open(channel->stream);
    return err == FIRTH_OK ? firth_encryption_fault(channel->encryption) : err;
}

static firth_err with_reading_turn(firth_channel *channel, const firth_deadline *deadline,
                                   firth_err (*step)(firth_channel *, const firth_deadline *))
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_READING, deadline);
    if (err == FIRTH_E_TIMEOUT)
        return FIRTH_E_WANT_READ;
    if (err != FIRTH_OK)
        return err;
    err = step(channel, deadline);
    firth_stream_leave(channel->stream, FIRTH_READING);
    return err;
}

/* ---- The hellos ------------------------------------------------------------------ */

/* What has come is kept, whatever ends the wait for more. The own hello goes out first. */
static firth_err read_hello(firth_channel *channel, const firth_deadline *deadline)
{
    size_t count;
    firth_err err = FIRTH_OK;
    firth_span space = firth_encryption_hello_space(channel->encryption);
    while (err == FIRTH_OK && space.length != 0) {
        err = firth_channel_fill(channel, &space, 1, deadline, &count);
        if (err == FIRTH_OK)
            err = firth_encryption_hello_came(channel->encryption, count);
        space = firth_encryption_hello_space(channel->encryption);
    }
    return err;
}

/* So that the peer need not wait for what this side does next. What cannot leave now goes out
 * before all else. */
static firth_err send_proof(firth_channel *channel, const firth_deadline *deadline)
{
    bool settled;
    return firth_channel_flush_first(channel, deadline, &settled);
}

static firth_err greet_with_turn(firth_channel *channel, const firth_deadline *deadline)
{
    if (firth_encryption_met(channel->encryption))
        return FIRTH_OK;
    firth_err err = check(channel);
    if (err == FIRTH_OK)
        err = with_reading_turn(channel, deadline, read_hello);
    if (err == FIRTH_OK)
        err = firth_encryption_meet(channel->encryption);
    return err == FIRTH_OK ? send_proof(channel, deadline) : err;
}

firth_err firth_channel_greet(firth_channel *channel, const firth_deadline *deadline)
{
    if (channel->encryption == NULL || firth_encryption_met(channel->encryption))
        return FIRTH_OK;
    firth_err err = check(channel);
    if (err == FIRTH_OK)
        err = take_turn(&channel->greeting, deadline);
    if (err != FIRTH_OK)
        return err;
    err = greet_with_turn(channel, deadline);
    firth_turn_give(&channel->greeting);
    return err;
}

firth_err firth_channel_handshake(firth_channel *channel, double timeout)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    if (err == FIRTH_OK && channel->encryption != NULL)
        err = check(channel);
    if (err == FIRTH_OK)
        err = firth_channel_greet(channel, &deadline);
    if (err == FIRTH_OK && firth_channel_owes(channel))
        err = firth_channel_flush_within(channel, &deadline);
    return firth_stream_outcome(err);
}

/* ---- The proof of the key -------------------------------------------------------- */

static bool confirmed(firth_channel *channel)
{
    return atomic_load(&channel->encryption->confirmed);
}

static firth_err confirm_with_turn(firth_channel *channel, const firth_deadline *deadline)
{
    if (confirmed(channel))
        return FIRTH_OK;
    firth_err err = check(channel);
    return err == FIRTH_OK ? with_reading_turn(channel, deadline, firth_channel_read_proof) : err;
}

firth_err firth_channel_confirm(firth_channel *channel, const firth_deadline *deadline)
{
    if (channel->encryption == NULL || confirmed(channel))
        return FIRTH_OK;
    firth_err err = firth_channel_greet(channel, deadline);
    if (err == FIRTH_OK)
        err = check(channel);
    if (err == FIRTH_OK)
        err = take_turn(&channel->confirming, deadline);
    if (err != FIRTH_OK)
        return err;
    err = confirm_with_turn(channel, deadline);
    firth_turn_give(&channel->confirming);
    return err;
}

firth_err firth_channel_await_proof(firth_channel *channel, double timeout)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    firth_err err = firth_stream_deadline(channel->stream, timeout, &deadline);
    return err == FIRTH_OK ? firth_stream_outcome(firth_channel_confirm(channel, &deadline)) : err;
}

bool firth_channel_encrypted(const firth_channel *channel)
{
    return channel != NULL && channel->encryption != NULL;
}
