#include "stream/http_connect.h"

#include "base/fail.h"
#include "base/memory.h"
#include "stream/http_answer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define PROXY_AUTHENTICATION_REQUIRED 407

/* ---- The request -------------------------------------------------------------- */

static firth_err check_credential(const char *what, const char *text)
{
    size_t length = strlen(text);
    if (length > FIRTH_HTTP_CREDENTIAL)
        return firth_fail(FIRTH_E_INVALID, "HTTP proxy: the %s is %zu bytes long, the limit is %d",
                          what, length, FIRTH_HTTP_CREDENTIAL);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return firth_fail(FIRTH_E_INVALID,
                              "HTTP proxy: the %s has the control character 0x%02x at byte %zu",
                              what, (unsigned char)text[i], i);
    return FIRTH_OK;
}

static firth_err check_credentials(const char *user, const char *password)
{
    firth_err err = check_credential("user", user);
    if (err == FIRTH_OK)
        err = check_credential("password", password);
    if (err == FIRTH_OK && strchr(user, ':') != NULL)
        err =
            firth_fail(FIRTH_E_INVALID, "%s",
                       "HTTP proxy: the user has a colon, which Basic authorization cannot carry");
    return err;
}

/* Wipes what it leaves behind. */
static firth_err append_basic(firth_buffer *request, const char *user, const char *password)
{
    char pair[2 * FIRTH_HTTP_CREDENTIAL + 2];
    unsigned char encoded[4 * ((sizeof pair + 2) / 3) + 1];
    int length = snprintf(pair, sizeof pair, "%s:%s", user, password);
    int encoded_length = EVP_EncodeBlock(encoded, (const unsigned char *)pair, length);
    firth_err err = firth_buffer_append(request, encoded, (size_t)encoded_length);
    OPENSSL_cleanse(pair, sizeof pair);
    OPENSSL_cleanse(encoded, sizeof encoded);
    return err;
}

static firth_err append_text(firth_buffer *request, const char *text)
{
    return firth_buffer_append(request, text, strlen(text));
}

static firth_err append_authorization(firth_buffer *request, const char *user, const char *password)
{
    firth_err err = append_text(request, "Proxy-Authorization: Basic ");
    if (err == FIRTH_OK)
        err = append_basic(request, user, password);
    return err == FIRTH_OK ? append_text(request, "\r\n") : err;
}

/* The memory is there at once, so that no copy of a password is left behind by growing. */
static firth_err write_request(firth_buffer *request, const firth_target *target, const char *user,
                               const char *password)
{
    char where[FIRTH_TARGET_TEXT], lines[2 * FIRTH_TARGET_TEXT + 40];
    firth_target_text(target, where);
    snprintf(lines, sizeof lines, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", where, where);
    size_t credentials = user != NULL ? 2 * (strlen(user) + strlen(password)) + 64 : 0;
    firth_err err = firth_buffer_reserve(request, strlen(lines) + credentials + 2);
    if (err == FIRTH_OK)
        err = append_text(request, lines);
    if (err == FIRTH_OK && user != NULL)
        err = append_authorization(request, user, password);
    return err == FIRTH_OK ? append_text(request, "\r\n") : err;
}

firth_err firth_http_request(firth_buffer *request, const firth_target *target, const char *user,
                             const char *password)
{
    *request = (firth_buffer){0};
    password = password != NULL ? password : "";
    firth_err err = user != NULL ? check_credentials(user, password) : FIRTH_OK;
    if (err == FIRTH_OK)
        err = write_request(request, target, user, password);
    if (err != FIRTH_OK)
        firth_http_request_release(request);
    return err;
}

void firth_http_request_release(firth_buffer *request)
{
    if (request->data != NULL)
        OPENSSL_cleanse(request->data, request->capacity);
    firth_buffer_release(request);
}

/* ---- The answer --------------------------------------------------------------- */

static firth_err fail_authentication(const firth_http_answer *answer, bool with_password)
{
    const char *what = with_password ? "it refused the user and password"
                                     : "it wants a user and password; none are set";
    return firth_fail(FIRTH_E_TUNNEL, "%s (%d %s%s%s)", what, answer->status, answer->reason,
                      *answer->challenge != '\0' ? "; it asks for " : "", answer->challenge);
}

static firth_err judge(const firth_http_answer *answer, const firth_target *target,
                       bool with_password)
{
    char where[FIRTH_TARGET_TEXT];
    if (answer->status >= 200 && answer->status < 300)
        return FIRTH_OK;
    if (answer->status == PROXY_AUTHENTICATION_REQUIRED)
        return fail_authentication(answer, with_password);
    firth_target_text(target, where);
    return firth_fail(FIRTH_E_TUNNEL, "it did not connect to %s: %d%s%s", where, answer->status,
                      *answer->reason != '\0' ? " " : "", answer->reason);
}

static firth_err fail_lost(const firth_proxy *proxy, firth_err err, const firth_http_answer *answer)
{
    char when[80] = "without an answer";
    if (answer->length != 0)
        snprintf(when, sizeof when, "after %zu bytes of its answer, inside the head",
                 answer->length);
    return firth_proxy_fail_lost(proxy, err, when);
}

/* Reads until the head has ended; what lies behind it is given back to the stream. */
static firth_err hear_answer(const firth_proxy *proxy, firth_http_answer *answer)
{
    unsigned char part[1024];
    size_t count, used;
    firth_err err;
    do {
        err = firth_proxy_hear(proxy, part, sizeof part, "its answer", &count);
        if (err != FIRTH_OK)
            return fail_lost(proxy, err, answer);
        err = firth_http_answer_feed(answer, part, count, &used);
    } while (err == FIRTH_E_WANT_READ);
    if (err != FIRTH_OK)
        return firth_fail_about(proxy->name);
    return used < count ? firth_stream_unread(proxy->stream, part + used, count - used) : FIRTH_OK;
}

firth_err firth_http_handshake(const firth_proxy *proxy, const firth_buffer *request,
                               const firth_target *target, bool with_password)
{
    firth_err err = firth_proxy_say(proxy, request->data, request->length);
    if (err != FIRTH_OK)
        return err;
    firth_http_answer *answer = firth_allocate_zeroed(1, sizeof *answer);
    if (answer == NULL)
        return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for a proxy's answer");
    err = hear_answer(proxy, answer);
    if (err == FIRTH_OK) {
        err = judge(answer, target, with_password);
        err = err == FIRTH_OK ? FIRTH_OK : firth_fail_about(proxy->name);
    }
    firth_deallocate(answer);
    return err;
}

firth_err firth_tunneled_socket_stream_http_connect(firth_stream **stream, const char *proxy_host,
                                                    int proxy_port, const char *host, int port,
                                                    const firth_proxy_options *options)
{
    const firth_proxy_options defaults = FIRTH_PROXY_OPTIONS_INIT;
    options = options != NULL ? options : &defaults;
    firth_proxy proxy;
    firth_target target;
    firth_buffer request = {0};
    firth_err err = firth_proxy_check(stream, options);
    if (err == FIRTH_OK)
        err = firth_target_make(&target, host, port);
    if (err == FIRTH_OK)
        err = firth_http_request(&request, &target, options->user, options->password);
    if (err == FIRTH_OK)
        err = firth_proxy_reach(&proxy, "HTTP", proxy_host, proxy_port, options);
    if (err == FIRTH_OK) {
        err = firth_http_handshake(&proxy, &request, &target, options->user != NULL);
        err = firth_proxy_hand_over(&proxy, err, stream);
    }
    firth_http_request_release(&request);
    return err;
}
