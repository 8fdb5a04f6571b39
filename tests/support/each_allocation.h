/* Something is done again and again, each time with the next allocation failing. */
#ifndef TESTS_SUPPORT_EACH_ALLOCATION_H
#define TESTS_SUPPORT_EACH_ALLOCATION_H

#include <firth/firth.h>

/* Returns the first error, and leaves nothing behind. */
typedef firth_err (*scenario)(void);

/* Once, in a thread of its own. */
firth_err run_in_thread(scenario what);

/* In a thread of its own each time, since some memory is a thread's. Fails the test if the
 * error is not FIRTH_E_NO_MEMORY, or if memory or descriptors remain; with `has_child`,
 * what its child holds may take a little longer. */
void fail_each_allocation(scenario what, bool has_child);

#endif
