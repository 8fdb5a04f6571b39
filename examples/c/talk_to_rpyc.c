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

#define TIME_LIMIT 10.0

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void check(firth_err err)
{
    if (err != FIRTH_OK)
        fail(firth_last_error()->detail);
}

static firth_stream *open_stream(char *address)
{
    firth_stream *stream = NULL;
    char *colon = strrchr(address, ':');
    if (strncmp(address, "unix:", 5) == 0) {
        check(firth_socket_stream_unix_connect(&stream, address + 5, FIRTH_UNSET));
    } else if (strncmp(address, "tcp:", 4) == 0 && colon > address + 4) {
        *colon = '\0';
        check(firth_socket_stream_connect(&stream, address + 4, atoi(colon + 1), NULL));
        *colon = ':';
    } else {
        fail("an address is tcp:HOST:PORT or unix:PATH");
    }
    return stream;
}

static firth_channel *open_channel(char *address)
{
    firth_channel *channel;
    firth_stream *stream = open_stream(address);
    check(firth_channel_create(&channel, stream, NULL));
    firth_stream_free(stream); /* the channel keeps it */
    return channel;
}

static void close_channel(firth_channel *channel)
{
    check(firth_channel_finish(channel, TIME_LIMIT));
    firth_channel_free(channel);
}

static firth_bytes exchange(firth_channel *channel, const void *payload, size_t length)
{
    firth_bytes answer;
    check(firth_channel_send(channel, payload, length, TIME_LIMIT));
    check(firth_channel_recv(channel, TIME_LIMIT, &answer));
    return answer;
}

/* rpyc's messages, written in brine. \x02 is the empty tuple, \x10 \x11 \x12 begin
 * tuples of one, two and three, \x50 \x51 ... are the integers 0, 1, ..., \x08\x0e and
 * a length begin a str. */
enum { REQUEST = 1, REPLY = 2 };

/* Sequence numbers 0 and 1, and a request's arguments: (handler, (1, (...))), where 1
 * says "these are values". */
static const char getroot[] = "\x50\x11\x53\x11\x51\x02"; /* handler 3, () */
static const char ping[] = "\x51\x11\x51\x11\x51\x10\x08\x0e\x0bmeets brine";
/* A reply's: (4, (name, two ids)) for a reference, (1, value) for a value. */
static const char root[] = "\x50\x11\x54\x12";
static const char pong[] = "\x51\x11\x51\x08\x0e\x0bmeets brine";

/* (kind, sequence number, arguments); from 6.0 on the kind is a byte before the brine. */
static size_t message(char *to, int dialect, int kind, const char *rest, size_t length)
{
    to[0] = dialect == 5 ? '\x12' : (char)kind;
    to[1] = dialect == 5 ? (char)(0x50 + kind) : '\x11';
    memcpy(to + 2, rest, length);
    return length + 2;
}

/* `whole`: the reply is all that is expected, not only its beginning. */
static void ask(firth_channel *channel, int dialect, const char *request, size_t request_length,
                const char *reply, size_t reply_length, bool whole)
{
    char sent[64], expected[64];
    size_t length = message(sent, dialect, REQUEST, request, request_length);
    firth_bytes answer = exchange(channel, sent, length);
    length = message(expected, dialect, REPLY, reply, reply_length);
    if (answer.length < length || (whole && answer.length != length) ||
        memcmp(answer.data, expected, length) != 0)
        fail("an unexpected reply");
    firth_bytes_free(&answer);
}

static void talk(char *server, int dialect)
{
    firth_channel *channel = open_channel(server);
    ask(channel, dialect, getroot, sizeof getroot - 1, root, sizeof root - 1, false);
    puts("getroot ok");
    ask(channel, dialect, ping, sizeof ping - 1, pong, sizeof pong - 1, true);
    puts("ping ok");
    close_channel(channel);
}

static const size_t sizes[] = {0,     1,     16,    2999,    3000,
                               3001, 64000, 65536, 1048576, 4194304};

static void fill_with_text(char *payload, size_t size)
{
    static const char line[] = "firth meets brine\n";
    for (size_t i = 0; i < size; i++)
        payload[i] = line[i % (sizeof line - 1)];
}

static void fill_at_random(char *payload, size_t size)
{
    FILE *source = fopen("/dev/urandom", "rb");
    if (source == NULL || fread(payload, 1, size, source) != size)
        fail("no random bytes");
    fclose(source);
}

static void echo(firth_channel *channel, const char *kind, const char *payload, size_t size)
{
    firth_bytes answer = exchange(channel, payload, size);
    if (answer.length != size || memcmp(answer.data, payload, size) != 0)
        fail("the echo differs");
    firth_bytes_free(&answer);
    printf("echo %s %zu ok\n", kind, size);
}

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static int by_size(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

/* The median of 2000 round trips of 16 bytes. */
static double round_trip(firth_channel *channel)
{
    enum { WARM_UP = 200, ROUNDS = 2000 };
    static double times[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
        double start = microseconds();
        firth_bytes answer = exchange(channel, "firth meets rpyc", 16);
        firth_bytes_free(&answer);
        if (i >= 0)
            times[i] = microseconds() - start;
    }
    qsort(times, ROUNDS, sizeof *times, by_size);
    return (times[ROUNDS / 2 - 1] + times[ROUNDS / 2]) / 2;
}

static void exchange_payloads(char *peer)
{
    firth_channel *channel = open_channel(peer);
    size_t count = sizeof sizes / sizeof *sizes;
    char *payload = malloc(sizes[count - 1]);
    if (payload == NULL)
        fail("no memory");
    for (size_t i = 0; i < count; i++) {
        fill_with_text(payload, sizes[i]);
        echo(channel, "text", payload, sizes[i]);
        fill_at_random(payload, sizes[i]);
        echo(channel, "random", payload, sizes[i]);
    }
    free(payload);
    printf("round_trip_us %.1f\n", round_trip(channel));
    close_channel(channel);
}

int main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[2], "5") != 0 && strcmp(argv[2], "6") != 0))
        fail("usage: talk_to_rpyc SERVER 5|6 ECHO");
    talk(argv[1], atoi(argv[2]));
    exchange_payloads(argv[3]);
    return 0;
}
