/* The suite of behaviours: what every kind of stream does, or the very thing in which a
 * kind differs. It is run by name over each kind. */
#ifndef TESTS_BEHAVIOURS_BEHAVIOURS_H
#define TESTS_BEHAVIOURS_BEHAVIOURS_H

#include "check.h"
#include "duplex.h"
#include "frames.h"
#include "worker.h"

/* In what a kind of stream differs from a plain stream over a socket. */
typedef enum difference {
    READS_AHEAD = 1,    /* its descriptor does not tell what there is to read */
    COLLECTS = 2,       /* what is written leaves with a flush */
    REFUSES_FORK = 4,   /* a child of fork may not use it */
    NO_TIME = 8,        /* it cannot poll, so that every limit of time is refused */
    NO_WAKE = 16,       /* wake is refused, and no signal interrupts */
    NO_COUNTS = 32,     /* it does not count system calls */
    NO_DESCRIPTOR = 64, /* it has none to watch */
    HAS_CHILD = 128,    /* its last descriptors go when its child has ended */
    TAKES_AHEAD = 256   /* a write waits for all that it has taken, perhaps more than there is room
                         * for; a flush sends what a failed one took and could not send */
} difference;

typedef struct kind {
    const char *name;
    medium over;
    unsigned differences;
} kind;

/* The kind that is looked at. */
extern const kind *subject;

/* NULL if there is no such kind. */
const kind *find_kind(const char *name);

/* The names of all kinds, each with a blank behind it. */
const char *names_of_kinds(void);

bool differs(difference in);

/* 0 if the page tells of every kind in what it differs, row by row; else 1, and says how
 * the table should be. */
int check_page(const char *path);

/* A time that is long enough for what will happen: 20 s, or none where none can be kept. */
double patience(void);

/* Behaviours with a fresh stream each; what one opens must be closed when it ends. */
int open_subject(void **state);
int close_subject(void **state);

/* What count_inheritable and count_descriptors said before the stream was opened. */
int inheritable_before(void);
int descriptors_before(void);

#define BEHAVIOUR(test)                                \
    {                                                  \
#test, test, open_subject, close_subject, NULL \
    }

/* Lists of them, each ended by an empty one. */
extern const struct CMUnitTest behaviours_of_bytes[], behaviours_in_time[], behaviours_at_the_end[],
    behaviours_of_threads[], behaviours_of_processes[], behaviours_of_channels[],
    behaviours_of_collecting[];

/* What a thread of a test moves through the far end, or through the stream. */
typedef struct flow {
    duplex *far;
    blob data;
    size_t count; /* bytes moved */
} flow;

/* Tasks of a worker, whose argument is a flow. The far end hears what must be `data`
 * (else FIRTH_E_PROTOCOL), or says it. The stream reads what must be it, or writes it. */
firth_err far_hears(void *argument);
firth_err far_says(void *argument);
firth_err stream_reads(void *argument);
firth_err stream_writes(void *argument);

/* Tasks of a worker, whose argument is the duplex; they take any time. */
firth_err read_one(void *argument);
firth_err write_without_end(void *argument);

/* Returns as soon as the thread is blocked in the stream. */
void wait_until_blocked(const worker *self);

/* One byte goes each way. */
void check_alive(duplex *far);

/* What the stream has collected or taken leaves while the far end does something else. */
void flush_collected(const duplex *far);

/* Seconds on a clock that never steps. */
double seconds_now(void);

#endif
