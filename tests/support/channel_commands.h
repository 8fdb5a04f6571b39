/* Commands, a line each, that a program of the tests obeys with a channel; the answer is one line
 * on standard output: `ok`, `ok VALUE`, or `error NAME DETAIL`.
 *
 *     send HEX       recv       a payload, as hexadecimal digits
 *     finish SECONDS
 *     close   closed
 */
#ifndef TESTS_SUPPORT_CHANNEL_COMMANDS_H
#define TESTS_SUPPORT_CHANNEL_COMMANDS_H

#include <firth/firth.h>

/* Seconds that a command may take. */
#define PATIENCE 60.0
#define LARGEST_PAYLOAD (8 << 20)

/* `ok`, or the last error. */
void answer(firth_err err);

/* The next line of standard input without its end, valid until the next call; NULL at the end. */
const char *next_command(void);

/* One of the commands above; any other is answered by an error. */
void obey_with_channel(firth_channel *channel, const char *command);

#endif
