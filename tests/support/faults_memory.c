#include "faults.h"

#include "faults_state.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

static struct {
    _Atomic unsigned until_failure; /* 0: none is planned */
    _Atomic size_t too_large;
    _Atomic bool happened;
    _Atomic size_t largest;
    _Atomic long live;
} memory;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *before, size_t size);
void __real_free(void *block);
int __real_deflateInit_(z_streamp stream, int level, const char *version, int size);
int __real_inflateInit_(z_streamp stream, const char *version, int size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *before, size_t size);
void __wrap_free(void *block);
int __wrap_deflateInit_(z_streamp stream, int level, const char *version, int size);
int __wrap_inflateInit_(z_streamp stream, const char *version, int size);

void fail_allocation(unsigned nth)
{
    memory.happened = false;
    memory.until_failure = nth;
}

void fail_allocations_from(size_t size)
{
    memory.happened = false;
    memory.too_large = size;
}

bool fault_happened(void)
{
    return memory.happened || faults_call_failed();
}

size_t largest_allocation(void)
{
    return memory.largest;
}

long live_allocations(void)
{
    return memory.live;
}

void faults_memory_off(void)
{
    memory.until_failure = 0;
    memory.too_large = 0;
    memory.largest = 0;
    memory.happened = false;
}

static bool fails_now(size_t size)
{
    if (size > memory.largest)
        memory.largest = size;
    bool fails = memory.too_large != 0 && size >= memory.too_large;
    unsigned left = memory.until_failure;
    if (left != 0) {
        memory.until_failure = left - 1;
        fails = fails || left == 1;
    }
    if (fails)
        memory.happened = true;
    return fails;
}

static void *counted(void *block)
{
    if (block != NULL)
        memory.live++;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails_now(size) ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now(count * size) ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *before, size_t size)
{
    if (fails_now(size))
        return NULL;
    void *after = __real_realloc(before, size);
    return before == NULL ? counted(after) : after;
}

void __wrap_free(void *block)
{
    if (block != NULL)
        memory.live--;
    __real_free(block);
}

/* zlib allocates by itself: that it has no memory is said in its place. */
int __wrap_deflateInit_(z_streamp stream, int level, const char *version, int size)
{
    return fails_now(0) ? Z_MEM_ERROR : __real_deflateInit_(stream, level, version, size);
}

int __wrap_inflateInit_(z_streamp stream, const char *version, int size)
{
    return fails_now(0) ? Z_MEM_ERROR : __real_inflateInit_(stream, version, size);
}
