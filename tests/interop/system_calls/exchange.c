/* Sends and receives frames on a pair of sockets in one process, to be run under strace.
 *
 *     exchange unix PATH | exchange tcp
 *
 * What is measured lies between two writes to descriptor -1, "begin NAME" and "end". Afterwards
 * standard output has a line `NAME READ_CALLS WRITE_CALLS`: what firth's counters say. Each
 * thing is done once before without being measured, so that memory is there. */
#include <firth/firth.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGEST = 200000, SEND_BUFFER = 1 << 20 };

typedef struct pair {
    firth_channel *sender;
    firth_channel *receiver;
} pair;

static unsigned char payload[LARGEST];
static unsigned char taken[2 * LARGEST];

static void demand(firth_err err)
{
    if (err == FIRTH_OK)
        return;
    fprintf(stderr, "%s\n", firth_last_error()->detail);
    exit(1);
}

static void mark(const char *text)
{
    ssize_t refused = write(-1, text, strlen(text));
    (void)refused;
}

static firth_counters counters_of(firth_channel *channel)
{
    firth_counters counters;
    firth_stream *stream = firth_channel_stream(channel);
    demand(firth_stream_counters(stream, &counters));
    firth_stream_free(stream);
    return counters;
}

typedef void (*action)(firth_channel *channel, size_t size, double timeout);

/* Does it once, measured under `name` unless that is NULL. */
static void measure(const char *name, action act, firth_channel *channel, size_t size,
                    double timeout)
{
    if (name == NULL) {
        act(channel, size, timeout);
        return;
    }
    char text[80];
    snprintf(text, sizeof text, "begin %s", name);
    firth_counters before = counters_of(channel);
    mark(text);
    act(channel, size, timeout);
    mark("end");
    firth_counters after = counters_of(channel);
    printf("%s %d %d\n", name, (int)(after.read_calls - before.read_calls),
           (int)(after.write_calls - before.write_calls));
}

static void send_payload(firth_channel *channel, size_t size, double timeout)
{
    demand(firth_channel_send(channel, payload, size, timeout));
}

static void *into_taken(void *context, size_t size)
{
    (void)context;
    return size <= sizeof taken ? taken : NULL;
}

static void receive(firth_channel *channel, size_t size, double timeout)
{
    size_t length;
    demand(firth_channel_recv_into(channel, timeout, into_taken, NULL, &length));
    if (length != size || memcmp(taken, payload, size) != 0) {
        fprintf(stderr, "another payload of %zu bytes came\n", length);
        exit(1);
    }
}

static void poll_and_receive(firth_channel *channel, size_t size, double timeout)
{
    bool ready;
    demand(firth_channel_poll(channel, timeout, &ready));
    receive(channel, size, timeout);
}

static void wait_for_data(firth_channel *channel)
{
    bool ready;
    demand(firth_channel_poll(channel, 10.0, &ready));
    if (!ready)
        exit(1);
}

/* One payload from end to end; `name` NULL measures nothing. */
static void exchange(const pair *channels, const char *name, size_t size, double timeout)
{
    char sending[60], receiving[60];
    snprintf(sending, sizeof sending, "send-%s-%zu", name, size);
    snprintf(receiving, sizeof receiving, "recv-%s-%zu", name, size);
    measure(name ? sending : NULL, send_payload, channels->sender, size, timeout);
    wait_for_data(channels->receiver);
    measure(name ? receiving : NULL, receive, channels->receiver, size, timeout);
}

static void exchange_sizes(const pair *channels, const char *name, double timeout)
{
    static const size_t sizes[] = {0, 1, 16, 2999, 3000, 3001, 64000, 65536, LARGEST};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        exchange(channels, NULL, sizes[i], timeout);
        exchange(channels, name, sizes[i], timeout);
    }
}

/* A wait inside what is measured, to show that it would be seen. */
static void exchange_with_poll(const pair *channels)
{
    send_payload(channels->sender, 16, 5.0);
    wait_for_data(channels->receiver);
    measure("poll-and-recv-16", poll_and_receive, channels->receiver, 16, 5.0);
}

static firth_stream *connect_to(firth_listener *listener)
{
    firth_stream *stream;
    int port = firth_listener_port(listener);
    demand(port != 0
               ? firth_socket_stream_connect(&stream, "127.0.0.1", port, NULL)
               : firth_socket_stream_unix_connect(&stream, firth_listener_path(listener), 5.0));
    return stream;
}

static firth_channel *channel_over(firth_stream *stream, bool compress)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compress = compress;
    firth_channel *channel;
    demand(firth_channel_create(&channel, stream, &options));
    firth_stream_free(stream);
    return channel;
}

/* The sender's socket takes the largest frame at once. */
static pair connected(firth_listener *listener, bool compress)
{
    int descriptor, size = SEND_BUFFER;
    firth_stream *client = connect_to(listener), *server;
    demand(firth_listener_accept(listener, &server, 5.0));
    demand(firth_stream_write_fileno(client, &descriptor));
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) != 0)
        exit(1);
    return (pair){channel_over(client, compress), channel_over(server, compress)};
}

static void disconnect(const pair *channels)
{
    firth_channel_free(channels->sender);
    firth_channel_free(channels->receiver);
}

static firth_listener *listen_on(int count, char **arguments)
{
    firth_listener *listener;
    if (count == 3 && strcmp(arguments[1], "unix") == 0)
        demand(firth_listener_unix_listen(&listener, arguments[2], NULL));
    else
        demand(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    return listener;
}

int main(int count, char **arguments)
{
    /* Memory that was there once stays there: malloc asks the system no more. */
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    mallopt(M_MMAP_THRESHOLD, 1 << 28);
    mallopt(M_TOP_PAD, 1 << 24);
    firth_listener *listener = listen_on(count, arguments);
    for (size_t i = 0; i < LARGEST; i++)
        payload[i] = (unsigned char)(i * i >> 7);

    pair plain = connected(listener, false);
    exchange_sizes(&plain, "plain", FIRTH_UNSET);
    exchange_sizes(&plain, "timed", 5.0);
    exchange_with_poll(&plain);
    disconnect(&plain);

    pair compressed = connected(listener, true);
    exchange_sizes(&compressed, "compressed", 5.0);
    disconnect(&compressed);

    firth_listener_free(listener);
    return 0;
}
