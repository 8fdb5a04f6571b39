# frozen_string_literal: true

module Firth
  # A stream over two simplex pipes.
  class PipeStream < Stream
    Lend.to_class(self, :pipe_stream_create_pair)
    Lend.to_class(self, :pipe_stream_from_std)
    Lend.to_instances(self, :pipe_stream_from_ends)

    # Two streams over two new pipes: what one writes the other reads. Yields both if
    # there is a block, as SocketStream.connect does.
    def self.create_pair(&block)
      Ending.of(*pipe_stream_create_pair, &block)
    end

    # A stream over this process's standard input and output. Afterwards descriptors 0
    # and 1 are the null device, so that a stray puts cannot corrupt a frame. What
    # $stdout held is written first, what $stdin held is delivered first.
    def self.from_std(&block)
      STDOUT.flush
      stream = pipe_stream_from_std
      Handover.unread(stream, STDIN)
      Ending.of(stream, &block)
    end

    # PipeStream.new, with a block as for SocketStream.connect.
    def self.open(incoming, outgoing, &block)
      Ending.of(new(incoming, outgoing), &block)
    end

    # A stream that reads from one end and writes to another: IO objects (pipes,
    # sockets, terminals, files, both ends of popen's; the two may be the same) or
    # descriptors. The stream keeps them alive and closes them. What `outgoing` holds
    # is flushed, what `incoming` has read ahead is delivered first. ArgumentError if
    # an end is not open in that direction, IOError if it is closed.
    def initialize(incoming, outgoing)
      reader = Handover.descriptor(incoming)
      Handover.flush(outgoing)
      pipe_stream_from_ends(incoming.is_a?(IO) ? incoming : nil, reader,
                            outgoing.is_a?(IO) ? outgoing : nil, Handover.write_descriptor(outgoing))
      Handover.unread(self, incoming)
    end
  end
end
