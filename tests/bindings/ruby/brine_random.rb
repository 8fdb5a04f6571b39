# frozen_string_literal: true

# Random values of Ruby, each with the expression in Python that says the same.
class BrineRandom
  SCALARS = %i[singleton small_integer integer big_integer float complex text bytes].freeze
  CONTAINERS = %i[tuple frozenset slice].freeze
  SINGLETONS = [[nil, "None"], [true, "True"], [false, "False"], [Firth::Brine::ELLIPSIS, "..."],
                [Firth::Brine::NOT_IMPLEMENTED, "NotImplemented"]].freeze
  FLOATS = [0.0, -0.0, 1.0 / 3, 5e-324, 1.7e308, Float::INFINITY, -Float::INFINITY].freeze
  private_constant :SCALARS, :CONTAINERS, :SINGLETONS, :FLOATS

  def initialize(seed)
    @random = Random.new(seed)
  end

  # [value, expression]
  def value(depth = 0)
    kinds = depth < 4 ? SCALARS + CONTAINERS * 2 : SCALARS
    kind = pick(kinds)
    CONTAINERS.include?(kind) ? __send__(kind, depth + 1) : __send__(kind)
  end

  private

  def pick(choices)
    choices[@random.rand(choices.size)]
  end

  def singleton
    pick(SINGLETONS)
  end

  def small_integer
    plain(@random.rand(-300..300))
  end

  def integer
    plain(@random.rand(-(1 << 70)..(1 << 70)))
  end

  def big_integer
    plain(@random.rand(-(10**300)..10**300))
  end

  def plain(number)
    [number, number.to_s]
  end

  def float
    number = @random.rand(2).zero? ? pick(FLOATS) : @random.rand - 0.5
    [number, real(number)]
  end

  def complex
    real, imaginary = float, float
    [Complex(real[0], imaginary[0]), "complex(#{real[1]}, #{imaginary[1]})"]
  end

  def real(number)
    "struct.unpack('!d', bytes.fromhex('#{[number].pack("G").unpack1("H*")}'))[0]"
  end

  def text
    points = Array.new(@random.rand(8)) { pick([@random.rand(128), 0xe9, @random.rand(0x3000..0xd7ff), 0x1f30a]) }
    string = points.pack("U*")
    [string, "#{hex(string)}.decode()"]
  end

  def bytes
    string = @random.bytes(pick([0, 1, 4, 5, 255, 256]))
    [string, hex(string)]
  end

  def hex(string)
    "bytes.fromhex('#{string.unpack1("H*")}')"
  end

  def items(depth)
    Array.new(pick([0, 1, 2, 4, 5])) { value(depth) }
  end

  def tuple(depth)
    values, expressions = items(depth).transpose
    [values.to_a, "(#{expressions.to_a.map { |expression| "#{expression}," }.join})"]
  end

  # Of Strings, no two of which Python takes for one: its 1, 1.0 and True are the same. One at
  # most, since Python has an order of its own.
  def frozenset(_depth)
    value, expression = text
    [Set[value], "frozenset([#{expression}])"]
  end

  def slice(depth)
    values, expressions = Array.new(3) { value(depth) }.transpose
    [Firth::Brine::Slice.new(*values), "slice(#{expressions.join(", ")})"]
  end
end
