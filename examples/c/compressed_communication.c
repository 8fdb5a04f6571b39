/* Large data to a peer that answers each payload with itself, compressed as well as zlib can:
 * compressed_communication HOST PORT */
#include "example.h"

enum { NUMBERS = 10000 };

static size_t fill(char *text, size_t capacity)
{
    size_t length = 0;
    for (int i = 1; i <= NUMBERS; i++)
        length += (size_t)snprintf(text + length, capacity - length, "%d ", i);
    return length;
}

static void tell_saved(const firth_stream *stream, size_t size)
{
    firth_counters counters;
    expect_ok(firth_stream_counters(stream, &counters));
    size_t sent = counters.bytes_written;
    printf("Data: %zu bytes, sent as %zu bytes, %zu %% saved\n", size, sent,
           100 - 100 * sent / size);
}

int main(int argc, char **argv)
{
    static char large_data[6 * NUMBERS];
    size_t size = fill(large_data, sizeof large_data);
    firth_stream *stream;
    firth_channel *channel;
    firth_bytes answer;
    expect_arguments(argc, 3, "compressed_communication HOST PORT");

    expect_ok(firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), NULL));
    expect_ok(firth_compressed_channel_create(&channel, stream, 9, NULL));
    expect_ok(firth_channel_send(channel, large_data, size, FIRTH_UNSET));
    expect_ok(firth_channel_recv(channel, FIRTH_UNSET, &answer));
    if (answer.length != size || memcmp(answer.data, large_data, size) != 0)
        give_up("another answer");
    firth_bytes_free(&answer);

    tell_saved(stream, size);
    end(channel);
    firth_stream_free(stream);
    return 0;
}
