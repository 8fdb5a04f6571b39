/* Whatever a peer says first: a codec and a channel come to the same, however the bytes are cut,
 * and nothing is delivered but what the one who has the key sealed.
 *
 * Input: one byte that says how the bytes are cut, one that says how many bytes of a true
 * peer's come before, then the bytes. */
#include "sealed.h"

#include <firth/stream_ops.h>

#define PAYLOAD "brine"

typedef struct verdict {
    firth_err err;
    size_t payloads;
} verdict;

/* ---- The codec ------------------------------------------------------------------- */

static void count(verdict *self, firth_bytes *payload)
{
    must(payload->length == 5 && memcmp(payload->data, PAYLOAD, 5) == 0, "another payload");
    firth_bytes_free(payload);
    self->payloads++;
}

static verdict ask_codec(const uint8_t *data, size_t size, size_t largest)
{
    verdict self = {FIRTH_E_WANT_READ, 0};
    firth_bytes payload;
    firth_frame_codec *codec = sealed_codec(2, false);
    size_t piece;
    for (size_t at = 0; at < size && self.err == FIRTH_E_WANT_READ; at += piece) {
        piece = largest < size - at ? largest : size - at;
        must(firth_frame_codec_feed(codec, data + at, piece) == FIRTH_OK, "feed");
        while ((self.err = firth_frame_codec_decode(codec, &payload)) == FIRTH_OK)
            count(&self, &payload);
    }
    if (self.err == FIRTH_E_WANT_READ)
        self.err = firth_frame_codec_end(codec);
    firth_frame_codec_free(codec);
    return self;
}

/* ---- The channel ----------------------------------------------------------------- */

typedef struct source {
    const uint8_t *data;
    size_t size, largest;
} source;

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *taken)
{
    source *self = object;
    size_t length = spans[0].length;
    (void)span_count, (void)timeout;
    if (self->size == 0)
        return FIRTH_E_EOF;
    if (length > self->size)
        length = self->size;
    if (length > self->largest)
        length = self->largest;
    memcpy(spans[0].data, self->data, length);
    self->data += length;
    self->size -= length;
    *taken = length;
    return FIRTH_OK;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *taken)
{
    (void)object, (void)timeout;
    *taken = 0;
    for (size_t i = 0; i < slice_count; i++)
        *taken += slices[i].length;
    return FIRTH_OK;
}

static void release(void *object)
{
    (void)object;
}

static const firth_stream_ops table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .name = "source",
    .read_some = read_some,
    .write_some = write_some,
    .release = release,
};

static verdict ask_channel(const uint8_t *data, size_t size, size_t largest)
{
    verdict self = {FIRTH_OK, 0};
    source from = {data, size, largest};
    firth_channel_options options = sealed_options(false);
    firth_stream *stream;
    firth_channel *channel;
    firth_bytes payload;
    side = 2;
    must(firth_stream_create(&stream, &table, &from) == FIRTH_OK, "a stream");
    must(firth_channel_create(&channel, stream, &options) == FIRTH_OK, "a channel");
    while ((self.err = firth_channel_recv(channel, FIRTH_FOREVER, &payload)) == FIRTH_OK)
        count(&self, &payload);
    must(firth_channel_recv(channel, FIRTH_FOREVER, &payload) == self.err, "an error that changes");
    firth_channel_free(channel);
    firth_stream_free(stream);
    return self;
}

/* ---- A true peer ------------------------------------------------------------------ */

static void append(firth_bytes *script, firth_bytes *piece)
{
    memcpy((char *)script->data + script->length, piece->data, piece->length);
    script->length += piece->length;
    firth_bytes_free(piece);
}

/* What it says: its hello, a payload with its proof, its end. */
static firth_bytes true_script(void)
{
    firth_bytes script, piece;
    firth_frame_codec *peer = sealed_codec(1, false), *own = sealed_codec(2, false);
    must(firth_bytes_create(&script, 1024) == FIRTH_OK, "memory");
    script.length = 0;
    must(firth_frame_codec_hello(peer, &piece) == FIRTH_OK, "a hello");
    append(&script, &piece);
    carry_hello(own, peer);
    must(firth_frame_codec_encode(peer, PAYLOAD, 5, &piece) == FIRTH_OK, "a frame");
    append(&script, &piece);
    must(firth_frame_codec_encode_end(peer, &piece) == FIRTH_OK, "an end");
    append(&script, &piece);
    firth_frame_codec_free(peer);
    firth_frame_codec_free(own);
    return script;
}

static bool same(verdict one, verdict other)
{
    return one.err == other.err && one.payloads == other.payloads;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[1 << 16];
    if (size < 2 || size > sizeof bytes - 256)
        return 0;
    firth_bytes script = true_script();
    size_t before = data[1] < script.length ? data[1] : script.length;
    memcpy(bytes, script.data, before);
    memcpy(bytes + before, data + 2, size - 2);
    firth_bytes_free(&script);
    size_t length = before + size - 2;
    verdict whole = ask_codec(bytes, length, sizeof bytes);
    must(whole.err == FIRTH_E_EOF || whole.err == FIRTH_E_ENCRYPTION ||
             whole.err == FIRTH_E_CONNECTION_LOST,
         "another error");
    must(same(whole, ask_codec(bytes, length, 1u + data[0])), "a verdict that depends on cuts");
    must(same(whole, ask_channel(bytes, length, 1u + data[0])), "a channel of another opinion");
    return 0;
}
