#include "base/fail.h"
#include "platform/pipe.h"
#include "stream/descriptor_stream.h"

#include <firth/pipe_stream.h>

static firth_err stream_over(firth_stream **stream, int incoming, int outgoing,
                             const firth_descriptor_owner *owner)
{
    firth_descriptor_stream_plan plan = {
        .name = "pipe",
        .incoming = incoming,
        .outgoing = outgoing,
        .owner = owner,
    };
    return firth_descriptor_stream_create(stream, &plan);
}

/* The descriptors are ours, so that a failure closes them. */
static firth_err stream_over_own(firth_stream **stream, int incoming, int outgoing)
{
    firth_err err = stream_over(stream, incoming, outgoing, NULL);
    if (err != FIRTH_OK) {
        firth_descriptor_close(incoming);
        firth_descriptor_close(outgoing);
    }
    return err;
}

static firth_err create_pair(firth_stream **first, firth_stream **second)
{
    firth_pipe there, back;
    firth_err err = firth_pipe_open(&there);
    if (err != FIRTH_OK)
        return err;
    err = firth_pipe_open(&back);
    if (err != FIRTH_OK) {
        firth_pipe_close(&there);
        return err;
    }
    err = stream_over_own(first, back.reading, there.writing);
    if (err != FIRTH_OK) {
        firth_descriptor_close(there.reading);
        firth_descriptor_close(back.writing);
        return err;
    }
    err = stream_over_own(second, there.reading, back.writing);
    if (err != FIRTH_OK) {
        firth_stream_free(*first);
        *first = NULL;
    }
    return err;
}

firth_err firth_pipe_stream_create_pair(firth_stream **first, firth_stream **second)
{
    if (first == NULL || second == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for a stream is NULL");
    *first = NULL;
    *second = NULL;
    return create_pair(first, second);
}

firth_err firth_pipe_stream_from_descriptors(firth_stream **stream, int incoming, int outgoing,
                                             const firth_descriptor_owner *owner)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    return stream_over(stream, incoming, outgoing, owner);
}

firth_err firth_pipe_stream_from_std(firth_stream **stream)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    int incoming, outgoing;
    firth_err err = firth_standard_descriptors_copy(&incoming, &outgoing);
    if (err != FIRTH_OK)
        return err;
    err = stream_over_own(stream, incoming, outgoing);
    if (err != FIRTH_OK)
        return err;
    err = firth_standard_descriptors_silence();
    if (err != FIRTH_OK) {
        firth_stream_free(*stream);
        *stream = NULL;
    }
    return err;
}
