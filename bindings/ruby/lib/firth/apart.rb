# frozen_string_literal: true

module Firth
  # Calls that cannot go on once they were interrupted: another thread makes them, which no
  # signal handler that merely runs interrupts, but only what stops this thread.
  module Apart
    # Gives the block's result, or what it raises. If this thread is stopped meanwhile, the
    # block is, or is not even begun, and then `stopped` is called.
    def self.run(stopped = -> {}, &block)
      ended = Queue.new
      thread = start(ended, &block)
      wait_for(thread, ended)
    ensure
      if thread.nil? || thread.alive?
        thread&.kill&.join
        stopped.call
      end
    end

    # The same for what ends soon by itself: if this thread is stopped meanwhile, the block
    # goes on alone, and what it gives is lost.
    def self.leave(&block)
      ended = Queue.new
      wait_for(start(ended, &block), ended)
    end

    def self.start(ended)
      Thread.new do
        Thread.current.report_on_exception = false
        yield
      ensure
        ended.close
      end
    end
    private_class_method :start

    # Unlike Thread#value alone, a queue sees what was put off until this thread blocks.
    def self.wait_for(thread, ended)
      ended.pop
      thread.value
    end
    private_class_method :wait_for
  end
  private_constant :Apart
end
