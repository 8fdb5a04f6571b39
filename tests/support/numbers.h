/* Payloads that are numbers, one after the other: what is lost, doubled or out of order shows. */
#ifndef TESTS_SUPPORT_NUMBERS_H
#define TESTS_SUPPORT_NUMBERS_H

#include "duplex.h"

/* Bytes of the frame of one. */
#define NUMBER_FRAME ((size_t)10)

/* The numbers from `first` on, each sent with that time-out. Returns the first failure. */
firth_err send_numbers(firth_channel *channel, int first, int count, double timeout);

/* Whether exactly their frames come to the far end. Any thread. */
bool hear_numbers(const duplex *far, int first, int count);

/* The number that the far end sends, and whether the channel receives it. */
void say_number(const duplex *far, int number);
firth_err receive_number(firth_channel *channel, double timeout, int *number);

/* System calls made for writing until now. */
uint64_t write_calls(const firth_stream *stream);

/* Whether nothing has come to the far end. */
bool hears_nothing(const duplex *far);

#endif
