# frozen_string_literal: true

require_relative "fixtures"
require_relative "brine_random"

# The same values in rpyc's own brine.
class TestBrineRpyc < Minitest::Test
  Brine = Firth::Brine

  # A line for each line: the bytes of an expression, or whether bytes have its value.
  PROGRAM = <<~'PYTHON'
    import struct, sys
    from rpyc.core import brine
    def shown(value):
        return sorted(value) if type(value) is frozenset else repr(value)
    for line in sys.stdin:
        digits, _, expression = line.partition(" ")
        value = eval(expression)
        same = not digits or shown(brine.load(bytes.fromhex(digits))) == shown(value)
        print(brine.dump(value).hex() if same else "other")
  PYTHON

  # What rpyc answers to lines.
  def rpyc(version, lines)
    folder = File.join(ENV.fetch("FIRTH_PEERS"), "rpyc-#{version}")
    command = [{ "PYTHONPATH" => folder, "PYTHONDONTWRITEBYTECODE" => "1" },
               ENV.fetch("PYTHON", "python3"), "-c", PROGRAM]
    answers = IO.popen(command, "r+") do |io|
      writer = Thread.new { lines.each { |line| io.puts(line) } && io.close_write }
      read = io.readlines(chomp: true)
      writer.join
      read
    end
    assert $?.success?, "rpyc failed"
    answers
  end

  %w[4.1.5 5.3.1 6.0.2].each do |version|
    define_method("test_random_values_are_those_of_rpyc_#{version}") do
      random = BrineRandom.new(42)
      samples = Array.new(500) { random.value }
      lines = samples.map { |value, expression| "#{Brine.dump(value).unpack1("H*")} #{expression}" }
      answers = rpyc(version, lines)
      assert_equal samples.size, answers.size
      samples.zip(answers) do |(value, expression), digits|
        assert_equal Brine.dump(value).unpack1("H*"), digits, expression
        assert_equal value.inspect, Brine.load([digits].pack("H*")).inspect, expression
      end
    end
  end

  def test_a_frozenset_of_many_comes_from_rpyc_and_goes_there
    items = (1..300).map { |number| "item #{number}" }
    expression = "frozenset('item %d' % i for i in range(1, 301))"
    digits, = rpyc("6.0.2", [" #{expression}"])
    assert_equal Set.new(items), Brine.load([digits].pack("H*"))
    dumped = Brine.dump(Set.new(items)).unpack1("H*")
    same, other = rpyc("6.0.2", ["#{dumped} #{expression}", "#{dumped} frozenset(['item 1'])"])
    assert_equal Set.new(items), Brine.load([same].pack("H*"))
    assert_equal "other", other
  end
end
