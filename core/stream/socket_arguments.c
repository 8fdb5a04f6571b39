#include "stream/socket_arguments.h"

#include "base/fail.h"

#include <firth/socket_stream.h>

#include <sys/socket.h>

firth_err firth_check_port(int port, int lowest)
{
    if (port < lowest || port > 65535)
        return firth_fail(FIRTH_E_INVALID, "the port is %d, expected %d to 65535", port, lowest);
    return FIRTH_OK;
}

firth_err firth_check_keepalive(int seconds)
{
    if (seconds < 0 || seconds > 32767)
        return firth_fail(FIRTH_E_INVALID, "keepalive is %d seconds, expected 0 to 32767", seconds);
    return FIRTH_OK;
}

firth_err firth_check_family(int family, int ipv6, int *resolver_family)
{
    int wanted = ipv6 == FIRTH_IPV6_ON ? AF_INET6 : ipv6 == FIRTH_IPV6_OFF ? AF_INET : AF_UNSPEC;
    if (ipv6 < FIRTH_IPV6_UNSET || ipv6 > FIRTH_IPV6_ON)
        return firth_fail(FIRTH_E_INVALID, "ipv6 is %d, expected -1, 0 or 1", ipv6);
    if (family != 0 && family != AF_INET && family != AF_INET6)
        return firth_fail(FIRTH_E_INVALID, "family is %d, expected AF_INET or AF_INET6", family);
    if (family != 0 && wanted != AF_UNSPEC && family != wanted)
        return firth_fail(FIRTH_E_INVALID, "family is %d, but ipv6 is %d", family, ipv6);
    *resolver_family = family != 0 ? family : wanted;
    return FIRTH_OK;
}

firth_err firth_check_socktype(int socktype, int *resolver_socktype)
{
    if (socktype != 0 && socktype != SOCK_STREAM)
        return firth_fail(FIRTH_E_INVALID, "socktype is %d, expected SOCK_STREAM (%d)", socktype,
                          SOCK_STREAM);
    *resolver_socktype = SOCK_STREAM;
    return FIRTH_OK;
}
