#include "brine/progress.h"

#include "base/fail.h"
#include "base/memory.h"

firth_err firth_brine_limits_check(const firth_brine_limits *limits, firth_brine_limits *checked)
{
    *checked = limits != NULL ? *limits : (firth_brine_limits)FIRTH_BRINE_LIMITS_INIT;
    if (checked->depth > FIRTH_BRINE_DEPTH_MAX)
        return firth_fail(FIRTH_E_INVALID, "the limit of depth is %zu, expected at most %d",
                          checked->depth, FIRTH_BRINE_DEPTH_MAX);
    if (checked->size > UINT32_MAX)
        return firth_fail(FIRTH_E_INVALID,
                          "the limit of size is %zu bytes, expected at most 4294967295",
                          checked->size);
    if (checked->items > UINT32_MAX)
        checked->items = UINT32_MAX; /* each takes a byte */
    return FIRTH_OK;
}

static firth_err open_container(firth_brine_progress *progress, const firth_brine_limits *limits,
                                size_t length)
{
    if (progress->open == limits->depth)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW, "brine deeper than the limit of %zu containers",
                          limits->depth);
    if (progress->open == progress->capacity) {
        size_t capacity = progress->capacity != 0 ? 2 * progress->capacity : 16;
        uint32_t *missing = firth_reallocate(progress->missing, capacity * sizeof *missing);
        if (missing == NULL)
            return firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu containers", capacity);
        progress->missing = missing;
        progress->capacity = capacity;
    }
    progress->missing[progress->open++] = (uint32_t)length;
    return FIRTH_OK;
}

static void close_containers(firth_brine_progress *progress)
{
    while (progress->open != 0 && progress->missing[progress->open - 1] == 0)
        progress->open--;
}

firth_err firth_brine_advance(firth_brine_progress *progress, const firth_brine_limits *limits,
                              size_t length)
{
    size_t promised = firth_brine_promised(progress);
    if (length >= limits->items - progress->items - promised)
        return firth_fail(FIRTH_E_BUFFER_OVERFLOW, "brine of more than the limit of %zu values",
                          limits->items);
    firth_err err = FIRTH_OK;
    size_t around = progress->open;
    if (length != 0)
        err = open_container(progress, limits, length);
    if (err != FIRTH_OK)
        return err;
    progress->items++;
    progress->lacking = promised + length;
    if (around != 0)
        progress->missing[around - 1]--;
    close_containers(progress);
    return FIRTH_OK;
}

void firth_brine_restart(firth_brine_progress *progress)
{
    progress->open = 0;
    progress->items = 0;
    progress->lacking = 0;
}

void firth_brine_progress_release(firth_brine_progress *progress)
{
    firth_deallocate(progress->missing);
    *progress = (firth_brine_progress){0};
}
