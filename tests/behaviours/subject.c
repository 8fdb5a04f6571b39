/* The kinds of streams, and what the behaviours share. */
#include "behaviours.h"
#include "child.h"
#include "processes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

static const kind kinds[] = {
    {"unix", OVER_UNIX, 0},
    {"tcp", OVER_TCP, 0},
    {"pipes", OVER_PIPES, 0},
    {"pipe_pair", OVER_PIPE_PAIR, 0},
    {"descriptors", OVER_DESCRIPTORS, 0},
    {"uri", OVER_URI, 0},
    {"buffered", OVER_BUFFERED, READS_AHEAD | COLLECTS | REFUSES_FORK},
    {"tunneled", OVER_TUNNEL, 0},
    {"custom", OVER_CUSTOM, NO_WAKE | NO_COUNTS},
    {"blocking_custom", OVER_BLOCKING_CUSTOM, NO_TIME | NO_WAKE | NO_COUNTS | NO_DESCRIPTOR},
    {"socks5", OVER_SOCKS5, 0},
    {"http_connect", OVER_HTTP_CONNECT, 0},
    {"process", OVER_PROCESS, HAS_CHILD},
    {"ssh", OVER_SSH, HAS_CHILD},
    {"tls", OVER_TLS, READS_AHEAD | REFUSES_FORK | TAKES_AHEAD},
    {"tls_server", OVER_TLS_SERVER, READS_AHEAD | REFUSES_FORK | TAKES_AHEAD},
    {"tls_1_2_over_unix", OVER_TLS_1_2, READS_AHEAD | REFUSES_FORK | TAKES_AHEAD},
    {"tls_over_pipes", OVER_TLS_PIPES, READS_AHEAD | REFUSES_FORK | TAKES_AHEAD},
    {"tls_over_buffered", OVER_TLS_BUFFERED, READS_AHEAD | REFUSES_FORK | TAKES_AHEAD},
    {"buffered_over_tls", OVER_BUFFERED_TLS, READS_AHEAD | COLLECTS | REFUSES_FORK},
    {"real_ssh", OVER_REAL_TUNNEL, HAS_CHILD},
    {"real_socks5", OVER_REAL_TUNNEL, 0},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

const kind *subject;

const kind *find_kind(const char *name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const char *names_of_kinds(void)
{
    static char names[KINDS * 24];
    names[0] = '\0';
    for (size_t i = 0; i < KINDS; i++) {
        strcat(names, kinds[i].name);
        strcat(names, " ");
    }
    return names;
}

bool differs(difference in)
{
    return (subject->differences & in) != 0;
}

double patience(void)
{
    return differs(NO_TIME) ? FIRTH_FOREVER : 20;
}

static int inheritable, descriptors;

int inheritable_before(void)
{
    return inheritable;
}

int descriptors_before(void)
{
    return descriptors;
}

int open_subject(void **state)
{
    duplex *made = malloc(sizeof *made);
    assert_non_null(made);
    descriptors = count_descriptors();
    inheritable = count_inheritable();
    *made = open_duplex(subject->over);
    *state = made;
    return 0;
}

int close_subject(void **state)
{
    firth_live live;
    close_duplex(*state);
    free(*state);
    if (differs(HAS_CHILD))
        assert_true(soon_nothing_remains(descriptors));
    else
        assert_int_equal(count_descriptors(), descriptors);
    firth_live_counts(&live);
    assert_int_equal(live.objects, 0);
    assert_int_equal(live.allocations, 0);
    return 0;
}

/* In pieces, so that what comes of it is seen early. */
#define PIECE 65536

static size_t piece_of(const flow *self)
{
    size_t left = self->data.length - self->count;
    return left < PIECE ? left : PIECE;
}

static firth_err hear_or_read(flow *self, bool hears)
{
    unsigned char found[PIECE];
    while (self->count < self->data.length) {
        size_t length = piece_of(self);
        firth_err err = hears ? hear(self->far, found, length) ? FIRTH_OK : FIRTH_E_EOF
                              : firth_stream_read(self->far->stream, found, length, patience());
        if (err != FIRTH_OK)
            return err;
        if (memcmp(found, self->data.data + self->count, length) != 0)
            return FIRTH_E_PROTOCOL;
        self->count += length;
    }
    return FIRTH_OK;
}

firth_err far_hears(void *argument)
{
    return hear_or_read(argument, true);
}

firth_err stream_reads(void *argument)
{
    return hear_or_read(argument, false);
}

firth_err far_says(void *argument)
{
    flow *self = argument;
    while (self->count < self->data.length) {
        size_t length = piece_of(self);
        if (!tell(self->far, self->data.data + self->count, length))
            return FIRTH_E_CONNECTION_LOST;
        self->count += length;
    }
    return FIRTH_OK;
}

firth_err stream_writes(void *argument)
{
    flow *self = argument;
    firth_err err =
        firth_stream_write(self->far->stream, self->data.data, self->data.length, patience());
    if (err == FIRTH_OK)
        err = firth_stream_flush(self->far->stream, patience());
    self->count = err == FIRTH_OK ? self->data.length : 0;
    return err;
}

firth_err read_one(void *argument)
{
    char byte;
    return firth_stream_read(((duplex *)argument)->stream, &byte, 1, FIRTH_FOREVER);
}

firth_err write_without_end(void *argument)
{
    static const char much[1024 * 1024];
    firth_err err;
    do
        err = firth_stream_write(((duplex *)argument)->stream, much, sizeof much, FIRTH_FOREVER);
    while (err == FIRTH_OK);
    return err;
}

void wait_until_blocked(const worker *self)
{
    const long blocking[] = {SYS_recvfrom, SYS_sendto};
    if (differs(NO_TIME))
        wait_until_in_one_of(self, blocking, 2);
    else
        wait_until_polling(self);
}

void flush_collected(const duplex *far)
{
    if (differs(COLLECTS | TAKES_AHEAD))
        CHECK_OK(firth_stream_flush(far->stream, patience()));
}

void check_alive(duplex *far)
{
    char byte = 0;
    CHECK_OK(firth_stream_write(far->stream, "a", 1, patience()));
    flush_collected(far);
    assert_true(hear(far, &byte, 1));
    assert_int_equal(byte, 'a');
    say(far, "b", 1);
    CHECK_OK(firth_stream_read(far->stream, &byte, 1, patience()));
    assert_int_equal(byte, 'b');
}

double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
