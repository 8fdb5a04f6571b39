# frozen_string_literal: true

module Firth
  # Calls that cannot go on once they were interrupted: another thread makes them, which no
  # signal handler that merely runs interrupts, but only what stops this thread.
  module Apart
    # Gives the block's result, or what it raises. If this thread is stopped meanwhile, the
    # block is, or is not even begun, and then `stopped` is called.
    def self.run(stopped = -> {}, &block)
      thread = start(&block)
      thread.value
    ensure
      if thread.nil? || thread.alive?
        thread&.kill&.join
        stopped.call
      end
    end

    # The same for what ends soon by itself: if this thread is stopped meanwhile, the block
    # goes on alone, and what it gives is lost.
    def self.leave(&block)
      start(&block).value
    end

    def self.start
      Thread.new do
        Thread.current.report_on_exception = false
        yield
      end
    end
    private_class_method :start
  end
  private_constant :Apart
end
