/* Tells a child process that what it holds was made by its parent. */
#ifndef FIRTH_PLATFORM_FORK_H
#define FIRTH_PLATFORM_FORK_H

#include <stdatomic.h>

/* A number that differs in a child of fork from what it was in the parent. */
unsigned firth_fork_generation(void);

/* Calls `settle(object)` once in each child that uses the object; `generation` is the
 * object's, of the process that it was settled in last. Threads wait for each other. */
void firth_fork_settle(_Atomic unsigned *generation, void (*settle)(void *object), void *object);

#endif
