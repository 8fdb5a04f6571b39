# frozen_string_literal: true

module Firth
  # IO objects that are handed to a stream, and closed for it.
  module Handover
    Lend.to_class(self, :take_buffered)
    Lend.to_class(self, :write_end)

    # The descriptor of an IO (of `io` itself, not of what it wraps) or an Integer.
    def self.descriptor(end_)
      case end_
      when Integer then end_
      when IO then end_.fileno
      else raise TypeError, "expected an IO or a descriptor, not #{end_.class}"
      end
    end

    # The descriptor that is written to, which differs for popen's.
    def self.write_descriptor(end_)
      descriptor(end_.is_a?(IO) ? write_end(end_) : end_)
    end

    # Sends what the IO holds for writing.
    def self.flush(io)
      io.flush if io.is_a?(IO) && !io.sync
    end

    # Puts what the IO has read ahead before what the stream will read.
    def self.unread(stream, io)
      held = io.is_a?(IO) ? take_buffered(io) : ""
      stream.unread(held) unless held.empty?
    end

    # For the extension: closes an IO whose stream is closed, which nothing that waits
    # for this thread keeps from being done.
    def self.close(io)
      Thread.handle_interrupt(Object => :never) { close_or_have_closed(io) }
    end

    # Closing popen's IO waits for the process, so another thread does it.
    def self.close_or_have_closed(io)
      return quietly_close(io) unless io.pid

      Thread.new { Thread.handle_interrupt(Object => :immediate) { quietly_close(io) } }
    rescue IOError
      nil # closed behind the stream's back
    end
    private_class_method :close_or_have_closed

    # The call that closes it may be another stream's.
    def self.quietly_close(io)
      io.close
    rescue StandardError
      nil
    end
    private_class_method :quietly_close
  end
  private_constant :Handover
end
