/* Many payloads of all sizes, between two sides that only try, over a stream that is often full:
 * each that was taken comes once, in order, whatever stages there are besides. And a session
 * that is recorded and altered is refused by a channel as by a codec. */
#include "check.h"
#include "codec_pair.h"
#include "sealed_pair.h"
#include "tape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LARGEST 60000
#define ROUNDS 3000

/* Numbers that are the same each time. */
static uint64_t dice;

static unsigned throw_dice(unsigned sides)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(dice >> 33) % sides;
}

typedef struct side {
    firth_channel *channel;
    unsigned sent, corks;
} side;

static unsigned char *pattern;

static size_t length_of(unsigned number)
{
    static const unsigned short scales[] = {8, 100, 5000, LARGEST - 8};
    return 8 + (number * 2654435761u) % scales[number % 4];
}

static void fill_in(unsigned char *payload, unsigned number)
{
    memcpy(payload, pattern + number % 200, LARGEST);
    memcpy(payload, &number, sizeof number);
}

/* Whether the payload was taken is what the error says. */
static void try_to_send(side *self)
{
    static unsigned char payload[LARGEST];
    fill_in(payload, self->sent);
    firth_err err = firth_channel_send(self->channel, payload, length_of(self->sent), 0);
    if (err == FIRTH_OK || (err == FIRTH_E_TIMEOUT && firth_last_error()->count != 0)) {
        self->sent++;
        return;
    }
    assert_true(err == FIRTH_E_BUSY || err == FIRTH_E_TIMEOUT);
}

static void cork_or_uncork(side *self)
{
    if (self->corks == 0) {
        CHECK_OK(firth_channel_cork(self->channel));
        self->corks = 1;
        return;
    }
    firth_err err = firth_channel_uncork(self->channel, 0);
    assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY);
    self->corks = 0;
}

static bool try_to_receive(firth_channel *channel, unsigned *received)
{
    static unsigned char expected[LARGEST];
    firth_bytes payload;
    firth_err err = firth_channel_recv(channel, 0, &payload);
    if (err != FIRTH_OK) {
        assert_int_equal(err, FIRTH_E_TIMEOUT);
        return false;
    }
    fill_in(expected, *received);
    assert_true(same_bytes(payload.data, payload.length, expected, length_of(*received)));
    firth_bytes_free(&payload);
    (*received)++;
    return true;
}

static void take_turns(side *from, firth_channel *to, unsigned *received)
{
    switch (throw_dice(8)) {
    case 0:
        cork_or_uncork(from);
        break;
    case 1:
    case 2:
    case 3:
        while (throw_dice(6) != 0 && try_to_receive(to, received))
            continue;
        break;
    default:
        for (unsigned i = throw_dice(8); i != 0; i--)
            try_to_send(from);
    }
}

static void let_all_arrive(side *from, firth_channel *to, unsigned *received)
{
    if (from->corks != 0)
        cork_or_uncork(from);
    while (*received < from->sent) {
        firth_err err = firth_channel_flush(from->channel, 0);
        assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY);
        try_to_receive(to, received);
    }
}

static void each_that_was_taken_comes_once(const firth_channel_options *options)
{
    unsigned received[2] = {0, 0};
    blob noise = noise_of(LARGEST + 200);
    private_key_number = LEFT;
    sealed_pair pair = {.ends = open_duplex(OVER_UNIX)};
    CHECK_OK(firth_channel_create(&pair.near, pair.ends.stream, options));
    private_key_number = RIGHT;
    CHECK_OK(firth_channel_create(&pair.far, far_stream(&pair.ends), options));
    side sides[2] = {{.channel = pair.near}, {.channel = pair.far}};
    pattern = noise.data;
    dice = 1;
    for (int i = 0; i < ROUNDS; i++) {
        unsigned who = throw_dice(2);
        take_turns(&sides[who], sides[!who].channel, &received[who]);
    }
    for (int who = 0; who < 2; who++)
        let_all_arrive(&sides[who], sides[!who].channel, &received[who]);
    assert_true(received[0] > ROUNDS / 20);
    CHECK_OK(firth_channel_finish(pair.near, 5));
    close_sealed(&pair);
    free(noise.data);
}

static void with_encryption_alone(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    each_that_was_taken_comes_once(&options);
}

static void with_a_small_queue(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    options.limits.queue = 300;
    each_that_was_taken_comes_once(&options);
}

static void with_batches(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    options.batch_size = 7;
    options.batch_timeout = 0;
    each_that_was_taken_comes_once(&options);
}

static void with_batches_by_time_and_compression(void **state)
{
    (void)state;
    firth_channel_options options = options_with_key();
    options.batch_size = 50;
    options.batch_timeout = 0.001;
    options.limits.queue = 20000;
    options.compress = FIRTH_COMPRESSION_ON;
    each_that_was_taken_comes_once(&options);
}

/* ---- Altered sessions -------------------------------------------------------------- */

static outcome receive_all(const blob *bytes)
{
    outcome found = {0};
    firth_channel *channel;
    firth_bytes payload;
    firth_channel_options options = options_with_key();
    duplex far = open_duplex(OVER_UNIX);
    private_key_number = RIGHT;
    CHECK_OK(firth_channel_create(&channel, far.stream, &options));
    say(&far, bytes->data, bytes->length);
    shutdown(far.says, SHUT_WR);
    while ((found.err = firth_channel_recv(channel, 5, &payload)) == FIRTH_OK) {
        const char *expected = tape_payloads[found.payloads++];
        assert_true(same_bytes(payload.data, payload.length, expected, strlen(expected)));
        firth_bytes_free(&payload);
    }
    must_not_tell(firth_last_error()->detail);
    CHECK_FAILS(INVALID, firth_channel_recv(channel, 0, NULL));
    assert_int_equal(firth_channel_recv(channel, 5, &payload), found.err);
    must_not_tell(firth_last_error()->detail);
    firth_channel_free(channel);
    close_duplex(&far);
    return found;
}

static void must_agree(const blob *bytes)
{
    firth_frame_codec *codec = hearer_of(LEFT);
    outcome expected = play(codec, bytes->data, bytes->length);
    outcome found = receive_all(bytes);
    assert_int_equal(found.err, expected.err);
    assert_int_equal(found.payloads, expected.payloads);
    firth_frame_codec_free(codec);
}

static void a_channel_refuses_what_a_codec_refuses(void **state)
{
    (void)state;
    tape left = record_tape(LEFT);
    blob whole = whole_tape(&left);
    must_agree(&whole);
    for (size_t at = 0; at < whole.length; at++) {
        whole.data[at] ^= 0x21;
        must_agree(&whole);
        whole.data[at] ^= 0x21;
        must_agree(&(blob){whole.data, at});
    }
    free(whole.data);
    free_tape(&left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_encryption_alone),
        cmocka_unit_test(with_a_small_queue),
        cmocka_unit_test(with_batches),
        cmocka_unit_test(with_batches_by_time_and_compression),
        cmocka_unit_test(a_channel_refuses_what_a_codec_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
