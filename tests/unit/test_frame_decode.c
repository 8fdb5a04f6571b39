/* What comes of frames that are cut, wrong, too long, or do not inflate. Each case is
 * decoded by the codec, all at once and byte by byte, and by a channel. */
#include "check.h"
#include "duplex.h"
#include "frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

typedef struct expectation {
    firth_err first;    /* the first result */
    firth_err then;     /* the next ones; FIRTH_OK: the payload "next", then the end */
    size_t frame_limit; /* 0: the default */
    size_t inflated_limit;
} expectation;

static firth_channel_options options_of(const expectation *expected)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    if (expected->frame_limit != 0)
        options.limits.frame = expected->frame_limit;
    if (expected->inflated_limit != 0)
        options.limits.inflated = expected->inflated_limit;
    return options;
}

/* The next result of a codec or a channel. */
typedef firth_err (*next_result)(void *source, firth_bytes *payload);

static void check_results(next_result next, void *source, const expectation *expected)
{
    firth_bytes payload;
    check_code(next(source, &payload), expected->first, "first", __FILE__, __LINE__);
    firth_bytes_free(&payload);
    if (expected->then == FIRTH_OK) {
        CHECK_OK(next(source, &payload));
        assert_true(same_bytes(payload.data, payload.length, "next", 4));
        firth_bytes_free(&payload);
        CHECK_FAILS(EOF, next(source, &payload));
    } else {
        for (int i = 0; i < 3; i++)
            check_code(next(source, &payload), expected->then, "then", __FILE__, __LINE__);
    }
}

typedef struct feeder {
    firth_frame_codec *codec;
    const unsigned char *bytes;
    size_t left, piece;
} feeder;

static firth_err decode(void *source, firth_bytes *payload)
{
    feeder *self = source;
    firth_err err;
    while ((err = firth_frame_codec_decode(self->codec, payload)) == FIRTH_E_WANT_READ) {
        size_t piece = self->piece < self->left ? self->piece : self->left;
        if (piece == 0)
            return firth_frame_codec_end(self->codec);
        CHECK_OK(firth_frame_codec_feed(self->codec, self->bytes, piece));
        self->bytes += piece;
        self->left -= piece;
    }
    return err;
}

static void check_codec(blob wire, size_t piece, const expectation *expected)
{
    firth_channel_options options = options_of(expected);
    feeder self = {.bytes = wire.data, .left = wire.length, .piece = piece};
    CHECK_OK(firth_frame_codec_create(&self.codec, &options));
    check_results(decode, &self, expected);
    firth_frame_codec_free(self.codec);
}

static firth_err receive(void *channel, firth_bytes *payload)
{
    return firth_channel_recv(channel, 5, payload);
}

static void check_channel(blob wire, const expectation *expected)
{
    firth_channel_options options = options_of(expected);
    firth_channel *channel;
    duplex far = open_duplex(OVER_UNIX);
    CHECK_OK(firth_channel_create(&channel, far.stream, &options));
    say(&far, wire.data, wire.length);
    shutdown(far.says, SHUT_WR);
    check_results(receive, channel, expected);
    firth_channel_free(channel);
    close_duplex(&far);
}

static void check_all(blob wire, const expectation *expected)
{
    check_codec(wire, wire.length + 1, expected);
    if (wire.length < 10000)
        check_codec(wire, 1, expected);
    check_channel(wire, expected);
    free(wire.data);
}

/* The wire has one more good frame, with the payload "next". */
static blob and_next(blob wire)
{
    return joined(wire, plain_frame("next", 4));
}

static void a_frame_cut_anywhere_is_a_lost_connection(void **state)
{
    (void)state;
    blob frame = plain_frame("brine", 5);
    for (size_t cut = 1; cut < frame.length; cut++) {
        blob wire = joined((blob){malloc(1), 0}, (blob){malloc(cut), cut});
        memcpy(wire.data, frame.data, cut);
        check_all(wire, &(expectation){FIRTH_E_CONNECTION_LOST, FIRTH_E_CONNECTION_LOST, 0, 0});
    }
    free(frame.data);
}

static void a_compressed_frame_cut_anywhere_is_a_lost_connection(void **state)
{
    (void)state;
    blob payload = text_of(4000), frame = deflated_frame(payload.data, payload.length, 1);
    for (size_t cut = 1; cut < frame.length; cut++) {
        blob wire = {malloc(cut), cut};
        memcpy(wire.data, frame.data, cut);
        check_all(wire, &(expectation){FIRTH_E_CONNECTION_LOST, FIRTH_E_CONNECTION_LOST, 0, 0});
    }
    free(frame.data);
    free(payload.data);
}

static void an_end_between_frames_is_clean(void **state)
{
    (void)state;
    check_all((blob){malloc(1), 0}, &(expectation){FIRTH_E_EOF, FIRTH_E_EOF, 0, 0});
    check_all(plain_frame("brine", 5), &(expectation){FIRTH_OK, FIRTH_E_EOF, 0, 0});
}

static void every_flag_but_0_and_1_is_a_protocol_error(void **state)
{
    (void)state;
    for (int flag = 2; flag < 256; flag++) {
        blob wire = and_next(frame_of((unsigned char)flag, "brine", 5, '\n'));
        check_all(wire, &(expectation){FIRTH_E_PROTOCOL, FIRTH_E_PROTOCOL, 0, 0});
        char found[8];
        snprintf(found, sizeof found, "%d", flag);
        CHECK_DETAIL(found);
    }
}

static void every_trailer_but_a_newline_is_a_protocol_error(void **state)
{
    (void)state;
    for (int trailer = 0; trailer < 256; trailer++) {
        if (trailer == '\n')
            continue;
        blob wire = and_next(frame_of(0, "brine", 5, (unsigned char)trailer));
        check_all(wire, &(expectation){FIRTH_E_PROTOCOL, FIRTH_E_PROTOCOL, 0, 0});
        char found[8];
        snprintf(found, sizeof found, "0x%02x", (unsigned)trailer);
        CHECK_DETAIL(found);
    }
}

static void a_length_that_is_too_short_shows_at_the_trailer(void **state)
{
    (void)state;
    blob wire = plain_frame("brine", 5);
    wire.data[3] = 4;
    check_all(wire, &(expectation){FIRTH_E_PROTOCOL, FIRTH_E_PROTOCOL, 0, 0});
}

static void a_length_of_exactly_the_limit_is_read(void **state)
{
    (void)state;
    check_all(and_next(plain_frame("brine", 5)), &(expectation){FIRTH_OK, FIRTH_OK, 5, 0});
}

static void a_length_above_the_limit_is_final(void **state)
{
    (void)state;
    check_all(and_next(plain_frame("brines", 6)),
              &(expectation){FIRTH_E_BUFFER_OVERFLOW, FIRTH_E_BUFFER_OVERFLOW, 5, 0});
    CHECK_DETAIL("6");
}

static void the_longest_length_is_refused_before_any_of_it_comes(void **state)
{
    (void)state;
    blob header = {malloc(5), 5};
    write_frame_header(header.data, 0xffffffff, 0);
    check_all(header, &(expectation){FIRTH_E_BUFFER_OVERFLOW, FIRTH_E_BUFFER_OVERFLOW, 0, 0});
}

static void a_body_that_does_not_inflate_costs_its_frame_only(void **state)
{
    (void)state;
    const expectation expected = {FIRTH_E_COMPRESSION, FIRTH_OK, 0, 0};
    check_all(and_next(frame_of(1, "brine", 5, '\n')), &expected);
    check_all(and_next(frame_of(1, NULL, 0, '\n')), &expected);
    check_all(and_next(frame_of(1, "\x78", 1, '\n')), &expected);
}

static void a_body_that_inflates_in_part_costs_its_frame_only(void **state)
{
    (void)state;
    blob payload = text_of(4000), frame = deflated_frame(payload.data, payload.length, 1);
    for (size_t body = 1; body < frame.length - 6; body += 3)
        check_all(and_next(frame_of(1, frame.data + 5, body, '\n')),
                  &(expectation){FIRTH_E_COMPRESSION, FIRTH_OK, 0, 0});
    free(frame.data);
    free(payload.data);
}

static void a_wrong_checksum_costs_its_frame_only(void **state)
{
    (void)state;
    blob payload = text_of(4000), frame = deflated_frame(payload.data, payload.length, 1);
    frame.data[frame.length - 2] ^= 1;
    check_all(and_next(frame), &(expectation){FIRTH_E_COMPRESSION, FIRTH_OK, 0, 0});
    free(payload.data);
}

static void bytes_after_the_zlib_stream_cost_their_frame_only(void **state)
{
    (void)state;
    blob payload = text_of(4000), frame = deflated_frame(payload.data, payload.length, 1);
    check_all(and_next(frame_of(1, frame.data + 5, frame.length - 5, '\n')),
              &(expectation){FIRTH_E_COMPRESSION, FIRTH_OK, 0, 0});
    free(frame.data);
    free(payload.data);
}

static blob with_dictionary(void)
{
    unsigned char body[200];
    z_stream zlib = {.next_in = (Bytef *)(uintptr_t) "firth meets brine",
                     .avail_in = 17,
                     .next_out = body,
                     .avail_out = sizeof body};
    assert_int_equal(deflateInit(&zlib, 1), Z_OK);
    deflateSetDictionary(&zlib, (const Bytef *)"firth meets", 11);
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    blob frame = frame_of(1, body, zlib.total_out, '\n');
    deflateEnd(&zlib);
    return frame;
}

static void a_preset_dictionary_costs_its_frame_only(void **state)
{
    (void)state;
    check_all(and_next(with_dictionary()), &(expectation){FIRTH_E_COMPRESSION, FIRTH_OK, 0, 0});
}

static void a_payload_of_exactly_the_inflated_limit_is_read(void **state)
{
    (void)state;
    blob payload = text_of(4000);
    check_all(and_next(deflated_frame(payload.data, payload.length, 1)),
              &(expectation){FIRTH_OK, FIRTH_OK, 0, 4000});
    free(payload.data);
}

static void a_payload_above_the_inflated_limit_costs_its_frame_only(void **state)
{
    (void)state;
    blob payload = text_of(4000);
    const expectation expected = {FIRTH_E_BUFFER_OVERFLOW, FIRTH_OK, 0, 3999};
    check_all(and_next(deflated_frame(payload.data, payload.length, 1)), &expected);
    free(payload.data);
}

static void a_bomb_costs_its_frame_only(void **state)
{
    (void)state;
    blob payload = text_of(64 * 1024 * 1024);
    const expectation expected = {FIRTH_E_BUFFER_OVERFLOW, FIRTH_OK, 0, 1000000};
    check_all(and_next(deflated_frame(payload.data, payload.length, 9)), &expected);
    free(payload.data);
}

static void a_compressed_empty_payload_is_read(void **state)
{
    (void)state;
    check_all(and_next(deflated_frame("", 0, 1)), &(expectation){FIRTH_OK, FIRTH_OK, 0, 0});
    check_all(and_next(deflated_frame("", 0, 1)), &(expectation){FIRTH_OK, FIRTH_OK, 0, 1});
}

static void a_short_payload_may_be_compressed(void **state)
{
    (void)state;
    check_all(and_next(deflated_frame("x", 1, 9)), &(expectation){FIRTH_OK, FIRTH_OK, 0, 0});
}

static void the_inflated_limit_is_none_of_uncompressed_payloads(void **state)
{
    (void)state;
    check_all(and_next(plain_frame("brine", 5)), &(expectation){FIRTH_OK, FIRTH_OK, 0, 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_between_frames_is_clean),
        cmocka_unit_test(a_frame_cut_anywhere_is_a_lost_connection),
        cmocka_unit_test(a_compressed_frame_cut_anywhere_is_a_lost_connection),
        cmocka_unit_test(every_flag_but_0_and_1_is_a_protocol_error),
        cmocka_unit_test(every_trailer_but_a_newline_is_a_protocol_error),
        cmocka_unit_test(a_length_that_is_too_short_shows_at_the_trailer),
        cmocka_unit_test(a_length_of_exactly_the_limit_is_read),
        cmocka_unit_test(a_length_above_the_limit_is_final),
        cmocka_unit_test(the_longest_length_is_refused_before_any_of_it_comes),
        cmocka_unit_test(a_body_that_does_not_inflate_costs_its_frame_only),
        cmocka_unit_test(a_body_that_inflates_in_part_costs_its_frame_only),
        cmocka_unit_test(a_wrong_checksum_costs_its_frame_only),
        cmocka_unit_test(bytes_after_the_zlib_stream_cost_their_frame_only),
        cmocka_unit_test(a_preset_dictionary_costs_its_frame_only),
        cmocka_unit_test(a_payload_of_exactly_the_inflated_limit_is_read),
        cmocka_unit_test(a_payload_above_the_inflated_limit_costs_its_frame_only),
        cmocka_unit_test(a_bomb_costs_its_frame_only),
        cmocka_unit_test(a_compressed_empty_payload_is_read),
        cmocka_unit_test(a_short_payload_may_be_compressed),
        cmocka_unit_test(the_inflated_limit_is_none_of_uncompressed_payloads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
