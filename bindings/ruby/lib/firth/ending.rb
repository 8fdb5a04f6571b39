# frozen_string_literal: true

module Firth
  # Block forms: finish when all went well, close when not.
  module Ending
    # Yields the objects and gives the block's result, or without a block the object
    # itself (the objects, if there are several). An error or Thread#kill in the block
    # closes them; anything else finishes them, which may block (Stream#finish).
    def self.of(*objects, &block)
      return objects.size == 1 ? objects.first : objects unless block

      use(objects, &block)
    end

    def self.use(objects, &block)
      ended = false
      result = yield_to(objects, &block)
      ended = true
      result
    ensure
      # An interruption may have come before there was anybody to end them; none comes here.
      Thread.handle_interrupt(Object => :on_blocking) { abandon(objects) unless ended }
    end
    private_class_method :use

    def self.yield_to(objects)
      failed = false
      begin
        yield(*objects)
      rescue Exception
        failed = true
        raise
      end
    ensure
      failed ||= Thread.current.status == "aborting"
      failed ? abandon(objects) : objects.each(&:finish)
    end
    private_class_method :yield_to

    # What was unsent must not hide the error that is on its way.
    def self.abandon(objects)
      objects.each do |object|
        object.close
      rescue StreamError
        nil
      end
    end
    private_class_method :abandon
  end
  private_constant :Ending
end
