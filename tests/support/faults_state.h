/* What the files of faults.h have in common. */
#ifndef TESTS_SUPPORT_FAULTS_STATE_H
#define TESTS_SUPPORT_FAULTS_STATE_H

#include <poll.h>
#include <stdbool.h>

void faults_memory_off(void);
void faults_calls_off(void);

bool faults_call_failed(void);

/* Counts a system call; true if it has to fail, with errno set. */
bool faults_call(const char *name);

/* poll on the fake clock; false if there is none. */
bool fake_poll(struct pollfd *entries, nfds_t count, int milliseconds, int *ready);
int __real_poll(struct pollfd *entries, nfds_t count, int milliseconds);

#endif
