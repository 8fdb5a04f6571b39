# frozen_string_literal: true

module Firth
  # The block form of Channel#cork.
  module Corking
    # Gives the block's result. Whatever ends it, a cork is taken away for the one that `cork`
    # made.
    def self.of(channel, cork)
      corked = failed = false
      begin
        Thread.handle_interrupt(Object => :never) { corked = cork.call || true }
        yield
      rescue Exception
        failed = true
        raise
      end
    ensure
      failed ||= Thread.current.status == "aborting"
      uncork(channel, failed) if corked
    end

    # What goes wrong must not hide the error that is on its way.
    def self.uncork(channel, failed)
      return channel.uncork unless failed

      begin
        channel.uncork(timeout: 0)
      rescue StandardError
        nil
      end
    end
    private_class_method :uncork
  end
  private_constant :Corking
end
