#include "channel/channel_options.h"

#include <firth/compressed_channel.h>

firth_err firth_compressed_channel_create(firth_channel **channel, firth_stream *stream,
                                          int compression_level,
                                          const firth_channel_options *options)
{
    firth_channel_options preset = firth_channel_options_or_default(options);
    preset.compress = FIRTH_COMPRESSION_ON;
    preset.compression_level = compression_level;
    return firth_channel_create(channel, stream, &preset);
}
