# frozen_string_literal: true

module Firth
  # Finishing what ends in a child process.
  module Child
    # Gives the block's result. A finish that is interrupted leaves the child to itself,
    # and cannot go on.
    def self.finishing(over, &block)
      return yield unless below?(over)

      Apart.run(-> { close(over) }, &block)
    end

    def self.close(over)
      over.close
    rescue StreamError
      nil
    end
    private_class_method :close

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
