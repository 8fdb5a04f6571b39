# frozen_string_literal: true

module Firth
  # Finishing what has something to wait for and, once it was interrupted, cannot go on: a
  # child process that ends; the peer of an encrypted channel, which shows its key.
  module Finishing
    Lend.to_class(self, :confined)

    # Gives the block's result. One that is stopped closes at once, and leaves the child
    # to itself.
    def self.of(over, &block)
      return yield unless waits?(over)

      Apart.run(-> { close(over) }, &block)
    end

    def self.close(over)
      over.close
    rescue StreamError
      nil
    end
    private_class_method :close

    # Objects of Ruby's are called by the thread that calls firth.
    def self.waits?(over)
      return ends_in_child?(over) unless over.is_a?(Channel)

      ends_in_child?(over.stream) || (over.encrypted? && !confined(over))
    end
    private_class_method :waits?

    def self.ends_in_child?(stream)
      return false unless CustomObject.firths_own?(stream)
      return child?(stream) if stream.is_a?(PipeStream)

      stream.respond_to?(:lower) && ends_in_child?(stream.lower)
    end
    private_class_method :ends_in_child?

    def self.child?(stream)
      stream.pid.positive?
    rescue NotSupportedError, TypeError
      false
    end
    private_class_method :child?
  end
  private_constant :Finishing
end
