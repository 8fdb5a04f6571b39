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
  #   whether recv would find something; the rest of a payload may still be missing. It
  #   and recv send what was collected first.
  # flush(timeout:)::
  #   sends what was collected, and what a time-out left over. TimeoutError: some still is.
  # uncork(timeout:)::
  #   takes one cork away, whatever it raises; the last one flushes. ArgumentError if
  #   there is none.
  # corked?::
  #   whether there is a cork.
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
  # handshake(timeout:)::
  #   exchanges the hellos of an encrypted channel, as the first send or recv does; that
  #   the peer has the key only the first payload received tells, or finish.
  # encrypted?::
  #   whether it encrypts.
  # compress, compress?, compress=::
  #   whether what is sent is compressed.
  class Channel
    Lend.to_instances(self, :channel_create)

    # As new, yielding the channel if there is a block: finished afterwards, closed
    # after an error.
    def self.open(*arguments, **options, &block)
      Ending.of(new(*arguments, **options), &block)
    end

    # A channel over `stream`, which it keeps alive: a Stream, or an object that can be one
    # (see there). Sends nothing yet, but with a key. A channel that is let go between frames
    # leaves the stream to another channel.
    #
    # compress::              whether to compress what is sent; nil: unless there is a key,
    #                         since lengths then tell of contents
    # compression_level::     0 to 9; 0 sends everything uncompressed
    # compression_threshold:: bytes; only longer payloads are compressed
    # key::                   encrypts: EncryptedChannel
    # batch_size::            payloads in one write: BatchingChannel; 1 does not batch
    # batch_timeout::         seconds that a batch waits to be full; nil or 0: for ever
    # limits::                Limits
    def initialize(stream, compress: nil, compression_level: COMPRESSION_LEVEL,
                   compression_threshold: COMPRESSION_THRESHOLD, key: nil, batch_size: 1,
                   batch_timeout: DEFAULT_BATCH_TIMEOUT, limits: Limits.new)
      bounds = ChannelOptions.limits(limits)
      stages = ChannelOptions.stages(compress, compression_level, compression_threshold, key)
      channel_create(CustomObject.stream_of(stream), *stages,
                     *ChannelOptions.batch(batch_size, batch_timeout), *bounds.to_h.values)
      @stream = stream
    end

    # The very object that the channel was given.
    attr_reader :stream

    alias cork_here cork
    alias finish_here finish
    private :cork_here, :finish_here

    # From now on send only collects, for one write of many payloads: it leaves with flush,
    # uncork, finish, before something is received, and when it grows over limits.queue. Corks
    # are counted: each wants an uncork of its own. With a block it uncorks afterwards, and gives
    # the block's result; after an error without waiting, and what then has not left leaves
    # with the next send or flush.
    def cork(&block)
      block ? Corking.of(self, method(:cork_here), &block) : cork_here
    end

    # See above.
    def finish(*time, **keywords)
      Finishing.of(self) { finish_here(*time, **keywords) }
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
