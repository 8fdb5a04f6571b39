# frozen_string_literal: true

module Firth
  # What went through a stream since it was made: bytes, and system calls.
  Counters = Struct.new(:bytes_read, :bytes_written, :read_calls, :write_calls)

  # A duplex byte stream; SocketStream, PipeStream and BufferedStream are streams. One
  # thread may read while another writes; further ones take turns. `timeout:` is in seconds.
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
