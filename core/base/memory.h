/* The library's own memory, which is counted (firth_live_counts). Each is as the function of
 * the C library that it stands for. */
#ifndef FIRTH_BASE_MEMORY_H
#define FIRTH_BASE_MEMORY_H

#include <stddef.h>

void *firth_allocate(size_t size);
void *firth_allocate_zeroed(size_t count, size_t size);
void *firth_reallocate(void *memory, size_t size);
void firth_deallocate(void *memory);

/* Zeroed, and not counted: what a thread keeps until it ends. */
void *firth_allocate_for_thread(size_t size);
void firth_deallocate_for_thread(void *memory);

/* A stream, channel, listener or codec has been made, or is no more. */
void firth_count_made(void);
void firth_count_gone(void);

#endif
