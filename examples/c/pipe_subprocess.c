/* A child process as the peer: pipe_subprocess COMMAND ARGUMENT...
 *
 * The document passes the pair that PipeStream.create_pair() gives as one stream; here
 * is what it says "in real usage, you'd" do. */
#include "example.h"

int main(int argc, char **argv)
{
    firth_stream *stream;
    int status;
    expect_arguments(argc, 2, "pipe_subprocess COMMAND ARGUMENT...");
    expect_ok(firth_create_pipe_stream(&stream, (const char *const *)argv + 1, NULL));

    firth_channel *channel = channel_over(firth_stream_retain(stream));
    ask(channel, "Hello RPyC");
    end(channel); /* ends the child's input, and waits for the child */

    expect_ok(firth_pipe_stream_exit_status(stream, FIRTH_UNSET, &status));
    printf("exit status %d\n", status);
    firth_stream_free(stream);
    return 0;
}
