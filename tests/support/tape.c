#include "tape.h"

#include "check.h"
#include "codec_pair.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

unsigned char private_key_number = LEFT;

const char *const tape_payloads[TAPE_PAYLOADS] = {"", "Zq7#Kw9!Xv3@Jp5", "Qk8*Wz4+Hx6=Vj2"};

/* In place of OpenSSL's. */
int RAND_priv_bytes(unsigned char *bytes, int length)
{
    memset(bytes, 0x5a, (size_t)length);
    bytes[1] = private_key_number;
    return 1;
}

static firth_frame_codec *codec_of(int side)
{
    private_key_number = (unsigned char)side;
    return codec_with_key(PAIR_KEY, strlen(PAIR_KEY));
}

firth_frame_codec *hearer_of(int side)
{
    return codec_of(side == LEFT ? RIGHT : LEFT);
}

static blob part(const blob *whole, size_t at, size_t length)
{
    blob copy = {malloc(length), length};
    memcpy(copy.data, whole->data + at, length);
    return copy;
}

tape record_tape(int side)
{
    tape made;
    firth_frame_codec *says = codec_of(side), *hears = hearer_of(side);
    made.pieces[0] = hello_of(says);
    said_of(says, hello_of(hears));
    blob first = frame_from(says, "", 0);
    made.pieces[TAPE_READY] = part(&first, 0, 23);
    made.pieces[TAPE_FIRST] = part(&first, 23, first.length - 23);
    free(first.data);
    for (int i = 1; i < TAPE_PAYLOADS; i++)
        made.pieces[TAPE_FIRST + i] = frame_from(says, tape_payloads[i], strlen(tape_payloads[i]));
    made.pieces[TAPE_END] = end_from(says);
    firth_frame_codec_free(says);
    firth_frame_codec_free(hears);
    return made;
}

void free_tape(tape *self)
{
    for (int i = 0; i < TAPE_PIECES; i++)
        free(self->pieces[i].data);
}

blob whole_tape(const tape *self)
{
    blob whole = {malloc(1), 0};
    for (int i = 0; i < TAPE_PIECES; i++)
        whole = joined(whole, part(&self->pieces[i], 0, self->pieces[i].length));
    return whole;
}

static void must_not_contain(const char *detail, const char *secret, size_t length)
{
    for (size_t at = 0; at + 4 <= length; at++)
        for (const char *in = detail; *in != 0; in++)
            assert_true(strncmp(in, secret + at, 4) != 0);
}

void must_not_tell(const char *detail)
{
    must_not_contain(detail, PAIR_KEY, strlen(PAIR_KEY));
    for (int i = 0; i < TAPE_PAYLOADS; i++)
        must_not_contain(detail, tape_payloads[i], strlen(tape_payloads[i]));
}

outcome play(firth_frame_codec *codec, const void *bytes, size_t length)
{
    outcome found = {0};
    firth_bytes payload;
    CHECK_OK(firth_frame_codec_feed(codec, bytes, length));
    while ((found.err = firth_frame_codec_decode(codec, &payload)) == FIRTH_OK) {
        assert_true(found.payloads < TAPE_PAYLOADS);
        const char *expected = tape_payloads[found.payloads++];
        assert_true(same_bytes(payload.data, payload.length, expected, strlen(expected)));
        firth_bytes_free(&payload);
    }
    assert_null(payload.data);
    if (found.err == FIRTH_E_WANT_READ)
        found.err = firth_frame_codec_end(codec);
    must_not_tell(firth_last_error()->detail);
    assert_int_equal(firth_frame_codec_end(codec), found.err);
    return found;
}
