/* Sends one payload to a peer that answers each payload with itself.
 * Usage: hello HOST PORT */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>

static void check(firth_err err)
{
    if (err != FIRTH_OK) {
        fprintf(stderr, "%s\n", firth_last_error()->detail);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    firth_stream *stream;
    firth_channel *channel;
    firth_bytes payload;

    if (argc != 3)
        return 2;
    check(firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), NULL));
    check(firth_channel_create(&channel, stream, NULL));

    check(firth_channel_send(channel, "hello, brine", 12, FIRTH_UNSET));
    check(firth_channel_recv(channel, FIRTH_UNSET, &payload));
    printf("%.*s\n", (int)payload.length, (const char *)payload.data);

    firth_bytes_free(&payload);
    check(firth_channel_finish(channel, FIRTH_UNSET));
    firth_channel_free(channel);
    firth_stream_free(stream);
}
