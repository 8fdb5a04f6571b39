# frozen_string_literal: true

module Firth
  # What objects that hold limits have in common: they are what their to_h is.
  module Sizes
    # Whether it has the same limits.
    def ==(other)
      other.is_a?(self.class) && to_h == other.to_h
    end
    alias eql? ==

    def hash
      to_h.hash
    end

    # The class, and each limit by name.
    def inspect
      "#<#{self.class} #{to_h.map { |name, limit| "#{name}=#{limit}" }.join(" ")}>"
    end
    alias to_s inspect
  end
  private_constant :Sizes
end
