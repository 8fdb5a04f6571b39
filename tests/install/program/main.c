/* An outside program: one payload through a pair of pipes. */
#include <firth/firth.h>

#include <stdio.h>
#include <string.h>

static int exchange(firth_channel *sender, firth_channel *receiver)
{
    firth_bytes payload = {0};
    if (firth_channel_send(sender, "brine", 5, 5.0) != FIRTH_OK ||
        firth_channel_recv(receiver, 5.0, &payload) != FIRTH_OK) {
        fprintf(stderr, "%s\n", firth_last_error()->detail);
        return 1;
    }
    int same = payload.length == 5 && memcmp(payload.data, "brine", 5) == 0;
    firth_bytes_free(&payload);
    printf("firth %s\n", firth_version());
    return same ? 0 : 1;
}

int main(void)
{
    firth_stream *left, *right;
    firth_channel *sender, *receiver;
    if (firth_pipe_stream_create_pair(&left, &right) != FIRTH_OK ||
        firth_channel_create(&sender, left, NULL) != FIRTH_OK ||
        firth_channel_create(&receiver, right, NULL) != FIRTH_OK)
        return 1;
    int status = exchange(sender, receiver);
    firth_channel_free(sender);
    firth_channel_free(receiver);
    firth_stream_free(left);
    firth_stream_free(right);
    return status;
}
