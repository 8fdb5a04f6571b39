#include "channel/send_queue.h"

#include "base/fail.h"

#include <string.h>

/* What a queue begins with: several small frames. */
#define FIRST_CAPACITY ((size_t)1024)

static void publish(firth_send_queue *queue)
{
    atomic_store(&queue->size, firth_send_queue_length(queue));
}

/* Only if more has left than remains: moving costs no more than what was sent did. */
static void forget_gone(firth_send_queue *queue)
{
    if (queue->gone < firth_send_queue_length(queue))
        return;
    firth_buffer_drop(&queue->bytes, queue->gone);
    queue->gone = 0;
}

static size_t grown_capacity(size_t capacity, size_t needed)
{
    size_t grown = capacity <= SIZE_MAX / 2 ? 2 * capacity : needed;
    if (grown < FIRST_CAPACITY)
        grown = FIRST_CAPACITY;
    return grown > needed ? grown : needed;
}

firth_err firth_send_queue_reserve(firth_send_queue *queue, size_t length)
{
    firth_buffer *bytes = &queue->bytes;
    if (length <= bytes->capacity - bytes->length)
        return FIRTH_OK;
    forget_gone(queue);
    if (length > SIZE_MAX / 2 - bytes->length)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu more bytes", length);
    size_t needed = bytes->length + length;
    if (needed <= bytes->capacity)
        return FIRTH_OK;
    return firth_buffer_reserve(bytes, grown_capacity(bytes->capacity, needed));
}

firth_err firth_send_queue_append(firth_send_queue *queue, const firth_slice *pieces,
                                  size_t piece_count)
{
    size_t length = 0;
    for (size_t i = 0; i < piece_count; i++)
        length += pieces[i].length;
    firth_err err = firth_send_queue_reserve(queue, length);
    for (size_t i = 0; err == FIRTH_OK && i < piece_count; i++)
        err = firth_buffer_append(&queue->bytes, pieces[i].data, pieces[i].length);
    if (err == FIRTH_OK)
        queue->payloads++;
    publish(queue);
    return err;
}

void firth_send_queue_adopt(firth_send_queue *queue, firth_buffer *bytes, size_t gone)
{
    firth_buffer_release(&queue->bytes);
    queue->bytes = *bytes;
    *bytes = (firth_buffer){0};
    queue->gone = gone;
    queue->payloads = 1;
    publish(queue);
}

/* It is empty before its memory goes: a fork in between leaves nothing half done. */
void firth_send_queue_release(firth_send_queue *queue)
{
    queue->bytes.length = 0;
    queue->gone = 0;
    firth_buffer_release(&queue->bytes);
    queue->payloads = 0;
    atomic_store(&queue->stalled, false);
    atomic_store(&queue->owed, false);
    publish(queue);
}

void firth_send_queue_drop(firth_send_queue *queue, size_t count)
{
    queue->gone += count;
    if (firth_send_queue_length(queue) == 0)
        firth_send_queue_release(queue);
    else
        publish(queue);
}
