# frozen_string_literal: true

module Firth
  # Brine, rpyc's encoding of immutable values, to bytes and back.
  #
  #   Firth::Brine.load(Firth::Brine.dump(["answer", 42, nil]))
  #
  # nil, true, false, Integer of any size, Float and Complex are Python's values of those names.
  # A String is a str, one in ASCII-8BIT (String#b) is bytes; an Array is a tuple, a Set a
  # frozenset, a Slice a slice. docs/brine.md has the rest, and the bytes.
  module Brine
    Lend.to_class(self, :brine_dump)
    Lend.to_class(self, :brine_load)
    Lend.to_class(self, :brine_dumpable)

    # The bytes of a value, those that rpyc makes, in ASCII-8BIT. limits is a Brine::Limits.
    #
    # TypeError for a value of another class (a Symbol, a Hash, a subclass of String), which
    # says where in the value it is; EncodingError for a String whose characters have no UTF-8;
    # BufferOverflowError over a limit; RuntimeError if an Array changes meanwhile.
    def self.dump(value, limits: nil)
      brine_dump(value, limits)
    end

    # The value of bytes, frozen with all that is in it. limits is a Brine::Limits.
    #
    # ProtocolError for bytes that no value has, or that follow it; BufferOverflowError over a
    # limit.
    def self.load(bytes, limits: nil)
      brine_load(bytes, limits)
    end

    # Whether dump would succeed. limits is a Brine::Limits.
    def self.dumpable?(value, limits: nil)
      brine_dumpable(value, limits)
    end
  end
end
