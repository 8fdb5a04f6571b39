/* Batching channels for the tests of their time, and how to know that one was up. */
#ifndef TESTS_UNIT_BATCHES_H
#define TESTS_UNIT_BATCHES_H

#include "media.h"
#include "numbers.h"

/* Seconds. */
#define SOON 0.002
#define NEVER_SOON 1000

static inline firth_channel *batching(firth_stream *stream, size_t batch_size, double batch_timeout)
{
    firth_channel *made;
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compress = FIRTH_COMPRESSION_OFF;
    CHECK_OK(firth_batching_channel_create(&made, stream, batch_size, batch_timeout, &options));
    return made;
}

/* A batch that is given more time than another, and has left: that of the other was up. */
static inline void wait_for_a_later_batch(void)
{
    duplex other = open_duplex(OVER_UNIX);
    firth_channel *later = batching(other.stream, 10, 5 * SOON);
    CHECK_OK(send_numbers(later, 0, 1, 5));
    assert_true(hear_numbers(&other, 0, 1));
    firth_channel_free(later);
    close_duplex(&other);
}

#endif
