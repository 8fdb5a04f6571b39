# frozen_string_literal: true

module Firth
  # What went through a stream since it was made: bytes, and system calls.
  Counters = Struct.new(:bytes_read, :bytes_written, :read_calls, :write_calls)

  # A duplex byte stream; SocketStream, PipeStream and BufferedStream are streams. One
  # thread may read while another writes; further ones take turns. `timeout:` is in seconds.
  #
  # Wherever a stream is taken, any other object may be given that has these methods, or an
  # object of a stream's subclass that overrides some of them:
  #
  # read(n)::    1 to n bytes, waiting for the first of them or for all; nil or "" at the end
  # write(data):: takes all and returns nil, or some and returns how many. `data` is frozen
  # close::      called once, when the stream is closed or its peer is lost
  # closed?::    or closed
  # read_some(n):: optional: what is there, 1 to n bytes; used instead of read
  # poll(seconds):: optional: whether there is something to read; nil waits for ever.
  #              Without it a time-out for reading is a NotSupportedError. One for writing
  #              always is
  # flush::      optional: called by flush and finish
  # fileno, write_fileno:: optional
  #
  # They are called in the thread that calls firth. What they raise or throw comes out there
  # as it is, and nothing is lost by it: what has not been taken goes out with the next
  # flush or send. A write that can be ended in the middle must therefore write some and
  # return how many. A ConnectionLostError is the end of the stream.
  #
  # Defined by the extension:
  #
  # read(length, timeout:)::
  #   exactly `length` bytes. ConnectionLostError, clean? if not one of them came.
  #   After a TimeoutError the next read gives first what came before.
  # read_some(capacity, timeout:)::
  #   1 to `capacity` bytes, as soon as there are any.
  # write(data, timeout:)::
  #   writes all of it. A failure's `count` tells the bytes taken.
  # write_some(data, timeout:)::
  #   writes 1 or more bytes and returns how many.
  # unread(data)::
  #   puts bytes before those that are still to be read.
  # poll(timeout = 0)::
  #   whether a read would find something, at the end of the stream too.
  # flush(timeout:)::
  #   sends what the stream has collected. Plain streams collect nothing.
  # held::
  #   [to_read, to_write], bytes that the stream holds: read ahead and still to be read,
  #   collected and still to be written.
  # close::
  #   ends the stream at once, from any thread, and wakes who is blocked in it
  #   (ClosedError). Never blocks; may be called again. UnsentError.
  # finish(timeout:)::
  #   the polite end: flushes, then closes. Waits up to `timeout`, else the
  #   stream's time-out, else FINISH_TIMEOUT.
  # closed?::
  #   true after close, and after the peer was lost.
  # fileno, write_fileno::
  #   the descriptors to watch for reading and for writing; they stay the stream's.
  # timeout, timeout=::
  #   the time-out of calls that give none; nil at first.
  # counters::
  #   Counters.
  # wake::
  #   has the calls that are blocked in the stream look for what Ruby wants of them.
  class Stream
    Lend.to_instances(self, :custom_stream_create)
    alias share initialize
    private :share

    # Another Stream on the same stream, or one over an object that can be one. TypeError
    # if it cannot, ClosedError if it is closed.
    def initialize(stream)
      return share(stream) if CustomObject.firths_own?(stream)

      custom_stream_create(self, CustomObject.new(stream))
    end

    alias finish_here finish
    private :finish_here

    # See above.
    def finish(*time, **keywords)
      Finishing.of(self) { finish_here(*time, **keywords) }
    end

    # Streams are not copied.
    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}"
    end

    # "#<Firth::SocketStream open>"
    def inspect
      "#<#{self.class} #{closed? ? "closed" : "open"}>"
    rescue TypeError
      "#<#{self.class} uninitialized>"
    end
  end
end
