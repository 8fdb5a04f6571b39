/* The contracts of what Python's classes inherit. */

%define FIRTH_PYTHON_DOC(METHOD, TEXT)
%feature("docstring") METHOD TEXT;
%enddef

FIRTH_PYTHON_DOC(firth_stream, "A duplex byte stream, as the library has it.")
FIRTH_PYTHON_DOC(firth_stream::read_bytes,
"read(count, timeout): exactly `count` bytes.

ConnectionLostError: the peer is gone. TimeoutError: what came is kept for the next
read. ClosedError.")
FIRTH_PYTHON_DOC(firth_stream::read_some_bytes,
"read_some(capacity, timeout): 1 to `capacity` bytes. Errors as read.")
FIRTH_PYTHON_DOC(firth_stream::write,
"write(data, timeout): writes all of a bytes-like object.

The error's `count` says how many bytes were taken. TimeoutError,
ConnectionLostError, ClosedError.")
FIRTH_PYTHON_DOC(firth_stream::write_some,
"write_some(data, timeout): writes 1 byte or more, returns how many. Errors as write.")
FIRTH_PYTHON_DOC(firth_stream::unread,
"unread(data): puts bytes before those that are still to be read. Waits for who is
reading.")
FIRTH_PYTHON_DOC(firth_stream::poll,
"poll(timeout=0): whether a read would find something, at the end of the stream too.

ClosedError.")
FIRTH_PYTHON_DOC(firth_stream::flush,
"flush(timeout): sends what the stream has collected; plain streams collect nothing.")
FIRTH_PYTHON_DOC(firth_stream::held,
"held(): (to_read, to_write), bytes that the stream holds: read ahead and still to be
read, collected and still to be written. Plain streams hold what unread gave back.")
FIRTH_PYTHON_DOC(firth_stream::close,
"close(): ends the stream at once and wakes who is blocked in it. Never blocks; any
thread; may be called again. UnsentError.")
FIRTH_PYTHON_DOC(firth_stream::finish,
"finish(timeout): sends what is collected and the stream's end, then closes, whatever
happened. Left out: the stream's time-out, else FINISH_TIMEOUT seconds.")
FIRTH_PYTHON_DOC(firth_stream::closed, "closed(): true after close, and once the peer is gone.")
FIRTH_PYTHON_DOC(firth_stream::fileno,
"fileno(): the descriptor to watch for reading; it stays the stream's. ClosedError.")
FIRTH_PYTHON_DOC(firth_stream::write_fileno,
"write_fileno(): the descriptor to watch for writing; it differs on pipes.")
FIRTH_PYTHON_DOC(firth_stream::set_timeout, "set_timeout(timeout): seconds, or None for ever.")
FIRTH_PYTHON_DOC(firth_stream::timeout, "timeout(): seconds, or None for ever.")
FIRTH_PYTHON_DOC(firth_stream::counters,
"counters(): (bytes_read, bytes_written, read_calls, write_calls).")
FIRTH_PYTHON_DOC(firth_stream::wake,
"wake(): makes who is blocked in the stream look at pending signals. Any thread.")

FIRTH_PYTHON_DOC(firth_listener, "What accepts connections, as the library has it.")
FIRTH_PYTHON_DOC(firth_listener::accept_stream,
"accept(timeout): waits for a connection. Left out: for ever. TimeoutError, ClosedError.")
FIRTH_PYTHON_DOC(firth_listener::port, "port(): the TCP port; 0 for a unix socket.")
FIRTH_PYTHON_DOC(firth_listener::path, "path(): the unix socket's path; '' for TCP.")
FIRTH_PYTHON_DOC(firth_listener::fileno,
"fileno(): the descriptor to watch for connections. ClosedError.")
FIRTH_PYTHON_DOC(firth_listener::close,
"close(): stops listening and wakes who is blocked in accept. Never blocks; any thread;
may be called again.")
FIRTH_PYTHON_DOC(firth_listener::closed, "closed(): true after close.")
FIRTH_PYTHON_DOC(firth_listener::wake,
"wake(): makes who is blocked in accept look at pending signals. Any thread.")

FIRTH_PYTHON_DOC(firth_frame_codec, "Payloads to frames and back, as the library has it.")
FIRTH_PYTHON_DOC(firth_frame_codec::encode,
"encode(payload): the bytes of its frame. BufferOverflowError: over limits.frame.

With a key, StreamError with the code \"want_read\": decode must meet the peer's hello first.
The first frame comes with what tells the peer that this side has the key.")
FIRTH_PYTHON_DOC(firth_frame_codec::feed, "feed(data): takes bytes as they arrived.")
FIRTH_PYTHON_DOC(firth_frame_codec::hello,
"hello(): with a key, the bytes that go out before all others, once. Else no bytes.")
FIRTH_PYTHON_DOC(firth_frame_codec::encode_end,
"encode_end(): with a key, the bytes that tell the peer that no more will come; encode is
a ClosedError from then on. Without one, no bytes.")
FIRTH_PYTHON_DOC(firth_frame_codec::decode,
"decode(): the next payload, or None when more bytes are wanted.

ProtocolError, and BufferOverflowError for a length over limits.frame, are final.
CompressionError, and BufferOverflowError for a body over limits.inflated, cost that
frame only. With a key, EncryptionError is final, in place of ProtocolError too, and a
ConnectionLostError which is `clean` says that the peer's end has come.")
FIRTH_PYTHON_DOC(firth_frame_codec::end,
"end(): no more bytes come; to be called when decode wants more. Raises
ConnectionLostError: `clean` between frames, not clean inside one, nor with a key before
the peer's end.")

FIRTH_PYTHON_DOC(firth_channel, "Payloads over a stream, as the library has it.")
FIRTH_PYTHON_DOC(firth_channel::send,
"send(data, timeout): sends a bytes-like object as one payload.

TimeoutError: the payload was taken, must not be sent again, and flush or the next send
finishes it. BusyError: it was not taken. What a signal handler raises is like the
second if an earlier payload was still going out, else like the first.
BufferOverflowError: over limits.frame; nothing was sent. ConnectionLostError, ClosedError.
A channel that batches or is corked only collects, until its batch is full or its queue
would grow over limits.queue.")
FIRTH_PYTHON_DOC(firth_channel::recv_payload,
"recv(timeout): the next payload, as bytes.

TimeoutError, or what a signal handler raises: what came is kept for the next call.
ConnectionLostError: `clean` between frames. ProtocolError, BufferOverflowError,
CompressionError: as FrameCodec.decode. ClosedError.")
FIRTH_PYTHON_DOC(firth_channel::poll,
"poll(timeout=0): whether recv would find something; it may have to wait for the rest
of a payload. True at the end of the stream. ClosedError.")
FIRTH_PYTHON_DOC(firth_channel::flush,
"flush(timeout): sends what was collected, and what a time-out left over. TimeoutError:
some still is.")
FIRTH_PYTHON_DOC(firth_channel::cork,
"cork(): from now on send only collects, for one write of many payloads. It leaves with
flush, uncork and finish, before something is received, and when it grows over
limits.queue. Corks are counted: each wants an uncork of its own.")
FIRTH_PYTHON_DOC(firth_channel::uncork,
"uncork(timeout): takes one cork away, whatever comes of it; the last one flushes. Errors as
flush. ValueError: there is none.")
FIRTH_PYTHON_DOC(firth_channel::corked, "corked(): whether send only collects.")
FIRTH_PYTHON_DOC(firth_channel::handshake,
"handshake(timeout): exchanges the hellos of an encrypted channel, unless that was done or
there are none. It says that the peer speaks this encryption, not yet that it has the key:
the first payload received does, or a finish after something was sent.

EncryptionError: the peer does not. TimeoutError: the next call goes on.
ConnectionLostError, ClosedError.")
FIRTH_PYTHON_DOC(firth_channel::encrypted, "encrypted(): whether the channel encrypts.")
FIRTH_PYTHON_DOC(firth_channel::pending,
"pending(): bytes of frames taken by send that have not left yet.")
FIRTH_PYTHON_DOC(firth_channel::close,
"close(): closes the channel and its stream; never blocks; any thread; may be called
again. UnsentError: some bytes are lost, `count` of them.")
FIRTH_PYTHON_DOC(firth_channel::finish,
"finish(timeout): flushes, sends the end of an encrypted channel, then finishes the stream.
Left out: the stream's time-out, else FINISH_TIMEOUT seconds.

After something was sent, an encrypted channel waits for the peer to show that it has the
key. EncryptionError: it has another one. TimeoutError: it did not show it.")
FIRTH_PYTHON_DOC(firth_channel::closed, "closed(): whether the stream is closed.")
FIRTH_PYTHON_DOC(firth_channel::fileno,
"fileno(): the stream's descriptor to watch for reading. ClosedError.")
FIRTH_PYTHON_DOC(firth_channel::compress, "compress(): whether long payloads are compressed.")
FIRTH_PYTHON_DOC(firth_channel::set_compress, "set_compress(compress): from the next send on.")

FIRTH_PYTHON_DOC(firth_version, "version(): of the library that is running, as text.")
FIRTH_PYTHON_DOC(firth_zlib_version, "zlib_version(): of the zlib that is running, as text.")
