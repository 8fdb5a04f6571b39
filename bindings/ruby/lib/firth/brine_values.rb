# frozen_string_literal: true

module Firth
  module Brine
    # Values of Python that Ruby has none for. There is one of each; it is known by identity.
    class Singleton
      def initialize(name)
        @name = name
        freeze
      end

      # Its constant's name.
      def inspect
        "Firth::Brine::#{@name}"
      end
      alias to_s inspect

      # Itself.
      def clone(**)
        self
      end
      alias dup clone
    end
    private_constant :Singleton

    # Python's NotImplemented.
    NOT_IMPLEMENTED = Singleton.new("NOT_IMPLEMENTED")
    # Python's Ellipsis, `...`.
    ELLIPSIS = Singleton.new("ELLIPSIS")

    # Python's slice: start, stop and step, each any value that brine has. Never changes.
    class Slice
      attr_reader :start, :stop, :step

      def initialize(start, stop, step = nil)
        @start = start
        @stop = stop
        @step = step
        freeze
      end

      # Whether it has equal parts.
      def ==(other)
        other.is_a?(Slice) && to_a == other.to_a
      end

      # The same by eql?.
      def eql?(other)
        other.is_a?(Slice) && to_a.eql?(other.to_a)
      end

      def hash
        [Slice, *to_a].hash
      end

      # [start, stop, step]
      def to_a
        [@start, @stop, @step]
      end
      alias deconstruct to_a

      # "Firth::Brine::Slice(1, nil, 2)"
      def inspect
        "#{self.class}(#{to_a.map(&:inspect).join(", ")})"
      end
      alias to_s inspect
    end
  end
end
