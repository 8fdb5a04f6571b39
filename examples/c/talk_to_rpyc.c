/* Talks to real rpyc: requests to a server, payloads to an echo.
 *
 * Usage: talk_to_rpyc SERVER DIALECT ECHO
 *   SERVER   an rpyc server: tcp:HOST:PORT or unix:PATH
 *   DIALECT  5 or 6, the major version of its rpyc
 *   ECHO     a peer that answers each payload with itself */
#include <firth/firth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

/* firth's functions say what happened in one line. */
static void expect_ok(const char *what, firth_err err)
{
    if (err != FIRTH_OK)
        give_up(what, firth_last_error()->detail);
}

static void say(const char *what)
{
    printf("%s\n", what);
    fflush(stdout);
}

static firth_stream *connect_tcp(const char *host_and_port)
{
    firth_stream *stream;
    char host[256];
    const char *colon = strrchr(host_and_port, ':');
    if (colon == NULL || (size_t)(colon - host_and_port) >= sizeof host)
        give_up(host_and_port, "an address is tcp:HOST:PORT or unix:PATH");
    snprintf(host, sizeof host, "%.*s", (int)(colon - host_and_port), host_and_port);
    expect_ok("connect", firth_socket_stream_connect(&stream, host, atoi(colon + 1), NULL));
    return stream;
}

static firth_channel *connect_to(const char *address)
{
    firth_stream *stream;
    firth_channel *channel;
    if (strncmp(address, "unix:", 5) == 0)
        expect_ok("connect", firth_socket_stream_unix_connect(&stream, address + 5, FIRTH_UNSET));
    else
        stream = connect_tcp(address + (strncmp(address, "tcp:", 4) == 0 ? 4 : 0));
    expect_ok("channel", firth_channel_create(&channel, stream, NULL));
    firth_stream_free(stream); /* the channel keeps it */
    return channel;
}

static void end(firth_channel *channel)
{
    expect_ok("finish", firth_channel_finish(channel, FIRTH_UNSET));
    firth_channel_free(channel);
}

/* ---- rpyc's messages, written in brine -------------------------------------------
 *
 * 02 is the empty tuple; 10, 11, 12 begin tuples of one, two and three; 50, 51, ...
 * are the integers 0, 1, ...; 08 0e and a length begin a string. */

enum { REQUEST = 1, REPLY = 2 };

#define BYTES(literal)                 \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

/* A request: sequence number, then (handler, (1, arguments)), 1 for "these are values". */
static const firth_slice getroot = BYTES("\x50"
                                         "\x11\x53"
                                         "\x11\x51\x02"); /* handler 3, () */
static const firth_slice ping =                           /* handler 1, ("meets brine",) */
    BYTES("\x51"
          "\x11\x51"
          "\x11\x51\x10\x08\x0e\x0b"
          "meets brine");
/* A reply: sequence number, then (4, (name, id, id)) for a reference, (1, value) for a value. */
static const firth_slice root = BYTES("\x50"
                                      "\x11\x54\x12");
static const firth_slice pong = BYTES("\x51"
                                      "\x11\x51\x08\x0e\x0b"
                                      "meets brine");

/* (kind, sequence number, the rest) up to 5.x; from 6.0 on the kind is one byte before the
 * brine. The length of the message. */
static size_t write_message(char *message, char dialect, int kind, const firth_slice *rest)
{
    message[0] = (char)(dialect == '5' ? 0x12 : kind);
    message[1] = (char)(dialect == '5' ? 0x50 + kind : 0x11);
    memcpy(message + 2, rest->data, rest->length);
    return 2 + rest->length;
}

/* Sends a request; the reply must begin with those bytes. */
static void ask(firth_channel *channel, char dialect, const firth_slice *request,
                const firth_slice *reply, const char *what)
{
    char message[64];
    firth_bytes answer;
    size_t length = write_message(message, dialect, REQUEST, request);
    expect_ok(what, firth_channel_send(channel, message, length, FIRTH_UNSET));
    expect_ok(what, firth_channel_recv(channel, FIRTH_UNSET, &answer));
    length = write_message(message, dialect, REPLY, reply);
    if (answer.length < length || memcmp(answer.data, message, length) != 0)
        give_up(what, "an unexpected reply");
    firth_bytes_free(&answer);
    printf("%s ok\n", what);
    fflush(stdout);
}

static void talk(const char *server, char dialect)
{
    firth_channel *channel = connect_to(server);
    ask(channel, dialect, &getroot, &root, "getroot");
    ask(channel, dialect, &ping, &pong, "ping");
    end(channel);
}

/* ---- Payloads of all sizes ----------------------------------------------------------- */

static const size_t sizes[] = {0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1048576, 4194304};

static void fill_with_text(char *payload, size_t size)
{
    static const char line[] = "firth meets brine\n";
    for (size_t i = 0; i < size; i++)
        payload[i] = line[i % (sizeof line - 1)];
}

static void fill_with_noise(char *payload, size_t size)
{
    for (size_t i = 0; i < size; i++)
        payload[i] = (char)(rand() >> 8);
}

static void exchange(firth_channel *channel, const char *payload, size_t size)
{
    firth_bytes answer;
    expect_ok("echo", firth_channel_send(channel, payload, size, FIRTH_UNSET));
    expect_ok("echo", firth_channel_recv(channel, FIRTH_UNSET, &answer));
    if (answer.length != size || memcmp(answer.data, payload, size) != 0)
        give_up("echo", "another payload came back");
    firth_bytes_free(&answer);
}

static void echo(firth_channel *channel, const char *kind, void (*fill)(char *, size_t),
                 size_t size)
{
    char *payload = malloc(size + 1);
    char what[64];
    if (payload == NULL)
        give_up("echo", "no memory");
    fill(payload, size);
    exchange(channel, payload, size);
    free(payload);
    snprintf(what, sizeof what, "echo %s %zu ok", kind, size);
    say(what);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare(const void *one, const void *other)
{
    double first = *(const double *)one, second = *(const double *)other;
    return (first > second) - (first < second);
}

/* The median of 2000 round trips of 16 bytes, in microseconds. */
static double round_trip(firth_channel *channel)
{
    static double times[2000];
    char payload[16];
    fill_with_noise(payload, sizeof payload);
    for (int i = -200; i < 2000; i++) {
        double start = now();
        exchange(channel, payload, sizeof payload);
        if (i >= 0)
            times[i] = now() - start;
    }
    qsort(times, 2000, sizeof times[0], compare);
    return (times[999] + times[1000]) / 2 * 1e6;
}

static void echo_all(const char *peer)
{
    firth_channel *channel = connect_to(peer);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        echo(channel, "text", fill_with_text, sizes[i]);
        echo(channel, "random", fill_with_noise, sizes[i]);
    }
    printf("round_trip_us %.1f\n", round_trip(channel));
    end(channel);
}

int main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[2], "5") != 0 && strcmp(argv[2], "6") != 0))
        give_up("usage", "talk_to_rpyc SERVER 5|6 ECHO");
    talk(argv[1], argv[2][0]);
    echo_all(argv[3]);
    return 0;
}
