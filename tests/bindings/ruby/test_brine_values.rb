# frozen_string_literal: true

require_relative "fixtures"

# The values of Python that Ruby has none for.
class TestBrineValues < Minitest::Test
  Slice = Firth::Brine::Slice
  SINGLETONS = [Firth::Brine::NOT_IMPLEMENTED, Firth::Brine::ELLIPSIS].freeze

  def test_a_slice_has_three_parts
    slice = Slice.new(1, [2], "x")
    assert_equal [1, [2], "x"], [slice.start, slice.stop, slice.step]
    assert_equal [1, [2], "x"], slice.to_a
  end

  def test_the_step_may_be_left_out
    assert_nil Slice.new(1, 2).step
  end

  def test_a_slice_never_changes
    slice = Slice.new(1, 2)
    assert slice.frozen?
    assert_raises(FrozenError) { slice.instance_variable_set(:@start, 2) }
  end

  def test_slices_with_equal_parts_are_equal
    assert_equal Slice.new(1, nil), Slice.new(1, nil, nil)
    assert_equal Slice.new(1, 2), Slice.new(1.0, 2)
    refute Slice.new(1, 2).eql?(Slice.new(1.0, 2))
    assert_equal 1, [Slice.new(1, 2), Slice.new(1, 2)].uniq.size
  end

  def test_others_are_not_equal
    [Slice.new(1, 3), [1, 2, nil], nil].each { |other| refute_equal Slice.new(1, 2), other }
  end

  def test_a_slice_matches_a_pattern
    Slice.new(1, 2, 3) => [start, *]
    assert_equal 1, start
  end

  def test_inspect_tells_the_parts
    assert_equal 'Firth::Brine::Slice(1, nil, "x")', Slice.new(1, nil, "x").inspect
  end

  def test_there_is_one_of_each_singleton
    SINGLETONS.each do |value|
      assert_equal [true] * 3, [value.dup, value.clone, value].map { |each| each.equal?(value) }
    end
  end

  def test_singletons_tell_their_names
    assert_equal %w[Firth::Brine::NOT_IMPLEMENTED Firth::Brine::ELLIPSIS], SINGLETONS.map(&:inspect)
  end

  def test_singletons_are_frozen
    assert SINGLETONS.all?(&:frozen?)
  end
end
