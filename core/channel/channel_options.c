#include "channel/channel_options.h"

#include "base/fail.h"
#include "channel/seal_stage.h"

static firth_err check_compression(const firth_channel_options *options)
{
    if ((unsigned)options->compress > FIRTH_COMPRESSION_DEFAULT)
        return firth_fail(FIRTH_E_INVALID, "compress is %d, expected a firth_compression",
                          (int)options->compress);
    if (options->compression_level < 0 || options->compression_level > 9)
        return firth_fail(FIRTH_E_INVALID, "compression_level is %d, expected 0 to 9",
                          options->compression_level);
    return FIRTH_OK;
}

static firth_err check_key(const firth_channel_options *options)
{
    if (options->key == NULL)
        return FIRTH_OK;
    if (options->key_length < FIRTH_KEY_MIN || options->key_length > FIRTH_KEY_MAX)
        return firth_fail(FIRTH_E_INVALID, "the key has %zu bytes, expected %d to %d",
                          options->key_length, FIRTH_KEY_MIN, FIRTH_KEY_MAX);
    if (options->limits.frame < FIRTH_SEAL_OVERHEAD)
        return firth_fail(FIRTH_E_INVALID,
                          "limits.frame is %zu bytes, expected at least %d with a key",
                          options->limits.frame, FIRTH_SEAL_OVERHEAD);
    return FIRTH_OK;
}

static firth_err check_batch(const firth_channel_options *options)
{
    if (options->batch_size == 0)
        return firth_fail(FIRTH_E_INVALID, "%s", "batch_size is 0, expected at least 1");
    if (options->batch_timeout != options->batch_timeout)
        return firth_fail(FIRTH_E_INVALID, "%s", "batch_timeout is not a number");
    return FIRTH_OK;
}

static firth_err check_limits(const firth_limits *limits)
{
    if (limits->frame > UINT32_MAX)
        return firth_fail(FIRTH_E_INVALID, "limits.frame is %zu bytes, expected at most %lu",
                          limits->frame, (unsigned long)UINT32_MAX);
    if (limits->queue == 0)
        return firth_fail(FIRTH_E_INVALID, "%s", "limits.queue is 0 bytes, expected at least 1");
    return FIRTH_OK;
}

firth_channel_options firth_channel_options_or_default(const firth_channel_options *given)
{
    return given != NULL ? *given : (firth_channel_options)FIRTH_CHANNEL_OPTIONS_INIT;
}

void firth_channel_options_forget_key(firth_channel_options *checked)
{
    checked->key = NULL;
}

firth_err firth_channel_options_check(const firth_channel_options *given,
                                      firth_channel_options *checked)
{
    *checked = (firth_channel_options)FIRTH_CHANNEL_OPTIONS_INIT;
    if (given != NULL && given->size != sizeof *given)
        return firth_fail(FIRTH_E_INVALID, "channel options: size is %zu, expected %zu",
                          given->size, sizeof *given);
    *checked = firth_channel_options_or_default(given);
    if (checked->key == NULL)
        checked->key_length = 0;
    firth_err err = check_compression(checked);
    if (err == FIRTH_OK)
        err = check_key(checked);
    if (err == FIRTH_OK)
        err = check_batch(checked);
    if (err == FIRTH_OK)
        err = check_limits(&checked->limits);
    if (checked->compress == FIRTH_COMPRESSION_DEFAULT)
        checked->compress = checked->key == NULL ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    return err;
}
