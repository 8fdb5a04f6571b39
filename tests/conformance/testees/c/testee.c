/* The testee in C: does what ../../README.md says on standard input, and answers on
 * standard output. */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static firth_channel *channel;
static firth_frame_codec *codec;

static void give_up(const char *why)
{
    fprintf(stderr, "testee: %s\n", why);
    exit(2);
}

/* ---- Answers ---- */

static void answer_error(firth_err err)
{
    printf("error %s %s\n", firth_error_name(err), firth_last_error()->detail);
}

static void answer_ok(firth_err err)
{
    if (err == FIRTH_OK)
        puts("ok");
    else
        answer_error(err);
}

static void answer_bytes(firth_err err, const char *word, firth_bytes *bytes)
{
    if (err == FIRTH_E_WANT_READ) {
        puts("more");
        return;
    }
    if (err != FIRTH_OK) {
        answer_error(err);
        return;
    }
    printf("%s %zu\n", word, bytes->length);
    fwrite(bytes->data, 1, bytes->length, stdout);
    firth_bytes_free(bytes);
}

/* ---- What a command is followed by ---- */

static firth_bytes bytes_of(const char *words)
{
    firth_bytes bytes = {.length = strtoul(words, NULL, 10)};
    bytes.data = malloc(bytes.length + 1);
    if (bytes.data == NULL || fread(bytes.data, 1, bytes.length, stdin) != bytes.length)
        give_up("the bytes of a command are missing");
    return bytes;
}

static void set_option(firth_channel_options *options, const char *word)
{
    const char *value = strchr(word, '=');
    if (value == NULL)
        give_up("an option without a value");
    size_t number = strtoul(value + 1, NULL, 10);
    if (strncmp(word, "compress=", 9) == 0)
        options->compress = number != 0;
    else if (strncmp(word, "frame_limit=", 12) == 0)
        options->frame_limit = number;
    else if (strncmp(word, "inflated_limit=", 15) == 0)
        options->inflated_limit = number;
    else
        give_up("an unknown option");
}

/* From `words`; NULL: from the words that strtok has not yet given. */
static firth_channel_options options_of(char *words)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        set_option(&options, word);
    return options;
}

static char *next_word(char *text)
{
    char *word = strtok(text, " ");
    if (word == NULL)
        give_up("a word is missing");
    return word;
}

/* ---- Commands ---- */

static firth_err open_stream(char *words, firth_stream **stream)
{
    const char *kind = next_word(words);
    const char *place = next_word(NULL);
    if (strcmp(kind, "unix") == 0)
        return firth_socket_stream_unix_connect(stream, place, FIRTH_UNSET);
    return firth_socket_stream_connect(stream, place, atoi(next_word(NULL)), NULL);
}

static void do_connect(char *words)
{
    firth_stream *stream;
    firth_err err = open_stream(words, &stream);
    if (err == FIRTH_OK) {
        firth_channel_options options = options_of(NULL);
        firth_channel_free(channel);
        err = firth_channel_create(&channel, stream, &options);
        firth_stream_free(stream);
    }
    answer_ok(err);
}

static void do_send(char *words)
{
    firth_bytes payload = bytes_of(words);
    answer_ok(firth_channel_send(channel, payload.data, payload.length, FIRTH_UNSET));
    firth_bytes_free(&payload);
}

static void do_recv(char *words)
{
    firth_bytes payload;
    firth_err err = firth_channel_recv(channel, strtod(words, NULL), &payload);
    answer_bytes(err, "payload", &payload);
}

static void do_poll(char *words)
{
    bool ready;
    firth_err err = firth_channel_poll(channel, strtod(words, NULL), &ready);
    if (err != FIRTH_OK)
        answer_error(err);
    else
        puts(ready ? "true" : "false");
}

static void do_close(char *words)
{
    (void)words;
    answer_ok(firth_channel_close(channel));
}

static void do_codec(char *words)
{
    firth_channel_options options = options_of(words);
    firth_frame_codec_free(codec);
    answer_ok(firth_frame_codec_create(&codec, &options));
}

static void do_encode(char *words)
{
    firth_bytes payload = bytes_of(words), frame;
    firth_err err = firth_frame_codec_encode(codec, payload.data, payload.length, &frame);
    answer_bytes(err, "bytes", &frame);
    firth_bytes_free(&payload);
}

static void do_feed(char *words)
{
    firth_bytes bytes = bytes_of(words);
    answer_ok(firth_frame_codec_feed(codec, bytes.data, bytes.length));
    firth_bytes_free(&bytes);
}

static void do_decode(char *words)
{
    firth_bytes payload;
    (void)words;
    firth_err err = firth_frame_codec_decode(codec, &payload);
    answer_bytes(err, "payload", &payload);
}

static void do_end(char *words)
{
    (void)words;
    answer_error(firth_frame_codec_end(codec));
}

static void do_version(char *words)
{
    (void)words;
    printf("version firth %s, zlib %s, C\n", firth_version(), firth_zlib_version());
}

static void do_quit(char *words)
{
    (void)words;
    firth_channel_free(channel);
    firth_frame_codec_free(codec);
    exit(0);
}

static const struct {
    const char *name;
    void (*run)(char *words);
} commands[] = {
    {"connect", do_connect}, {"send", do_send},     {"recv", do_recv},
    {"poll", do_poll},       {"close", do_close},   {"codec", do_codec},
    {"encode", do_encode},   {"feed", do_feed},     {"decode", do_decode},
    {"end", do_end},         {"version", do_version}, {"quit", do_quit},
};

static void run(char *line)
{
    size_t name_length = strcspn(line, " ");
    char *words = line[name_length] == ' ' ? line + name_length + 1 : line + name_length;
    line[name_length] = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(line, commands[i].name) == 0) {
            commands[i].run(words);
            fflush(stdout);
            return;
        }
    give_up("an unknown command");
}

int main(void)
{
    static char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        run(line);
    }
    return 0;
}
