/* Tells a child process that what it holds was made by its parent. */
#ifndef FIRTH_PLATFORM_FORK_H
#define FIRTH_PLATFORM_FORK_H

/* A number that differs in a child of fork from what it was in the parent. */
unsigned firth_fork_generation(void);

#endif
