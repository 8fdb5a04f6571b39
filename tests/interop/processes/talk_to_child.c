/* A channel over a child process, which does what it is told.
 *
 *     talk_to_child PROGRAM [ARGUMENT...]
 *
 * The first line on standard output says whether the child was started; then each line on
 * standard input is a command, answered by one line: `ok`, `ok VALUE`, or
 * `error NAME DETAIL`.
 *
 *     send HEX   recv       a payload, as hexadecimal digits
 *     finish SECONDS   close
 *     status                the exit status, which is waited for
 */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 60.0

static unsigned char payload[1 << 20];
static char command[2 * sizeof payload + 100];

static void answer(firth_err err)
{
    if (err == FIRTH_OK)
        puts("ok");
    else
        printf("error %s %s\n", firth_error_name(err), firth_last_error()->detail);
}

static void send_hex(firth_channel *channel, const char *digits)
{
    size_t length = 0;
    unsigned byte;
    while (sscanf(digits + 2 * length, "%2x", &byte) == 1)
        payload[length++] = (unsigned char)byte;
    answer(firth_channel_send(channel, payload, length, PATIENCE));
}

static void receive(firth_channel *channel)
{
    firth_bytes bytes = {0};
    firth_err err = firth_channel_recv(channel, PATIENCE, &bytes);
    if (err != FIRTH_OK) {
        answer(err);
        return;
    }
    fputs("ok ", stdout);
    for (size_t i = 0; i < bytes.length; i++)
        printf("%02x", ((unsigned char *)bytes.data)[i]);
    puts("");
    firth_bytes_free(&bytes);
}

static void tell_status(firth_stream *stream)
{
    int status;
    firth_err err = firth_pipe_stream_exit_status(stream, PATIENCE, &status);
    if (err == FIRTH_OK)
        printf("ok %d\n", status);
    else
        answer(err);
}

static void obey(firth_channel *channel, firth_stream *stream)
{
    if (strncmp(command, "send ", 5) == 0)
        send_hex(channel, command + 5);
    else if (strcmp(command, "recv") == 0)
        receive(channel);
    else if (strncmp(command, "finish ", 7) == 0)
        answer(firth_channel_finish(channel, atof(command + 7)));
    else if (strcmp(command, "close") == 0)
        answer(firth_channel_close(channel));
    else if (strcmp(command, "status") == 0)
        tell_status(stream);
    else
        puts("error other no such command");
}

int main(int count, char **words)
{
    firth_stream *stream;
    firth_channel *channel;
    (void)count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    firth_err err = firth_pipe_stream_spawn(&stream, (const char *const *)(words + 1), NULL);
    if (err == FIRTH_OK)
        err = firth_channel_create(&channel, stream, NULL);
    answer(err);
    if (err != FIRTH_OK)
        return 1;
    while (fgets(command, sizeof command, stdin) != NULL) {
        command[strcspn(command, "\n")] = '\0';
        obey(channel, stream);
    }
    firth_channel_free(channel);
    firth_stream_free(stream);
    return 0;
}
