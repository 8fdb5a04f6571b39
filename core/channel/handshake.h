/* Two encrypted channels get to know each other, over their streams. Each of these is
 * FIRTH_OK at once if the channel does not encrypt, or it has been done. */
#ifndef FIRTH_CHANNEL_HANDSHAKE_H
#define FIRTH_CHANNEL_HANDSHAKE_H

#include "channel/channel_state.h"

/* While a channel is made: begins to encrypt, if the options have a key. */
firth_err firth_channel_begin_encryption(firth_channel *channel,
                                         const firth_channel_options *options);

/* When nothing else can fail any more: sends the hello, if that can be done without waiting. */
firth_err firth_channel_try_hello(firth_channel *channel);

void firth_channel_end_encryption(firth_channel *channel);

/* Without a turn: the hellos are exchanged. Comes before a payload is sealed.
 * FIRTH_E_WANT_... when the time ran out. */
firth_err firth_channel_greet(firth_channel *channel, const firth_deadline *deadline);

/* Without a turn: and the peer has shown that it has the key. Comes before a payload is
 * received. */
firth_err firth_channel_confirm(firth_channel *channel, const firth_deadline *deadline);

/* With the writing turn: sends what is to go out before the first frame. */
firth_err firth_channel_send_owed(firth_channel *channel, const firth_deadline *deadline);

/* Whether there is something of that kind. Any thread. */
static inline bool firth_channel_owes(firth_channel *channel)
{
    return channel->encryption != NULL && atomic_load(&channel->encryption->owes);
}

/* Flushes, sends the sealed end, waits for the peer's proof of the key if payloads were sent,
 * and finishes the stream. */
firth_err firth_channel_finish_sealed(firth_channel *channel, const firth_deadline *deadline);

#endif
