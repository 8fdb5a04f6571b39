#include "base/memory.h"
#include "platform/os_error.h"
#include "platform/posix/thread.h"
#include "platform/socket.h"
#include "platform/turn.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* One question to getaddrinfo, held by who asks and by the thread that waits for
 * the answer; the last of the two frees it. */
typedef struct lookup {
    _Atomic int holders;
    firth_turn answered; /* given when the answer is there */
    int status;
    struct addrinfo *addresses;
    struct addrinfo hints;
    char service[8];
    char host[];
} lookup;

static void let_go(lookup *self)
{
    if (atomic_fetch_sub(&self->holders, 1) != 1)
        return;
    if (self->addresses != NULL)
        freeaddrinfo(self->addresses);
    firth_turn_destroy(&self->answered);
    firth_deallocate(self);
}

static void *ask_in_thread(void *argument)
{
    lookup *self = argument;
    self->status = getaddrinfo(self->host, self->service, &self->hints, &self->addresses);
    firth_turn_give(&self->answered);
    let_go(self);
    return NULL;
}

static lookup *new_lookup(const char *host, const char *service, const struct addrinfo *hints)
{
    size_t length = strlen(host) + 1;
    lookup *self = firth_allocate_zeroed(1, sizeof *self + length);
    if (self == NULL)
        return NULL;
    atomic_init(&self->holders, 2);
    firth_turn_init_taken(&self->answered);
    self->hints = *hints;
    strcpy(self->service, service);
    memcpy(self->host, host, length);
    return self;
}

static firth_err fail_lookup(const char *host, int status)
{
    if (status == EAI_MEMORY)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory to resolve %s", host);
    firth_fail(FIRTH_E_HOST_NOT_FOUND, "host %s: %s", host, gai_strerror(status));
    firth_fail_resolver_error(status);
    return FIRTH_E_HOST_NOT_FOUND;
}

static firth_err ask_with_limit(const char *host, const char *service, const struct addrinfo *hints,
                                const firth_deadline *deadline, struct addrinfo **addresses)
{
    lookup *self = new_lookup(host, service, hints);
    if (self == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "no memory to resolve %s", host);
    int status = firth_thread_start(ask_in_thread, self);
    if (status != 0) {
        atomic_store(&self->holders, 1);
        let_go(self);
        return firth_fail_os(status, "a thread to resolve %s", host);
    }
    firth_err err = firth_turn_take(&self->answered, deadline);
    if (err == FIRTH_OK) {
        status = self->status;
        *addresses = self->addresses;
        self->addresses = NULL;
        err = status != 0 ? fail_lookup(host, status) : FIRTH_OK;
    }
    let_go(self);
    return err == FIRTH_E_BUSY ? FIRTH_E_WANT_READ : err;
}

firth_err firth_resolve(const firth_endpoint *endpoint, const firth_deadline *deadline,
                        struct addrinfo **addresses)
{
    struct addrinfo hints = {
        .ai_family = endpoint->family,
        .ai_socktype = endpoint->socktype,
        .ai_protocol = endpoint->proto,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | (endpoint->passive ? AI_PASSIVE : 0),
    };
    char service[8];
    snprintf(service, sizeof service, "%d", endpoint->port);
    const char *host = endpoint->host != NULL && *endpoint->host != '\0' ? endpoint->host : NULL;
    *addresses = NULL;
    int status = getaddrinfo(host, service, &hints, addresses);
    if (status == 0)
        return FIRTH_OK;
    if (status != EAI_NONAME)
        return fail_lookup(host != NULL ? host : "", status);
    hints.ai_flags &= ~AI_NUMERICHOST;
    return ask_with_limit(host != NULL ? host : "", service, &hints, deadline, addresses);
}

void firth_resolved_free(struct addrinfo *addresses)
{
    if (addresses != NULL)
        freeaddrinfo(addresses);
}
