/* Whatever a proxy answers to CONNECT, and however it is cut, the parser comes to the same
 * end, says the same of it, and takes no byte behind the head.
 *
 * Input: one byte that decides how the rest is cut, the rest. */
#include "fuzz.h"

#include "stream/http_answer.h"

#include <string.h>

typedef struct outcome {
    firth_err err;
    size_t taken;
    firth_http_answer answer;
    char detail[512];
} outcome;

static void answer(outcome *found, const uint8_t *data, size_t size, size_t piece)
{
    memset(found, 0, sizeof *found);
    found->err = FIRTH_E_WANT_READ;
    while (found->err == FIRTH_E_WANT_READ && found->taken < size) {
        size_t length = piece < size - found->taken ? piece : size - found->taken;
        size_t used;
        found->err = firth_http_answer_feed(&found->answer, data + found->taken, length, &used);
        must(used <= length, "more than there was");
        must(found->err != FIRTH_E_WANT_READ || used == length, "bytes left while more are wanted");
        found->taken += used;
    }
    must(found->taken <= FIRTH_HTTP_HEAD_LIMIT, "a head beyond the limit");
    if (found->err == FIRTH_E_TUNNEL)
        strcpy(found->detail, firth_last_error()->detail);
}

static void check_text(const char *text)
{
    for (; *text != '\0'; text++)
        must(*text >= 0x20 && *text < 0x7f, "what cannot be shown in a text");
}

static void check_head(const outcome *found, const uint8_t *data)
{
    must(found->answer.status >= 100 && found->answer.status <= 999, "a status");
    must(found->taken >= 2 && data[found->taken - 1] == '\n', "an end without a line feed");
    check_text(found->answer.reason);
    check_text(found->answer.challenge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static outcome whole, cut;
    if (size < 1)
        return 0;
    answer(&whole, data + 1, size - 1, size);
    answer(&cut, data + 1, size - 1, 1u + data[0] % 32);
    must(whole.err == FIRTH_OK || whole.err == FIRTH_E_WANT_READ || whole.err == FIRTH_E_TUNNEL,
         "another error");
    must(whole.err == cut.err && strcmp(whole.detail, cut.detail) == 0,
         "an outcome that depends on how the bytes are cut");
    must(whole.taken == cut.taken && whole.answer.status == cut.answer.status,
         "an end that depends on how the bytes are cut");
    if (whole.err == FIRTH_OK)
        check_head(&whole, data + 1);
    return 0;
}
