#include <firth/firth.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) /* HOST PORT of a peer that answers each payload with itself */
{
    firth_stream *stream;
    firth_channel *channel;
    firth_bytes answer;
    if (argc != 3 || firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), NULL) ||
        firth_channel_create(&channel, stream, NULL) ||
        firth_channel_send(channel, "hello, brine", 12, FIRTH_UNSET) ||
        firth_channel_recv(channel, FIRTH_UNSET, &answer))
        return fprintf(stderr, "%s\n", firth_last_error()->detail), 1;
    printf("%.*s\n", (int)answer.length, (char *)answer.data);
}
