/* OpenSSL's allocations, which can be made to fail. For programs that are linked with the
 * stand-ins of faults.h. */
#ifndef TESTS_SUPPORT_FOREIGN_MEMORY_H
#define TESTS_SUPPORT_FOREIGN_MEMORY_H

#include <stdbool.h>

/* Before anything of OpenSSL is used; false: it was too late. */
bool watch_foreign_memory(void);

/* The `nth` from now on fails (1 is the next); 0: none does. */
void fail_foreign(unsigned nth);

/* Whether it has. */
bool foreign_happened(void);

/* Allocations since fail_foreign. */
unsigned foreign_allocations(void);

/* Allocated since the program began and not freed. */
long foreign_live(void);

#endif
