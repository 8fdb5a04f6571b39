/* A run of bytes that grows. All zeros is an empty buffer. */
#ifndef FIRTH_BASE_BUFFER_H
#define FIRTH_BASE_BUFFER_H

#include <firth/error.h>

typedef struct firth_buffer {
    unsigned char *data;
    size_t length;   /* bytes in use */
    size_t capacity; /* bytes allocated */
} firth_buffer;

/* Room for `capacity` bytes in all. FIRTH_E_NO_MEMORY leaves the buffer as it was. */
firth_err firth_buffer_reserve(firth_buffer *buffer, size_t capacity);

firth_err firth_buffer_append(firth_buffer *buffer, const void *data, size_t length);

/* Removes the first `length` bytes. */
void firth_buffer_drop(firth_buffer *buffer, size_t length);

/* Frees the memory and empties the buffer. */
void firth_buffer_release(firth_buffer *buffer);

/* Hands the memory to `bytes` and empties the buffer. */
firth_err firth_buffer_give(firth_buffer *buffer, firth_bytes *bytes);

/* Gives memory with realloc's rules; the `firth_reserve` of a firth_buffer. */
void *firth_buffer_grow(void *buffer, size_t size);

#endif
