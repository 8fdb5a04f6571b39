/* Channel: payloads over a stream. rpyc.core.channel.Channel. */
#ifndef FIRTH_CHANNEL_H
#define FIRTH_CHANNEL_H

#include <firth/frame.h>
#include <firth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct firth_channel firth_channel;

/* A channel over `stream`, which it keeps alive. Sends nothing yet. Freeing the
 * channel between frames leaves the stream as it is, for another channel. A stream that is
 * closed is refused by FIRTH_E_CLOSED, or by what it was lost by, here as wherever a stream
 * is built upon another. */
FIRTH_API firth_err firth_channel_create(firth_channel **channel, firth_stream *stream,
                                         const firth_channel_options *options);

/* Sends one payload (0 bytes are one too). May block up to `timeout` seconds.
 * FIRTH_E_TIMEOUT, FIRTH_E_INTERRUPTED, FIRTH_E_CALLBACK: the payload was taken,
 * must not be sent again, and the next send or flush finishes it;
 * firth_last_error()->count tells how many bytes of its frame are still to go. Only if
 * that is 0 it was not taken: the call was interrupted before this payload's turn.
 * FIRTH_E_BUSY: the time ran out while an earlier payload was still going out;
 * this one was not taken. FIRTH_E_BUFFER_OVERFLOW: over limits.frame; nothing was sent.
 * A channel that batches or is corked collects what it takes, and goes on as flush does when
 * its batch is full or its queue would grow over limits.queue. A failure that nobody was
 * told of, of a batch that the time-out sent, is told by the next call, whatever it is. */
FIRTH_API firth_err firth_channel_send(firth_channel *channel, const void *payload, size_t length,
                                       double timeout);

/* Receives the next payload; the caller owns it. May block up to `timeout` seconds.
 * FIRTH_E_TIMEOUT, FIRTH_E_INTERRUPTED: what arrived is kept, the next call goes on.
 * FIRTH_E_EOF: the peer closed between frames; FIRTH_E_CONNECTION_LOST: inside one.
 * Faults of the frame: as firth_frame_codec_decode. */
FIRTH_API firth_err firth_channel_recv(firth_channel *channel, double timeout,
                                       firth_bytes *payload);

/* Provides memory for a payload as it arrives: at least `size` bytes that begin
 * with those of the memory given before (as realloc), or NULL if there is none, in
 * which case the memory given before stays as it is.
 * Called once for a small payload, and in growing steps for a large one, so that
 * memory never runs far ahead of what arrived. Must not call this channel. */
typedef void *(*firth_reserve)(void *context, size_t size);

/* As firth_channel_recv, but the payload goes into the caller's memory; *length
 * says how long it is. `reserve` is not called for an empty payload. NULL from it
 * is FIRTH_E_NO_MEMORY; the payload is then kept for the next call. */
FIRTH_API firth_err firth_channel_recv_into(firth_channel *channel, double timeout,
                                            firth_reserve reserve, void *context, size_t *length);

/* Receiving in two steps, for who is the only receiver of this channel.
 * First: waits until the length of the next payload is known. Asked again, it says
 * the same. A claim, until the payload has been taken. */
FIRTH_API firth_err firth_channel_recv_length(firth_channel *channel, double timeout,
                                              size_t *length);

/* Then, again and again until *complete: the next 0 to `capacity` bytes of that
 * payload. Only a complete payload is a payload: the frame is checked to its end.
 * Meanwhile the channel's other receiving functions are FIRTH_E_INVALID. */
FIRTH_API firth_err firth_channel_recv_some(firth_channel *channel, void *buffer, size_t capacity,
                                            double timeout, size_t *count, bool *complete);

/* Whether recv would find something; it may still have to wait for the rest of a
 * payload. As firth_stream_poll. It and all that receives first send what is collected,
 * within their own time, and go on as soon as they can read or write. */
FIRTH_API firth_err firth_channel_poll(firth_channel *channel, double timeout, bool *ready);

/* From now on send only collects, for one write of many payloads: it leaves with flush,
 * uncork, finish, before something is received, and when it grows over limits.queue; close
 * gives it one try. Corks are counted: each wants an uncork of its own. */
FIRTH_API firth_err firth_channel_cork(firth_channel *channel);

/* Takes one cork away, whatever it returns; the last one flushes: firth_channel_flush.
 * FIRTH_E_INVALID: there is none. */
FIRTH_API firth_err firth_channel_uncork(firth_channel *channel, double timeout);

/* False for NULL. */
FIRTH_API bool firth_channel_corked(const firth_channel *channel);

/* Sends what was collected, and what a time-out left over. FIRTH_E_TIMEOUT: some still is. */
FIRTH_API firth_err firth_channel_flush(firth_channel *channel, double timeout);

/* Bytes of frames taken by send that have not left yet. 0 for NULL. */
FIRTH_API size_t firth_channel_pending(firth_channel *channel);

/* Closes the channel and its stream; never blocks. What is pending gets one try;
 * FIRTH_E_UNSENT: some of it is lost, firth_last_error()->count bytes; also, once, if the
 * stream had ended already and nobody was told of collected payloads. What failed in the
 * background and was not told yet comes before that, with the same count. */
FIRTH_API firth_err firth_channel_close(firth_channel *channel);

/* Flushes, sends the sealed end of an encrypted channel, and finishes the stream:
 * firth_stream_finish. What is told of payloads that are lost, as for firth_channel_close. */
FIRTH_API firth_err firth_channel_finish(firth_channel *channel, double timeout);

/* Whether the stream is closed. False for NULL. */
FIRTH_API bool firth_channel_closed(const firth_channel *channel);

/* The stream's descriptors: firth_stream_fileno, firth_stream_write_fileno. */
FIRTH_API firth_err firth_channel_fileno(firth_channel *channel, int *descriptor);

/* A new reference on the channel's stream; NULL for NULL. */
FIRTH_API firth_stream *firth_channel_stream(firth_channel *channel);

/* Whether what is sent is compressed (rpyc's attribute `compress`). FIRTH_COMPRESSION_DEFAULT has
 * become one or the other. */
FIRTH_API bool firth_channel_compress(const firth_channel *channel);
FIRTH_API firth_err firth_channel_set_compress(firth_channel *channel, bool compress);

/* Drops the reference; sends and closes nothing. NULL is fine. */
FIRTH_API void firth_channel_free(firth_channel *channel);

#ifdef __cplusplus
}
#endif

#endif
