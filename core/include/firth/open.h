/* A stream by its address. docs/uri.md has the grammar and the options. */
#ifndef FIRTH_OPEN_H
#define FIRTH_OPEN_H

#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the stream of an address:
 *
 *   tcp://host:port
 *   tls://host:port
 *   unix:/path            unix:relative/path
 *   exec:program?arg=one&arg=two
 *   ssh://[user@]host[:port]/TARGET                 TARGET is host:port
 *   socks5://[user[:password]@]host:port/TARGET     or tls://host:port
 *   http-connect://[user[:password]@]host:port/TARGET
 *   fd:N                  a socket, or what can be read and written
 *   fd:N,M                to read from, and to write to
 *   stdio:
 *
 * May block up to `timeout` seconds (FIRTH_UNSET: FIRTH_CONNECT_TIMEOUT, for ssh
 * FIRTH_SSH_TIMEOUT) for everything together. Descriptors that are named are the stream's from then
 * on; after a failure they are still the caller's. FIRTH_E_INVALID: at which byte of the URI,
 * counted from 0, what was expected and what was found (which never shows a password);
 * else the errors of the scheme's constructor. */
FIRTH_API firth_err firth_open(firth_stream **stream, const char *uri, double timeout);

#ifdef __cplusplus
}
#endif

#endif
