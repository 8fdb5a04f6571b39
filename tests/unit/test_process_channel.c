/* A channel over a child process, which dies before, during and after a frame. */
#include "check.h"
#include "frames.h"
#include "processes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A child that runs the script, and the channel over it. */
typedef struct conversation {
    firth_channel *channel;
    int pidfd;
} conversation;

static conversation start(const char *script)
{
    conversation made;
    firth_stream *stream = start_shell(script);
    made.pidfd = watch_child(stream);
    CHECK_OK(firth_channel_create(&made.channel, stream, NULL));
    firth_stream_free(stream);
    return made;
}

/* The same, once the child has ended. */
static conversation start_and_end(const char *script)
{
    conversation made = start(script);
    wait_until_ended(made.pidfd);
    return made;
}

static void end(const conversation *self)
{
    firth_channel_free(self->channel);
    wait_until_reaped(self->pidfd);
    close(self->pidfd);
}

static void check_receives(const conversation *self, const char *text)
{
    firth_bytes payload;
    CHECK_OK(firth_channel_recv(self->channel, 30, &payload));
    assert_true(same_bytes(payload.data, payload.length, text, strlen(text)));
    firth_bytes_free(&payload);
}

static void payloads_go_to_the_child_and_come_back(void **state)
{
    (void)state;
    conversation self = start("cat");
    blob much = text_of(200000);
    firth_bytes payload;
    CHECK_OK(firth_channel_send(self.channel, much.data, much.length, 30));
    CHECK_OK(firth_channel_recv(self.channel, 30, &payload));
    assert_true(same_bytes(payload.data, payload.length, much.data, much.length));
    firth_bytes_free(&payload);
    free(much.data);
    CHECK_OK(firth_channel_finish(self.channel, 30));
    end(&self);
}

static void a_child_that_dies_before_a_frame_ends_the_channel_cleanly(void **state)
{
    (void)state;
    firth_bytes payload;
    conversation self = start_and_end("exit 3");
    CHECK_FAILS(EOF, firth_channel_recv(self.channel, 30, &payload));
    CHECK_DETAIL("'sh' (process ");
    CHECK_DETAIL(") has ended with exit status 3");
    assert_true(firth_channel_closed(self.channel));
    end(&self);
}

static void a_child_that_dies_inside_a_header_is_a_loss(void **state)
{
    (void)state;
    firth_bytes payload;
    conversation self = start_and_end("printf '\\000\\000'; kill -KILL $$");
    CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(self.channel, 30, &payload));
    CHECK_DETAIL("inside a frame, after 2 bytes of it: 'sh' (process ");
    CHECK_DETAIL(") was ended by signal 9");
    end(&self);
}

static void a_child_that_dies_inside_a_body_is_a_loss(void **state)
{
    (void)state;
    firth_bytes payload;
    conversation self = start_and_end("printf '\\000\\000\\000\\005\\000bri'; exit 1");
    CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(self.channel, 30, &payload));
    CHECK_DETAIL("inside a frame, after 8 bytes of it: 'sh' (process ");
    CHECK_DETAIL(") has ended with exit status 1");
    CHECK_FAILS(CONNECTION_LOST, firth_channel_recv(self.channel, 30, &payload));
    end(&self);
}

static void a_frame_of_a_child_that_died_after_it_is_received(void **state)
{
    (void)state;
    firth_bytes payload;
    conversation self = start_and_end("printf '\\000\\000\\000\\005\\000brine\\n'; kill -TERM $$");
    check_receives(&self, "brine");
    CHECK_FAILS(EOF, firth_channel_recv(self.channel, 30, &payload));
    CHECK_DETAIL(") was ended by signal 15");
    end(&self);
}

static void sending_to_a_child_that_has_died_is_a_loss(void **state)
{
    (void)state;
    conversation self = start_and_end("exit 3");
    CHECK_FAILS(CONNECTION_LOST, firth_channel_send(self.channel, "brine", 5, 30));
    CHECK_DETAIL(") has ended with exit status 3");
    end(&self);
}

static void a_child_that_dies_inside_of_what_it_hears_is_a_loss(void **state)
{
    (void)state;
    conversation self = start("head -c 100000 >/dev/null");
    blob much = noise_of(4 * 1024 * 1024);
    CHECK_FAILS(CONNECTION_LOST, firth_channel_send(self.channel, much.data, much.length, 30));
    CHECK_DETAIL("'sh' (process ");
    free(much.data);
    end(&self);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, note_what_is_open, nothing_remains)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(payloads_go_to_the_child_and_come_back),
        TEST(a_child_that_dies_before_a_frame_ends_the_channel_cleanly),
        TEST(a_child_that_dies_inside_a_header_is_a_loss),
        TEST(a_child_that_dies_inside_a_body_is_a_loss),
        TEST(a_frame_of_a_child_that_died_after_it_is_received),
        TEST(sending_to_a_child_that_has_died_is_a_loss),
        TEST(a_child_that_dies_inside_of_what_it_hears_is_a_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
