#include "channel/channel_options.h"

#include <firth/batching_channel.h>

firth_err firth_batching_channel_create(firth_channel **channel, firth_stream *stream,
                                        size_t batch_size, double batch_timeout,
                                        const firth_channel_options *options)
{
    firth_channel_options preset = firth_channel_options_or_default(options);
    preset.batch_size = batch_size;
    preset.batch_timeout = batch_timeout;
    return firth_channel_create(channel, stream, &preset);
}
