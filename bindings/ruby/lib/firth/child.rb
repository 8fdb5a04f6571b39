# frozen_string_literal: true

module Firth
  # Finishing what ends in a child process.
  module Child
    # Gives the block's result. A finish that is interrupted leaves the child to itself,
    # and cannot go on. So that only what stops this thread does that, and no signal
    # handler that merely runs, another thread waits for the child.
    def self.finishing(over, &block)
      return yield unless below?(over)

      begin
        thread = apart(&block)
        thread.value
      ensure
        stop(thread, over) if thread.nil? || thread.alive?
      end
    end

    def self.apart
      Thread.new do
        Thread.current.report_on_exception = false
        yield
      end
    end
    private_class_method :apart

    # It may not have begun.
    def self.stop(thread, over)
      thread&.kill&.join
      over.close
    rescue StreamError
      nil
    end
    private_class_method :stop

    def self.below?(over)
      stream = over.is_a?(Channel) ? over.stream : over
      return false unless CustomObject.firths_own?(stream)
      return child?(stream) if stream.is_a?(PipeStream)

      stream.respond_to?(:lower) && below?(stream.lower)
    end
    private_class_method :below?

    def self.child?(stream)
      stream.pid.positive?
    rescue NotSupportedError, TypeError
      false
    end
    private_class_method :child?
  end
  private_constant :Child
end
