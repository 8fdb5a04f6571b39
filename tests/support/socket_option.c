#include "socket_option.h"
#include "check.h"

#include <sys/socket.h>

int option_of(firth_stream *stream, int level, int option)
{
    int number, value = -1;
    socklen_t length = sizeof value;
    CHECK_OK(firth_stream_fileno(stream, &number));
    assert_int_equal(getsockopt(number, level, option, &value, &length), 0);
    return value;
}
