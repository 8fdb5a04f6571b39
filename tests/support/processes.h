/* Child processes as streams, and how to know what became of them. */
#ifndef TESTS_SUPPORT_PROCESSES_H
#define TESTS_SUPPORT_PROCESSES_H

#include <firth/firth.h>

/* A stream to `sh -c script`, with the default options. */
firth_stream *start_shell(const char *script);

/* A stream to the program and what follows it, up to NULL. */
firth_stream *start_program(const firth_process_options *options, const char *program, ...);

/* All that the child says up to its end, as a text that the caller frees. */
char *hear_to_the_end(firth_stream *stream);

/* Waits for the line "ready" of a child that says it once it is. */
void wait_until_ready(firth_stream *stream);

/* A pidfd of the child, to be closed by who asked. */
int watch_child(firth_stream *stream);

/* Waits until the child has ended, and leaves it to be reaped. */
void wait_until_ended(int pidfd);

bool has_ended(int pidfd);

/* Waits until somebody has reaped the child. */
void wait_until_reaped(int pidfd);

/* Ends a child that nobody else will. */
void kill_child(int pidfd);

/* Whether, before long, this process has no child, dead or alive, and so many descriptors
 * open. */
bool soon_nothing_remains(int descriptors);

/* Fixtures: nothing remains after a test. The state is the test's own. */
int note_what_is_open(void **state);
int nothing_remains(void **state);

#endif
