/* Where a payload goes: memory that its owner gives as the bytes arrive. */
#ifndef FIRTH_CHANNEL_SINK_H
#define FIRTH_CHANNEL_SINK_H

#include "base/fail.h"

#include <firth/channel.h>

typedef struct firth_sink {
    firth_reserve reserve;
    void *context;
    unsigned char *memory; /* as last given */
    size_t capacity;       /* as last asked for */
} firth_sink;

/* Memory for `capacity` bytes in all, those before kept. */
static inline firth_err firth_sink_reserve(firth_sink *sink, size_t capacity)
{
    if (capacity <= sink->capacity)
        return FIRTH_OK;
    unsigned char *memory = sink->reserve(sink->context, capacity);
    if (memory == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for a payload of %zu bytes", capacity);
    sink->memory = memory;
    sink->capacity = capacity;
    return FIRTH_OK;
}

#endif
