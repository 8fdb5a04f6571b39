# frozen_string_literal: true

module Firth
  # Payloads over a stream. Any thread may send, receive and close; several senders
  # never interleave frames, several receivers take turns. `timeout:` is in seconds.
  #
  # Defined by the extension:
  #
  # send(payload, timeout:)::
  #   sends one payload, a String of any length. (Object#send is __send__.) After a
  #   TimeoutError, or when interrupted, the payload was taken, must not be sent
  #   again, and flush or the next send finishes it; after a BusyError, or when interrupted
  #   while an earlier payload was still going out, it was not taken.
  # recv(timeout:)::
  #   the next payload. After a TimeoutError, or when interrupted, what arrived is kept
  #   and the next call goes on. ConnectionLostError, clean? between frames;
  #   ProtocolError is final; CompressionError costs that payload only.
  # poll(timeout = 0)::
  #   whether recv would find something; the rest of a payload may still be missing.
  # flush(timeout:)::
  #   sends what a time-out left over.
  # pending::
  #   bytes that were taken and have not left yet.
  # close::
  #   closes the channel and its stream; see Stream#close. UnsentError.
  # finish(timeout:)::
  #   the polite end: flushes, then closes; see Stream#finish.
  # closed?::
  #   whether the stream is closed.
  # fileno::
  #   the stream's descriptor.
  # compress, compress?, compress=::
  #   whether what is sent is compressed.
  class Channel
    Lend.to_instances(self, :channel_create)

    # Channel.new, yielding the channel if there is a block: finished afterwards, closed
    # after an error.
    def self.open(stream, **options, &block)
      Ending.of(new(stream, **options), &block)
    end

    # A channel over `stream`, which it keeps alive: a Stream, or an object that can be one
    # (see there). Sends nothing yet. A channel that is let go between frames leaves the
    # stream to another channel.
    #
    # compress::              whether to compress what is sent
    # compression_level::     0 to 9; 0 sends everything uncompressed
    # compression_threshold:: bytes; only longer payloads are compressed
    # frame_limit::           bytes of a frame's body, sent or received
    # inflated_limit::        bytes of a payload that arrived compressed
    def initialize(stream, compress: true, compression_level: COMPRESSION_LEVEL,
                   compression_threshold: COMPRESSION_THRESHOLD, frame_limit: FRAME_LIMIT,
                   inflated_limit: INFLATED_LIMIT)
      channel_create(CustomObject.stream_of(stream), compress ? 1 : 0, compression_level,
                     compression_threshold, nil, 1, DEFAULT_BATCH_TIMEOUT, frame_limit,
                     inflated_limit, QUEUE_LIMIT)
      @stream = stream
    end

    # The very object that the channel was given.
    attr_reader :stream

    alias finish_here finish
    private :finish_here

    # See above.
    def finish(*time, **keywords)
      Child.finishing(self) { finish_here(*time, **keywords) }
    end

    # Channels are not copied.
    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}"
    end

    # "#<Firth::Channel open>"
    def inspect
      "#<#{self.class} #{closed? ? "closed" : "open"}>"
    rescue TypeError
      "#<#{self.class} uninitialized>"
    end
  end
end
