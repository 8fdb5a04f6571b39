/* Three payloads in one write, to a peer that answers each with itself:
 * channel_options HOST PORT */
#include "example.h"

int main(int argc, char **argv)
{
    firth_connect_options connecting = FIRTH_CONNECT_OPTIONS_INIT;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    static const char payload[5000];
    firth_stream *stream;
    firth_channel *channel;
    firth_bytes answer;
    firth_counters counters;
    expect_arguments(argc, 3, "channel_options HOST PORT");

    connecting.timeout = 10;
    options.compression_level = 6;
    options.batch_size = 20;
    options.batch_timeout = 0.05;
    options.limits.frame = 1 << 20;
    options.limits.inflated = 4 << 20;
    expect_ok(firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), &connecting));
    expect_ok(firth_channel_create(&channel, stream, &options));

    expect_ok(firth_channel_cork(channel));
    expect_ok(firth_channel_send(channel, "one", 3, FIRTH_UNSET));
    expect_ok(firth_channel_send(channel, "two", 3, FIRTH_UNSET));
    expect_ok(firth_channel_send(channel, payload, sizeof payload, FIRTH_UNSET));
    expect_ok(firth_channel_uncork(channel, FIRTH_UNSET));
    for (int i = 0; i < 3; i++) {
        expect_ok(firth_channel_recv(channel, 10, &answer));
        printf("%zu bytes\n", answer.length);
        firth_bytes_free(&answer);
    }
    expect_ok(firth_stream_counters(stream, &counters));
    printf("%d write\n", (int)counters.write_calls);
    end(channel);
    firth_stream_free(stream);
    return 0;
}
