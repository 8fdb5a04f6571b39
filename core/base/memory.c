#include "base/memory.h"

#include <firth/base.h>

#include <stdatomic.h>
#include <stdlib.h>

static _Atomic size_t pieces;
static _Atomic size_t objects;

static void add(_Atomic size_t *counter, size_t count)
{
    atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}

/* Whether there is memory; then it is one more piece. */
static void *counted(void *memory)
{
    if (memory != NULL)
        add(&pieces, 1);
    return memory;
}

void *firth_allocate(size_t size)
{
    return counted(malloc(size));
}

void *firth_allocate_zeroed(size_t count, size_t size)
{
    return counted(calloc(count, size));
}

void *firth_reallocate(void *memory, size_t size)
{
    return memory != NULL ? realloc(memory, size) : firth_allocate(size);
}

void firth_deallocate(void *memory)
{
    if (memory != NULL)
        add(&pieces, (size_t)-1);
    free(memory);
}

void *firth_allocate_for_thread(size_t size)
{
    return calloc(1, size);
}

void firth_deallocate_for_thread(void *memory)
{
    free(memory);
}

void firth_count_made(void)
{
    add(&objects, 1);
}

void firth_count_gone(void)
{
    add(&objects, (size_t)-1);
}

void firth_live_counts(firth_live *live)
{
    if (live == NULL)
        return;
    *live = (firth_live){
        .objects = atomic_load_explicit(&objects, memory_order_relaxed),
        .allocations = atomic_load_explicit(&pieces, memory_order_relaxed),
    };
}
