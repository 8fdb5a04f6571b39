#include "trickle.h"

#include "check.h"

#include <firth/stream_ops.h>

#include <stdlib.h>
#include <string.h>

typedef struct trickle_end {
    trickle *self;
    trickle_queue *in, *out;
    unsigned reads, writes;
} trickle_end;

static bool refuses(const trickle *self, unsigned *calls)
{
    return self->refuse_every != 0 && ++*calls % self->refuse_every == 0;
}

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

/* The first `length` bytes. */
static void take(trickle_queue *in, void *into, size_t length)
{
    memcpy(into, in->bytes, length);
    in->length -= length;
    memmove(in->bytes, in->bytes + length, in->length);
}

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    trickle_end *end = object;
    (void)timeout;
    if (refuses(end->self, &end->reads) || end->in->length == 0)
        return FIRTH_E_WANT_READ;
    size_t most = smaller(end->in->length, end->in->most);
    for (size_t i = 0; i < span_count && *count < most; i++) {
        size_t part = smaller(spans[i].length, most - *count);
        take(end->in, spans[i].data, part);
        *count += part;
    }
    return FIRTH_OK;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    trickle_end *end = object;
    (void)slice_count, (void)timeout;
    if (refuses(end->self, &end->writes) || end->out->length >= end->out->room)
        return FIRTH_E_WANT_WRITE;
    size_t room = end->out->room - end->out->length;
    size_t part = smaller(smaller(slices[0].length, end->out->most), room);
    memcpy(end->out->bytes + end->out->length, slices[0].data, part);
    end->out->length += part;
    *count = part;
    return FIRTH_OK;
}

static firth_err poll_stream(void *object, double timeout, bool *ready)
{
    trickle_end *end = object;
    (void)timeout;
    *ready = end->in->length != 0;
    return FIRTH_OK;
}

static void release(void *object)
{
    free(object);
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "trickle",
    .read_some = read_some,
    .write_some = write_some,
    .poll = poll_stream,
    .release = release,
};

void open_trickle(trickle *self, firth_stream *ends[2])
{
    memset(self, 0, sizeof *self);
    for (unsigned i = 0; i < 2; i++) {
        trickle_end *end = malloc(sizeof *end);
        self->ways[i].room = self->ways[i].most = TRICKLE_ROOM;
        *end = (trickle_end){self, &self->ways[1 - i], &self->ways[i], 0, 0};
        CHECK_OK(firth_stream_create(&ends[i], &table, end));
    }
}
