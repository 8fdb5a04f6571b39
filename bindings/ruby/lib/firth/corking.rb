# frozen_string_literal: true

module Firth
  # The block form of Channel#cork.
  module Corking
    # Gives the block's result. Whatever ends it, a cork is taken away for the one that `cork`
    # made, wherever an interruption comes.
    def self.of(channel, cork)
      corked = failed = false
      uncork = lambda do
        Thread.handle_interrupt(Object => :never) do
          next unless corked

          corked = false
          uncork(channel, failed)
        end
      end
      begin
        Thread.handle_interrupt(Object => :never) { corked = cork.call || true }
        yield
      rescue Exception
        failed = true
        raise
      ensure
        channel.flush if uncork.call
      end
    ensure
      uncork&.call
    end

    # Whether there is something left to be flushed. What goes wrong must not hide the error that
    # is on its way.
    def self.uncork(channel, failed)
      failed ||= Thread.current.status == "aborting"
      channel.uncork(timeout: 0)
      false
    rescue TimeoutError, NotSupportedError
      !failed
    rescue StandardError
      raise unless failed
    end
    private_class_method :uncork
  end
  private_constant :Corking
end
