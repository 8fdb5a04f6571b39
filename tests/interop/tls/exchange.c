/* One side of a TLS connection, which does what it is told.
 *
 *     tls_exchange client HOST PORT [OPTION=VALUE...] -- ACTION...
 *     tls_exchange server [OPTION=VALUE...] -- ACTION...
 *
 * Options: those of firth_tls_options by name. A server says in its first line
 * `listening tcp 127.0.0.1 PORT` and serves one connection. Actions, in order:
 *
 *     shake          makes the hand-shake
 *     version        prints what was agreed upon, and the length of the peer's certificate
 *     say=TEXT       writes the text and a newline
 *     hear=TEXT      reads that and a newline
 *     quiet          polls, and finds nothing
 *     echo           gives back what comes until the end, which it prints
 *     payloads       sends payloads of many lengths through a Channel and wants them back
 *     answer         gives back the payloads of a Channel until the end, which it prints
 *     end            reads, and prints how the stream ends
 *     write_on       writes until that fails, and prints how
 *     finish, close  ends the stream
 *     wait           prints `waiting`, and reads a line of standard input
 *
 * What fails is printed as `NAME: DETAIL`; the status is 1 then. */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME 30.0

static firth_stream *stream;

static void demand(firth_err err)
{
    if (err == FIRTH_OK)
        return;
    printf("%s: %s\n", firth_error_name(err), firth_last_error()->detail);
    exit(1);
}

static void print_end(firth_err err)
{
    printf("%s: %s\n", firth_error_name(err), err == FIRTH_OK ? "" : firth_last_error()->detail);
}

/* ---- Actions ----------------------------------------------------------------------------- */

static void shake(const char *text)
{
    (void)text;
    demand(firth_tls_stream_handshake(stream, TIME));
}

static void print_version(const char *text)
{
    const char *version, *cipher;
    firth_bytes certificate;
    (void)text;
    demand(firth_tls_stream_version(stream, &version));
    demand(firth_tls_stream_cipher(stream, &cipher));
    demand(firth_tls_stream_peer_certificate(stream, &certificate));
    printf("%s %s %zu\n", version, cipher, certificate.length);
    firth_bytes_free(&certificate);
}

static void say(const char *text)
{
    char line[256];
    int length = snprintf(line, sizeof line, "%s\n", text);
    demand(firth_stream_write(stream, line, (size_t)length, TIME));
}

static void hear(const char *text)
{
    char line[256] = "", wanted[256];
    int length = snprintf(wanted, sizeof wanted, "%s\n", text);
    demand(firth_stream_read(stream, line, (size_t)length, TIME));
    if (strcmp(line, wanted) == 0)
        return;
    printf("heard %s", line);
    exit(1);
}

static void want_quiet(const char *text)
{
    bool ready;
    (void)text;
    demand(firth_stream_poll(stream, 0.2, &ready));
    puts(ready ? "not quiet" : "quiet");
}

static void echo(const char *text)
{
    static char piece[65536];
    size_t count;
    (void)text;
    for (;;) {
        firth_err err = firth_stream_read_some(stream, piece, sizeof piece, TIME, &count);
        if (err != FIRTH_OK) {
            print_end(err);
            return;
        }
        demand(firth_stream_write(stream, piece, count, TIME));
    }
}

static firth_channel *open_channel(void)
{
    firth_channel *channel;
    demand(firth_channel_create(&channel, stream, NULL));
    return channel;
}

static void answer(const char *text)
{
    firth_channel *channel = open_channel();
    firth_bytes payload;
    firth_err err;
    (void)text;
    while ((err = firth_channel_recv(channel, TIME, &payload)) == FIRTH_OK) {
        demand(firth_channel_send(channel, payload.data, payload.length, TIME));
        firth_bytes_free(&payload);
    }
    print_end(err);
    firth_channel_free(channel);
}

static void exchange_payloads(const char *text)
{
    const size_t lengths[] = {0, 1, 16, 2999, 3001, 16378, 16379, 65536, 1000000};
    firth_channel *channel = open_channel();
    unsigned char *payload = malloc(1000000);
    firth_bytes back;
    (void)text;
    for (size_t i = 0; i < 1000000; i++)
        payload[i] = (unsigned char)(i * i >> 8);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        demand(firth_channel_send(channel, payload, lengths[i], TIME));
        demand(firth_channel_recv(channel, TIME, &back));
        bool same = back.length == lengths[i] && memcmp(back.data, payload, back.length) == 0;
        printf("payload %zu %s\n", lengths[i], same ? "ok" : "differs");
        firth_bytes_free(&back);
    }
    free(payload);
    firth_channel_free(channel);
}

static void read_end(const char *text)
{
    char byte;
    (void)text;
    print_end(firth_stream_read(stream, &byte, 1, TIME));
}

static void write_on(const char *text)
{
    firth_err err;
    (void)text;
    do
        err = firth_stream_write(stream, "and on ", 7, TIME);
    while (err == FIRTH_OK);
    print_end(err);
}

static void finish(const char *text)
{
    (void)text;
    demand(firth_stream_finish(stream, TIME));
}

static void close_now(const char *text)
{
    (void)text;
    demand(firth_stream_close(stream));
}

static void wait_for_line(const char *text)
{
    char line[16];
    (void)text;
    puts("waiting");
    if (fgets(line, sizeof line, stdin) == NULL)
        exit(2);
}

static const struct action {
    const char *name;
    void (*act)(const char *text);
} actions[] = {
    {"shake", shake},
    {"version", print_version},
    {"say", say},
    {"hear", hear},
    {"quiet", want_quiet},
    {"echo", echo},
    {"answer", answer},
    {"payloads", exchange_payloads},
    {"end", read_end},
    {"write_on", write_on},
    {"finish", finish},
    {"close", close_now},
    {"wait", wait_for_line},
};

static void act(const char *words)
{
    size_t length = strcspn(words, "=");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strncmp(words, actions[i].name, length) == 0 && actions[i].name[length] == '\0') {
            actions[i].act(words + length + (words[length] == '='));
            return;
        }
    printf("no such action: %s\n", words);
    exit(2);
}

/* ---- Options ------------------------------------------------------------------------------ */

static bool set_text(firth_tls_options *options, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **place;
    } texts[] = {
        {"keyfile", &options->keyfile},   {"certfile", &options->certfile},
        {"password", &options->password}, {"ca_certs", &options->ca_certs},
        {"ciphers", &options->ciphers},   {"server_name", &options->server_name},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].name, name) == 0) {
            *texts[i].place = value;
            return true;
        }
    return false;
}

static void set_option(firth_tls_options *options, char *words)
{
    char *value = strchr(words, '=');
    if (value == NULL)
        exit(2);
    *value++ = '\0';
    if (strcmp(words, "ssl_version") == 0)
        options->ssl_version = atoi(value);
    else if (strcmp(words, "cert_reqs") == 0)
        options->cert_reqs = atoi(value);
    else if (strcmp(words, "check_hostname") == 0)
        options->check_hostname = atoi(value);
    else if (!set_text(options, words, value))
        exit(2);
}

static void serve(const firth_tls_options *options)
{
    firth_listener *listener;
    demand(firth_listener_tls_listen(&listener, "127.0.0.1", 0, options, NULL));
    printf("listening tcp 127.0.0.1 %d\n", firth_listener_port(listener));
    demand(firth_listener_accept(listener, &stream, 60));
    firth_listener_free(listener);
}

int main(int argc, char **argv)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    bool server = argc > 1 && strcmp(argv[1], "server") == 0;
    int next = server ? 2 : 4;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (; next < argc && strcmp(argv[next], "--") != 0; next++)
        set_option(&options, argv[next]);
    if (server)
        serve(&options);
    else if (next < argc)
        demand(firth_socket_stream_ssl_connect(&stream, argv[2], atoi(argv[3]), &options, NULL));
    for (next++; next < argc; next++)
        act(argv[next]);
    firth_stream_free(stream);
    return 0;
}
