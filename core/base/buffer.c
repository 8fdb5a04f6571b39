#include "base/buffer.h"

#include "base/fail.h"
#include "base/memory.h"

#include <firth/memory.h>

#include <stdatomic.h>
#include <string.h>

/* Where another thread forks, its child must not find memory here that is no more. */
static unsigned char *take_memory(firth_buffer *buffer)
{
    unsigned char *data = buffer->data;
    buffer->data = NULL;
    buffer->capacity = 0;
    atomic_signal_fence(memory_order_seq_cst);
    return data;
}

firth_err firth_buffer_reserve(firth_buffer *buffer, size_t capacity)
{
    size_t before = buffer->capacity;
    if (capacity <= before)
        return FIRTH_OK;
    unsigned char *old = take_memory(buffer);
    unsigned char *data = firth_reallocate(old, capacity);
    buffer->data = data != NULL ? data : old;
    buffer->capacity = data != NULL ? capacity : before;
    return data != NULL ? FIRTH_OK
                        : firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu bytes", capacity);
}

static size_t grown_capacity(const firth_buffer *buffer, size_t needed)
{
    return needed > 2 * buffer->capacity ? needed : 2 * buffer->capacity;
}

firth_err firth_buffer_append(firth_buffer *buffer, const void *data, size_t length)
{
    if (length == 0)
        return FIRTH_OK;
    if (length > SIZE_MAX / 2 - buffer->length)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu more bytes", length);
    size_t needed = buffer->length + length;
    if (needed > buffer->capacity) {
        firth_err err = firth_buffer_reserve(buffer, grown_capacity(buffer, needed));
        if (err != FIRTH_OK)
            return err;
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length = needed;
    return FIRTH_OK;
}

void firth_buffer_drop(firth_buffer *buffer, size_t length)
{
    if (length == 0)
        return;
    buffer->length -= length;
    if (buffer->length != 0)
        memmove(buffer->data, buffer->data + length, buffer->length);
}

void firth_buffer_release(firth_buffer *buffer)
{
    unsigned char *data = take_memory(buffer);
    buffer->length = 0;
    firth_deallocate(data);
}

firth_err firth_buffer_give(firth_buffer *buffer, firth_bytes *bytes)
{
    firth_err err = firth_buffer_reserve(buffer, 1);
    if (err != FIRTH_OK)
        return err;
    *bytes = (firth_bytes){.data = buffer->data, .length = buffer->length};
    *buffer = (firth_buffer){0};
    return FIRTH_OK;
}

void *firth_buffer_grow(void *buffer, size_t size)
{
    firth_buffer *self = buffer;
    return firth_buffer_reserve(self, size) == FIRTH_OK ? self->data : NULL;
}

firth_err firth_bytes_create(firth_bytes *bytes, size_t length)
{
    if (bytes == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the bytes is NULL");
    *bytes = (firth_bytes){.data = firth_allocate(length != 0 ? length : 1)};
    if (bytes->data == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu bytes", length);
    bytes->length = length;
    return FIRTH_OK;
}

#define LONGEST_KEY 64 /* bytes */

/* Kept by the compiler, although nobody reads what it writes. */
static void *(*const volatile wipe)(void *, int, size_t) = memset;

void firth_bytes_free(firth_bytes *bytes)
{
    if (bytes == NULL)
        return;
    if (bytes->data != NULL && bytes->length <= LONGEST_KEY)
        wipe(bytes->data, 0, bytes->length);
    firth_deallocate(bytes->data);
    *bytes = (firth_bytes){0};
}
