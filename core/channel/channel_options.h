/* What a channel or a codec is told to do, checked. */
#ifndef FIRTH_CHANNEL_CHANNEL_OPTIONS_H
#define FIRTH_CHANNEL_CHANNEL_OPTIONS_H

#include <firth/frame.h>

/* The options as given, or the defaults; FIRTH_COMPRESSION_DEFAULT has become one or the
 * other, and key_length is 0 without a key. FIRTH_E_INVALID names the one that is wrong. */
firth_err firth_channel_options_check(const firth_channel_options *given,
                                      firth_channel_options *checked);

/* For who keeps the options longer than the key lives: key_length alone tells that there was
 * one. */
void firth_channel_options_forget_key(firth_channel_options *checked);

/* The options as given, or the defaults, unchecked: for a preset to change. */
firth_channel_options firth_channel_options_or_default(const firth_channel_options *given);

#endif
