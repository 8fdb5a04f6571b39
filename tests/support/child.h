/* Child processes of a test, and the descriptors of this one. */
#ifndef TESTS_SUPPORT_CHILD_H
#define TESTS_SUPPORT_CHILD_H

#include <sys/types.h>

/* Runs the task in a child of fork; it must return 0, which is what the child exits with. */
void run_in_child(int (*task)(void *argument), void *argument);

pid_t start_child(int (*task)(void *argument), void *argument);
void join_child(pid_t child);

/* How many descriptors this process has open. */
int count_descriptors(void);

/* How many of them an executed program would inherit. */
int count_inheritable(void);

/* A new folder that ends with the test; the path has room for a name of 20 bytes. */
#define SCRATCH_PATH 64
void make_scratch(char path[SCRATCH_PATH]);
void remove_scratch(const char *path);

#endif
