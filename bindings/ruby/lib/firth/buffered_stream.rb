# frozen_string_literal: true

module Firth
  # A stream over any other, or over an object that can be one (see Stream), which it keeps
  # alive and closes with itself.
  #
  # It reads up to `buffer_size` bytes ahead, and collects up to as many, which leave when
  # there are more, with flush and finish, and before a read or poll that must wait;
  # close gives them one try (UnsentError). Do not use the stream below beside it. Its
  # time-out is at first that of the stream below. In a child of fork it refuses to read
  # and write (ForkedError).
  class BufferedStream < Stream
    Lend.to_instances(self, :buffered_stream_create)

    # BufferedStream.new, with a block as for SocketStream.connect.
    def self.open(stream, **options, &block)
      Ending.of(new(stream, **options), &block)
    end

    # BufferOverflowError if buffer_size is above MAX_BUFFER_SIZE, ArgumentError if it is
    # below 1, TypeError if it is no Integer or `stream` is no stream.
    def initialize(stream, buffer_size: DEFAULT_BUFFER_SIZE)
      unless buffer_size.is_a?(Integer)
        raise TypeError, "buffer_size must be an Integer, not #{buffer_size.class}"
      end
      raise ArgumentError, "buffer_size must be at least 1, not #{buffer_size}" if buffer_size < 1

      buffered_stream_create(CustomObject.stream_of(stream), [buffer_size, LARGEST_SIZE].min)
      @lower = stream
    end

    # The very object that lies below.
    attr_reader :lower

    # What a size_t of C surely holds.
    LARGEST_SIZE = 0x7fffffff
    private_constant :LARGEST_SIZE
  end
end
