#include "foreign_memory.h"

#include <openssl/crypto.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *before, size_t size);
void __real_free(void *block);

static struct {
    unsigned nth, made;
    long live;
} foreign;

static bool fails_now(void)
{
    return ++foreign.made == foreign.nth;
}

static void *foreign_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    void *block = fails_now() ? NULL : __real_malloc(size);
    foreign.live += block != NULL;
    return block;
}

static void *foreign_realloc(void *before, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    void *block = fails_now() ? NULL : __real_realloc(before, size);
    foreign.live += before == NULL && block != NULL;
    return block;
}

static void foreign_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    foreign.live -= block != NULL;
    __real_free(block);
}

bool watch_foreign_memory(void)
{
    return CRYPTO_set_mem_functions(foreign_malloc, foreign_realloc, foreign_free) == 1;
}

void fail_foreign(unsigned nth)
{
    foreign.nth = nth;
    foreign.made = 0;
}

bool foreign_happened(void)
{
    return foreign.nth != 0 && foreign.made >= foreign.nth;
}

unsigned foreign_allocations(void)
{
    return foreign.made;
}

long foreign_live(void)
{
    return foreign.live;
}
