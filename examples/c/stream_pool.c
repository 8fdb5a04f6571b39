/* Four threads share two connections: stream_pool HOST PORT
 *
 * The document's pool gives a stream back and then closes it with its connection; this
 * one keeps the channels, open, and lends them. */
#include "example.h"

#include <pthread.h>

enum { POOL_SIZE = 2, THREADS = 4, TASKS = 5 };

typedef struct stream_pool {
    firth_channel *idle[POOL_SIZE];
    int idle_count;
    pthread_mutex_t lock;
    pthread_cond_t returned;
} stream_pool;

typedef struct worker {
    stream_pool *pool;
    int number;
    pthread_t thread;
} worker;

static void fill(stream_pool *pool, const char *host, int port)
{
    for (; pool->idle_count < POOL_SIZE; pool->idle_count++) {
        firth_stream *stream;
        expect_ok(firth_socket_stream_connect(&stream, host, port, NULL));
        pool->idle[pool->idle_count] = channel_over(stream);
    }
}

/* Waits until one is idle. */
static firth_channel *take(stream_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->idle_count == 0)
        pthread_cond_wait(&pool->returned, &pool->lock);
    firth_channel *channel = pool->idle[--pool->idle_count];
    pthread_mutex_unlock(&pool->lock);
    return channel;
}

static void give_back(stream_pool *pool, firth_channel *channel)
{
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_count++] = channel;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *argument)
{
    worker *self = argument;
    for (int task = 0; task < TASKS; task++) {
        char text[64];
        firth_bytes result;
        int length = snprintf(text, sizeof text, "Thread %d, task %d: done", self->number, task);
        firth_channel *channel = take(self->pool);
        expect_ok(firth_channel_send(channel, text, (size_t)length, FIRTH_UNSET));
        expect_ok(firth_channel_recv(channel, FIRTH_UNSET, &result));
        give_back(self->pool, channel);
        printf("%.*s\n", (int)result.length, (char *)result.data);
        firth_bytes_free(&result);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    stream_pool pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .returned = PTHREAD_COND_INITIALIZER};
    worker workers[THREADS];
    expect_arguments(argc, 3, "stream_pool HOST PORT");
    fill(&pool, argv[1], atoi(argv[2]));

    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.pool = &pool, .number = i};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            give_up("no thread");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);

    for (int i = 0; i < POOL_SIZE; i++)
        end(pool.idle[i]);
    printf("%d tasks over %d connections\n", THREADS * TASKS, POOL_SIZE);
    return 0;
}
