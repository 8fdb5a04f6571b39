/* Stand-ins for the functions that the library calls, for programs that are linked
 * with --wrap (see firth_test in tests/unit/CMakeLists.txt). Without a plan each does what the
 * real one does. Plans are the process's; they are made while nobody is in the library. */
#ifndef TESTS_SUPPORT_FAULTS_H
#define TESTS_SUPPORT_FAULTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* Back to the real functions. */
void faults_off(void);

/* Allocations, from now on: the `nth` (1 is the next) fails. */
void fail_allocation(unsigned nth);
/* From now on every allocation of at least that many bytes fails; 0: none. */
void fail_allocations_from(size_t size);
/* Whether the failure has happened. */
bool fault_happened(void);
/* The largest allocation since faults_off, bytes. */
size_t largest_allocation(void);
/* Allocations not freed yet, of all that went through the stand-ins. */
long live_allocations(void);

/* System calls, from now on: the `nth` one fails with that errno, once. */
void fail_call(unsigned nth, int os_error);
/* Only the calls of that name, such as "socket". */
void fail_call_of(const char *name, int os_error);
/* All the calls of that name, until faults_off. */
void fail_every_call_of(const char *name, int os_error);
/* Every transfer moves at most that many bytes; 0: no limit. */
void limit_transfers(size_t bytes);
/* As the next but one would: EAGAIN before every transfer, so that each has to wait. */
void delay_transfers(bool on);
/* System calls since faults_off. */
unsigned calls_made(void);
/* Calls made with a name since faults_off. */
unsigned calls_of(const char *name);

/* Instead of the real clock one that stands still but for waiting: each wait that
 * finds nothing calls `meanwhile`, if there is one, and takes `step` seconds, or as long as it
 * may if that is less. */
void use_fake_clock(double step, void (*meanwhile)(void *context), void *context);
/* Work that takes so long. */
void let_fake_time_pass(double seconds);
/* Seconds on it since use_fake_clock. */
double fake_seconds(void);

struct addrinfo;

/* Instead of the resolver, for names (numeric addresses are left to it). */
typedef int (*fake_resolver)(const char *host, const char *service, const struct addrinfo *hints,
                             struct addrinfo **result);
void use_fake_resolver(fake_resolver resolver);
int real_resolver(const char *host, const char *service, const struct addrinfo *hints,
                  struct addrinfo **result);

#endif
