# frozen_string_literal: true

require_relative "fixtures"

class TestLimits < Minitest::Test
  def test_they_are_safe_by_default
    assert_equal({ frame: 256 << 20, inflated: 256 << 20, queue: 1 << 20 }, Firth::Limits.new.to_h)
  end

  def test_each_can_be_chosen
    limits = Firth::Limits.new(frame: 1, inflated: 2, queue: 3)
    assert_equal [1, 2, 3], [limits.frame, limits.inflated, limits.queue]
  end

  def test_they_never_change
    limits = Firth::Limits.new
    assert limits.frozen?
    assert_raises(NoMethodError) { limits.frame = 1 }
    assert_raises(FrozenError) { limits.instance_variable_set(:@frame, 1) }
  end

  def test_those_with_the_same_sizes_are_equal
    assert_equal Firth::Limits.new(frame: 1), Firth::Limits.new(frame: 1)
    assert_equal 1, [Firth::Limits.new, Firth::Limits.new].uniq.size
  end

  def test_others_are_not_equal
    [Firth::Limits.new(queue: 1), nil, { frame: 256 << 20, inflated: 256 << 20, queue: 1 << 20 }].each do |other|
      refute_equal Firth::Limits.new, other
    end
  end

  def test_inspect_tells_them
    assert_equal "#<Firth::Limits frame=1 inflated=2 queue=3>",
                 Firth::Limits.new(frame: 1, inflated: 2, queue: 3).inspect
  end

  %i[frame inflated queue].each do |name|
    [nil, "1", 1.5, :x, [1]].each do |value|
      define_method("test_#{name}_that_is_a_#{value.class}_is_a_type_error") do
        error = assert_raises(TypeError) { Firth::Limits.new(name => value) }
        assert_equal "limits.#{name} must be an Integer, not #{value.class}", error.message
      end
    end

    [-1, 1 << 64].each do |value|
      define_method("test_#{name}_of_#{value}_is_an_argument_error") do
        error = assert_raises(ArgumentError) { Firth::Limits.new(name => value) }
        assert_match(/\Alimits\.#{name} is #{value}, expected 0 to \d+\z/, error.message)
      end
    end
  end

  def test_a_frame_is_as_long_as_its_header_can_say_at_most
    assert_equal 0xffff_ffff, Firth::Limits.new(frame: 0xffff_ffff).frame
    assert_raises(ArgumentError) { Firth::Limits.new(frame: 1 << 32) }
  end

  def test_another_name_is_an_argument_error
    error = assert_raises(ArgumentError) { Firth::Limits.new(fram: 1) }
    assert_match(/fram/, error.message)
    assert_raises(ArgumentError) { Firth::Limits.new(1) }
  end
end
