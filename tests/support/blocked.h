/* What a thread of a test is blocked in: tasks for worker.h. */
#ifndef TESTS_SUPPORT_BLOCKED_H
#define TESTS_SUPPORT_BLOCKED_H

#include "worker.h"

/* More than any duplex holds. */
#define MUCH (4u << 20)

/* Each takes a firth_stream and waits for ever. */
firth_err read_one(void *stream);
firth_err write_much(void *stream);

/* FIRTH_E_INVALID if there is nothing to read after all. */
firth_err poll_for_ever(void *stream);

#endif
