/* Containers within each other whose lengths together promise more than there is. */
#include "check.h"

#include <string.h>

enum { LEVELS = 100 };

/* Puts that many tuples into each other, each with a length of `claim` items. */
static size_t put_tuples(unsigned char *at, size_t levels, unsigned char claim)
{
    for (size_t i = 0; i < levels; i++) {
        at[2 * i] = 0x14;
        at[2 * i + 1] = claim;
    }
    return 2 * levels;
}

static firth_brine_decoder *decoder_of(const void *encoded, size_t length, size_t items)
{
    firth_brine_limits limits = FIRTH_BRINE_LIMITS_INIT;
    firth_brine_decoder *decoder;
    limits.items = items;
    CHECK_OK(firth_brine_decoder_create(&decoder, &limits));
    CHECK_OK(firth_brine_decoder_start(decoder, encoded, length));
    return decoder;
}

static void the_items_of_all_open_containers_fit_into_the_bytes(void **state)
{
    (void)state;
    unsigned char encoded[2 * LEVELS + 250] = {0};
    firth_brine_value value;
    put_tuples(encoded, LEVELS, 200);
    firth_brine_decoder *decoder = decoder_of(encoded, sizeof encoded, 100000);
    size_t promised = 0;
    firth_err err = firth_brine_decoder_next(decoder, &value);
    while (err == FIRTH_OK) {
        promised += value.length;
        err = firth_brine_decoder_next(decoder, &value);
    }
    assert_int_equal(err, FIRTH_E_PROTOCOL);
    CHECK_DETAIL("200 items at offset 6, in 46 bytes");
    assert_true(promised <= sizeof encoded);
    firth_brine_decoder_free(decoder);
}

static void the_items_of_all_open_containers_fit_into_the_limit(void **state)
{
    (void)state;
    unsigned char encoded[2 * LEVELS + 250] = {0};
    firth_brine_value value;
    size_t heads = put_tuples(encoded, 2, 100);
    memset(encoded + heads, 0x50, sizeof encoded - heads);
    firth_brine_decoder *decoder = decoder_of(encoded, sizeof encoded, 200);
    CHECK_OK(firth_brine_decoder_next(decoder, &value));
    CHECK_FAILS(BUFFER_OVERFLOW, firth_brine_decoder_next(decoder, &value));
    firth_brine_decoder_free(decoder);
}

static void a_value_may_use_up_the_limit_and_the_bytes(void **state)
{
    (void)state;
    static const unsigned char encoded[] = {0x11, 0x11, 0x50, 0x10, 0x00, 0x1a, 0x11, 0x51, 0x52};
    firth_brine_value value;
    firth_brine_decoder *decoder = decoder_of(encoded, sizeof encoded, 8);
    for (int i = 0; i < 8; i++)
        CHECK_OK(firth_brine_decoder_next(decoder, &value));
    CHECK_OK(firth_brine_decoder_finish(decoder));
    firth_brine_decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_items_of_all_open_containers_fit_into_the_bytes),
        cmocka_unit_test(the_items_of_all_open_containers_fit_into_the_limit),
        cmocka_unit_test(a_value_may_use_up_the_limit_and_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
