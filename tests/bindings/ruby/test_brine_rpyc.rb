# frozen_string_literal: true

require_relative "fixtures"
require_relative "peers"
require_relative "brine_random"

# The same values in rpyc's own brine.
class TestBrineRpyc < Minitest::Test
  Brine = Firth::Brine

  # What tests/support/peers/brine.py answers to payloads of `HEX EXPRESSION`.
  def rpyc(version, questions)
    command = [Peers::PYTHON, File.join(Peers::SUPPORT, "peers/brine.py"), "evaluate"]
    child = Firth::PipeStream.spawn(command, env: Peers.environment("rpyc-#{version}"))
    Firth::Channel.open(child) do |channel|
      questions.map do |question|
        channel.send(question)
        channel.recv
      end
    end
  end

  %w[4.1.5 5.3.1 6.0.2].each do |version|
    define_method("test_random_values_are_those_of_rpyc_#{version}") do
      random = BrineRandom.new(42)
      samples = Array.new(500) { random.value }
      questions = samples.map { |value, expression| "#{Brine.dump(value).unpack1("H*")} #{expression}" }
      samples.zip(rpyc(version, questions)) do |(value, expression), brine|
        assert_equal Brine.dump(value), brine, expression
        assert_equal value.inspect, Brine.load(brine).inspect, expression
      end
    end
  end

  def test_a_frozenset_of_many_comes_from_rpyc_and_goes_there
    items = (1..300).map { |number| "item #{number}" }
    expression = "frozenset('item %d' % i for i in range(1, 301))"
    brine, = rpyc("6.0.2", [" #{expression}"])
    assert_equal Set.new(items), Brine.load(brine)
    dumped = Brine.dump(Set.new(items)).unpack1("H*")
    same, other = rpyc("6.0.2", ["#{dumped} #{expression}", "#{dumped} frozenset(['item 1'])"])
    assert_equal Set.new(items), Brine.load(same)
    assert_equal "other", other
  end
end
