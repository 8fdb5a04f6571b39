/* What connecting and listening share: checks of what the caller gave, and the
 * stream over a socket that firth has opened. */
#ifndef FIRTH_STREAM_SOCKET_ARGUMENTS_H
#define FIRTH_STREAM_SOCKET_ARGUMENTS_H

#include <firth/stream.h>

/* FIRTH_E_INVALID tells what was expected and what was found. */
firth_err firth_check_port(int port, int lowest);
firth_err firth_check_keepalive(int seconds);

/* FIRTH_IPV6_... and a family of the caller's become the resolver's AF_... */
firth_err firth_check_family(int family, int ipv6, int *resolver_family);

/* Only SOCK_STREAM (or 0 for it) carries a stream. */
firth_err firth_check_socktype(int socktype, int *resolver_socktype);

/* A stream over a connected socket of ours, which a failure closes. */
firth_err firth_socket_stream_over_own(firth_stream **stream, const char *name, int number);

#endif
