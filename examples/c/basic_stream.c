/* A payload to a peer that answers each with itself: basic_stream HOST PORT */
#include "example.h"

int main(int argc, char **argv)
{
    firth_stream *stream;
    firth_channel *channel;
    expect_arguments(argc, 3, "basic_stream HOST PORT");

    expect_ok(firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), NULL));
    expect_ok(firth_channel_create(&channel, stream, NULL));
    firth_stream_free(stream); /* the channel keeps it */

    firth_bytes response;
    expect_ok(firth_channel_send(channel, "Hello RPyC", 10, FIRTH_UNSET));
    expect_ok(firth_channel_recv(channel, FIRTH_UNSET, &response));
    printf("Response: %.*s\n", (int)response.length, (char *)response.data);
    firth_bytes_free(&response);

    expect_ok(firth_channel_finish(channel, FIRTH_UNSET));
    firth_channel_free(channel);
    return 0;
}
