/* Frames that were taken and have not left yet, in one run of bytes. With the writing turn,
 * but for the atomic fields, which anybody may read. */
#ifndef FIRTH_CHANNEL_SEND_QUEUE_H
#define FIRTH_CHANNEL_SEND_QUEUE_H

#include "base/buffer.h"

#include <stdatomic.h>

typedef struct firth_send_queue {
    firth_buffer bytes;
    size_t gone;          /* of the bytes, at their beginning: they have left */
    size_t payloads;      /* put in since it was empty */
    _Atomic size_t size;  /* bytes that have not left */
    _Atomic bool stalled; /* the peer took no more when it was last asked */
    _Atomic bool wanted;  /* by a receiver, who met the writing turn taken */
    _Atomic bool owed;    /* send said OK of some of it, and no call has told of its loss */
} firth_send_queue;

/* What has not left; valid until the queue changes. */
static inline firth_slice firth_send_queue_rest(const firth_send_queue *queue)
{
    if (queue->bytes.length == queue->gone)
        return (firth_slice){0};
    return (firth_slice){queue->bytes.data + queue->gone, queue->bytes.length - queue->gone};
}

static inline size_t firth_send_queue_length(const firth_send_queue *queue)
{
    return queue->bytes.length - queue->gone;
}

/* So that the next append of up to `length` bytes does not fail. */
firth_err firth_send_queue_reserve(firth_send_queue *queue, size_t length);

/* One payload's frame, or what is left of it. FIRTH_E_NO_MEMORY: nothing was appended. */
firth_err firth_send_queue_append(firth_send_queue *queue, const firth_slice *pieces,
                                  size_t piece_count);

/* The same of bytes whose first `gone` have left, into an empty queue: it takes their memory over.
 */
void firth_send_queue_adopt(firth_send_queue *queue, firth_buffer *bytes, size_t gone);

/* The first `count` bytes have left. An empty queue holds no memory. */
void firth_send_queue_drop(firth_send_queue *queue, size_t count);

void firth_send_queue_release(firth_send_queue *queue);

#endif
