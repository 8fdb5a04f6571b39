/* A frame that comes in pieces, with a time-out between any two of them, in each form of
 * receiving; and a frame that goes out in pieces. */
#include "frames.h"
#include "media.h"

#include <string.h>

typedef struct sink {
    unsigned char *data;
    size_t size;
    int calls;
} sink;

static void *grow(void *context, size_t size)
{
    sink *self = context;
    self->data = realloc(self->data, size);
    self->size = size;
    self->calls++;
    return self->data;
}

/* A form of receiving, to be called again after a time-out. */
typedef firth_err (*receive_form)(firth_channel *channel, firth_bytes *payload);

static firth_err whole(firth_channel *channel, firth_bytes *payload)
{
    return firth_channel_recv(channel, 0, payload);
}

static firth_err into(firth_channel *channel, firth_bytes *payload)
{
    sink place = {0};
    firth_err err = firth_channel_recv_into(channel, 0, grow, &place, &payload->length);
    payload->data = place.data;
    if (err != FIRTH_OK)
        firth_bytes_free(payload);
    return err;
}

/* What was received in steps before the time ran out. */
static sink stepping;

static firth_err in_steps(firth_channel *channel, firth_bytes *payload)
{
    static unsigned char part[7];
    size_t length, count;
    bool complete = false;
    firth_err err = FIRTH_OK;
    if (stepping.size == 0)
        err = firth_channel_recv_length(channel, 0, &length);
    while (err == FIRTH_OK && !complete) {
        err = firth_channel_recv_some(channel, part, sizeof part, 0, &count, &complete);
        stepping.data = realloc(stepping.data, stepping.size + count + 1);
        memcpy(stepping.data + stepping.size, part, count);
        stepping.size += count;
    }
    if (err == FIRTH_OK) {
        *payload = (firth_bytes){stepping.data, stepping.size};
        stepping = (sink){0};
    }
    return err;
}

/* Each call takes another form, as long as no step has been taken. */
static firth_err mixed(firth_channel *channel, firth_bytes *payload)
{
    static unsigned turn;
    size_t length;
    turn++;
    if (turn % 3 == 0)
        firth_channel_recv_length(channel, 0, &length);
    return turn % 2 != 0 ? whole(channel, payload) : into(channel, payload);
}

static const receive_form forms[] = {whole, into, in_steps, mixed};

static void assert_payload(firth_bytes *payload, blob expected)
{
    assert_true(same_bytes(payload->data, payload->length, expected.data, expected.length));
    firth_bytes_free(payload);
}

/* The frame, which is freed, comes in pieces of that size; between them the time runs out. */
static void receive_in_pieces(duplex *far, receive_form form, blob frame, size_t piece,
                              blob expected)
{
    firth_channel *channel;
    firth_bytes payload;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    for (size_t at = 0; at < frame.length; at += piece) {
        CHECK_FAILS(TIMEOUT, form(channel, &payload));
        say(far, frame.data + at, frame.length - at < piece ? frame.length - at : piece);
    }
    CHECK_OK(form(channel, &payload));
    assert_payload(&payload, expected);
    firth_channel_free(channel);
    free(frame.data);
}

static void a_frame_dripping_byte_by_byte_through_time_outs_comes_whole(void **state)
{
    blob payload = text_of(40), large = text_of(4000), empty = text_of(0);
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
        receive_in_pieces(*state, forms[form], plain_frame(payload.data, 40), 1, payload);
        receive_in_pieces(*state, forms[form], deflated_frame(large.data, 4000, 1), 1, large);
        receive_in_pieces(*state, forms[form], plain_frame("", 0), 1, empty);
    }
    free(payload.data);
    free(large.data);
    free(empty.data);
}

static void a_large_frame_in_pieces_comes_whole(void **state)
{
    blob noise = noise_of(3 * 1024 * 1024 + 17);
    for (size_t form = 0; form < 2; form++) {
        blob frame = plain_frame(noise.data, noise.length);
        receive_in_pieces(*state, forms[form], frame, 60000, noise);
    }
    free(noise.data);
}

static void a_frame_cut_at_any_byte_is_resumed(void **state)
{
    duplex *far = *state;
    blob payload = text_of(9), frame = plain_frame(payload.data, 9);
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++)
        for (size_t cut = 1; cut < frame.length; cut++) {
            firth_channel *channel;
            firth_bytes found;
            CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
            say(far, frame.data, cut);
            CHECK_FAILS(TIMEOUT, forms[form](channel, &found));
            say(far, frame.data + cut, frame.length - cut);
            CHECK_OK(forms[form](channel, &found));
            assert_payload(&found, payload);
            firth_channel_free(channel);
        }
    free(frame.data);
    free(payload.data);
}

static void memory_is_asked_for_once_for_a_small_payload(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    sink place = {0};
    size_t length;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0firth\n\0\0\0\0\0\n", 17);
    CHECK_OK(firth_channel_recv_into(channel, 5, grow, &place, &length));
    assert_int_equal(length, 5);
    assert_int_equal(place.calls, 1);
    assert_int_equal(place.size, 5);
    assert_memory_equal(place.data, "firth", 5);
    CHECK_OK(firth_channel_recv_into(channel, 5, grow, &place, &length));
    assert_int_equal(length, 0);
    assert_int_equal(place.calls, 1);
    free(place.data);
    firth_channel_free(channel);
}

static void *refuse(void *context, size_t size)
{
    (void)size;
    ++*(int *)context;
    return NULL;
}

static void a_payload_that_finds_no_memory_is_kept(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    firth_bytes payload;
    int asked = 0;
    size_t length;
    blob text = text_of(4000), frame = deflated_frame(text.data, text.length, 1);
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0firth\n", 11);
    CHECK_FAILS(NO_MEMORY, firth_channel_recv_into(channel, 5, refuse, &asked, &length));
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_true(same_bytes(payload.data, payload.length, "firth", 5));
    firth_bytes_free(&payload);
    say(far, frame.data, frame.length);
    CHECK_FAILS(NO_MEMORY, firth_channel_recv_into(channel, 5, refuse, &asked, &length));
    CHECK_FAILS(NO_MEMORY, firth_channel_recv_into(channel, 5, refuse, &asked, &length));
    assert_int_equal(asked, 3);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_payload(&payload, text);
    free(text.data);
    free(frame.data);
    firth_channel_free(channel);
}

static void the_length_is_said_again_until_the_payload_is_taken(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    firth_bytes payload;
    size_t length;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0", 5);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(firth_channel_recv_length(channel, 5, &length));
        assert_int_equal(length, 5);
    }
    say(far, "firth\n", 6);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_true(same_bytes(payload.data, payload.length, "firth", 5));
    firth_bytes_free(&payload);
    CHECK_FAILS(TIMEOUT, firth_channel_recv_length(channel, 0, &length));
    firth_channel_free(channel);
}

static void the_length_of_a_compressed_payload_is_the_inflated_one(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    firth_bytes payload;
    size_t length;
    blob text = text_of(4000), frame = deflated_frame(text.data, text.length, 1);
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, frame.data, frame.length);
    CHECK_OK(firth_channel_recv_length(channel, 5, &length));
    assert_int_equal(length, 4000);
    CHECK_OK(firth_channel_recv(channel, 5, &payload));
    assert_payload(&payload, text);
    free(text.data);
    free(frame.data);
    firth_channel_free(channel);
}

static void the_other_forms_are_invalid_between_two_steps(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    firth_bytes payload;
    sink place = {0};
    char part[8];
    size_t length, count;
    bool complete;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0firth\n", 11);
    CHECK_FAILS(INVALID, firth_channel_recv_some(channel, part, 2, 5, &count, &complete));
    CHECK_OK(firth_channel_recv_length(channel, 5, &length));
    CHECK_OK(firth_channel_recv_some(channel, part, 2, 5, &count, &complete));
    assert_int_equal(count, 2);
    assert_false(complete);
    CHECK_FAILS(INVALID, firth_channel_recv(channel, 5, &payload));
    CHECK_FAILS(INVALID, firth_channel_recv_into(channel, 5, grow, &place, &length));
    CHECK_FAILS(INVALID, firth_channel_recv_length(channel, 5, &length));
    CHECK_OK(firth_channel_recv_some(channel, part + 2, 3, 5, &count, &complete));
    while (!complete)
        CHECK_OK(firth_channel_recv_some(channel, NULL, 0, 5, &count, &complete));
    assert_memory_equal(part, "firth", 5);
    firth_channel_free(channel);
}

static void a_payload_in_steps_whose_trailer_is_wrong_is_never_complete(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    char part[8];
    size_t length, count;
    bool complete = false;
    firth_err err = FIRTH_OK;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0firthX", 11);
    CHECK_OK(firth_channel_recv_length(channel, 5, &length));
    while (err == FIRTH_OK && !complete)
        err = firth_channel_recv_some(channel, part, sizeof part, 5, &count, &complete);
    assert_int_equal(err, FIRTH_E_PROTOCOL);
    assert_false(complete);
    firth_channel_free(channel);
}

static void an_end_between_two_steps_is_a_lost_connection(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    char part[8];
    size_t length, count;
    bool complete = false;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0fi", 7);
    hang_up(far);
    CHECK_OK(firth_channel_recv_length(channel, 5, &length));
    CHECK_OK(firth_channel_recv_some(channel, part, 8, 5, &count, &complete));
    CHECK_FAILS(CONNECTION_LOST, firth_channel_recv_some(channel, part, 8, 5, &count, &complete));
    firth_channel_free(channel);
}

/* A channel that has sent as much of the noise as goes, now or later. */
static firth_channel *stuck_channel(duplex *far, blob noise)
{
    firth_channel *channel;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    CHECK_OK(firth_channel_set_compress(channel, false));
    CHECK_FAILS(TIMEOUT, firth_channel_send(channel, noise.data, noise.length, 0));
    assert_in_range(firth_channel_pending(channel), 1, noise.length + 6);
    assert_int_equal(firth_last_error()->count, firth_channel_pending(channel));
    size_t before;
    bool settled;
    do {
        settled = has_settled(far->stream);
        before = firth_channel_pending(channel);
        CHECK_FAILS(TIMEOUT, firth_channel_flush(channel, 0));
    } while (firth_channel_pending(channel) != before || !settled);
    return channel;
}

/* What was pending goes out while the far end takes it; then a frame more. */
static void a_payload_whose_time_ran_out_is_finished_by_flush(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024), frame = plain_frame(noise.data, noise.length);
    firth_channel *channel = stuck_channel(far, noise);
    unsigned char *heard = malloc(frame.length);
    size_t got = 0;
    while (firth_channel_pending(channel) != 0) {
        size_t out = frame.length - firth_channel_pending(channel) - got;
        assert_true(hear(far, heard + got, out));
        got += out;
        firth_err err = firth_channel_flush(channel, 0);
        assert_true(err == FIRTH_OK || err == FIRTH_E_TIMEOUT);
    }
    assert_true(hear(far, heard + got, frame.length - got));
    assert_memory_equal(heard, frame.data, frame.length);
    CHECK_OK(firth_channel_flush(channel, 0));
    free(heard);
    free(noise.data);
    free(frame.data);
    firth_channel_free(channel);
}

static void a_payload_behind_another_is_not_taken_in_time(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024);
    firth_channel *channel = stuck_channel(far, noise);
    size_t pending = firth_channel_pending(channel);
    CHECK_FAILS(BUSY, firth_channel_send(channel, "x", 1, 0));
    assert_int_equal(firth_channel_pending(channel), pending);
    CHECK_FAILS(TIMEOUT, firth_channel_flush(channel, 0));
    free(noise.data);
    firth_channel_free(channel);
}

static void the_next_send_finishes_what_was_pending(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(1024 * 1024 * 2);
    firth_channel *channel = stuck_channel(far, noise);
    unsigned char *heard = malloc(noise.length + 13);
    size_t got = 0;
    firth_err err;
    do {
        err = firth_channel_send(channel, "x", 1, 0);
        size_t out = noise.length + 6 - firth_channel_pending(channel) - got;
        assert_true(hear(far, heard + got, out));
        got += out;
    } while (err == FIRTH_E_BUSY);
    assert_int_equal(err, FIRTH_OK);
    assert_true(hear(far, heard + got, 7));
    assert_memory_equal(heard + 5, noise.data, noise.length);
    assert_memory_equal(heard + noise.length + 6, "\0\0\0\1\0x\n", 7);
    free(heard);
    free(noise.data);
    firth_channel_free(channel);
}

static void close_tells_how_much_was_not_sent(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024);
    firth_channel *channel = stuck_channel(far, noise);
    size_t pending = firth_channel_pending(channel);
    CHECK_FAILS(UNSENT, firth_channel_close(channel));
    assert_int_equal(firth_last_error()->count, pending);
    assert_true(firth_channel_closed(channel));
    CHECK_OK(firth_channel_close(channel));
    free(noise.data);
    firth_channel_free(channel);
}

static void close_gives_what_is_pending_one_try(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(1024 * 1024);
    firth_channel *channel = stuck_channel(far, noise);
    while (firth_channel_pending(channel) > 1000)
        if (firth_channel_flush(channel, 0) == FIRTH_E_TIMEOUT)
            hear_all(far);
    firth_err err = firth_channel_close(channel);
    assert_int_equal(err, FIRTH_OK);
    free(noise.data);
    firth_channel_free(channel);
}

static void finish_gives_up_in_time_and_closes(void **state)
{
    duplex *far = *state;
    blob noise = noise_of(4 * 1024 * 1024);
    firth_channel *channel = stuck_channel(far, noise);
    CHECK_FAILS(TIMEOUT, firth_channel_finish(channel, 0.01));
    assert_true(firth_channel_closed(channel));
    free(noise.data);
    firth_channel_free(channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVERY_MEDIUM(a_frame_dripping_byte_by_byte_through_time_outs_comes_whole),
        ON_EVERY_MEDIUM(a_large_frame_in_pieces_comes_whole),
        ON_EVERY_MEDIUM(a_frame_cut_at_any_byte_is_resumed),
        ON_EVERY_MEDIUM(memory_is_asked_for_once_for_a_small_payload),
        ON_EVERY_MEDIUM(a_payload_that_finds_no_memory_is_kept),
        ON_EVERY_MEDIUM(the_length_is_said_again_until_the_payload_is_taken),
        ON_EVERY_MEDIUM(the_length_of_a_compressed_payload_is_the_inflated_one),
        ON_EVERY_MEDIUM(the_other_forms_are_invalid_between_two_steps),
        ON_EVERY_MEDIUM(a_payload_in_steps_whose_trailer_is_wrong_is_never_complete),
        ON_EVERY_MEDIUM(an_end_between_two_steps_is_a_lost_connection),
        ON_EVERY_MEDIUM(a_payload_whose_time_ran_out_is_finished_by_flush),
        ON_EVERY_MEDIUM(a_payload_behind_another_is_not_taken_in_time),
        ON_EVERY_MEDIUM(the_next_send_finishes_what_was_pending),
        ON_EVERY_MEDIUM(close_tells_how_much_was_not_sent),
        ON_EVERY_MEDIUM(close_gives_what_is_pending_one_try),
        ON_EVERY_MEDIUM(finish_gives_up_in_time_and_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
