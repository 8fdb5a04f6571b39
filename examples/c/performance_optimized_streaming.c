/* A thousand small payloads to a peer that answers each with itself: one at a time, in batches,
 * and corked: performance_optimized_streaming HOST PORT
 *
 * Other than the document's: its loop waits for each answer before it sends the next payload,
 * and then there is never a second one to send along. The later rounds collect the answers
 * afterwards. */
#include "example.h"

enum { PAYLOADS = 1000 };

static size_t payload_of(int i, char text[32])
{
    return (size_t)snprintf(text, 32, "operation %d", i);
}

static void send_one(firth_channel *channel, int i)
{
    char text[32];
    expect_ok(firth_channel_send(channel, text, payload_of(i, text), FIRTH_UNSET));
}

static void receive_one(firth_channel *channel, int i)
{
    char text[32];
    firth_bytes answer;
    size_t length = payload_of(i, text);
    expect_ok(firth_channel_recv(channel, FIRTH_UNSET, &answer));
    if (answer.length != length || memcmp(answer.data, text, length) != 0)
        give_up("another answer");
    firth_bytes_free(&answer);
}

static void send_and_receive_one(firth_channel *channel, int i)
{
    send_one(channel, i);
    receive_one(channel, i);
}

static void for_all(firth_channel *channel, void (*what)(firth_channel *, int))
{
    for (int i = 0; i < PAYLOADS; i++)
        what(channel, i);
}

static void one_at_a_time(firth_channel *channel)
{
    for_all(channel, send_and_receive_one);
}

static void batched(firth_channel *channel)
{
    for_all(channel, send_one);
    for_all(channel, receive_one);
}

static void corked(firth_channel *channel)
{
    expect_ok(firth_channel_cork(channel));
    for_all(channel, send_one);
    expect_ok(firth_channel_uncork(channel, FIRTH_UNSET));
    for_all(channel, receive_one);
}

/* Tells how many system calls it took. */
static void count(const char *name, const firth_stream *base, firth_channel *channel,
                  void (*way)(firth_channel *))
{
    firth_counters before, after;
    expect_ok(firth_stream_counters(base, &before));
    way(channel);
    expect_ok(firth_stream_counters(base, &after));
    printf("%s: %d payloads, %d writes, %d reads\n", name, PAYLOADS,
           (int)(after.write_calls - before.write_calls),
           (int)(after.read_calls - before.read_calls));
}

int main(int argc, char **argv)
{
    firth_stream *base, *buffered;
    firth_channel *channel;
    expect_arguments(argc, 3, "performance_optimized_streaming HOST PORT");

    expect_ok(firth_socket_stream_connect(&base, argv[1], atoi(argv[2]), NULL));
    expect_ok(firth_buffered_stream_create(&buffered, base, 32768));
    expect_ok(firth_batching_channel_create(&channel, buffered, 20, 0.05, NULL));
    firth_stream_free(buffered); /* the channel keeps it */

    count("one_at_a_time", base, channel, one_at_a_time);
    count("batched", base, channel, batched);
    count("corked", base, channel, corked);
    end(channel);
    firth_stream_free(base);
    return 0;
}
