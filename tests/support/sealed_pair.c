#include "sealed_pair.h"

#include "check.h"
#include "codec_pair.h"

sealed_pair open_sealed_with(medium over, const firth_channel_options *near,
                             const firth_channel_options *far)
{
    sealed_pair self = {.ends = open_duplex(over)};
    CHECK_OK(firth_channel_create(&self.near, self.ends.stream, near));
    CHECK_OK(firth_channel_create(&self.far, far_stream(&self.ends), far));
    return self;
}

sealed_pair open_sealed(medium over, const firth_channel_options *options)
{
    firth_channel_options usual = options_with_key();
    options = options != NULL ? options : &usual;
    return open_sealed_with(over, options, options);
}

void close_sealed(sealed_pair *self)
{
    firth_channel_free(self->near);
    firth_channel_free(self->far);
    close_duplex(&self->ends);
}

void must_carry(firth_channel *from, firth_channel *to, const void *payload, size_t length)
{
    firth_bytes found;
    CHECK_OK(firth_channel_send(from, payload, length, 10));
    CHECK_OK(firth_channel_flush(from, 10));
    CHECK_OK(firth_channel_recv(to, 10, &found));
    assert_true(same_bytes(found.data, found.length, payload, length));
    firth_bytes_free(&found);
}
