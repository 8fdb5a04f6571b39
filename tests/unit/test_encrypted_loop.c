/* Both ends of an encrypted channel in one thread that only tries, and waits by poll for nothing
 * but what the tries said they want. */
#include "check.h"
#include "frames.h"
#include "sealed_pair.h"

#include <poll.h>
#include <stdlib.h>

#define PAYLOADS 4
#define LENGTH ((size_t)400000)
/* Milliseconds after which nothing will come any more. */
#define STALLED 10000
/* One that spins comes by many more. */
#define MOST_WAITS 5000

typedef struct side {
    firth_channel *channel;
    size_t to_send, to_receive, sent, received;
    unsigned wants; /* firth_wants of the last tries, together */
} side;

static bool is_done(const side *self)
{
    return self->sent == self->to_send && self->received == self->to_receive &&
           firth_channel_pending(self->channel) == 0;
}

/* Whether the try came to something. */
static bool note(side *self, firth_err err)
{
    if (err == FIRTH_OK)
        return true;
    assert_true(err == FIRTH_E_TIMEOUT || err == FIRTH_E_BUSY);
    assert_true(firth_last_error()->wants != FIRTH_WANTS_NOTHING || err == FIRTH_E_BUSY);
    self->wants |= (unsigned)firth_last_error()->wants;
    return false;
}

static bool try_send(side *self, const blob *payload)
{
    if (self->sent == self->to_send)
        return false;
    firth_err err = firth_channel_send(self->channel, payload->data, payload->length, 0);
    bool taken = err == FIRTH_OK || (err == FIRTH_E_TIMEOUT && firth_last_error()->count != 0);
    self->sent += taken;
    return note(self, err) || taken;
}

static bool try_recv(side *self, const blob *payload)
{
    firth_bytes found;
    if (!note(self, firth_channel_recv(self->channel, 0, &found)))
        return false;
    assert_true(same_bytes(found.data, found.length, payload->data, payload->length));
    firth_bytes_free(&found);
    self->received++;
    return true;
}

/* All that can be done without waiting. */
static void go_on(side *self, const blob *payload)
{
    bool moved = true;
    while (moved) {
        self->wants = FIRTH_WANTS_NOTHING;
        moved = try_send(self, payload);
        moved = try_recv(self, payload) || moved;
    }
}

static void watch(const side *self, struct pollfd watched[2])
{
    int reads, writes;
    firth_stream *stream = firth_channel_stream(self->channel);
    CHECK_OK(firth_stream_fileno(stream, &reads));
    CHECK_OK(firth_stream_write_fileno(stream, &writes));
    firth_stream_free(stream);
    watched[0] = (struct pollfd){(self->wants & FIRTH_WANTS_READ) != 0 ? reads : -1, POLLIN, 0};
    watched[1] = (struct pollfd){(self->wants & FIRTH_WANTS_WRITE) != 0 ? writes : -1, POLLOUT, 0};
}

/* Only the side that got what it wants goes on. */
static void wait_for_one(side sides[2], const blob *payload)
{
    struct pollfd watched[4];
    watch(&sides[0], watched);
    watch(&sides[1], watched + 2);
    assert_true(poll(watched, 4, STALLED) > 0);
    for (int i = 0; i < 2; i++)
        if (watched[2 * i].revents != 0 || watched[2 * i + 1].revents != 0)
            go_on(&sides[i], payload);
}

/* The far side answers with so many payloads. */
static void must_carry_all(medium over, size_t answers)
{
    blob payload = noise_of(LENGTH);
    sealed_pair pair = open_sealed(over, NULL);
    side sides[2] = {{pair.near, .to_send = PAYLOADS, .to_receive = answers},
                     {pair.far, .to_send = answers, .to_receive = PAYLOADS}};
    int waits = 0;
    go_on(&sides[0], &payload);
    go_on(&sides[1], &payload);
    while (!is_done(&sides[0]) || !is_done(&sides[1])) {
        assert_true(waits++ < MOST_WAITS);
        wait_for_one(sides, &payload);
    }
    free(payload.data);
    close_sealed(&pair);
}

static void must_get_done(medium over)
{
    must_carry_all(over, 0);
    must_carry_all(over, PAYLOADS);
}

static void over_sockets(void **state)
{
    (void)state;
    must_get_done(OVER_UNIX);
    must_get_done(OVER_TCP);
}

static void over_pipes(void **state)
{
    (void)state;
    must_get_done(OVER_PIPE_PAIR);
}

static void over_buffers(void **state)
{
    (void)state;
    must_get_done(OVER_BUFFERED);
}

static void over_tls(void **state)
{
    (void)state;
    must_get_done(OVER_TLS);
    must_get_done(OVER_TLS_BUFFERED);
}

static void over_a_table_of_functions(void **state)
{
    (void)state;
    must_get_done(OVER_CUSTOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_sockets),
        cmocka_unit_test(over_pipes),
        cmocka_unit_test(over_buffers),
        cmocka_unit_test(over_tls),
        cmocka_unit_test(over_a_table_of_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
