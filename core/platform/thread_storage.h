/* One block of memory for each thread that asks for it. */
#ifndef FIRTH_PLATFORM_THREAD_STORAGE_H
#define FIRTH_PLATFORM_THREAD_STORAGE_H

#include <stddef.h>

/* The calling thread's block: `size` bytes, zero at first, NULL if there is no
 * memory. When the thread ends, `destroy` clears what the block holds, and the
 * block is freed. The library has one such block: every call gives the same size. */
void *firth_thread_storage(size_t size, void (*destroy)(void *memory));

#endif
