/* The testee in C: does what ../../README.md says on standard input, and answers on
 * standard output. */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static firth_channel *channel;
static firth_frame_codec *codec;

static void answer(firth_err err, const char *well)
{
    if (err == FIRTH_OK)
        printf("%s\n", well);
    else
        printf("error %s %s\n", firth_error_name(err), firth_last_error()->detail);
}

static void answer_bytes(firth_err err, const char *kind, firth_bytes *bytes)
{
    if (err != FIRTH_OK) {
        answer(err, "");
        return;
    }
    printf("%s %zu\n", kind, bytes->length);
    fwrite(bytes->data, 1, bytes->length, stdout);
    firth_bytes_free(bytes);
}

/* The next word of the command; NULL if there is none. */
static char *word(void)
{
    return strtok(NULL, " ");
}

static char *needed_word(void)
{
    char *found = word();
    if (found == NULL) {
        fprintf(stderr, "a word is missing\n");
        exit(1);
    }
    return found;
}

/* The bytes that follow the command's line; the caller frees them. */
static unsigned char *read_bytes(size_t *length)
{
    *length = (size_t)strtoull(needed_word(), NULL, 10);
    unsigned char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, stdin) != *length) {
        fprintf(stderr, "%zu bytes did not come\n", *length);
        exit(1);
    }
    return bytes;
}

static void set_option(firth_channel_options *options, const char *name, size_t value)
{
    if (strcmp(name, "compress") == 0)
        options->compress = value != 0;
    else if (strcmp(name, "limits.frame") == 0)
        options->limits.frame = value;
    else if (strcmp(name, "limits.inflated") == 0)
        options->limits.inflated = value;
}

static firth_channel_options read_options(void)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    for (char *option = word(); option != NULL; option = word()) {
        char *value = strchr(option, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        set_option(&options, option, (size_t)strtoull(value, NULL, 10));
    }
    return options;
}

static firth_err open_stream(firth_stream **stream)
{
    if (strcmp(needed_word(), "unix") == 0)
        return firth_socket_stream_unix_connect(stream, needed_word(), FIRTH_UNSET);
    const char *host = needed_word();
    return firth_socket_stream_connect(stream, host, atoi(needed_word()), NULL);
}

static void do_connect(void)
{
    firth_stream *stream;
    firth_channel_free(channel);
    channel = NULL;
    firth_err err = open_stream(&stream);
    firth_channel_options options = read_options();
    if (err == FIRTH_OK)
        err = firth_channel_create(&channel, stream, &options);
    answer(err, "ok");
    firth_stream_free(stream);
}

static void do_send(void)
{
    size_t length;
    unsigned char *payload = read_bytes(&length);
    answer(firth_channel_send(channel, payload, length, FIRTH_UNSET), "ok");
    free(payload);
}

static void do_recv(void)
{
    firth_bytes payload;
    answer_bytes(firth_channel_recv(channel, atof(needed_word()), &payload), "payload", &payload);
}

static void do_poll(void)
{
    bool ready = false;
    firth_err err = firth_channel_poll(channel, atof(needed_word()), &ready);
    answer(err, ready ? "true" : "false");
}

static void do_close(void)
{
    answer(firth_channel_close(channel), "ok");
}

static void do_codec(void)
{
    firth_channel_options options = read_options();
    firth_frame_codec_free(codec);
    answer(firth_frame_codec_create(&codec, &options), "ok");
}

static void do_encode(void)
{
    size_t length;
    firth_bytes frame;
    unsigned char *payload = read_bytes(&length);
    answer_bytes(firth_frame_codec_encode(codec, payload, length, &frame), "bytes", &frame);
    free(payload);
}

static void do_feed(void)
{
    size_t length;
    unsigned char *bytes = read_bytes(&length);
    answer(firth_frame_codec_feed(codec, bytes, length), "ok");
    free(bytes);
}

static void do_decode(void)
{
    firth_bytes payload;
    firth_err err = firth_frame_codec_decode(codec, &payload);
    if (err == FIRTH_E_WANT_READ)
        printf("more\n");
    else
        answer_bytes(err, "payload", &payload);
}

static void do_end(void)
{
    answer(firth_frame_codec_end(codec), "");
}

static void do_version(void)
{
    printf("version firth %s, zlib %s, C\n", firth_version(), firth_zlib_version());
}

static const struct command {
    const char *name;
    void (*run)(void);
} commands[] = {
    {"connect", do_connect}, {"send", do_send},   {"recv", do_recv},       {"poll", do_poll},
    {"close", do_close},     {"codec", do_codec}, {"encode", do_encode},   {"feed", do_feed},
    {"decode", do_decode},   {"end", do_end},     {"version", do_version},
};

static bool run_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0) {
            commands[i].run();
            return true;
        }
    fprintf(stderr, "no such command: %s\n", name);
    return false;
}

int main(void)
{
    char line[1024];
    int status = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *name = strtok(line, " ");
        if (name == NULL || strcmp(name, "quit") == 0)
            break;
        if (!run_command(name)) {
            status = 1;
            break;
        }
        fflush(stdout);
    }
    firth_channel_free(channel);
    firth_frame_codec_free(codec);
    return status;
}
