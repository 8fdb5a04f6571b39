#include "numbers.h"

#include <poll.h>
#include <string.h>

static void write_frame(unsigned char frame[NUMBER_FRAME], int number)
{
    const unsigned char header[5] = {0, 0, 0, 4, 0};
    memcpy(frame, header, sizeof header);
    memcpy(frame + sizeof header, &number, sizeof number);
    frame[NUMBER_FRAME - 1] = '\n';
}

firth_err send_numbers(firth_channel *channel, int first, int count, double timeout)
{
    firth_err err = FIRTH_OK;
    for (int i = first; err == FIRTH_OK && i < first + count; i++)
        err = firth_channel_send(channel, &i, sizeof i, timeout);
    return err;
}

bool hear_numbers(const duplex *far, int first, int count)
{
    unsigned char found[NUMBER_FRAME], expected[NUMBER_FRAME];
    for (int i = first; i < first + count; i++) {
        write_frame(expected, i);
        if (!hear(far, found, sizeof found) || memcmp(found, expected, sizeof found) != 0)
            return false;
    }
    return true;
}

void say_number(const duplex *far, int number)
{
    unsigned char frame[NUMBER_FRAME];
    write_frame(frame, number);
    say(far, frame, sizeof frame);
}

firth_err receive_number(firth_channel *channel, double timeout, int *number)
{
    firth_bytes payload;
    *number = -1;
    firth_err err = firth_channel_recv(channel, timeout, &payload);
    if (err == FIRTH_OK && payload.length == sizeof *number)
        memcpy(number, payload.data, sizeof *number);
    firth_bytes_free(&payload);
    return err;
}

uint64_t write_calls(const firth_stream *stream)
{
    firth_counters counters = {0};
    firth_stream_counters(stream, &counters);
    return counters.write_calls;
}

bool hears_nothing(const duplex *far)
{
    struct pollfd watched = {.fd = far->hears, .events = POLLIN};
    return poll(&watched, 1, 0) == 0;
}
