/* Frames that were sealed, with compression or without, and then changed on their way: what
 * comes out is what was put in, in order, up to the change, and then an error that stays.
 *
 * Input: one byte of options, then steps. A step is a byte and what it takes: 0 to 63, a payload
 * of so many bytes, which follow; 64 to 127, one of 97 times as many zeros; 128 to 159, the
 * end; 160 to 191, two bytes: a bit to flip; 192 to 207, three: bytes to leave out;
 * 208 to 223, three: bytes to repeat; 224 to 255, so many bytes to put in, at a place of two. */
#include "sealed.h"

#define MOST_PAYLOADS 256
#define WIRE_SIZE (1 << 17)

static unsigned char wire[WIRE_SIZE], kept[WIRE_SIZE];
static size_t wire_length;
static bool changed;
static firth_bytes sent[MOST_PAYLOADS];
static size_t sent_count;
static bool ended;

typedef struct steps {
    const uint8_t *data;
    size_t size;
} steps;

static unsigned next(steps *self)
{
    if (self->size == 0)
        return 0;
    self->size--;
    return *self->data++;
}

static size_t place(steps *self)
{
    size_t at = (size_t)next(self) << 8;
    at |= next(self);
    return wire_length != 0 ? at % wire_length : 0;
}

static void put(size_t at, const void *bytes, size_t length)
{
    if (length > WIRE_SIZE - wire_length)
        length = WIRE_SIZE - wire_length;
    memmove(wire + at + length, wire + at, wire_length - at);
    memcpy(wire + at, bytes, length);
    wire_length += length;
}

static void send(firth_frame_codec *from, const void *payload, size_t length)
{
    firth_bytes frame;
    if (sent_count == MOST_PAYLOADS || wire_length + length + 256 > WIRE_SIZE)
        return;
    firth_err err = firth_frame_codec_encode(from, payload, length, &frame);
    must(err == (ended ? FIRTH_E_CLOSED : FIRTH_OK), "encode");
    if (err != FIRTH_OK)
        return;
    must(firth_bytes_create(&sent[sent_count], length) == FIRTH_OK, "memory");
    memcpy(sent[sent_count].data, payload, length);
    sent[sent_count++].length = length;
    put(wire_length, frame.data, frame.length);
    firth_bytes_free(&frame);
}

static void send_end(firth_frame_codec *from)
{
    firth_bytes frame;
    firth_err err = firth_frame_codec_encode_end(from, &frame);
    must(err == (ended ? FIRTH_E_CLOSED : FIRTH_OK), "encode_end");
    if (err == FIRTH_OK)
        put(wire_length, frame.data, frame.length);
    firth_bytes_free(&frame);
    ended = true;
}

static void leave_out(size_t at, size_t length)
{
    if (length > wire_length - at)
        length = wire_length - at;
    memmove(wire + at, wire + at + length, wire_length - at - length);
    wire_length -= length;
}

static void repeat(size_t at, size_t length)
{
    if (length > wire_length - at)
        length = wire_length - at;
    memcpy(kept, wire + at, length);
    put(at, kept, length);
}

static void change(steps *self, unsigned step)
{
    size_t at = place(self);
    changed = true;
    if (wire_length == 0)
        return;
    if (step < 192)
        wire[at] ^= (unsigned char)(1 << step % 8);
    else if (step < 208)
        leave_out(at, next(self));
    else if (step < 224)
        repeat(at, next(self));
    else
        for (unsigned i = 224; i < step; i++)
            put(at, &(unsigned char){(unsigned char)next(self)}, 1);
}

static void take_step(steps *self, firth_frame_codec *from)
{
    static const unsigned char zeros[64 * 97];
    unsigned step = next(self);
    if (step < 64) {
        size_t length = step < self->size ? step : self->size;
        send(from, self->data, length);
        self->data += length;
        self->size -= length;
    } else if (step < 128) {
        send(from, zeros, (step - 64) * 97);
    } else if (step < 160) {
        send_end(from);
    } else {
        change(self, step);
    }
}

/* How many payloads came, which must be the first ones. */
static size_t take_payloads(firth_frame_codec *to, size_t taken, firth_err *err)
{
    firth_bytes payload;
    while ((*err = firth_frame_codec_decode(to, &payload)) == FIRTH_OK) {
        must(taken < sent_count, "a payload that nobody sent");
        must(payload.length == sent[taken].length &&
                 memcmp(payload.data, sent[taken].data, payload.length) == 0,
             "a payload that is another one");
        firth_bytes_free(&payload);
        taken++;
    }
    return taken;
}

static void receive(firth_frame_codec *to, size_t largest)
{
    firth_err err = FIRTH_E_WANT_READ;
    size_t taken = 0, piece = largest;
    for (size_t at = 0; at < wire_length && err == FIRTH_E_WANT_READ; at += piece) {
        piece = largest < wire_length - at ? largest : wire_length - at;
        must(firth_frame_codec_feed(to, wire + at, piece) == FIRTH_OK, "feed");
        taken = take_payloads(to, taken, &err);
    }
    if (err == FIRTH_E_WANT_READ)
        err = firth_frame_codec_end(to);
    must(err == FIRTH_E_EOF || err == FIRTH_E_ENCRYPTION || err == FIRTH_E_CONNECTION_LOST,
         "another error");
    must(firth_frame_codec_end(to) == err, "a final error that changes");
    must(err != FIRTH_E_EOF || (ended && taken == sent_count), "an end that nobody sent");
    must(changed || taken == sent_count, "a payload that is lost");
    must(changed || err == (ended ? FIRTH_E_EOF : FIRTH_E_CONNECTION_LOST), "another end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    steps self = {data, size};
    unsigned options = next(&self);
    firth_frame_codec *from = sealed_codec(1, options & 1), *to = sealed_codec(2, false);
    wire_length = sent_count = 0;
    changed = ended = false;
    carry_hello(from, to);
    carry_hello(to, from);
    while (self.size != 0)
        take_step(&self, from);
    receive(to, options >> 1 == 0 ? WIRE_SIZE : options >> 1);
    while (sent_count != 0)
        firth_bytes_free(&sent[--sent_count]);
    firth_frame_codec_free(from);
    firth_frame_codec_free(to);
    return 0;
}
