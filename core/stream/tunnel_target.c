#include "stream/tunnel_target.h"

#include "base/fail.h"
#include "platform/socket.h"
#include "stream/socket_arguments.h"

#include <stdio.h>
#include <string.h>

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static firth_err check_name(const char *host)
{
    size_t length = strlen(host);
    size_t good = strspn(host, LETTERS_AND_DIGITS "-._");
    if (length == 0)
        return firth_fail(FIRTH_E_INVALID, "%s", "the target's host is empty");
    if (length > FIRTH_TARGET_NAME)
        return firth_fail(FIRTH_E_INVALID, "the target's host is %zu bytes long, the limit is %d",
                          length, FIRTH_TARGET_NAME);
    if (good != length)
        return firth_fail(FIRTH_E_INVALID,
                          "the target's host has 0x%02x at byte %zu, expected an address or "
                          "letters, digits, '-', '.' and '_'",
                          (unsigned char)host[good], good);
    if (*host == '-')
        return firth_fail(FIRTH_E_INVALID, "%s", "the target's host begins with '-'");
    return FIRTH_OK;
}

firth_err firth_target_make(firth_target *target, const char *host, int port)
{
    if (host == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the target's host is NULL");
    *target = (firth_target){.host = host, .port = port};
    target->address_length = firth_address_bytes(host, target->address);
    firth_err err = target->address_length == 0 ? check_name(host) : FIRTH_OK;
    return err == FIRTH_OK ? firth_check_port(port, 1) : err;
}

void firth_target_text(const firth_target *target, char text[FIRTH_TARGET_TEXT])
{
    const char *format = target->address_length == 16 ? "[%s]:%d" : "%s:%d";
    snprintf(text, FIRTH_TARGET_TEXT, format, target->host, target->port);
}
