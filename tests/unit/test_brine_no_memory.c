/* Each allocation of an encoder and a decoder fails in turn. */
#include "brine_check.h"
#include "check.h"
#include "each_allocation.h"
#include "faults.h"

#include <string.h>

enum { DEPTH = 100, LENGTH = 3000 };

static firth_err add_all(firth_brine_encoder *encoder)
{
    static const char data[LENGTH];
    firth_err err = FIRTH_OK;
    for (int i = 0; i < DEPTH && err == FIRTH_OK; i++)
        err = firth_brine_encoder_add(encoder, firth_brine_tuple(1));
    return err == FIRTH_OK ? firth_brine_encoder_add(encoder, firth_brine_bytes(data, LENGTH))
                           : err;
}

static firth_err encode_deeply(void)
{
    firth_slice encoded;
    firth_brine_encoder *encoder;
    firth_err err = firth_brine_encoder_create(&encoder, NULL);
    if (err != FIRTH_OK)
        return encoder == NULL ? err : FIRTH_E_INVALID;
    err = add_all(encoder);
    if (firth_brine_encoder_finish(encoder, &encoded) != err)
        err = FIRTH_E_INVALID;
    firth_brine_encoder_free(encoder);
    return err;
}

static void encoding(void **state)
{
    (void)state;
    fail_each_allocation(encode_deeply, false);
}

static firth_err decode_deeply(void)
{
    unsigned char encoded[DEPTH + 1] = {0};
    firth_brine_decoder *decoder;
    memset(encoded, 0x10, DEPTH);
    firth_err err = firth_brine_decoder_create(&decoder, NULL);
    if (err != FIRTH_OK)
        return decoder == NULL ? err : FIRTH_E_INVALID;
    err = firth_brine_decoder_start(decoder, encoded, sizeof encoded);
    if (err == FIRTH_OK)
        err = decode_all(decoder);
    firth_brine_decoder_free(decoder);
    return err;
}

static void decoding(void **state)
{
    (void)state;
    fail_each_allocation(decode_deeply, false);
}

static void an_encoder_works_again_after_there_was_no_memory(void **state)
{
    (void)state;
    firth_slice encoded;
    firth_brine_encoder *encoder = encoder_with(NULL);
    fail_allocation(3);
    CHECK_FAILS(NO_MEMORY, add_all(encoder));
    assert_true(fault_happened());
    faults_off();
    CHECK_FAILS(NO_MEMORY, firth_brine_encoder_add(encoder, firth_brine_none()));
    CHECK_FAILS(NO_MEMORY, firth_brine_encoder_finish(encoder, &encoded));
    CHECK_OK(add_all(encoder));
    CHECK_OK(firth_brine_encoder_finish(encoder, &encoded));
    assert_int_equal(encoded.length, DEPTH + 5 + LENGTH);
    firth_brine_encoder_free(encoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding),
        cmocka_unit_test(decoding),
        cmocka_unit_test(an_encoder_works_again_after_there_was_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
