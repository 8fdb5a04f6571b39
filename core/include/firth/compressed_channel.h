/* CompressedChannel: a channel that picks its level of compression. */
#ifndef FIRTH_COMPRESSED_CHANNEL_H
#define FIRTH_COMPRESSED_CHANNEL_H

#include <firth/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FIRTH_DEFAULT_COMPRESSION_LEVEL 6

/* As firth_channel_create, with compression on at `compression_level` (0 to 9; 0 sends
 * everything uncompressed) in place of what the options say. Any rpyc peer reads it.
 * `options` may be NULL. */
FIRTH_API firth_err firth_compressed_channel_create(firth_channel **channel, firth_stream *stream,
                                                    int compression_level,
                                                    const firth_channel_options *options);

#ifdef __cplusplus
}
#endif

#endif
