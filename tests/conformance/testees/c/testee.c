/* The testee in C: does what ../../README.md says on standard input, and answers on
 * standard output. */
#include "brine.h"
#include "options.h"

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
    if (bytes->length != 0)
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

/* The bytes that follow the command's line, which ends with their count; the caller frees them. */
static unsigned char *read_counted(const char *count, size_t *length)
{
    *length = (size_t)strtoull(count, NULL, 10);
    unsigned char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, stdin) != *length) {
        fprintf(stderr, "%zu bytes did not come\n", *length);
        exit(1);
    }
    return bytes;
}

static unsigned char *read_bytes(size_t *length)
{
    return read_counted(needed_word(), length);
}

static firth_err open_stream(firth_stream **stream)
{
    if (strcmp(needed_word(), "unix") == 0)
        return firth_socket_stream_unix_connect(stream, needed_word(), FIRTH_UNSET);
    const char *host = needed_word();
    return firth_socket_stream_connect(stream, host, atoi(needed_word()), NULL);
}

/* The rest of the options goes with the preset's constructor too. */
static firth_err create_channel(firth_stream *stream, const testee_options *given)
{
    const firth_channel_options *options = &given->channel;
    switch (given->preset) {
    case PRESET_COMPRESSED:
        return firth_compressed_channel_create(&channel, stream, options->compression_level,
                                               options);
    case PRESET_BATCHING:
        return firth_batching_channel_create(&channel, stream, options->batch_size,
                                             options->batch_timeout, options);
    case PRESET_ENCRYPTED:
        return firth_encrypted_channel_create(&channel, stream, options->key, options->key_length,
                                              options);
    default:
        return firth_channel_create(&channel, stream, options);
    }
}

static void do_connect(void)
{
    firth_stream *stream;
    testee_options options;
    firth_channel_free(channel);
    channel = NULL;
    firth_err err = open_stream(&stream);
    read_options(&options);
    if (err == FIRTH_OK)
        err = create_channel(stream, &options);
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

static void do_flush(void)
{
    answer(firth_channel_flush(channel, atof(needed_word())), "ok");
}

static void do_cork(void)
{
    answer(firth_channel_cork(channel), "ok");
}

static void do_uncork(void)
{
    answer(firth_channel_uncork(channel, atof(needed_word())), "ok");
}

static void do_corked(void)
{
    answer(FIRTH_OK, firth_channel_corked(channel) ? "true" : "false");
}

static void do_handshake(void)
{
    answer(firth_channel_handshake(channel, atof(needed_word())), "ok");
}

static void do_finish(void)
{
    answer(firth_channel_finish(channel, atof(needed_word())), "ok");
}

static void do_writes(void)
{
    firth_counters counters;
    firth_stream *stream = firth_channel_stream(channel);
    firth_err err = firth_stream_counters(stream, &counters);
    firth_stream_free(stream);
    if (err == FIRTH_OK)
        printf("number %llu\n", (unsigned long long)counters.write_calls);
    else
        answer(err, "");
}

static void do_close(void)
{
    answer(firth_channel_close(channel), "ok");
}

static void do_codec(void)
{
    testee_options options;
    read_options(&options);
    firth_frame_codec_free(codec);
    answer(firth_frame_codec_create(&codec, &options.channel), "ok");
}

static void do_hello(void)
{
    firth_bytes frame;
    answer_bytes(firth_frame_codec_hello(codec, &frame), "bytes", &frame);
}

static void do_encode_end(void)
{
    firth_bytes frame;
    answer_bytes(firth_frame_codec_encode_end(codec, &frame), "bytes", &frame);
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

/* The limits, then the bytes that follow the command's line; the caller frees them. */
static char *read_limited(firth_brine_limits *limits, size_t *length)
{
    *limits = (firth_brine_limits)FIRTH_BRINE_LIMITS_INIT;
    char *name = needed_word();
    for (char *value; (value = strchr(name, '=')) != NULL; name = needed_word()) {
        *value++ = '\0';
        *brine_limit(limits, name) = (size_t)strtoull(value, NULL, 10);
    }
    return (char *)read_counted(name, length);
}

static void do_brine_load(void)
{
    size_t length;
    char *notation = NULL;
    firth_brine_limits limits;
    firth_brine_decoder *decoder;
    char *encoded = read_limited(&limits, &length);
    firth_err err = firth_brine_decoder_create(&decoder, &limits);
    if (err == FIRTH_OK)
        err = load_notation(decoder, encoded, length, &notation);
    if (err == FIRTH_OK)
        printf("value %zu\n%s", strlen(notation), notation);
    else
        answer(err, "");
    firth_brine_decoder_free(decoder);
    free(notation);
    free(encoded);
}

static void do_brine_dump(void)
{
    size_t length;
    firth_slice encoded;
    firth_brine_limits limits;
    firth_brine_encoder *encoder;
    char *notation = read_limited(&limits, &length);
    notation[length] = '\0';
    firth_err err = firth_brine_encoder_create(&encoder, &limits);
    if (err == FIRTH_OK)
        err = dump_notation(encoder, notation, &encoded);
    if (err != FIRTH_OK) {
        answer(err, "");
    } else {
        printf("bytes %zu\n", encoded.length);
        fwrite(encoded.data, 1, encoded.length, stdout);
    }
    firth_brine_encoder_free(encoder);
    free(notation);
}

static void do_version(void)
{
    printf("version firth %s, zlib %s, C\n", firth_version(), firth_zlib_version());
}

static const struct command {
    const char *name;
    void (*run)(void);
} commands[] = {
    {"flush", do_flush},
    {"cork", do_cork},
    {"uncork", do_uncork},
    {"corked", do_corked},
    {"handshake", do_handshake},
    {"finish", do_finish},
    {"writes", do_writes},
    {"hello", do_hello},
    {"encode-end", do_encode_end},
    {"connect", do_connect},
    {"send", do_send},
    {"recv", do_recv},
    {"poll", do_poll},
    {"close", do_close},
    {"codec", do_codec},
    {"encode", do_encode},
    {"feed", do_feed},
    {"decode", do_decode},
    {"end", do_end},
    {"version", do_version},
    {"brine-load", do_brine_load},
    {"brine-dump", do_brine_dump},
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
