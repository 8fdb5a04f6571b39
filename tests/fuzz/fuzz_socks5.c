/* Whatever a SOCKS5 proxy answers, and however it is cut, the client comes to the same end,
 * says the same of it, and takes no byte behind the handshake.
 *
 * Input: one byte that decides how the rest is cut, one for user and password and for the
 * target, the rest. */
#include "fuzz.h"

#include "stream/socks5_client.h"

#include <string.h>

typedef struct outcome {
    firth_err err;
    firth_socks5_stage stage;
    size_t taken;
    char detail[512];
} outcome;

static void begin(firth_socks5_client *client, unsigned choice)
{
    static const char *const targets[] = {"name.example", "127.0.0.1", "::1"};
    const char *user = (choice & 1) != 0 ? "user" : NULL;
    must(firth_socks5_begin(client, targets[choice / 2 % 3], 80, user, "password") == FIRTH_OK,
         "a handshake that does not begin");
}

static size_t lowest(size_t one, size_t other)
{
    return one < other ? one : other;
}

static outcome answer(unsigned choice, const uint8_t *data, size_t size, size_t piece)
{
    firth_socks5_client client;
    outcome found = {.err = FIRTH_OK};
    begin(&client, choice);
    while (found.err == FIRTH_OK && found.taken < size && firth_socks5_awaits(&client) != 0) {
        must(client.out_length <= sizeof client.out, "a message beyond its memory");
        must(client.need <= sizeof client.in, "a reply beyond its memory");
        client.out_length = 0;
        size_t length = lowest(lowest(piece, size - found.taken), firth_socks5_awaits(&client));
        found.err = firth_socks5_feed(&client, data + found.taken, length);
        found.taken += length;
    }
    must(found.err == FIRTH_OK || found.err == FIRTH_E_TUNNEL, "another error");
    found.stage = client.stage;
    if (found.err != FIRTH_OK)
        strcpy(found.detail, firth_last_error()->detail);
    bool connected = client.stage == FIRTH_SOCKS5_CONNECTED;
    must(found.err != FIRTH_OK || connected == (firth_socks5_awaits(&client) == 0),
         "something awaited after the end, or nothing before it");
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    outcome whole = answer(data[1], data + 2, size - 2, size);
    outcome cut = answer(data[1], data + 2, size - 2, 1u + data[0] % 8);
    must(whole.err == cut.err && strcmp(whole.detail, cut.detail) == 0,
         "an outcome that depends on how the bytes are cut");
    must(whole.err != FIRTH_OK || (whole.stage == cut.stage && whole.taken == cut.taken),
         "an end that depends on how the bytes are cut");
    return 0;
}
