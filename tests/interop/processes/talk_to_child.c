/* A channel over a child process, which does what it is told.
 *
 *     talk_to_child PROGRAM [ARGUMENT...]
 *
 * The first line on standard output says whether the child was started; then each line on
 * standard input is one of the commands of channel_commands.h, or
 *
 *     status                the exit status, which is waited for
 */
#include "channel_commands.h"

#include <stdio.h>
#include <string.h>

static void tell_status(firth_stream *stream)
{
    int status;
    firth_err err = firth_pipe_stream_exit_status(stream, PATIENCE, &status);
    if (err == FIRTH_OK)
        printf("ok %d\n", status);
    else
        answer(err);
}

int main(int count, char **words)
{
    firth_stream *stream;
    firth_channel *channel;
    (void)count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    firth_err err = firth_pipe_stream_spawn(&stream, (const char *const *)(words + 1), NULL);
    if (err == FIRTH_OK)
        err = firth_channel_create(&channel, stream, NULL);
    answer(err);
    if (err != FIRTH_OK)
        return 1;
    for (const char *command; (command = next_command()) != NULL;) {
        if (strcmp(command, "status") == 0)
            tell_status(stream);
        else
            obey_with_channel(channel, command);
    }
    firth_channel_free(channel);
    firth_stream_free(stream);
    return 0;
}
