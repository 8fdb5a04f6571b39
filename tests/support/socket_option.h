/* What the system says of the socket of a stream. */
#ifndef TESTS_SUPPORT_SOCKET_OPTION_H
#define TESTS_SUPPORT_SOCKET_OPTION_H

#include <firth/firth.h>

/* The value of an option that is an int. */
int option_of(firth_stream *stream, int level, int option);

#endif
