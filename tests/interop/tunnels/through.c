/* A channel through a tunnel, which does what it is told.
 *
 *     through tcp HOST PORT
 *     through socks5|http PROXY_HOST PROXY_PORT HOST PORT TIMEOUT [USER PASSWORD]
 *     through ssh SSH_HOST SSH_PORT HOST PORT TIMEOUT [NAME=VALUE...], options of ssh
 *
 * The first line on standard output says whether it is connected; then each line on standard
 * input is one of the commands of channel_commands.h, or
 *
 *     echo SIZE      sends noise of that size and expects it back
 */
#include "channel_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char payload[LARGEST_PAYLOAD];

static firth_err connect_through_proxy(firth_stream **stream, const char *kind, char **words)
{
    firth_proxy_options options = FIRTH_PROXY_OPTIONS_INIT;
    options.connect.timeout = atof(words[4]);
    if (words[5] != NULL) {
        options.user = words[5];
        options.password = words[6];
    }
    return (strcmp(kind, "http") == 0 ? firth_tunneled_socket_stream_http_connect
                                      : firth_tunneled_socket_stream_socks5_connect)(
        stream, words[0], atoi(words[1]), words[2], atoi(words[3]), &options);
}

static bool is_named(const char **value, const char *word, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0 || word[length] != '=')
        return false;
    *value = word + length + 1;
    return true;
}

static firth_err connect_through_ssh(firth_stream **stream, char **words)
{
    firth_ssh_options options = FIRTH_SSH_OPTIONS_INIT;
    options.timeout = atof(words[4]);
    for (char **word = words + 5; *word != NULL; word++)
        if (!is_named(&options.program, *word, "program") &&
            !is_named(&options.user, *word, "user") &&
            !is_named(&options.identity_file, *word, "identity_file") &&
            !is_named(&options.known_hosts, *word, "known_hosts") &&
            !is_named(&options.config_file, *word, "config_file"))
            exit(2);
    return firth_tunneled_socket_stream_ssh_connect(stream, words[0], atoi(words[1]), words[2],
                                                    atoi(words[3]), &options);
}

static firth_err connect_as_told(firth_stream **stream, const char *kind, char **words)
{
    if (strcmp(kind, "tcp") == 0)
        return firth_socket_stream_connect(stream, words[0], atoi(words[1]), NULL);
    if (strcmp(kind, "ssh") == 0)
        return connect_through_ssh(stream, words);
    return connect_through_proxy(stream, kind, words);
}

static void make_noise(size_t size)
{
    unsigned value = (unsigned)size + 1;
    for (size_t i = 0; i < size; i++) {
        value = value * 1103515245u + 12345u;
        payload[i] = (unsigned char)(value >> 16);
    }
}

static void echo(firth_channel *channel, size_t size)
{
    firth_bytes back = {0};
    make_noise(size);
    firth_err err = firth_channel_send(channel, payload, size, PATIENCE);
    if (err == FIRTH_OK)
        err = firth_channel_recv(channel, PATIENCE, &back);
    if (err != FIRTH_OK)
        answer(err);
    else if (back.length == size && memcmp(back.data, payload, size) == 0)
        puts("ok");
    else
        printf("error other %zu bytes came back\n", back.length);
    firth_bytes_free(&back);
}

int main(int count, char **words)
{
    firth_stream *stream;
    firth_channel *channel;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count < 4)
        return 2;
    firth_err err = connect_as_told(&stream, words[1], words + 2);
    if (err == FIRTH_OK) {
        err = firth_channel_create(&channel, stream, NULL);
        firth_stream_free(stream);
    }
    answer(err);
    if (err != FIRTH_OK)
        return 1;
    for (const char *command; (command = next_command()) != NULL;) {
        if (strncmp(command, "echo ", 5) == 0)
            echo(channel, strtoul(command + 5, NULL, 10));
        else
            obey_with_channel(channel, command);
    }
    firth_channel_free(channel);
    return 0;
}
