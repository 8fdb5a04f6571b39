#include "frames.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static blob blob_of(size_t length)
{
    blob made = {.data = malloc(length != 0 ? length : 1), .length = length};
    assert_non_null(made.data);
    return made;
}

blob text_of(size_t length)
{
    static const char line[] = "firth meets brine\n";
    blob made = blob_of(length);
    for (size_t i = 0; i < length; i++)
        made.data[i] = (unsigned char)line[i % (sizeof line - 1)];
    return made;
}

blob noise_of(size_t length)
{
    uint64_t state = 88172645463325252u;
    blob made = blob_of(length);
    for (size_t i = 0; i < length; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        made.data[i] = (unsigned char)(state >> 24);
    }
    return made;
}

void write_frame_header(unsigned char header[5], size_t length, unsigned char flag)
{
    header[0] = (unsigned char)(length >> 24 & 0xff);
    header[1] = (unsigned char)(length >> 16 & 0xff);
    header[2] = (unsigned char)(length >> 8 & 0xff);
    header[3] = (unsigned char)(length & 0xff);
    header[4] = flag;
}

blob frame_of(unsigned char flag, const void *body, size_t length, unsigned char trailer)
{
    blob made = blob_of(length + 6);
    write_frame_header(made.data, length, flag);
    if (length != 0)
        memcpy(made.data + 5, body, length);
    made.data[5 + length] = trailer;
    return made;
}

blob plain_frame(const void *payload, size_t length)
{
    return frame_of(0, payload, length, '\n');
}

blob deflated_frame(const void *payload, size_t length, int level)
{
    uLongf body_length = compressBound((uLong)length);
    blob body = blob_of(body_length);
    assert_int_equal(compress2(body.data, &body_length, payload, (uLong)length, level), Z_OK);
    blob made = frame_of(1, body.data, body_length, '\n');
    free(body.data);
    return made;
}

blob joined(blob first, blob second)
{
    blob made = blob_of(first.length + second.length);
    memcpy(made.data, first.data, first.length);
    memcpy(made.data + first.length, second.data, second.length);
    free(first.data);
    free(second.data);
    return made;
}

bool same_bytes(const void *found, size_t found_length, const void *expected, size_t length)
{
    return found_length == length && (length == 0 || memcmp(found, expected, length) == 0);
}
