/* Socket addresses as people read them: "127.0.0.1:80", "[::1]:80", a path. */
#ifndef FIRTH_PLATFORM_POSIX_ADDRESS_TEXT_H
#define FIRTH_PLATFORM_POSIX_ADDRESS_TEXT_H

#include <sys/socket.h>

#define FIRTH_ADDRESS_TEXT 128

void firth_address_text(const struct sockaddr *address, socklen_t length,
                        char text[FIRTH_ADDRESS_TEXT]);

#endif
