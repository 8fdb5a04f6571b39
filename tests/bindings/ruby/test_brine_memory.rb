# frozen_string_literal: true

require_relative "fixtures"
require_relative "brine_random"

# Memory and stacks: what a value may take of either.
class TestBrineMemory < Minitest::Test
  include Fixtures

  Brine = Firth::Brine
  DEEP = Brine::Limits.new(depth: 4096)

  # The bytes of that many containers around a value, each with the same head.
  def deep(head, depth = 4096)
    [head].pack("H*") * depth << "P"
  end

  def test_nothing_is_left_of_any_dump_or_load
    before = Firth.live
    Brine.load(Brine.dump([1, "x" * 1000, Set[[1]], Brine::Slice.new(1, 2), 1 << 100]))
    Brine.dumpable?([1])
    Brine.dumpable?([:x])
    assert_raises(TypeError) { Brine.dump([["x"], :x]) }
    assert_raises(EncodingError) { Brine.dump([["x"], "\xff"]) }
    assert_raises(Firth::BufferOverflowError) { Brine.dump([1 << 100_000]) }
    assert_raises(Firth::ProtocolError) { Brine.load("\x11\x10\x10") }
    assert_raises(TypeError) { Brine.dump(1, limits: 1) }
    assert_raises(TypeError) { Brine.load("P", limits: 1) }
    assert_equal before, Firth.live
  end

  { tuples: "10", slices: "19120000" }.each do |name, head|
    { thread: ->(&work) { Thread.new(&work).value }, fiber: ->(&work) { Fiber.new(&work).resume } }.each do |place, run|
      define_method("test_#{name}_as_deep_as_can_be_pass_through_the_stack_of_a_#{place}") do
        bytes = deep(head)
        back = run.call { Brine.dump(Brine.load(bytes, limits: DEEP), limits: DEEP) }
        assert_equal bytes, back
      end
    end
  end

  def test_frozensets_as_deep_as_the_default_limit_are_loaded
    bytes = deep("1a10", 512)
    assert_equal bytes, Thread.new { Brine.dump(Brine.load(bytes)) }.value
  end

  # Ruby's own Set goes down on the stack to hash what is in it.
  def test_frozensets_deeper_than_a_stack_are_refused
    before = Firth.live
    error = Fiber.new do
      Brine.load(deep("1a10"), limits: DEEP)
    rescue Firth::BufferOverflowError => e
      e
    end.resume
    assert_equal "brine: a frozenset deeper than this stack allows to hash", error.message
    assert_equal before, Firth.live
  end

  # Each of the Sets hashes them all again.
  def test_many_values_in_many_frozensets_are_refused
    bytes = "\x1a\x10".b * 500 << [0x15, 100_000].pack("CN") << "P" * 100_000
    error = assert_raises(Firth::BufferOverflowError) { Brine.load(bytes) }
    assert_equal "brine: more within frozensets within each other than can be hashed", error.message
  end

  def test_many_bytes_in_many_frozensets_are_refused
    bytes = "\x1a\x10".b * 500 << [0x0f, 4 << 20].pack("CN") << "x" * (4 << 20)
    error = assert_raises(Firth::BufferOverflowError) { Brine.load(bytes) }
    assert_equal "brine: more within frozensets within each other than can be hashed", error.message
  end

  def test_values_survive_a_collection_at_every_allocation
    random = BrineRandom.new(7)
    samples = Array.new(8) { random.value(3).first } << Set["a", ["b"]] << (1..9).map(&:to_s)
    loaded = stress { samples.map { |value| Brine.load(Brine.dump(value)) } }
    assert_equal samples.inspect, loaded.inspect
  end

  def test_refusals_survive_a_collection_at_every_allocation
    errors = stress do
      [-> { Brine.dump([1, ["x"], Set[[:x]]]) }, -> { Brine.load("\x13\x0ax\x10\x0ay\x1a\x10\x0az\x07") }].map do |call|
        call.call
      rescue TypeError, Firth::ProtocolError => e
        e
      end
    end
    assert_equal ["cannot dump value[2].to_a[0][0]: Symbol is no type of brine",
                  "brine: byte 0x07 at offset 10, expected a tag"], errors.map(&:message)
  end

  # In a process of its own: objects move.
  def test_values_survive_compaction
    assert_equal ["", 0], run_ruby(<<~'RUBY')
      require "firth"
      value = [(1..40).map(&:to_s), Set["a", ["b"]], Firth::Brine::Slice.new("c", [], nil), "d" * 100]
      GC.auto_compact = true
      GC.stress = true
      loaded = Firth::Brine.load(Firth::Brine.dump(value))
      GC.stress = false
      exit loaded.inspect == value.inspect && loaded == value
    RUBY
  end

  def test_finalizers_that_dump_and_load_run_in_between
    done = 0
    finalizer = proc { done += 1 if Brine.load(Brine.dump([1, "x"])) == [1, "x"] }
    5.times { ObjectSpace.define_finalizer(Object.new, finalizer) }
    value = (1..5).map { |number| [number.to_s, Set[number]] }
    loaded = stress { Brine.load(Brine.dump(value)) }
    assert_equal value, loaded
    GC.start
    assert_operator done, :>, 0
  end

  def test_a_great_value_passes
    value = [(0...100_000).to_a, "x" * (4 << 20), ("y" * 300_000).b, (1..1000).to_set]
    assert_equal value, Brine.load(Brine.dump(value))
  end

  def test_threads_dump_and_load_side_by_side
    value = (1..1000).map { |number| [number, number.to_s] }
    threads = Array.new(4) { Thread.new { 20.times.all? { Brine.load(Brine.dump(value)) == value } } }
    assert_equal [true] * 4, threads.map(&:value)
  end

  private

  def stress
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end
end
