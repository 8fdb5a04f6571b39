/* HTTP CONNECT over any stream that is connected to a proxy already. */
#ifndef FIRTH_STREAM_HTTP_CONNECT_H
#define FIRTH_STREAM_HTTP_CONNECT_H

#include "base/buffer.h"
#include "stream/proxy.h"
#include "stream/tunnel_target.h"

/* The longest user or password, bytes. */
#define FIRTH_HTTP_CREDENTIAL 4096

/* The request: RFC 9110 section 9.3.6, Basic authorization of RFC 7617 if there is a user.
 * To be wiped and released by firth_http_request_release. FIRTH_E_INVALID: a target that is
 * none; control characters, too many bytes, or a colon in the user. */
firth_err firth_http_request(firth_buffer *request, const firth_target *target, const char *user,
                             const char *password);
void firth_http_request_release(firth_buffer *request);

/* Has the handshake; then the stream leads to the target. What came behind the answer's head
 * is the first to be read from it. `with_password`: the request has authorization. */
firth_err firth_http_handshake(const firth_proxy *proxy, const firth_buffer *request,
                               const firth_target *target, bool with_password);

#endif
