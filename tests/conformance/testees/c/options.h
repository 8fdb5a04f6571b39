/* The options of connect and codec, as ../../README.md gives them. */
#ifndef TESTEE_OPTIONS_H
#define TESTEE_OPTIONS_H

#include <firth/firth.h>

typedef struct testee_options {
    firth_channel_options channel;
    enum { PRESET_NONE, PRESET_COMPRESSED, PRESET_BATCHING, PRESET_ENCRYPTED } preset;
    unsigned char key[FIRTH_KEY_MAX + 1];
} testee_options;

/* Takes the rest of the command's line, which strtok is reading. channel.key points into `options`.
 */
void read_options(testee_options *options);

#endif
