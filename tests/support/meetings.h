/* A listener, a client and what it accepts, made and freed again: for tests of what
 * happens when a call within fails. */
#ifndef TESTS_SUPPORT_MEETINGS_H
#define TESTS_SUPPORT_MEETINGS_H

#include <firth/firth.h>

/* The first failure, or FIRTH_OK. `options` are the listener's; NULL for the defaults. */
firth_err meet_over_tcp(const firth_listen_options *options);
firth_err meet_over_unix(const char *path);

#endif
