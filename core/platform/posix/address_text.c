#include "platform/posix/address_text.h"

#include <netdb.h>
#include <stdio.h>

void firth_address_text(const struct sockaddr *address, socklen_t length,
                        char text[FIRTH_ADDRESS_TEXT])
{
    char host[64], port[8];
    int status = getnameinfo(address, length, host, sizeof host, port, sizeof port,
                             NI_NUMERICHOST | NI_NUMERICSERV);
    if (status != 0)
        snprintf(text, FIRTH_ADDRESS_TEXT, "address family %d", address->sa_family);
    else if (address->sa_family == AF_INET6)
        snprintf(text, FIRTH_ADDRESS_TEXT, "[%s]:%s", host, port);
    else
        snprintf(text, FIRTH_ADDRESS_TEXT, "%s:%s", host, port);
}
