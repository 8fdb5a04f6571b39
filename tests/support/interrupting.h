/* What interrupts who is blocked. */
#ifndef TESTS_SUPPORT_INTERRUPTING_H
#define TESTS_SUPPORT_INTERRUPTING_H

#include <stdbool.h>

/* An interrupt hook that always interrupts. */
bool give_up(void *context);

/* From now on SIGUSR1 does no more than to interrupt system calls. */
void handle_signal(void);

#endif
