/* Several senders, several receivers, and both at once, on one channel. */
#include "frames.h"
#include "media.h"
#include "worker.h"

#include <string.h>

#define SENDERS 4
#define PAYLOADS 60

typedef struct party {
    firth_channel *channel;
    int number;
    _Atomic int *tally; /* payloads received, by sender */
} party;

static size_t length_of(int sender, int i)
{
    return (size_t)(8 + (sender * 7919 + i * 104729) % 9000);
}

/* A payload says who sent it, and how long it is. */
static firth_err send_many(void *argument)
{
    party *self = argument;
    static _Thread_local unsigned char payload[16384];
    memset(payload, 'a' + self->number, sizeof payload);
    for (int i = 0; i < PAYLOADS; i++) {
        size_t length = length_of(self->number, i);
        payload[0] = (unsigned char)self->number;
        payload[1] = (unsigned char)(length & 0xff);
        payload[2] = (unsigned char)(length >> 8);
        firth_err err = firth_channel_send(self->channel, payload, length, FIRTH_FOREVER);
        if (err != FIRTH_OK)
            return err;
    }
    return FIRTH_OK;
}

static bool is_whole(const unsigned char *payload, size_t length)
{
    if (length < 8 || payload[0] >= SENDERS)
        return false;
    if (((size_t)payload[1] | (size_t)payload[2] << 8) != length)
        return false;
    for (size_t i = 3; i < length; i++)
        if (payload[i] != 'a' + payload[0])
            return false;
    return true;
}

static firth_err receive_until_end(void *argument)
{
    party *self = argument;
    for (;;) {
        firth_bytes payload;
        firth_err err = firth_channel_recv(self->channel, FIRTH_FOREVER, &payload);
        if (err != FIRTH_OK)
            return err;
        if (!is_whole(payload.data, payload.length))
            return FIRTH_E_INVALID;
        atomic_fetch_add(&self->tally[*(unsigned char *)payload.data], 1);
        firth_bytes_free(&payload);
    }
}

static void open_channels(medium over, firth_channel *ends[2])
{
    firth_stream *streams[2];
    int sockets[2];
    if (over == OVER_PIPES) {
        CHECK_OK(firth_pipe_stream_create_pair(&streams[0], &streams[1]));
    } else {
        open_sockets(over, sockets);
        CHECK_OK(firth_socket_stream_from_descriptor(&streams[0], sockets[0], NULL));
        CHECK_OK(firth_socket_stream_from_descriptor(&streams[1], sockets[1], NULL));
    }
    for (int i = 0; i < 2; i++) {
        CHECK_OK(firth_channel_create(&ends[i], streams[i], NULL));
        firth_stream_free(streams[i]);
    }
}

static void start_all(worker *workers, party *parties, int count, worker_task task,
                      firth_channel *channel, _Atomic int *tally)
{
    for (int i = 0; i < count; i++) {
        parties[i] = (party){channel, i, tally};
        start_worker(&workers[i], task, &parties[i]);
    }
}

static void payloads_stay_whole(medium over, int receivers)
{
    firth_channel *ends[2];
    worker senders[SENDERS], takers[4];
    party sending[SENDERS], taking[4];
    _Atomic int tally[SENDERS] = {0};
    open_channels(over, ends);
    start_all(takers, taking, receivers, receive_until_end, ends[1], tally);
    start_all(senders, sending, SENDERS, send_many, ends[0], tally);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(join_worker(&senders[i]), FIRTH_OK);
    CHECK_OK(firth_channel_finish(ends[0], 60));
    for (int i = 0; i < receivers; i++)
        assert_int_equal(join_worker(&takers[i]), FIRTH_E_EOF);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(tally[i], PAYLOADS);
    firth_channel_free(ends[0]);
    firth_channel_free(ends[1]);
}

static void several_senders_never_interleave(void **state)
{
    (void)state;
    payloads_stay_whole(OVER_UNIX, 1);
    payloads_stay_whole(OVER_TCP, 1);
    payloads_stay_whole(OVER_PIPES, 1);
}

static void several_receivers_each_get_whole_payloads(void **state)
{
    (void)state;
    payloads_stay_whole(OVER_UNIX, 4);
    payloads_stay_whole(OVER_PIPES, 3);
}

static void both_directions_run_at_once(void **state)
{
    (void)state;
    firth_channel *ends[2];
    worker senders[2], takers[2];
    party sending[2], taking[2];
    _Atomic int tally[SENDERS] = {0};
    open_channels(OVER_UNIX, ends);
    for (int i = 0; i < 2; i++) {
        sending[i] = (party){ends[i], i, tally};
        taking[i] = (party){ends[1 - i], i, tally};
        start_worker(&takers[i], receive_until_end, &taking[i]);
        start_worker(&senders[i], send_many, &sending[i]);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(join_worker(&senders[i]), FIRTH_OK);
    while (atomic_load(&tally[0]) + atomic_load(&tally[1]) < 2 * PAYLOADS)
        let_others_run();
    CHECK_OK(firth_channel_close(ends[0]));
    assert_int_equal(join_worker(&takers[1]), FIRTH_E_CLOSED);
    assert_int_equal(join_worker(&takers[0]), FIRTH_E_EOF);
    firth_channel_free(ends[0]);
    firth_channel_free(ends[1]);
}

static firth_err receive_one(void *channel)
{
    firth_bytes payload;
    firth_err err = firth_channel_recv(channel, FIRTH_FOREVER, &payload);
    firth_bytes_free(&payload);
    return err;
}

static void close_wakes_a_blocked_receiver(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    worker receiver;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    say(far, "\0\0\0\5\0fi", 7);
    start_worker(&receiver, receive_one, channel);
    wait_until_polling(&receiver);
    CHECK_OK(firth_channel_close(channel));
    assert_int_equal(join_worker(&receiver), FIRTH_E_CLOSED);
    firth_channel_free(channel);
}

static firth_err send_large(void *channel)
{
    static const char large[4 * 1024 * 1024];
    firth_channel_set_compress(channel, false);
    return firth_channel_send(channel, large, sizeof large, FIRTH_FOREVER);
}

static void close_wakes_a_blocked_sender(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    worker sender;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    start_worker(&sender, send_large, channel);
    wait_until_polling(&sender);
    CHECK_OK(firth_channel_close(channel));
    assert_int_equal(join_worker(&sender), FIRTH_E_CLOSED);
    firth_channel_free(channel);
}

static void a_send_that_waits_for_another_is_not_taken_in_time(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    worker sender;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    start_worker(&sender, send_large, channel);
    wait_until_polling(&sender);
    CHECK_FAILS(BUSY, firth_channel_send(channel, "x", 1, 0));
    CHECK_FAILS(BUSY, firth_channel_send(channel, "x", 1, 0.001));
    CHECK_FAILS(TIMEOUT, firth_channel_flush(channel, 0));
    CHECK_OK(firth_channel_close(channel));
    join_worker(&sender);
    firth_channel_free(channel);
}

static void a_receive_that_waits_for_another_times_out(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    worker receiver;
    firth_bytes payload;
    bool ready = true;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    start_worker(&receiver, receive_one, channel);
    wait_until_polling(&receiver);
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0, &payload));
    CHECK_FAILS(TIMEOUT, firth_channel_recv(channel, 0.001, &payload));
    CHECK_OK(firth_channel_poll(channel, 0, &ready));
    assert_false(ready);
    say(far, "\0\0\0\1\0x\n", 7);
    assert_int_equal(join_worker(&receiver), FIRTH_OK);
    firth_channel_free(channel);
}

static void an_interrupted_send_is_finished_by_flush(void **state)
{
    duplex *far = *state;
    firth_channel *channel;
    worker sender;
    CHECK_OK(firth_channel_create(&channel, far->stream, NULL));
    start_worker(&sender, send_large, channel);
    wait_until_polling(&sender);
    CHECK_OK(firth_stream_wake(far->stream));
    assert_int_equal(join_worker(&sender), FIRTH_E_INTERRUPTED);
    size_t pending = firth_channel_pending(channel);
    assert_int_equal(sender.error.count, pending);
    assert_int_equal(hear_all(far) + pending, 4 * 1024 * 1024 + 6);
    while (firth_channel_flush(channel, 0) == FIRTH_E_TIMEOUT)
        hear_all(far);
    assert_int_equal(firth_channel_pending(channel), 0);
    firth_channel_free(channel);
}

/* A peer that takes nothing more until it has been heard, over a stream that can wait for one
 * direction at a time. */
static struct {
    firth_channel *channel;
    worker sender;
    _Atomic bool sends; /* the sender has the turn */
    _Atomic bool heard;
    size_t came; /* bytes of the peer's empty payload */
    double left; /* seconds that the receiver had when it came to read */
} one_way;

static firth_err send_and_wait(void *unused)
{
    (void)unused;
    return firth_channel_send(one_way.channel, "behind", 6, FIRTH_FOREVER);
}

static firth_err write_once_heard(void *self, const firth_slice *slices, size_t slice_count,
                                  double timeout, size_t *count)
{
    (void)self;
    if (timeout == 0)
        return FIRTH_E_WANT_WRITE;
    atomic_store(&one_way.sends, true);
    while (!atomic_load(&one_way.heard))
        if (timeout > 0)
            return FIRTH_E_WANT_WRITE;
        else
            let_others_run();
    for (size_t i = 0; i < slice_count; i++)
        *count += slices[i].length;
    return FIRTH_OK;
}

/* Between a try to send and the wait for it another thread takes the turn. */
static firth_err read_while_sending(void *self, const firth_span *spans, size_t span_count,
                                    double timeout, size_t *count)
{
    (void)self, (void)span_count;
    if (!atomic_load(&one_way.sends)) {
        start_worker(&one_way.sender, send_and_wait, NULL);
        while (!atomic_load(&one_way.sends))
            let_others_run();
        return FIRTH_E_WANT_READ;
    }
    if (one_way.came == 0)
        one_way.left = timeout;
    *(char *)spans[0].data = "\0\0\0\0\0\n"[one_way.came++];
    *count = 1;
    return FIRTH_OK;
}

static void release_nothing(void *self)
{
    (void)self;
}

static void a_receive_that_can_only_wait_one_way_does_not_wait_for_a_senders_turn(void **state)
{
    const firth_stream_ops ops = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = "one-way",
        .read_some = read_while_sending,
        .write_some = write_once_heard,
        .release = release_nothing,
    };
    firth_stream *stream;
    firth_bytes payload;
    (void)state;
    CHECK_OK(firth_stream_create(&stream, &ops, &one_way));
    CHECK_OK(firth_channel_create(&one_way.channel, stream, NULL));
    CHECK_FAILS(TIMEOUT, firth_channel_send(one_way.channel, "first", 5, 0));
    firth_err err = firth_channel_recv(one_way.channel, 5, &payload);
    atomic_store(&one_way.heard, true);
    CHECK_OK(join_worker(&one_way.sender));
    CHECK_OK(err);
    assert_true(one_way.left > 0);
    firth_bytes_free(&payload);
    firth_channel_free(one_way.channel);
    firth_stream_free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_senders_never_interleave),
        cmocka_unit_test(several_receivers_each_get_whole_payloads),
        cmocka_unit_test(both_directions_run_at_once),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_receiver),
        ON_EVERY_MEDIUM(close_wakes_a_blocked_sender),
        ON_EVERY_MEDIUM(a_send_that_waits_for_another_is_not_taken_in_time),
        ON_EVERY_MEDIUM(a_receive_that_waits_for_another_times_out),
        ON_EVERY_MEDIUM(an_interrupted_send_is_finished_by_flush),
        cmocka_unit_test(a_receive_that_can_only_wait_one_way_does_not_wait_for_a_senders_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
