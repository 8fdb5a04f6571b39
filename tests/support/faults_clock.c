#include "faults.h"

#include "faults_state.h"

#include <errno.h>
#include <netdb.h>
#include <semaphore.h>
#include <time.h>

/* Nanoseconds on the fake clock when it starts. */
#define START 1000000000000LL

static struct {
    bool on;
    long long now; /* nanoseconds */
    double step;   /* seconds */
    void (*meanwhile)(void *context);
    void *context;
} clock_state;

static fake_resolver resolver;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __real_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until);
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **result);

void faults_off(void)
{
    faults_memory_off();
    faults_calls_off();
    clock_state.on = false;
    resolver = NULL;
}

void use_fake_clock(double step, void (*meanwhile)(void *context), void *context)
{
    clock_state.on = true;
    clock_state.now = START;
    clock_state.step = step;
    clock_state.meanwhile = meanwhile;
    clock_state.context = context;
}

void let_fake_time_pass(double seconds)
{
    clock_state.now += (long long)(seconds * 1e9);
}

double fake_seconds(void)
{
    return (double)(clock_state.now - START) * 1e-9;
}

/* What happens while somebody waits for at most so many seconds; negative: for ever. */
static void time_passes(double at_most)
{
    double step = clock_state.step;
    if (at_most >= 0 && (step == 0 || at_most < step))
        step = at_most;
    clock_state.now += (long long)(step * 1e9);
    if (clock_state.meanwhile != NULL)
        clock_state.meanwhile(clock_state.context);
}

bool fake_poll(struct pollfd *entries, nfds_t count, int milliseconds, int *ready)
{
    if (!clock_state.on)
        return false;
    *ready = __real_poll(entries, count, 0);
    if (*ready == 0 && milliseconds != 0) {
        time_passes(milliseconds * 1e-3);
        *ready = __real_poll(entries, count, 0);
    }
    return true;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    if (!clock_state.on)
        return __real_clock_gettime(clock, now);
    *now = (struct timespec){.tv_sec = clock_state.now / 1000000000,
                             .tv_nsec = (long)(clock_state.now % 1000000000)};
    return 0;
}

int __wrap_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until)
{
    if (!clock_state.on)
        return __real_sem_clockwait(semaphore, clock, until);
    long long at = until->tv_sec * 1000000000LL + until->tv_nsec;
    while (clock_state.now < at) {
        time_passes((double)(at - clock_state.now) * 1e-9 + 1e-9);
        if (sem_trywait(semaphore) == 0)
            return 0;
    }
    errno = ETIMEDOUT;
    return -1;
}

void use_fake_resolver(fake_resolver own)
{
    resolver = own;
}

int __real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **result);

int real_resolver(const char *host, const char *service, const struct addrinfo *hints,
                  struct addrinfo **result)
{
    return __real_getaddrinfo(host, service, hints, result);
}

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **result)
{
    if (resolver == NULL || (hints->ai_flags & AI_NUMERICHOST) != 0)
        return __real_getaddrinfo(host, service, hints, result);
    return resolver(host, service, hints, result);
}
