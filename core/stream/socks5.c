#include "stream/socks5.h"

#include "base/fail.h"

#include <openssl/crypto.h>
#include <stdio.h>

static firth_err say_what_is_due(const firth_proxy *proxy, firth_socks5_client *client)
{
    if (client->out_length == 0)
        return FIRTH_OK;
    firth_err err = firth_proxy_say(proxy, client->out, client->out_length);
    OPENSSL_cleanse(client->out, client->out_length);
    client->out_length = 0;
    return err;
}

static firth_err hear_and_feed(const firth_proxy *proxy, firth_socks5_client *client)
{
    unsigned char part[FIRTH_SOCKS5_LARGEST_REPLY];
    const char *what = firth_socks5_awaited(client);
    size_t awaited = firth_socks5_awaits(client);
    size_t count;
    firth_err err = firth_proxy_hear(proxy, part, awaited, what, &count);
    if (err != FIRTH_OK) {
        char when[100];
        snprintf(when, sizeof when, "after %zu of %zu bytes of %s", client->have, client->need,
                 what);
        return firth_proxy_fail_lost(proxy, err, when);
    }
    err = firth_socks5_feed(client, part, count);
    return err == FIRTH_OK ? FIRTH_OK : firth_fail_about(proxy->name);
}

firth_err firth_socks5_handshake(const firth_proxy *proxy, firth_socks5_client *client)
{
    firth_err err = say_what_is_due(proxy, client);
    while (err == FIRTH_OK && firth_socks5_awaits(client) != 0) {
        err = hear_and_feed(proxy, client);
        if (err == FIRTH_OK)
            err = say_what_is_due(proxy, client);
    }
    return err;
}

firth_err firth_tunneled_socket_stream_socks5_connect(firth_stream **stream, const char *proxy_host,
                                                      int proxy_port, const char *host, int port,
                                                      const firth_proxy_options *options)
{
    const firth_proxy_options defaults = FIRTH_PROXY_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_proxy proxy;
    firth_socks5_client client;
    firth_err err = firth_proxy_check(stream, options);
    if (err == FIRTH_OK)
        err = firth_socks5_begin(&client, host, port, options->user, options->password);
    if (err == FIRTH_OK)
        err = firth_proxy_reach(&proxy, "SOCKS5", proxy_host, proxy_port, options);
    if (err != FIRTH_OK)
        return err;
    err = firth_socks5_handshake(&proxy, &client);
    return firth_proxy_hand_over(&proxy, err, stream);
}
