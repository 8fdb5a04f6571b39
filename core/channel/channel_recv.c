/* A payload's way in: read, unframed, inflated. */
#include "channel/channel_state.h"

#include "base/fail.h"
#include "channel/handshake.h"

static firth_err enter(firth_channel *channel, double timeout, firth_deadline *deadline)
{
    firth_err err = firth_stream_deadline(channel->stream, timeout, deadline);
    if (err == FIRTH_OK)
        err = firth_batch_timer_tell(channel->timer);
    if (err == FIRTH_OK)
        err = firth_stream_outcome(firth_channel_confirm(channel, deadline));
    if (err == FIRTH_OK)
        err = firth_stream_enter(channel->stream, FIRTH_READING, deadline);
    if (err != FIRTH_OK)
        return err;
    err = firth_frame_decoder_fault(&channel->decoder);
    if (err == FIRTH_OK)
        err = firth_channel_check_process(channel, FIRTH_READING,
                                          channel->decoder.header_length != 0);
    if (err != FIRTH_OK)
        firth_stream_leave(channel->stream, FIRTH_READING);
    return err;
}

static void leave(firth_channel *channel)
{
    firth_stream_leave(channel->stream, FIRTH_READING);
}

/* An end inside a frame is not a clean one. */
static firth_err end_inside(firth_channel *channel)
{
    firth_stream_lose(channel->stream, FIRTH_E_CONNECTION_LOST);
    return firth_fail_because(
        FIRTH_E_CONNECTION_LOST,
        "the peer closed the connection inside a frame, after %zu bytes of it",
        channel->decoder.header_length + channel->decoder.arrived);
}

/* What is queued first; and as soon as either direction moves. */
static firth_err flush_and_fill(firth_channel *channel, const firth_span *spans, size_t span_count,
                                const firth_deadline *deadline, size_t *count)
{
    const firth_deadline at_once = {0};
    bool settled = false;
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK) {
        err = firth_channel_flush_first(channel, deadline, &settled);
        if (err != FIRTH_OK)
            return err;
        err = firth_stream_fill(channel->stream, spans, span_count, settled ? deadline : &at_once,
                                count);
        if (settled || !(firth_would_wait(err) || err == FIRTH_E_NOT_SUPPORTED))
            return err;
        err = firth_channel_wait_either(channel, deadline);
    }
    return err;
}

static firth_err end_unsealed(firth_channel *channel)
{
    firth_stream_lose(channel->stream, FIRTH_E_CONNECTION_LOST);
    return firth_fail_because(FIRTH_E_CONNECTION_LOST, "%s",
                              "the peer closed the connection without its sealed end");
}

firth_err firth_channel_fill(firth_channel *channel, const firth_span *spans, size_t span_count,
                             const firth_deadline *deadline, size_t *count)
{
    firth_err err = flush_and_fill(channel, spans, span_count, deadline, count);
    if (err == FIRTH_E_EOF && firth_frame_decoder_inside(&channel->decoder))
        return end_inside(channel);
    return err == FIRTH_E_EOF && channel->encryption != NULL ? end_unsealed(channel) : err;
}

static firth_err read_more(firth_channel *channel, firth_sink *sink, const firth_deadline *deadline)
{
    firth_span spans[FIRTH_DECODER_SPANS];
    size_t span_count, count;
    firth_err err = firth_frame_decoder_space(&channel->decoder, sink, spans, &span_count);
    if (err == FIRTH_OK)
        err = firth_channel_fill(channel, spans, span_count, deadline, &count);
    return err == FIRTH_OK ? firth_frame_decoder_advance(&channel->decoder, count) : err;
}

/* A frame of any kind. *payload: it brings one. */
static firth_err read_any(firth_channel *channel, firth_sink *sink, const firth_deadline *deadline,
                          bool *payload)
{
    while (!firth_frame_decoder_complete(&channel->decoder)) {
        firth_err err = read_more(channel, sink, deadline);
        if (err != FIRTH_OK)
            return err;
    }
    return firth_frame_decoder_sort(&channel->decoder, payload);
}

/* The peer is gone; what it may still be waiting for goes out if it can. */
static firth_err end_sealed(firth_channel *channel)
{
    bool settled;
    const firth_deadline at_once = {0};
    firth_channel_flush_first(channel, &at_once, &settled);
    firth_stream_lose(channel->stream, FIRTH_E_EOF);
    return firth_frame_decoder_fault(&channel->decoder);
}

static firth_err read_frame(firth_channel *channel, firth_sink *sink,
                            const firth_deadline *deadline)
{
    bool payload = false;
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK && !payload)
        err = read_any(channel, sink, deadline, &payload);
    return channel->decoder.fault == FIRTH_E_EOF ? end_sealed(channel) : err;
}

firth_err firth_channel_read_proof(firth_channel *channel, const firth_deadline *deadline)
{
    bool payload;
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK && !atomic_load(&channel->encryption->confirmed))
        err = read_any(channel, NULL, deadline, &payload);
    return err;
}

static firth_err refuse_in_steps(const firth_channel *channel)
{
    if (!firth_frame_decoder_in_steps(&channel->decoder))
        return FIRTH_OK;
    return firth_fail(FIRTH_E_INVALID, "%s", "a payload is being received in steps");
}

/* The caller's memory goes away with the call: what it holds is kept. */
static firth_err keep_what_came(firth_channel *channel, const firth_sink *sink, firth_err err)
{
    if (channel->decoder.fault != FIRTH_OK || firth_stream_closed(channel->stream))
        return err;
    firth_saved_error told;
    firth_error_save(&told);
    firth_err kept = firth_frame_decoder_keep(&channel->decoder, sink);
    if (kept != FIRTH_OK)
        return kept;
    firth_error_restore(&told);
    return err;
}

firth_err firth_channel_recv_into(firth_channel *channel, double timeout, firth_reserve reserve,
                                  void *context, size_t *length)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    if (reserve == NULL || length == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "reserve or the place for the length is NULL");
    *length = 0;
    firth_err err = enter(channel, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    firth_sink sink = {.reserve = reserve, .context = context};
    err = refuse_in_steps(channel);
    if (err == FIRTH_OK) {
        err = read_frame(channel, &sink, &deadline);
        if (err != FIRTH_OK)
            err = keep_what_came(channel, &sink, err);
        else
            err = firth_frame_decoder_take(&channel->decoder, &sink, length);
    }
    leave(channel);
    return firth_stream_outcome(err);
}

firth_err firth_channel_recv(firth_channel *channel, double timeout, firth_bytes *payload)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    if (payload == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the payload is NULL");
    *payload = (firth_bytes){0};
    firth_err err = enter(channel, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    err = refuse_in_steps(channel);
    if (err == FIRTH_OK)
        err = read_frame(channel, NULL, &deadline);
    if (err == FIRTH_OK)
        err = firth_frame_decoder_give(&channel->decoder, payload);
    leave(channel);
    return firth_stream_outcome(err);
}

static firth_err learn_length(firth_channel *channel, const firth_deadline *deadline)
{
    firth_frame_decoder *decoder = &channel->decoder;
    firth_err err = FIRTH_OK;
    while (err == FIRTH_OK && !firth_frame_decoder_has_header(decoder))
        err = read_more(channel, NULL, deadline);
    if (err != FIRTH_OK || firth_frame_decoder_knows_length(decoder))
        return err;
    err = read_frame(channel, NULL, deadline);
    return err == FIRTH_OK ? firth_frame_decoder_unpack(decoder) : err;
}

firth_err firth_channel_recv_length(firth_channel *channel, double timeout, size_t *length)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    if (length == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the length is NULL");
    *length = 0;
    firth_err err = enter(channel, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    err = refuse_in_steps(channel);
    if (err == FIRTH_OK)
        err = learn_length(channel, &deadline);
    if (err == FIRTH_OK)
        *length = firth_frame_decoder_payload_length(&channel->decoder);
    leave(channel);
    return firth_stream_outcome(err);
}

/* Bytes that came before, or else one read straight into the caller's memory. */
static firth_err step(firth_channel *channel, void *buffer, size_t capacity,
                      const firth_deadline *deadline, size_t *count)
{
    firth_frame_decoder *decoder = &channel->decoder;
    *count = firth_frame_decoder_hand_out(decoder, buffer, capacity);
    if (*count != 0 || firth_frame_decoder_complete(decoder))
        return FIRTH_OK;
    firth_span spans[FIRTH_DECODER_SPANS];
    size_t span_count = firth_frame_decoder_step_space(decoder, buffer, capacity, spans);
    size_t came;
    if (span_count == 0)
        return FIRTH_OK;
    firth_err err = firth_channel_fill(channel, spans, span_count, deadline, &came);
    return err == FIRTH_OK ? firth_frame_decoder_step_advance(decoder, came, count) : err;
}

firth_err firth_channel_recv_some(firth_channel *channel, void *buffer, size_t capacity,
                                  double timeout, size_t *count, bool *complete)
{
    firth_deadline deadline;
    if (channel == NULL)
        return firth_channel_fail_null();
    if (count == NULL || complete == NULL || (buffer == NULL && capacity != 0))
        return firth_fail(FIRTH_E_INVALID, "%s", "the memory or the place for a result is NULL");
    *count = 0;
    *complete = false;
    firth_err err = enter(channel, timeout, &deadline);
    if (err != FIRTH_OK)
        return err;
    if (!firth_frame_decoder_knows_length(&channel->decoder))
        err = firth_fail(FIRTH_E_INVALID, "%s", "the length of the payload is not known yet");
    else
        err = step(channel, buffer, capacity, &deadline, count);
    if (err == FIRTH_OK)
        *complete = firth_frame_decoder_end_steps(&channel->decoder);
    leave(channel);
    return firth_stream_outcome(err);
}
