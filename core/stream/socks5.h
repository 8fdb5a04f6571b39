/* SOCKS5 over any stream that is connected to a proxy already. */
#ifndef FIRTH_STREAM_SOCKS5_H
#define FIRTH_STREAM_SOCKS5_H

#include "stream/proxy.h"
#include "stream/socks5_client.h"

/* Has the handshake; then the stream leads to the target, and not a byte of it was read. */
firth_err firth_socks5_handshake(const firth_proxy *proxy, firth_socks5_client *client);

#endif
