/* Frames of a peer that has the key, and does not keep to the order and form of docs/encryption.md.
 */
#include "check.h"
#include "codec_pair.h"

#include "channel/encryption.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

typedef struct far_side {
    firth_encryption *encryption;
    firth_frame_codec *codec; /* what it talks to */
    unsigned char number;     /* of its next frame */
} far_side;

static far_side meet(void)
{
    far_side self = {.codec = codec_with_key(PAIR_KEY, strlen(PAIR_KEY))};
    firth_channel_options options = options_with_key();
    CHECK_OK(firth_encryption_create(&self.encryption, &options));
    firth_slice own = firth_encryption_owed(self.encryption);
    CHECK_OK(firth_frame_codec_feed(self.codec, own.data, own.length));
    blob hello = hello_of(self.codec);
    memcpy(firth_encryption_hello_space(self.encryption).data, hello.data, hello.length);
    CHECK_OK(firth_encryption_hello_came(self.encryption, hello.length));
    CHECK_OK(firth_encryption_meet(self.encryption));
    free(hello.data);
    return self;
}

static void part(far_side *self)
{
    firth_encryption_free(self->encryption);
    firth_frame_codec_free(self->codec);
}

/* The next frame, with any flags; `length` bytes of data, below 200. */
static blob frame_with(far_side *self, unsigned char flag, unsigned char inner, size_t length)
{
    static const unsigned char data[200];
    unsigned char nonce[12] = {0}, *at;
    size_t body = 1 + length + 16;
    blob frame = {calloc(1, 5 + body + 1), 5 + body + 1};
    int count;
    nonce[11] = self->number++;
    frame.data[3] = (unsigned char)body;
    frame.data[4] = flag;
    at = frame.data + 5;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, self->encryption->sealing.key, nonce);
    EVP_EncryptUpdate(cipher, NULL, &count, frame.data, 5);
    EVP_EncryptUpdate(cipher, at, &count, &inner, 1);
    EVP_EncryptUpdate(cipher, at + 1, &count, data, (int)length);
    EVP_EncryptFinal_ex(cipher, at + 1 + length, &count);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, at + 1 + length);
    EVP_CIPHER_CTX_free(cipher);
    frame.data[frame.length - 1] = '\n';
    return frame;
}

static blob ready(far_side *self)
{
    return frame_with(self, 0, FIRTH_INNER_READY, 0);
}

static void frames_in_their_order_are_taken(void **state)
{
    (void)state;
    far_side far = meet();
    const char data[3] = {0};
    assert_int_equal(said_of(far.codec, ready(&far)), FIRTH_E_WANT_READ);
    must_bring(far.codec, frame_with(&far, 0, FIRTH_INNER_PAYLOAD, 3), data, 3);
    assert_int_equal(said_of(far.codec, frame_with(&far, 0, FIRTH_INNER_END, 0)), FIRTH_E_EOF);
    part(&far);
}

static void the_first_frame_is_the_proof_and_no_other(void **state)
{
    const unsigned char others[] = {FIRTH_INNER_PAYLOAD, FIRTH_INNER_DEFLATED, FIRTH_INNER_END, 4};
    (void)state;
    for (size_t i = 0; i < sizeof others; i++) {
        far_side far = meet();
        assert_int_equal(said_of(far.codec, frame_with(&far, 0, others[i], 0)), FIRTH_E_ENCRYPTION);
        CHECK_DETAIL("the first sealed frame is not the one that is to be first");
        part(&far);
    }
}

/* After the proof has come. */
static void must_be_refused(unsigned char flag, unsigned char inner, size_t length,
                            const char *detail)
{
    far_side far = meet();
    assert_int_equal(said_of(far.codec, ready(&far)), FIRTH_E_WANT_READ);
    assert_int_equal(said_of(far.codec, frame_with(&far, flag, inner, length)), FIRTH_E_ENCRYPTION);
    CHECK_DETAIL(detail);
    part(&far);
}

static void the_proof_comes_once(void **state)
{
    (void)state;
    must_be_refused(0, FIRTH_INNER_READY, 0, "neither a payload nor the end");
    must_be_refused(0, FIRTH_INNER_READY, 5, "neither a payload nor the end");
}

static void the_end_holds_nothing(void **state)
{
    (void)state;
    must_be_refused(0, FIRTH_INNER_END, 1, "neither a payload nor the end");
}

static void other_inner_flags_are_refused(void **state)
{
    (void)state;
    must_be_refused(0, 4, 0, "neither a payload nor the end");
    must_be_refused(0, 255, 7, "neither a payload nor the end");
}

static void a_flag_in_the_header_is_refused_even_if_it_is_sealed(void **state)
{
    (void)state;
    must_be_refused(1, FIRTH_INNER_DEFLATED, 7, "the flag of its header is 1, expected 0");
    must_be_refused(2, FIRTH_INNER_PAYLOAD, 7, "the flag of its header is 2, expected 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_in_their_order_are_taken),
        cmocka_unit_test(the_first_frame_is_the_proof_and_no_other),
        cmocka_unit_test(the_proof_comes_once),
        cmocka_unit_test(the_end_holds_nothing),
        cmocka_unit_test(other_inner_flags_are_refused),
        cmocka_unit_test(a_flag_in_the_header_is_refused_even_if_it_is_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
