#include "platform/fork.h"

#include <pthread.h>

static _Atomic unsigned current;
static atomic_flag settling = ATOMIC_FLAG_INIT;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void in_child(void)
{
    atomic_fetch_add_explicit(&current, 1, memory_order_relaxed);
    atomic_flag_clear(&settling);
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, in_child);
}

unsigned firth_fork_generation(void)
{
    pthread_once(&once, watch_forks);
    return atomic_load_explicit(&current, memory_order_relaxed);
}

static void settle_now(_Atomic unsigned *generation, unsigned now, void (*settle)(void *object),
                       void *object)
{
    while (atomic_flag_test_and_set(&settling))
        continue;
    if (atomic_load(generation) != now) {
        settle(object);
        atomic_store(generation, now);
    }
    atomic_flag_clear(&settling);
}

void firth_fork_settle(_Atomic unsigned *generation, void (*settle)(void *object), void *object)
{
    unsigned now = firth_fork_generation();
    if (atomic_load_explicit(generation, memory_order_relaxed) != now)
        settle_now(generation, now, settle, object);
}
