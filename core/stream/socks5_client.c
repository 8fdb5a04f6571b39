#include "stream/socks5_client.h"

#include "base/fail.h"

#include <stdio.h>
#include <string.h>

enum {
    VERSION = 5,
    CONNECT = 1,
    NO_AUTHENTICATION = 0,
    USER_AND_PASSWORD = 2,
    NO_METHOD = 0xff,
    IPV4 = 1,
    NAME = 3,
    IPV6 = 4,
    PASSWORD_VERSION = 1, /* of RFC 1929 */
    SHORT_MESSAGE = 2,
    REPLY_START = 4
};

/* ---- What is sent ------------------------------------------------------------- */

static void put(firth_socks5_client *self, const void *data, size_t length)
{
    memcpy(self->out + self->out_length, data, length);
    self->out_length += length;
}

static void put_byte(firth_socks5_client *self, unsigned value)
{
    self->out[self->out_length++] = (unsigned char)value;
}

/* One byte of length, and as many bytes. */
static void put_text(firth_socks5_client *self, const char *text)
{
    size_t length = strlen(text);
    put_byte(self, (unsigned)length);
    put(self, text, length);
}

static void await(firth_socks5_client *self, firth_socks5_stage stage, size_t need)
{
    self->stage = stage;
    self->have = 0;
    self->need = need;
}

static void offer_methods(firth_socks5_client *self)
{
    put_byte(self, VERSION);
    put_byte(self, self->user != NULL ? 2 : 1);
    put_byte(self, NO_AUTHENTICATION);
    if (self->user != NULL)
        put_byte(self, USER_AND_PASSWORD);
    await(self, FIRTH_SOCKS5_METHOD, SHORT_MESSAGE);
}

static void send_password(firth_socks5_client *self)
{
    put_byte(self, PASSWORD_VERSION);
    put_text(self, self->user);
    put_text(self, self->password);
    await(self, FIRTH_SOCKS5_STATUS, SHORT_MESSAGE);
}

static void send_request(firth_socks5_client *self)
{
    const firth_target *target = &self->target;
    put_byte(self, VERSION);
    put_byte(self, CONNECT);
    put_byte(self, 0);
    put_byte(self, target->address_length == 0 ? NAME : target->address_length == 4 ? IPV4 : IPV6);
    if (target->address_length == 0)
        put_text(self, target->host);
    else
        put(self, target->address, target->address_length);
    put_byte(self, (unsigned)target->port >> 8);
    put_byte(self, (unsigned)target->port & 0xff);
    await(self, FIRTH_SOCKS5_REPLY, REPLY_START);
}

static firth_err check_length(const char *what, const char *text, size_t lowest)
{
    size_t length = text != NULL ? strlen(text) : lowest;
    if (length < lowest || length > 255)
        return firth_fail(FIRTH_E_INVALID, "SOCKS5: the %s is %zu bytes long, expected %zu to 255",
                          what, length, lowest);
    return FIRTH_OK;
}

firth_err firth_socks5_begin(firth_socks5_client *self, const char *host, int port,
                             const char *user, const char *password)
{
    firth_err err = firth_target_make(&self->target, host, port);
    if (err == FIRTH_OK)
        err = check_length("user", user, 1);
    if (err == FIRTH_OK)
        err = check_length("password", password, 0);
    if (err != FIRTH_OK)
        return err;
    self->user = user;
    self->password = password != NULL ? password : "";
    self->out_length = 0;
    offer_methods(self);
    return FIRTH_OK;
}

/* ---- What comes --------------------------------------------------------------- */

/* The first byte of every message. */
static firth_err check_version(const firth_socks5_client *self, unsigned expected)
{
    if (self->in[0] == expected)
        return FIRTH_OK;
    return firth_fail(FIRTH_E_TUNNEL, "%s begins with 0x%02x, expected version %u",
                      firth_socks5_awaited(self), self->in[0], expected);
}

static firth_err take_method(firth_socks5_client *self)
{
    unsigned method = self->in[1];
    bool with_password = self->user != NULL;
    if (method == NO_METHOD)
        return firth_fail(FIRTH_E_TUNNEL, "%s",
                          with_password ? "it accepts neither user and password nor none"
                                        : "it wants authentication; no user and password are set");
    if (method == NO_AUTHENTICATION) {
        send_request(self);
    } else if (method == USER_AND_PASSWORD && with_password) {
        send_password(self);
    } else {
        return firth_fail(FIRTH_E_TUNNEL, "it chose method %u, expected one that was offered: %s",
                          method, with_password ? "0 or 2" : "0");
    }
    return FIRTH_OK;
}

static firth_err take_status(firth_socks5_client *self)
{
    if (self->in[1] != 0)
        return firth_fail(FIRTH_E_TUNNEL, "it refused the user and password (status %u)",
                          self->in[1]);
    send_request(self);
    return FIRTH_OK;
}

/* RFC 1928, section 6. */
static const char *reply_in_words(unsigned code)
{
    static const char *const words[] = {
        "succeeded",
        "general SOCKS server failure",
        "connection not allowed by ruleset",
        "network unreachable",
        "host unreachable",
        "connection refused",
        "TTL expired",
        "command not supported",
        "address type not supported",
    };
    return code < sizeof words / sizeof *words ? words[code] : "a reply that means nothing";
}

static firth_err check_reply_code(const firth_socks5_client *self)
{
    char where[FIRTH_TARGET_TEXT];
    unsigned code = self->in[1];
    if (code == 0)
        return FIRTH_OK;
    firth_target_text(&self->target, where);
    return firth_fail(FIRTH_E_TUNNEL, "it did not connect to %s: %s (reply %u)", where,
                      reply_in_words(code), code);
}

/* How long the bound address and port are, as far as the type tells: a name has its
 * length before it. */
static firth_err extend_by_address(firth_socks5_client *self)
{
    if (self->in[2] != 0)
        return firth_fail(FIRTH_E_TUNNEL, "its reply has 0x%02x as reserved byte, expected 0",
                          self->in[2]);
    switch (self->in[3]) {
    case IPV4:
        self->need += 4 + 2;
        return FIRTH_OK;
    case IPV6:
        self->need += 16 + 2;
        return FIRTH_OK;
    case NAME:
        self->need += 1;
        return FIRTH_OK;
    default:
        return firth_fail(FIRTH_E_TUNNEL, "its reply has an address of type %u, expected 1, 3 or 4",
                          self->in[3]);
    }
}

static firth_err take_reply(firth_socks5_client *self)
{
    if (self->have == REPLY_START) {
        firth_err err = check_reply_code(self);
        return err == FIRTH_OK ? extend_by_address(self) : err;
    }
    if (self->in[3] == NAME && self->have == REPLY_START + 1) {
        self->need += self->in[REPLY_START] + 2u;
        return FIRTH_OK;
    }
    await(self, FIRTH_SOCKS5_CONNECTED, 0);
    return FIRTH_OK;
}

static firth_err take(firth_socks5_client *self)
{
    unsigned version = self->stage == FIRTH_SOCKS5_STATUS ? PASSWORD_VERSION : VERSION;
    firth_err err = check_version(self, version);
    if (err != FIRTH_OK || self->have < self->need)
        return err;
    switch (self->stage) {
    case FIRTH_SOCKS5_METHOD:
        return take_method(self);
    case FIRTH_SOCKS5_STATUS:
        return take_status(self);
    default:
        return take_reply(self);
    }
}

size_t firth_socks5_awaits(const firth_socks5_client *self)
{
    return self->need - self->have;
}

firth_err firth_socks5_feed(firth_socks5_client *self, const void *data, size_t length)
{
    size_t awaited = firth_socks5_awaits(self);
    if (length == 0)
        return FIRTH_OK;
    if (length > awaited)
        return firth_fail(FIRTH_E_INVALID, "SOCKS5: fed %zu bytes, %zu are awaited", length,
                          awaited);
    memcpy(self->in + self->have, data, length);
    self->have += length;
    return take(self);
}

const char *firth_socks5_awaited(const firth_socks5_client *self)
{
    switch (self->stage) {
    case FIRTH_SOCKS5_METHOD:
        return "its choice of a method";
    case FIRTH_SOCKS5_STATUS:
        return "its answer to user and password";
    case FIRTH_SOCKS5_REPLY:
        return "its reply";
    default:
        return "nothing more";
    }
}
