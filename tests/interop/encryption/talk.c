/* One side of an encrypted connection on 127.0.0.1.
 *
 *     talk listen KEY COMPRESS TASK      first prints: listening tcp 127.0.0.1 PORT
 *     talk connect PORT KEY COMPRESS TASK
 *
 * KEY is hexadecimal digits, COMPRESS 0 or 1. TASK: echo, sink, send COUNT LENGTH, or ask COUNT
 * LENGTH, which waits for each payload to come back. At last it prints how many payloads came,
 * and what ended it: "came 3 ended eof". */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 30.0

static int fail(const char *what)
{
    printf("%s: %s: %s\n", what, firth_error_name(firth_last_error()->code),
           firth_last_error()->detail);
    return 1;
}

static firth_stream *listen_once(void)
{
    firth_listener *listener;
    firth_stream *stream = NULL;
    if (firth_listener_listen(&listener, "127.0.0.1", 0, NULL) != FIRTH_OK)
        return NULL;
    printf("listening tcp 127.0.0.1 %d\n", firth_listener_port(listener));
    fflush(stdout);
    firth_listener_accept(listener, &stream, PATIENCE);
    firth_listener_free(listener);
    return stream;
}

static firth_stream *connect_to(const char *port)
{
    firth_stream *stream = NULL;
    firth_socket_stream_connect(&stream, "127.0.0.1", atoi(port), NULL);
    return stream;
}

/* Payload number i: i in 4 bytes, big-endian, again and again. */
static void fill(unsigned char *payload, size_t length, unsigned i)
{
    for (size_t at = 0; at < length; at++)
        payload[at] = (unsigned char)(i >> (8 * (3 - at % 4)));
}

static firth_err receive_until_end(firth_channel *channel, bool echo, unsigned *came)
{
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK) {
        firth_bytes payload;
        err = firth_channel_recv(channel, PATIENCE, &payload);
        if (err == FIRTH_OK && echo)
            err = firth_channel_send(channel, payload.data, payload.length, PATIENCE);
        *came += payload.data != NULL;
        firth_bytes_free(&payload);
    }
    return err;
}

static firth_err expect(firth_channel *channel, const unsigned char *payload, size_t length)
{
    firth_bytes found;
    firth_err err = firth_channel_recv(channel, PATIENCE, &found);
    if (err == FIRTH_OK &&
        (found.length != length || (length != 0 && memcmp(found.data, payload, length) != 0)))
        err = FIRTH_E_INVALID;
    firth_bytes_free(&found);
    return err;
}

static firth_err send_many(firth_channel *channel, bool ask, unsigned count, size_t length,
                           unsigned *came)
{
    firth_err err = FIRTH_OK;
    unsigned char *payload = malloc(length + 1);
    for (unsigned i = 0; err == FIRTH_OK && i < count; i++) {
        fill(payload, length, i);
        err = firth_channel_send(channel, payload, length, PATIENCE);
        if (err == FIRTH_OK && ask)
            err = expect(channel, payload, length);
        *came += ask && err == FIRTH_OK;
    }
    free(payload);
    return err;
}

static firth_err run(firth_channel *channel, char **task, unsigned *came)
{
    if (strcmp(task[0], "echo") == 0 || strcmp(task[0], "sink") == 0)
        return receive_until_end(channel, task[0][0] == 'e', came);
    firth_err err = send_many(channel, strcmp(task[0], "ask") == 0, (unsigned)atoi(task[1]),
                              (size_t)atol(task[2]), came);
    return err == FIRTH_OK ? firth_channel_finish(channel, PATIENCE) : err;
}

static size_t bytes_of(const char *digits, unsigned char *bytes)
{
    size_t length = 0;
    for (; length < FIRTH_KEY_MAX && sscanf(digits, "%2hhx", &bytes[length]) == 1; length++)
        digits += 2;
    return length;
}

int main(int argc, char **argv)
{
    bool listens = argc > 1 && strcmp(argv[1], "listen") == 0;
    char **words = argv + (listens ? 2 : 3);
    if (argc < (listens ? 5 : 6))
        return 2;
    unsigned char key[FIRTH_KEY_MAX];
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compress = atoi(words[1]) != 0 ? FIRTH_COMPRESSION_ON : FIRTH_COMPRESSION_OFF;
    firth_stream *stream = listens ? listen_once() : connect_to(argv[2]);
    firth_channel *channel;
    if (stream == NULL)
        return fail("the connection");
    if (firth_encrypted_channel_create(&channel, stream, key, bytes_of(words[0], key), &options) !=
        FIRTH_OK)
        return fail("the channel");
    unsigned came = 0;
    firth_err err = run(channel, words + 2, &came);
    printf("came %u ended %s\n", came, firth_error_name(err));
    firth_channel_free(channel);
    firth_stream_free(stream);
    return 0;
}
