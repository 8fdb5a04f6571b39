# frozen_string_literal: true

require_relative "fixtures"

# Ruby code that runs in the middle of a dump: a Set's own to_a.
class TestBrineInterruption < Minitest::Test
  include Fixtures

  Brine = Firth::Brine

  # A Set that runs the block when it is dumped.
  def set_with(&block)
    Set[1].tap { |set| set.define_singleton_method(:to_a, &block) }
  end

  def test_what_it_raises_comes_out_and_nothing_is_left
    before = Firth.live
    error = assert_raises(RuntimeError) { Brine.dump([["x"], set_with { raise "mine" }]) }
    assert_equal ["mine", before], [error.message, Firth.live]
    assert_raises(RuntimeError) { Brine.dumpable?([set_with { raise "mine" }]) }
  end

  def test_a_throw_comes_out_and_nothing_is_left
    before = Firth.live
    assert_equal 42, catch(:done) { Brine.dump([["x"], set_with { throw :done, 42 }]) }
    assert_equal before, Firth.live
  end

  def test_thread_raise_ends_it_and_nothing_is_left
    before = Firth.live
    thread = blocked { Brine.dump([["x"], set_with { Queue.new.pop }]) }
    thread.raise("enough")
    assert_equal "enough", thread.value.message
    assert_equal before, Firth.live
  end

  def test_thread_kill_ends_it_and_nothing_is_left
    before = Firth.live
    thread = blocked { Brine.dump([["x"], set_with { Queue.new.pop }]) }
    thread.kill
    assert_nil thread.value
    assert_equal before, Firth.live
  end

  def test_it_may_dump_and_load
    inner = ["inner", Set[1], 1 << 70]
    outer = [1, set_with { [Brine.dump(Brine.load(Brine.dump(inner)))] }, "end"]
    assert_equal [1, Set[Brine.dump(inner)], "end"], Brine.load(Brine.dump(outer))
  end

  def test_it_may_give_another_fiber_its_turn
    fiber = Fiber.new { Brine.dump([1, set_with { [Fiber.yield(:waiting)] }]) }
    assert_equal :waiting, fiber.resume
    assert_equal "\x10P", Brine.dump([0])
    assert_equal Brine.dump([1, Set["x"]]), fiber.resume("x")
  end

  def test_what_is_no_array_is_a_type_error
    before = Firth.live
    assert_raises(TypeError) { Brine.dump([set_with { 1 }]) }
    assert_equal before, Firth.live
  end

  def test_an_array_that_changes_meanwhile_is_refused
    [:clear, ->(array) { array << 1 }].each do |change|
      array = [set_with { change.to_proc.call(array) && [] }, 2, 3]
      error = assert_raises(RuntimeError) { Brine.dump(array) }
      assert_equal "an Array was changed while it was being dumped", error.message
    end
  end

  def test_an_array_whose_items_change_meanwhile_is_dumped_as_it_is_then
    array = [set_with { array[1] = "new" && [] }, "old"]
    assert_equal [Set[], []], Brine.load(Brine.dump(array))
  end

  # In a process of its own, where nothing else of firth's is.
  def test_a_dump_that_is_never_ended_is_collected
    assert_equal ["", 0], run_ruby(<<~'RUBY')
      require "firth"
      def abandon
        set = Set[1]
        set.define_singleton_method(:to_a) { Fiber.yield }
        Fiber.new { Firth::Brine.dump([["x" * 1000], set]) }.resume
        Firth.live
      end
      Thread.new { abandon == [0, 0] && abort("nothing was held") }.join
      100.times do
        exit if Firth.live == [0, 0]
        GC.start
        Thread.new { Array.new(1000) { Object.new } }.join
      end
      abort "left: #{Firth.live}"
    RUBY
  end

  # The hash of an item is Ruby code, too.
  def test_what_is_raised_while_a_frozenset_is_loaded_comes_out_and_nothing_is_left
    assert_equal ["mine [0, 0]", 0], run_ruby(<<~'RUBY')
      require "firth"
      bytes = Firth::Brine.dump([["x"], Set[Firth::Brine::Slice.new(1, 2)]])
      Firth::Brine::Slice.prepend(Module.new { def hash = raise("mine") })
      begin
        Firth::Brine.load(bytes)
      rescue RuntimeError => e
        print e.message, " ", Firth.live
      end
    RUBY
  end
end
