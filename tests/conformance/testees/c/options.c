#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_preset(testee_options *options, const char *name)
{
    if (strcmp(name, "compressed") == 0) {
        options->preset = PRESET_COMPRESSED;
        options->channel.compression_level = FIRTH_DEFAULT_COMPRESSION_LEVEL;
    } else if (strcmp(name, "batching") == 0) {
        options->preset = PRESET_BATCHING;
        options->channel.batch_size = FIRTH_DEFAULT_BATCH_SIZE;
    } else if (strcmp(name, "encrypted") == 0) {
        options->preset = PRESET_ENCRYPTED;
    }
}

static void set_key(testee_options *options, const char *digits)
{
    size_t length = 0;
    unsigned byte;
    for (; length < sizeof options->key && sscanf(digits, "%2x", &byte) == 1; digits += 2)
        options->key[length++] = (unsigned char)byte;
    options->channel.key = options->key;
    options->channel.key_length = length;
}

static size_t *size_option(firth_channel_options *options, const char *name)
{
    const struct {
        const char *name;
        size_t *place;
    } sizes[] = {
        {"compression_threshold", &options->compression_threshold},
        {"batch_size", &options->batch_size},
        {"limits.frame", &options->limits.frame},
        {"limits.inflated", &options->limits.inflated},
        {"limits.queue", &options->limits.queue},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (strcmp(sizes[i].name, name) == 0)
            return sizes[i].place;
    fprintf(stderr, "no such option: %s\n", name);
    exit(1);
}

static void set_option(testee_options *options, const char *name, const char *value)
{
    firth_channel_options *channel = &options->channel;
    if (strcmp(name, "preset") == 0)
        set_preset(options, value);
    else if (strcmp(name, "key") == 0)
        set_key(options, value);
    else if (strcmp(name, "compress") == 0)
        channel->compress = atoi(value) != 0 ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    else if (strcmp(name, "compression_level") == 0)
        channel->compression_level = atoi(value);
    else if (strcmp(name, "batch_timeout") == 0)
        channel->batch_timeout = atof(value);
    else
        *size_option(channel, name) = (size_t)strtoull(value, NULL, 10);
}

void read_options(testee_options *options)
{
    *options = (testee_options){.channel = FIRTH_CHANNEL_OPTIONS_INIT};
    for (char *name = strtok(NULL, " "); name != NULL; name = strtok(NULL, " ")) {
        char *value = strchr(name, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        set_option(options, name, value);
    }
}
