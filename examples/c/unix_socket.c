/* The same over a unix socket, for peers on one machine: unix_socket PATH */
#include "example.h"

int main(int argc, char **argv)
{
    firth_stream *stream;
    expect_arguments(argc, 2, "unix_socket PATH");
    expect_ok(firth_create_unix_stream(&stream, argv[1]));

    firth_channel *channel = channel_over(stream);
    ask(channel, "Hello RPyC");
    end(channel);
    return 0;
}
