/* Corks: while there is one, send only collects. */
#include "channel/channel_state.h"

#include "base/fail.h"

firth_err firth_channel_cork(firth_channel *channel)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    atomic_fetch_add(&channel->corks, 1);
    return FIRTH_OK;
}

firth_err firth_channel_uncork(firth_channel *channel, double timeout)
{
    if (channel == NULL)
        return firth_channel_fail_null();
    unsigned corks = atomic_load(&channel->corks);
    do {
        if (corks == 0)
            return firth_fail(FIRTH_E_INVALID, "%s", "the channel is not corked");
    } while (!atomic_compare_exchange_weak(&channel->corks, &corks, corks - 1));
    return corks == 1 ? firth_channel_flush(channel, timeout) : FIRTH_OK;
}

bool firth_channel_corked(const firth_channel *channel)
{
    return channel != NULL && atomic_load(&((firth_channel *)(uintptr_t)channel)->corks) != 0;
}
