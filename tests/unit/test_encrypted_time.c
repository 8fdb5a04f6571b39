/* The hand-shake of encrypted channels in the hands of time: cut anywhere, tried, interrupted,
 * and what a try then wants. And in the hands of a peer that does not play along. */
#include "check.h"
#include "child.h"
#include "codec_pair.h"
#include "interrupting.h"
#include "sealed_pair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct scene {
    duplex ends;
    firth_channel *channel;
    firth_frame_codec *peer; /* at the far end */
} scene;

static scene open_scene(medium over)
{
    firth_channel_options options = options_with_key();
    scene self = {.ends = open_duplex(over), .peer = codec_with_key(PAIR_KEY, 16)};
    CHECK_OK(firth_channel_create(&self.channel, self.ends.stream, &options));
    return self;
}

static void close_scene(scene *self)
{
    firth_channel_free(self->channel);
    firth_frame_codec_free(self->peer);
    close_duplex(&self->ends);
}

/* The far end reads what the channel has written. */
static void hear_into_peer(scene *self, size_t length)
{
    unsigned char bytes[256];
    firth_bytes payload;
    assert_true(hear(&self->ends, bytes, length));
    CHECK_OK(firth_frame_codec_feed(self->peer, bytes, length));
    assert_int_equal(firth_frame_codec_decode(self->peer, &payload), FIRTH_E_WANT_READ);
}

static void must_want(firth_wants wants)
{
    assert_int_equal(firth_last_error()->wants, wants);
}

static void the_hello_goes_out_when_the_channel_is_made(void **state)
{
    (void)state;
    scene self = open_scene(OVER_TCP);
    hear_into_peer(&self, 47);
    assert_int_equal(firth_channel_pending(self.channel), 0);
    close_scene(&self);
}

static void a_try_waits_for_the_hello_of_the_peer(void **state)
{
    (void)state;
    firth_bytes payload;
    bool ready;
    scene self = open_scene(OVER_UNIX);
    CHECK_FAILS(BUSY, firth_channel_send(self.channel, "brine", 5, 0));
    must_want(FIRTH_WANTS_READ);
    assert_int_equal(firth_last_error()->count, 0);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(self.channel, 0, &payload));
    must_want(FIRTH_WANTS_READ);
    CHECK_FAILS(TIMEOUT, firth_channel_handshake(self.channel, 0));
    must_want(FIRTH_WANTS_READ);
    CHECK_OK(firth_channel_poll(self.channel, 0, &ready));
    assert_false(ready);
    close_scene(&self);
}

static void a_try_that_can_neither_write_nor_read_wants_either(void **state)
{
    (void)state;
    firth_bytes payload;
    firth_channel *channel;
    firth_channel_options options = options_with_key();
    duplex far = open_duplex(OVER_UNIX);
    size_t filled = fill_up(far.stream);
    CHECK_OK(firth_channel_create(&channel, far.stream, &options));
    assert_int_equal(firth_channel_pending(channel), 0);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
    must_want(FIRTH_WANTS_EITHER);
    CHECK_FAILS(BUSY, firth_channel_send(channel, "brine", 5, 0));
    must_want(FIRTH_WANTS_EITHER);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0.01, &payload));
    unsigned char *heard = malloc(filled + 47);
    while (filled != 0)
        filled -= hear_all(&far);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
    must_want(FIRTH_WANTS_READ);
    assert_true(hear(&far, heard, 47));
    assert_memory_equal(heard + 5, "firth\0ec\1", 9);
    free(heard);
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
    close_duplex(&far);
}

static void a_hello_that_never_left_is_no_unsent_payload(void **state)
{
    (void)state;
    firth_channel *channel;
    firth_channel_options options = options_with_key();
    duplex far = open_duplex(OVER_UNIX);
    fill_up(far.stream);
    CHECK_OK(firth_channel_create(&channel, far.stream, &options));
    CHECK_OK(firth_channel_close(channel));
    firth_channel_free(channel);
    close_duplex(&far);
}

/* Every kind of call goes on where the one before had to stop. */
static void bytes_that_come_one_by_one_lose_nothing(void **state)
{
    (void)state;
    firth_bytes payload;
    bool ready;
    scene self = open_scene(OVER_UNIX);
    blob script = hello_of(self.peer);
    hear_into_peer(&self, 47);
    script = joined(script, frame_from(self.peer, "brine", 5));
    for (size_t i = 0; i + 1 < script.length; i++) {
        say(&self.ends, script.data + i, 1);
        if (i % 3 == 0)
            CHECK_FAILS(TIMEOUT, firth_channel_recv(self.channel, 0, &payload));
        else if (i % 3 == 1 && i < 46)
            CHECK_FAILS(BUSY, firth_channel_send(self.channel, "x", 1, 0));
        else if (i < 46)
            CHECK_FAILS(TIMEOUT, firth_channel_handshake(self.channel, 0));
        else
            CHECK_OK(firth_channel_poll(self.channel, 0, &ready));
    }
    say(&self.ends, script.data + script.length - 1, 1);
    CHECK_OK(firth_channel_recv(self.channel, 5, &payload));
    assert_true(same_bytes(payload.data, payload.length, "brine", 5));
    firth_bytes_free(&payload);
    free(script.data);
    hear_into_peer(&self, 23);
    close_scene(&self);
}

static void an_interrupted_handshake_goes_on(void **state)
{
    (void)state;
    firth_bytes payload;
    sealed_pair pair = {.ends = open_duplex(OVER_UNIX)};
    firth_channel_options options = options_with_key();
    CHECK_OK(firth_channel_create(&pair.near, pair.ends.stream, &options));
    firth_set_interrupt_hook(give_up, NULL);
    firth_stream_wake(pair.ends.stream);
    CHECK_FAILS(INTERRUPTED, firth_channel_send(pair.near, "brine", 5, 10));
    assert_int_equal(firth_last_error()->count, 0);
    firth_stream_wake(pair.ends.stream);
    CHECK_FAILS(INTERRUPTED, firth_channel_recv(pair.near, 10, &payload));
    firth_stream_wake(pair.ends.stream);
    CHECK_FAILS(INTERRUPTED, firth_channel_handshake(pair.near, 10));
    firth_set_interrupt_hook(NULL, NULL);
    CHECK_OK(firth_channel_create(&pair.far, far_stream(&pair.ends), &options));
    must_carry(pair.near, pair.far, "brine", 5);
    must_carry(pair.far, pair.near, "brine", 5);
    close_sealed(&pair);
}

static void must_lose(const char *bytes, size_t length)
{
    firth_bytes payload;
    bool ready;
    scene self = open_scene(OVER_TCP);
    say(&self.ends, bytes, length);
    hang_up(&self.ends);
    CHECK_OK(firth_channel_poll(self.channel, 5, &ready));
    assert_true(ready);
    for (int i = 0; i < 2; i++)
        CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(self.channel, 5, &payload));
    CHECK_FAILS(CONNECTION_LOST, firth_channel_send(self.channel, "brine", 5, 5));
    assert_true(firth_channel_closed(self.channel));
    close_scene(&self);
}

static void a_peer_that_leaves_in_the_middle_of_the_handshake_is_lost(void **state)
{
    (void)state;
    must_lose("", 0);
    must_lose("\0\0\0\x29\0fir", 8);
    must_lose("\0\0\0\x29\0firth\0ec\1", 14);
}

/* What is wrong is told at once, not when the time is over or the peer leaves. */
static void must_refuse(const char *bytes, size_t length)
{
    firth_bytes payload;
    bool ready;
    scene self = open_scene(OVER_UNIX);
    say(&self.ends, bytes, length);
    CHECK_OK(firth_channel_poll(self.channel, FIRTH_FOREVER, &ready));
    assert_true(ready);
    for (int i = 0; i < 2; i++) {
        CHECK_FAILS(ENCRYPTION, firth_channel_recv(self.channel, FIRTH_FOREVER, &payload));
        CHECK_DETAIL("does not speak firth's encryption");
        CHECK_FAILS(ENCRYPTION, firth_channel_send(self.channel, "brine", 5, FIRTH_FOREVER));
        CHECK_FAILS(ENCRYPTION, firth_channel_handshake(self.channel, FIRTH_FOREVER));
    }
    assert_false(firth_channel_closed(self.channel));
    CHECK_FAILS(ENCRYPTION, firth_channel_finish(self.channel, FIRTH_FOREVER));
    assert_true(firth_channel_closed(self.channel));
    close_scene(&self);
}

static void a_peer_without_encryption_is_refused_by_its_first_bytes(void **state)
{
    (void)state;
    must_refuse("\0\0\0\5\0", 5);
    must_refuse("\0\0\0\x29\0x", 6);
    must_refuse("HTTP", 4);
    must_refuse("\x16\x03\x01", 3);
}

static void nothing_in_the_clear_ever_goes_out(void **state)
{
    (void)state;
    unsigned char heard[48];
    scene self = open_scene(OVER_UNIX);
    say(&self.ends, "\0\0\0\5\0hello\n", 11);
    CHECK_FAILS(ENCRYPTION, firth_channel_send(self.channel, "brine", 5, 5));
    CHECK_OK(firth_channel_close(self.channel));
    assert_true(hear(&self.ends, heard, 47));
    assert_int_equal(read(self.ends.hears, heard, 1), 0);
    close_scene(&self);
}

static void a_plain_channel_finds_the_hello_to_be_no_payload_of_its_kind(void **state)
{
    (void)state;
    firth_bytes payload;
    firth_channel *plain;
    firth_channel_options options = options_with_key();
    sealed_pair pair = {.ends = open_duplex(OVER_UNIX)};
    CHECK_OK(firth_channel_create(&pair.near, pair.ends.stream, &options));
    CHECK_OK(firth_channel_create(&plain, far_stream(&pair.ends), NULL));
    CHECK_OK(firth_channel_recv(plain, 5, &payload));
    assert_int_equal(payload.length, 41);
    firth_bytes_free(&payload);
    CHECK_OK(firth_channel_send(plain, "brine", 5, 5));
    CHECK_FAILS(ENCRYPTION, firth_channel_recv(pair.near, 5, &payload));
    firth_channel_free(plain);
    close_sealed(&pair);
}

static int child_is_refused(void *channel)
{
    firth_bytes payload;
    bool ready;
    EXPECT(firth_channel_send(channel, "x", 1, 5) == FIRTH_E_FORKED);
    EXPECT(firth_channel_recv(channel, 5, &payload) == FIRTH_E_FORKED);
    EXPECT(firth_channel_poll(channel, 5, &ready) == FIRTH_E_FORKED);
    EXPECT(firth_channel_flush(channel, 5) == FIRTH_E_FORKED);
    EXPECT(firth_channel_handshake(channel, 5) == FIRTH_E_FORKED);
    EXPECT(firth_channel_finish(channel, 5) == FIRTH_E_FORKED);
    EXPECT(firth_channel_close(channel) == FIRTH_OK);
    firth_channel_free(channel);
    return 0;
}

static void a_child_of_fork_is_refused_before_the_handshake_and_after(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    run_in_child(child_is_refused, pair.near);
    must_carry(pair.near, pair.far, "brine", 5);
    run_in_child(child_is_refused, pair.near);
    must_carry(pair.near, pair.far, "brine", 5);
    must_carry(pair.far, pair.near, "brine", 5);
    close_sealed(&pair);
}

static void steps_take_a_sealed_payload_too(void **state)
{
    (void)state;
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    blob payload = noise_of(5000);
    unsigned char found[5000];
    size_t length, at = 0, count;
    bool complete = false;
    CHECK_OK(firth_channel_send(pair.near, payload.data, payload.length, 5));
    CHECK_OK(firth_channel_recv_length(pair.far, 5, &length));
    assert_int_equal(length, payload.length);
    while (!complete) {
        CHECK_OK(firth_channel_recv_some(
            pair.far, found + at, 777 < length - at ? 777 : length - at, 5, &count, &complete));
        at += count;
    }
    assert_true(same_bytes(found, at, payload.data, payload.length));
    free(payload.data);
    must_carry(pair.near, pair.far, "brine", 5);
    close_sealed(&pair);
}

typedef struct grown {
    unsigned char *memory;
    unsigned calls;
} grown;

static void *grow(void *context, size_t size)
{
    grown *self = context;
    if (self->calls++ == 0)
        return NULL;
    return self->memory = realloc(self->memory, size);
}

static void a_payload_for_which_there_was_no_memory_is_kept(void **state)
{
    (void)state;
    size_t length;
    grown into = {0};
    sealed_pair pair = open_sealed(OVER_UNIX, NULL);
    CHECK_OK(firth_channel_send(pair.near, "brine", 5, 5));
    CHECK_FAILS(NO_MEMORY, firth_channel_recv_into(pair.far, 5, grow, &into, &length));
    CHECK_OK(firth_channel_recv_into(pair.far, 5, grow, &into, &length));
    assert_true(same_bytes(into.memory, length, "brine", 5));
    free(into.memory);
    must_carry(pair.near, pair.far, "brine", 5);
    close_sealed(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hello_goes_out_when_the_channel_is_made),
        cmocka_unit_test(a_try_waits_for_the_hello_of_the_peer),
        cmocka_unit_test(a_try_that_can_neither_write_nor_read_wants_either),
        cmocka_unit_test(a_hello_that_never_left_is_no_unsent_payload),
        cmocka_unit_test(bytes_that_come_one_by_one_lose_nothing),
        cmocka_unit_test(an_interrupted_handshake_goes_on),
        cmocka_unit_test(a_peer_that_leaves_in_the_middle_of_the_handshake_is_lost),
        cmocka_unit_test(a_peer_without_encryption_is_refused_by_its_first_bytes),
        cmocka_unit_test(nothing_in_the_clear_ever_goes_out),
        cmocka_unit_test(a_plain_channel_finds_the_hello_to_be_no_payload_of_its_kind),
        cmocka_unit_test(a_child_of_fork_is_refused_before_the_handshake_and_after),
        cmocka_unit_test(steps_take_a_sealed_payload_too),
        cmocka_unit_test(a_payload_for_which_there_was_no_memory_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
