/* What the examples share: every failure is told in one line and ends the program. */
#ifndef EXAMPLES_C_EXAMPLE_H
#define EXAMPLES_C_EXAMPLE_H

#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static inline void expect_ok(firth_err err)
{
    if (err != FIRTH_OK)
        give_up(firth_last_error()->detail);
}

/* `count` words, the program's own name among them. */
static inline void expect_arguments(int argc, int count, const char *usage)
{
    if (argc < count) {
        fprintf(stderr, "usage: %s\n", usage);
        exit(2);
    }
}

/* Sends a text and prints the answer to it. */
static inline void ask(firth_channel *channel, const char *text)
{
    firth_bytes response;
    expect_ok(firth_channel_send(channel, text, strlen(text), FIRTH_UNSET));
    expect_ok(firth_channel_recv(channel, FIRTH_UNSET, &response));
    printf("Response: %.*s\n", (int)response.length, (char *)response.data);
    firth_bytes_free(&response);
}

/* A channel that alone keeps the stream. */
static inline firth_channel *channel_over(firth_stream *stream)
{
    firth_channel *channel;
    expect_ok(firth_channel_create(&channel, stream, NULL));
    firth_stream_free(stream);
    return channel;
}

static inline void end(firth_channel *channel)
{
    expect_ok(firth_channel_finish(channel, FIRTH_UNSET));
    firth_channel_free(channel);
}

#endif
