/* Where a tunnel leads: a host that goes into a request, an address or a name. */
#ifndef FIRTH_STREAM_TUNNEL_TARGET_H
#define FIRTH_STREAM_TUNNEL_TARGET_H

#include <firth/error.h>

/* The longest name: what SOCKS5 carries, and more than DNS does. */
#define FIRTH_TARGET_NAME 255
/* "[", a host, "]:", a port and the end. */
#define FIRTH_TARGET_TEXT (FIRTH_TARGET_NAME + 10)

typedef struct firth_target {
    const char *host; /* the caller's */
    int port;
    unsigned char address[16];
    size_t address_length; /* 4 for IPv4, 16 for IPv6; 0: it is a name */
} firth_target;

/* FIRTH_E_INVALID: a port that is none; a host that is neither an address nor made of letters,
 * digits, '-', '.' and '_' alone, so that nothing else gets into a request. */
firth_err firth_target_make(firth_target *target, const char *host, int port);

/* "name:80", "127.0.0.1:80", "[::1]:80". */
void firth_target_text(const firth_target *target, char text[FIRTH_TARGET_TEXT]);

#endif
