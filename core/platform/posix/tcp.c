#include "platform/os_error.h"
#include "platform/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/posix/address_text.h"

/* Lost keepalives that end a connection, as in rpyc.core.stream. */
#define KEEPALIVE_PROBES 5

static bool is_tcp(int number)
{
    int domain = 0, protocol = 0;
    socklen_t length = sizeof domain;
    getsockopt(number, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    length = sizeof protocol;
    getsockopt(number, SOL_SOCKET, SO_PROTOCOL, &protocol, &length);
    return (domain == AF_INET || domain == AF_INET6) && protocol == IPPROTO_TCP;
}

static bool set_option(int number, int level, int option, int value)
{
    return setsockopt(number, level, option, &value, sizeof value) == 0;
}

firth_err firth_socket_tune(int number, bool nodelay, int keepalive)
{
    if (!is_tcp(number))
        return FIRTH_OK;
    bool done = !nodelay || set_option(number, IPPROTO_TCP, TCP_NODELAY, 1);
    if (keepalive > 0)
        done = done && set_option(number, SOL_SOCKET, SO_KEEPALIVE, 1) &&
               set_option(number, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES) &&
               set_option(number, IPPROTO_TCP, TCP_KEEPIDLE, keepalive) &&
               set_option(number, IPPROTO_TCP, TCP_KEEPINTVL, keepalive);
    return done ? FIRTH_OK : firth_fail_os(errno, "socket options of tcp");
}

void firth_socket_acknowledge(int number)
{
    set_option(number, IPPROTO_TCP, TCP_QUICKACK, 1);
}

static firth_err outcome_of_connect(int number, const char *where)
{
    int os_error = 0;
    socklen_t length = sizeof os_error;
    getsockopt(number, SOL_SOCKET, SO_ERROR, &os_error, &length);
    return os_error != 0 ? firth_fail_connect(os_error, where) : FIRTH_OK;
}

static firth_err wait_for_connect(int number, const char *where, const firth_deadline *deadline)
{
    firth_waker waker = {0};
    _Atomic bool closing = false;
    unsigned calls = 0;
    if (deadline->timeout == 0)
        return FIRTH_E_WANT_WRITE;
    firth_err err = firth_wait((firth_watch){-1, number}, deadline, &waker, &closing, &calls);
    firth_waker_destroy(&waker);
    return err != FIRTH_OK ? err : outcome_of_connect(number, where);
}

/* The socket is non-blocking while it connects, and stays so: it is ours alone. */
static firth_err connect_to(const struct addrinfo *address, const firth_deadline *deadline,
                            int *number)
{
    char where[FIRTH_ADDRESS_TEXT];
    firth_address_text(address->ai_addr, address->ai_addrlen, where);
    int made = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                      address->ai_protocol);
    if (made < 0)
        return firth_fail_os(errno, "socket for %s", where);
    firth_err err = FIRTH_OK;
    if (connect(made, address->ai_addr, address->ai_addrlen) != 0)
        err = errno == EINPROGRESS || errno == EINTR ? wait_for_connect(made, where, deadline)
                                                     : firth_fail_connect(errno, where);
    if (err != FIRTH_OK)
        close(made);
    else
        *number = made;
    return err;
}

static size_t count_addresses(const struct addrinfo *address)
{
    size_t count = 0;
    for (; address != NULL; address = address->ai_next)
        count++;
    return count;
}

/* An address that never answers leaves the others their share of the time. */
static firth_deadline share_of(const firth_deadline *deadline, size_t addresses_left)
{
    if (deadline->timeout <= 0)
        return *deadline;
    return firth_deadline_in(firth_deadline_remaining(deadline) / (double)addresses_left);
}

static bool worth_another_address(firth_err err)
{
    return err != FIRTH_OK && err != FIRTH_E_INTERRUPTED && err != FIRTH_E_NO_MEMORY;
}

firth_err firth_socket_connect(const firth_endpoint *endpoint, const firth_deadline *deadline,
                               int *number)
{
    struct addrinfo *addresses;
    firth_err err = firth_resolve(endpoint, deadline, &addresses);
    if (err != FIRTH_OK)
        return err;
    size_t left = count_addresses(addresses);
    err = firth_fail(FIRTH_E_HOST_NOT_FOUND, "host %s has no address", endpoint->host);
    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next) {
        firth_deadline share = share_of(deadline, left--);
        err = connect_to(address, &share, number);
        if (!worth_another_address(err))
            break;
    }
    firth_resolved_free(addresses);
    return err;
}

static int port_of(int number)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(number, (struct sockaddr *)&address, &length) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static firth_err listen_on(const struct addrinfo *address, bool both_families, int backlog,
                           int *number)
{
    char where[FIRTH_ADDRESS_TEXT];
    firth_address_text(address->ai_addr, address->ai_addrlen, where);
    int made = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                      address->ai_protocol);
    if (made < 0)
        return firth_fail_os(errno, "socket for %s", where);
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address->ai_family == AF_INET6)
        set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, !both_families);
    if (bind(made, address->ai_addr, address->ai_addrlen) != 0 || listen(made, backlog) != 0) {
        firth_err err = firth_fail_os(errno, "listen on %s", where);
        close(made);
        return err;
    }
    *number = made;
    return FIRTH_OK;
}

/* "Every address" is one IPv6 socket that takes IPv4 too, where there is IPv6. */
static firth_err listen_on_family(const struct addrinfo *addresses, int family, bool both,
                                  int backlog, int *number)
{
    firth_err err = firth_fail(FIRTH_E_HOST_NOT_FOUND, "%s", "no address to listen on");
    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next)
        if (family == AF_UNSPEC || address->ai_family == family) {
            err = listen_on(address, both, backlog, number);
            if (err == FIRTH_OK)
                return FIRTH_OK;
        }
    return err;
}

firth_err firth_socket_listen(const firth_endpoint *endpoint, int backlog, int *number, int *port)
{
    struct addrinfo *addresses;
    firth_deadline forever = firth_deadline_in(FIRTH_FOREVER);
    firth_err err = firth_resolve(endpoint, &forever, &addresses);
    if (err != FIRTH_OK)
        return err;
    bool everywhere = endpoint->host == NULL || *endpoint->host == '\0';
    bool both = everywhere && endpoint->family == AF_UNSPEC;
    err = both ? listen_on_family(addresses, AF_INET6, true, backlog, number) : FIRTH_E_WANT_READ;
    if (err != FIRTH_OK)
        err = listen_on_family(addresses, both ? AF_INET : AF_UNSPEC, false, backlog, number);
    firth_resolved_free(addresses);
    if (err == FIRTH_OK)
        *port = port_of(*number);
    return err;
}
