# frozen_string_literal: true

require_relative "fixtures"

# What bounds a value.
class TestBrineLimits < Minitest::Test
  Brine = Firth::Brine
  Limits = Firth::Brine::Limits

  DEFAULTS = { depth: 512, size: 256 << 20, items: 16 << 20, digits: 4300 }.freeze

  def nested(depth)
    (1...depth).inject([1]) { |inner, _| [inner] }
  end

  # The most that a limit allows can be dumped and loaded, and no more.
  def assert_limit(limits, most, more, reason)
    bytes = Brine.dump(most, limits: limits)
    assert_equal most, Brine.load(bytes, limits: limits)
    assert Brine.dumpable?(most, limits: limits)
    refute Brine.dumpable?(more, limits: limits)
    error = assert_raises(Firth::BufferOverflowError) { Brine.dump(more, limits: limits) }
    assert_match(/\Acannot dump value\S*: .*#{reason}\z/, error.message)
    error = assert_raises(Firth::BufferOverflowError) { Brine.load(Brine.dump(more), limits: limits) }
    assert_match(/\Abrine.*#{reason}\z/, error.message)
  end

  def test_they_are_safe_by_default
    assert_equal DEFAULTS, Limits.new.to_h
  end

  def test_each_can_be_chosen
    limits = Limits.new(depth: 1, size: 2, items: 3, digits: 4)
    assert_equal [1, 2, 3, 4], [limits.depth, limits.size, limits.items, limits.digits]
  end

  def test_they_never_change
    assert Limits.new.frozen?
    assert_raises(NoMethodError) { Limits.new.depth = 1 }
  end

  def test_those_that_are_the_same_are_equal
    assert_equal 1, [Limits.new(depth: 1), Limits.new(depth: 1)].uniq.size
    refute_equal Limits.new(depth: 1), Limits.new
    refute_equal Limits.new, Firth::Limits.new
  end

  def test_inspect_tells_them
    assert_equal "#<Firth::Brine::Limits depth=1 size=2 items=3 digits=4>",
                 Limits.new(depth: 1, size: 2, items: 3, digits: 4).inspect
  end

  DEFAULTS.each_key do |name|
    [nil, "1", 1.5, :x].each do |value|
      define_method("test_#{name}_that_is_a_#{value.class}_is_a_type_error") do
        error = assert_raises(TypeError) { Limits.new(name => value) }
        assert_equal "limits.#{name} must be an Integer, not #{value.class}", error.message
      end
    end

    [-1, 1 << 64].each do |value|
      define_method("test_#{name}_of_#{value}_is_an_argument_error") do
        error = assert_raises(ArgumentError) { Limits.new(name => value) }
        assert_match(/\Alimits\.#{name} is #{value}, expected 0 to \d+\z/, error.message)
      end
    end
  end

  def test_depth_and_size_have_a_greatest
    assert_raises(ArgumentError) { Limits.new(depth: 4097) }
    assert_raises(ArgumentError) { Limits.new(size: 1 << 32) }
    assert_equal [4096, 0xffff_ffff], [Limits.new(depth: 4096).depth, Limits.new(size: 0xffff_ffff).size]
  end

  def test_depth
    assert_limit(Limits.new(depth: 3), nested(3), nested(4), "deeper than the limit of 3 containers")
  end

  def test_depth_of_none
    assert_limit(Limits.new(depth: 0), 1, [1], "deeper than the limit of 0 containers")
  end

  def test_items
    assert_limit(Limits.new(items: 4), [1, [2]], [1, [2, 3]], "more than the limit of 4 values")
  end

  def test_size
    limits = Limits.new(size: 6)
    bytes = Brine.dump("abcd", limits: limits)
    assert_equal "abcd", Brine.load(bytes, limits: limits)
    error = assert_raises(Firth::BufferOverflowError) { Brine.dump("abcde", limits: limits) }
    assert_equal "cannot dump value: brine of more than the limit of 6 bytes", error.message
    error = assert_raises(Firth::BufferOverflowError) { Brine.load(Brine.dump("abcde"), limits: limits) }
    assert_equal "brine of 8 bytes, over the limit of 6", error.message
  end

  def test_digits
    limits = Limits.new(digits: 30)
    assert_limit(limits, -(10**30 - 1), 10**30, "an integer of 31 digits, over the limit of 30")
  end

  def test_digits_of_a_small_integer_are_not_counted_when_it_is_dumped_as_one_byte
    assert_equal 100, Brine.load(Brine.dump(100, limits: Limits.new(digits: 1)), limits: Limits.new(digits: 1))
  end

  def test_an_integer_of_a_million_digits_is_refused_by_its_size
    error = assert_raises(Firth::BufferOverflowError) { Brine.dump([1 << 3_400_000]) }
    assert_match(/\Acannot dump value\[0\]: an integer of 1023\d{3} digits or more, over the limit of 4300\z/,
                 error.message)
  end

  def test_more_digits_can_be_allowed
    limits = Limits.new(digits: 100_000)
    number = 7**100_000
    assert_equal number, Brine.load(Brine.dump(number, limits: limits), limits: limits)
  end

  def test_no_limits_are_the_defaults
    assert_equal nested(512), Brine.load(Brine.dump(nested(512), limits: nil), limits: nil)
    refute Brine.dumpable?(nested(513), limits: nil)
  end

  [1, { depth: 1 }, Firth::Limits.new].each do |limits|
    define_method("test_limits_that_are_a_#{limits.class}_are_a_type_error") do
      [-> { Brine.dump(1, limits: limits) }, -> { Brine.load("P", limits: limits) },
       -> { Brine.dumpable?(1, limits: limits) }].each do |call|
        error = assert_raises(TypeError, &call)
        assert_equal "limits must be a Firth::Brine::Limits or nil, not #{limits.class}", error.message
      end
    end
  end

  # Each tuple claims all the bytes that are left as its items.
  def test_claims_within_claims_take_no_memory
    count = 4 << 20
    bytes = "".b
    500.times { bytes << [0x15, count].pack("CN") }
    bytes << "\0" * count
    before = resident
    assert_raises(Firth::ProtocolError, Firth::BufferOverflowError) { Brine.load(bytes) }
    assert_operator resident - before, :<, 256 << 20
  end

  private

  def resident
    File.read("/proc/self/statm").split[1].to_i * 4096
  end
end
