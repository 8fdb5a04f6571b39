#include "channel_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void answer(firth_err err)
{
    if (err == FIRTH_OK)
        puts("ok");
    else
        printf("error %s %s\n", firth_error_name(err), firth_last_error()->detail);
}

const char *next_command(void)
{
    static char command[2 * LARGEST_PAYLOAD + 100];
    if (fgets(command, sizeof command, stdin) == NULL)
        return NULL;
    command[strcspn(command, "\n")] = '\0';
    return command;
}

static void send_hex(firth_channel *channel, const char *digits)
{
    static unsigned char payload[LARGEST_PAYLOAD];
    size_t length = 0;
    unsigned byte;
    while (length < sizeof payload && sscanf(digits + 2 * length, "%2x", &byte) == 1)
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

void obey_with_channel(firth_channel *channel, const char *command)
{
    if (strncmp(command, "send ", 5) == 0)
        send_hex(channel, command + 5);
    else if (strcmp(command, "recv") == 0)
        receive(channel);
    else if (strncmp(command, "finish ", 7) == 0)
        answer(firth_channel_finish(channel, atof(command + 7)));
    else if (strcmp(command, "close") == 0)
        answer(firth_channel_close(channel));
    else if (strcmp(command, "closed") == 0)
        puts(firth_channel_closed(channel) ? "ok true" : "ok false");
    else
        puts("error other no such command");
}
