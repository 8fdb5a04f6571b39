/* Whatever is given as an address, the parser takes it apart or says where it is wrong,
 * and never shows a password.
 *
 * Input: the address. Bytes behind the first NUL are not looked at. */
#include "fuzz.h"

#include "stream/open.h"
#include "uri_forms.h"

#include <string.h>

#define SECRET "Zq7Xw9"
#define LONGEST 9000

static void check_text(const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        must((unsigned char)*text >= 0x20 && *text != 0x7f, "a control character in a text");
}

static void check_parsed(const firth_uri *uri)
{
    check_text(uri->user);
    check_text(uri->password);
    check_text(uri->path);
    for (size_t i = 0; i < uri->option_count; i++)
        check_text(uri->options[i].text);
    if ((uri->scheme->parts & FIRTH_URI_HOST) != 0)
        must(uri->host != NULL && *uri->host != '\0' && strlen(uri->host) <= 255, "a host");
    if ((uri->scheme->parts & FIRTH_URI_PORT) != 0)
        must(uri->port >= 1 && uri->port <= 65535, "a port");
    if ((uri->scheme->parts & FIRTH_URI_TARGET) != 0)
        must(uri->target_host != NULL && uri->target_port >= 1, "a target");
    must((uri->scheme->parts & FIRTH_URI_PATH) == 0 || uri->path != NULL, "a path");
}

static void check_fault(size_t length)
{
    size_t offset;
    const char *detail = firth_last_error()->detail;
    must(sscanf(detail, "byte %zu of the URI: expected ", &offset) == 1, "a fault without a place");
    must(offset <= length, "a place outside the address");
    must(strstr(detail, ", found ") != NULL, "a fault that does not say what was found");
}

static bool parse(const char *text, const firth_uri_scheme *schemes, size_t count)
{
    firth_uri *uri;
    firth_err err = firth_uri_parse(&uri, text, schemes, count);
    must(err == FIRTH_OK || err == FIRTH_E_INVALID, "another error");
    if (err == FIRTH_OK)
        check_parsed(uri);
    else
        check_fault(strlen(text));
    firth_uri_free(uri);
    return err == FIRTH_OK;
}

/* The address behind a user and the beginning of a password, or what should have been one. */
static void parse_with_secret(const char *start, const char *rest)
{
    static char text[LONGEST + 64];
    snprintf(text, sizeof text, "%s%s%s", start, SECRET, rest);
    if (!parse(text, form_schemes, FORM_SCHEMES))
        must(strstr(firth_last_error()->detail, SECRET) == NULL, "a password");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[LONGEST + 1];
    size_t count, length = size < LONGEST ? size : LONGEST;
    memcpy(text, data, length);
    text[length] = '\0';
    const firth_uri_scheme *schemes = firth_open_schemes(&count);
    parse(text, schemes, count);
    parse(text, form_schemes, FORM_SCHEMES);
    if (strstr(text, SECRET) == NULL) {
        parse_with_secret("http-hop://u:", text);
        parse_with_secret("login://u:", text);
    }
    return 0;
}
