#include "platform/socket.h"

#include "platform/os_error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

/* Linux reports what befell a connection that nobody has accepted yet (accept(2)); the
 * next one may be well. */
static bool lost_before_accepted(int os_error)
{
    switch (os_error) {
    case ECONNABORTED:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EPROTO:
        return true;
    default:
        return false;
    }
}

firth_err firth_socket_try_accept(int number, int *accepted)
{
    do {
        *accepted = accept4(number, NULL, NULL, SOCK_CLOEXEC);
    } while (*accepted < 0 && lost_before_accepted(errno));
    if (*accepted >= 0)
        return FIRTH_OK;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return FIRTH_E_WANT_READ;
    return firth_fail_os(errno, "accept");
}

static const char *name_of_family(int family)
{
    switch (family) {
    case AF_INET:
    case AF_INET6:
        return "tcp";
    case AF_UNIX:
        return "unix";
    default:
        return "socket";
    }
}

firth_err firth_socket_examine(int number, const char **name)
{
    int type = 0;
    socklen_t length = sizeof type;
    if (getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return firth_fail(FIRTH_E_INVALID, "descriptor %d is %s", number,
                          errno == ENOTSOCK ? "not a socket" : "not open");
    if (type != SOCK_STREAM)
        return firth_fail(FIRTH_E_INVALID, "descriptor %d is a socket of type %d, not a stream",
                          number, type);
    int listening = 0;
    length = sizeof listening;
    getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length);
    if (listening)
        return firth_fail(FIRTH_E_INVALID, "descriptor %d is a listening socket", number);
    int family = AF_UNSPEC;
    length = sizeof family;
    getsockopt(number, SOL_SOCKET, SO_DOMAIN, &family, &length);
    *name = name_of_family(family);
    return FIRTH_OK;
}

bool firth_socket_is(int number)
{
    int type = 0;
    socklen_t length = sizeof type;
    return getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

size_t firth_address_bytes(const char *text, unsigned char bytes[16])
{
    if (inet_pton(AF_INET, text, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

void firth_socket_shutdown(int number)
{
    shutdown(number, SHUT_RDWR);
}
