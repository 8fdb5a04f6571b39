#include "platform/thread_storage.h"

#include "base/memory.h"

#include <pthread.h>

struct block {
    void (*destroy)(void *block);
    max_align_t memory[];
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_failed;

static void end_of_thread(void *block)
{
    ((struct block *)block)->destroy(((struct block *)block)->memory);
    firth_deallocate_for_thread(block);
}

static void make_key(void)
{
    key_failed = pthread_key_create(&key, end_of_thread);
}

static struct block *new_block(size_t size, void (*destroy)(void *memory))
{
    struct block *block = firth_allocate_for_thread(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->destroy = destroy;
    if (pthread_setspecific(key, block) != 0) {
        firth_deallocate_for_thread(block);
        return NULL;
    }
    return block;
}

void *firth_thread_storage(size_t size, void (*destroy)(void *memory))
{
    if (pthread_once(&once, make_key) != 0 || key_failed)
        return NULL;
    struct block *block = pthread_getspecific(key);
    if (block == NULL)
        block = new_block(size, destroy);
    return block != NULL ? block->memory : NULL;
}
