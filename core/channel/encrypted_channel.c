#include "base/fail.h"
#include "channel/channel_options.h"
#include "channel/channel_state.h"

#include <firth/encrypted_channel.h>

firth_err firth_encrypted_channel_create(firth_channel **channel, firth_stream *stream,
                                         const void *key, size_t key_length,
                                         const firth_channel_options *options)
{
    firth_channel_options preset = firth_channel_options_or_default(options);
    if (channel != NULL)
        *channel = NULL;
    if (key == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the key is NULL");
    preset.key = key;
    preset.key_length = key_length;
    return firth_channel_create(channel, stream, &preset);
}
