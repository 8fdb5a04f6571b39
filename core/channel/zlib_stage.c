#include "channel/zlib_stage.h"

#include "base/fail.h"
#include "platform/thread_storage.h"

#include <limits.h>
#include <zlib.h>

/* What zlib is given at once; its lengths are unsigned int. */
#define PIECE ((size_t)UINT_MAX)
/* The first guess of how long a payload is. */
#define FIRST_INFLATED ((size_t)16384)

#define LEVELS (Z_BEST_COMPRESSION + 1)

typedef struct zlib_states {
    z_stream deflating[LEVELS]; /* each made when it is first needed */
    bool deflating_ready[LEVELS];
    z_stream inflating;
    bool inflating_ready;
} zlib_states;

static void end_states(void *memory)
{
    zlib_states *states = memory;
    for (int level = 0; level < LEVELS; level++)
        if (states->deflating_ready[level])
            deflateEnd(&states->deflating[level]);
    if (states->inflating_ready)
        inflateEnd(&states->inflating);
}

static zlib_states *states_of_thread(void)
{
    return firth_thread_storage(sizeof(zlib_states), end_states);
}

static firth_err fail_memory(void)
{
    return firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for zlib");
}

static uInt at_once(size_t length)
{
    return (uInt)(length < PIECE ? length : PIECE);
}

/* Channels of several levels that a thread uses in turn rebuild nothing. */
static bool start_deflating(zlib_states *states, int level)
{
    z_stream *zlib = &states->deflating[level];
    if (states->deflating_ready[level])
        return deflateReset(zlib) == Z_OK;
    *zlib = (z_stream){0};
    states->deflating_ready[level] = deflateInit(zlib, level) == Z_OK;
    return states->deflating_ready[level];
}

static bool deflate_all(z_stream *zlib, const void *payload, size_t length, firth_buffer *body)
{
    size_t left = length;
    int status;
    zlib->next_in = (Bytef *)(uintptr_t)payload;
    do {
        if (zlib->avail_in == 0) {
            zlib->avail_in = at_once(left);
            left -= zlib->avail_in;
        }
        size_t room = body->capacity - body->length;
        zlib->next_out = body->data + body->length;
        zlib->avail_out = at_once(room);
        uInt before = zlib->avail_out;
        status = deflate(zlib, left == 0 ? Z_FINISH : Z_NO_FLUSH);
        body->length += before - zlib->avail_out;
    } while (status == Z_OK && body->length < body->capacity);
    return status == Z_STREAM_END;
}

firth_err firth_deflate(int level, const void *payload, size_t length, firth_buffer *body)
{
    zlib_states *states = states_of_thread();
    if (states == NULL || !start_deflating(states, level))
        return fail_memory();
    z_stream *zlib = &states->deflating[level];
    size_t bound = deflateBound(zlib, (uLong)length);
    firth_err err = firth_buffer_reserve(body, body->length + bound);
    if (err != FIRTH_OK)
        return err;
    if (!deflate_all(zlib, payload, length, body))
        return firth_fail(FIRTH_E_COMPRESSION, "zlib did not deflate %zu bytes", length);
    return FIRTH_OK;
}

static bool start_inflating(zlib_states *states)
{
    if (states->inflating_ready)
        return inflateReset(&states->inflating) == Z_OK;
    states->inflating = (z_stream){0};
    states->inflating_ready = inflateInit(&states->inflating) == Z_OK;
    return states->inflating_ready;
}

static firth_err fail_inflate(const z_stream *zlib, int status, size_t body_length)
{
    if (status == Z_MEM_ERROR)
        return fail_memory();
    if (status == Z_NEED_DICT)
        return firth_fail(FIRTH_E_COMPRESSION,
                          "body of %zu bytes: needs a preset dictionary, expected none",
                          body_length);
    return firth_fail(FIRTH_E_COMPRESSION, "body of %zu bytes: %s", body_length,
                      zlib->msg != NULL ? zlib->msg : "the zlib stream is cut short");
}

static firth_err fail_limit(size_t limit)
{
    return firth_fail(FIRTH_E_BUFFER_OVERFLOW,
                      "a compressed payload is longer than the limit of %zu bytes", limit);
}

/* Twice what there was, from a small first guess, never above the limit. */
static size_t next_capacity(size_t capacity, size_t body_length, size_t limit)
{
    size_t wanted = 2 * capacity;
    if (capacity == 0)
        wanted = 4 * body_length < FIRST_INFLATED ? 4 * body_length : FIRST_INFLATED;
    if (wanted < 64)
        wanted = 64;
    return wanted < limit ? wanted : limit;
}

typedef struct inflation {
    z_stream *zlib;
    size_t left; /* bytes of the body that zlib has not been given */
    size_t body_length;
    size_t limit;
    firth_sink *sink;
    size_t length;       /* bytes of the payload so far */
    unsigned char spare; /* one byte past the limit, to see whether there is more */
} inflation;

static firth_err make_room(inflation *self)
{
    size_t capacity = self->sink->capacity;
    if (self->length < capacity || capacity >= self->limit)
        return FIRTH_OK;
    return firth_sink_reserve(self->sink, next_capacity(capacity, self->body_length, self->limit));
}

static int inflate_step(inflation *self)
{
    z_stream *zlib = self->zlib;
    size_t room = self->sink->capacity - self->length;
    if (zlib->avail_in == 0) {
        zlib->avail_in = at_once(self->left);
        self->left -= zlib->avail_in;
    }
    zlib->next_out = room != 0 ? self->sink->memory + self->length : &self->spare;
    zlib->avail_out = room != 0 ? at_once(room) : 1;
    uInt before = zlib->avail_out;
    int status = inflate(zlib, Z_NO_FLUSH);
    self->length += before - zlib->avail_out;
    return status;
}

static firth_err inflate_all(inflation *self)
{
    int status;
    do {
        firth_err err = make_room(self);
        if (err != FIRTH_OK)
            return err;
        status = inflate_step(self);
        if (self->length > self->limit)
            return fail_limit(self->limit);
    } while (status == Z_OK);
    if (status != Z_STREAM_END)
        return fail_inflate(self->zlib, status, self->body_length);
    size_t after = self->zlib->avail_in + self->left;
    if (after != 0)
        return firth_fail(FIRTH_E_COMPRESSION,
                          "body of %zu bytes: %zu bytes follow the zlib stream, expected none",
                          self->body_length, after);
    return FIRTH_OK;
}

firth_err firth_inflate(const void *body, size_t body_length, size_t limit, firth_sink *sink,
                        size_t *length)
{
    zlib_states *states = states_of_thread();
    if (states == NULL || !start_inflating(states))
        return fail_memory();
    inflation self = {
        .zlib = &states->inflating,
        .left = body_length,
        .body_length = body_length,
        .limit = limit,
        .sink = sink,
    };
    self.zlib->next_in = (Bytef *)(uintptr_t)body;
    self.zlib->avail_in = 0;
    firth_err err = inflate_all(&self);
    *length = err == FIRTH_OK ? self.length : 0;
    return err;
}

const char *firth_zlib_version(void)
{
    return zlibVersion();
}
