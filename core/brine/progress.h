/* How far an encoder or a decoder has come in a value: which containers it is in, how many
 * items each still lacks, and what the limits leave. All zeros is the beginning. */
#ifndef FIRTH_BRINE_PROGRESS_H
#define FIRTH_BRINE_PROGRESS_H

#include <firth/brine.h>

typedef struct firth_brine_progress {
    uint32_t *missing; /* items that each open container lacks, outermost first */
    size_t open;       /* containers */
    size_t capacity;   /* of `missing` */
    size_t items;      /* values met */
    size_t lacking;    /* items that all open containers lack */
} firth_brine_progress;

/* FIRTH_OK with `checked` filled in. NULL: the defaults. FIRTH_E_INVALID. */
firth_err firth_brine_limits_check(const firth_brine_limits *limits, firth_brine_limits *checked);

/* Whether the value is whole. */
static inline bool firth_brine_complete(const firth_brine_progress *progress)
{
    return progress->items != 0 && progress->open == 0;
}

/* Items that have been promised besides the value that comes next. */
static inline size_t firth_brine_promised(const firth_brine_progress *progress)
{
    return progress->lacking != 0 ? progress->lacking - 1 : 0;
}

/* Counts a value that lacks `length` items. FIRTH_E_BUFFER_OVERFLOW, FIRTH_E_NO_MEMORY. */
firth_err firth_brine_advance(firth_brine_progress *progress, const firth_brine_limits *limits,
                              size_t length);

/* Back to the beginning; keeps the memory. */
void firth_brine_restart(firth_brine_progress *progress);

void firth_brine_progress_release(firth_brine_progress *progress);

#endif
