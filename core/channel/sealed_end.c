/* The end of an encrypted channel: sealed, and not before the peer has shown, to a side that
 * sent payloads, that it could open them. */
#include "channel/handshake.h"

#include "base/fail.h"

static const firth_deadline at_once = {0};

/* How the end went out. */
typedef struct departure {
    bool left;   /* the peer took all payloads, but has gone before the end */
    size_t held; /* bytes of payloads that the stream itself held before the end */
} departure;

static bool confirmed(firth_channel *channel)
{
    return atomic_load(&channel->encryption->confirmed);
}

static bool is_loss(firth_err err)
{
    return err == FIRTH_E_EOF || err == FIRTH_E_CONNECTION_LOST;
}

/* Of a try: what has not come is no failure. */
static firth_err settle_try(firth_err err)
{
    return firth_would_wait(err) || err == FIRTH_E_NOT_SUPPORTED ? FIRTH_OK : err;
}

/* With the writing turn. */
static firth_err queue_end(firth_channel *channel)
{
    firth_buffer end = {0};
    if (channel->encryption->ended)
        return FIRTH_OK;
    firth_err err =
        firth_send_queue_reserve(&channel->queue, FIRTH_HELLO_SIZE + 2 * FIRTH_READY_SIZE);
    if (err == FIRTH_OK)
        err = firth_encryption_seal(channel->encryption, FIRTH_INNER_END, "", 0, &end);
    if (err == FIRTH_OK)
        err = firth_send_queue_append(&channel->queue, &(firth_slice){end.data, end.length}, 1);
    firth_buffer_release(&end);
    return err;
}

/* With the writing turn. */
static firth_err send_end(firth_channel *channel, const firth_deadline *deadline, departure *how)
{
    size_t to_read;
    firth_err err = firth_channel_check_sending(channel);
    if (err == FIRTH_OK && channel->encryption->end_left)
        return FIRTH_OK;
    if (err == FIRTH_OK && !channel->encryption->ended &&
        firth_send_queue_length(&channel->queue) != 0)
        err = firth_channel_send_queued(channel, deadline);
    if (err == FIRTH_OK)
        err = firth_stream_held(channel->stream, &to_read, &how->held);
    if (err == FIRTH_OK)
        err = queue_end(channel);
    if (err != FIRTH_OK)
        return err;
    err = firth_channel_send_all(channel, deadline);
    channel->encryption->end_left = err == FIRTH_OK;
    how->left = is_loss(err);
    return how->left ? FIRTH_OK : err;
}

/* A receiver in another thread may have met the end of a peer that took all payloads. */
static firth_err
with_writing_turn(firth_channel *channel, const firth_deadline *deadline, departure *how,
                  firth_err (*step)(firth_channel *, const firth_deadline *, departure *))
{
    firth_err err = firth_stream_enter(channel->stream, FIRTH_WRITING, deadline);
    if (is_loss(err) && atomic_load(&channel->queue.size) == 0) {
        how->left = true;
        return FIRTH_OK;
    }
    if (err != FIRTH_OK)
        return err;
    err = step(channel, deadline, how);
    firth_stream_leave(channel->stream, FIRTH_WRITING);
    return err;
}

/* All has been sent: a peer that has read it may have gone. */
static firth_err finish_stream(firth_channel *channel, const firth_deadline *deadline,
                               departure *how)
{
    firth_err err = firth_stream_finish_own(channel->stream, deadline);
    *how = (departure){.left = is_loss(err)};
    return how->left ? FIRTH_OK : err;
}

/* Of what a stream still holds, such as a record of TLS, nobody misses the end alone. */
static firth_err close_behind(firth_channel *channel, const departure *how)
{
    firth_err err = firth_stream_close(channel->stream);
    return err == FIRTH_E_UNSENT && how->held == 0 ? FIRTH_OK : err;
}

/* Nothing was sent: the peer is owed nothing, and may have gone. */
static firth_err finish_unsealed(firth_channel *channel, const firth_deadline *deadline)
{
    departure how = {0};
    firth_err err = firth_channel_check_process(channel, FIRTH_WRITING, true);
    if (err == FIRTH_OK)
        err = with_writing_turn(channel, deadline, &how, finish_stream);
    return err == FIRTH_OK && how.left ? close_behind(channel, &how) : err;
}

static firth_err fail_no_proof(firth_err err)
{
    if (firth_would_wait(err)) {
        firth_fail_timeout(err == FIRTH_E_WANT_WRITE ? FIRTH_WANTS_WRITE : FIRTH_WANTS_READ);
        return firth_fail_about("the peer has not shown that it has the key");
    }
    if (is_loss(err))
        return firth_fail_because(FIRTH_E_CONNECTION_LOST, "%s",
                                  "the peer left without showing that it has the key");
    return err;
}

static firth_err await_proof(firth_channel *channel, const firth_deadline *deadline)
{
    if (!atomic_load(&channel->sent) || confirmed(channel))
        return FIRTH_OK;
    return fail_no_proof(firth_channel_confirm(channel, deadline));
}

/* A proof that has come is taken first: the end may find the peer gone. */
static firth_err finish_met(firth_channel *channel, const firth_deadline *deadline)
{
    departure how = {0};
    firth_err err = FIRTH_OK;
    if (atomic_load(&channel->sent))
        err = fail_no_proof(settle_try(firth_channel_confirm(channel, &at_once)));
    if (err == FIRTH_OK)
        err = with_writing_turn(channel, deadline, &how, send_end);
    if (err == FIRTH_OK)
        err = await_proof(channel, deadline);
    if (err == FIRTH_OK && !how.left)
        err = with_writing_turn(channel, deadline, &how, finish_stream);
    return err == FIRTH_OK && how.left ? close_behind(channel, &how) : err;
}

firth_err firth_channel_finish_sealed(firth_channel *channel, const firth_deadline *deadline)
{
    firth_encryption *encryption = channel->encryption;
    firth_err err = firth_encryption_fault(encryption);
    if (err != FIRTH_OK)
        return err;
    if (!firth_encryption_met(encryption))
        err = settle_try(firth_channel_greet(channel, &at_once));
    if (is_loss(err))
        return FIRTH_OK;
    if (err != FIRTH_OK)
        return err;
    return firth_encryption_met(encryption) ? finish_met(channel, deadline)
                                            : finish_unsealed(channel, deadline);
}
