/* Receiving in one call into C for a small payload, in two for a large one. */
%{
/* Go reads this layout: type Payload in values.go. */
typedef struct firth_payload {
    uintptr_t memory;  /* in: where a small payload goes */
    uint64_t capacity; /* in: bytes there */
    uint64_t length;   /* out: bytes of the payload */
    int32_t large;     /* out: it is longer than capacity and still to be taken */
} firth_payload;

static void *firth_go_reserve(void *context, size_t size)
{
    firth_payload *payload = context;
    return size <= payload->capacity ? (void *)payload->memory : NULL;
}

static firth_err firth_swig_channel_recv(firth_channel *channel, double timeout,
                                         firth_payload *payload)
{
    size_t length = 0;
    firth_err err = firth_channel_recv_length(channel, timeout, &length);
    payload->large = err == FIRTH_OK && length > payload->capacity;
    if (err == FIRTH_OK && !payload->large)
        err = firth_channel_recv_into(channel, timeout, firth_go_reserve, payload, &length);
    payload->length = length;
    return err;
}
%}

%rename(channel_recv_some) firth_channel_recv_some;
firth_err firth_channel_recv_some(firth_channel *CHANNEL, void *BUFFER, size_t CAPACITY,
                                  double TIMEOUT, size_t *COUNT, bool *COMPLETE);

/* Reading into memory of Go's own. */
%rename(stream_read_some_into) firth_stream_read_some;
firth_err firth_stream_read_some(firth_stream *STREAM, void *BUFFER, size_t CAPACITY,
                                 double TIMEOUT, size_t *COUNT);
