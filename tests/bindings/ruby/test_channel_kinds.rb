# frozen_string_literal: true

require_relative "fixtures"
require_relative "kinds"

# Corks and batches over every kind of stream.
class TestChannelKinds < Minitest::Test
  include Fixtures
  include Kinds

  # Those below which an object of Ruby's lies.
  OVER_OBJECTS = %i[custom subclassed tls_over_custom].freeze
  PAYLOADS = Array.new(20) { |i| "payload #{i}" * i }

  Kinds::NAMES.each do |kind|
    define_method("test_corked_payloads_arrive_over_#{kind}") do
      here, there = public_send(kind).map { |stream| Firth::Channel.new(stream) }
      here.cork { PAYLOADS.each { |payload| here.send(payload) } }
      assert_equal PAYLOADS, PAYLOADS.map { there.recv(timeout: LONG) }
      [here, there].each(&:close)
    end

    define_method("test_batches_arrive_over_#{kind}") do
      here, there = public_send(kind)
      channel = Firth::BatchingChannel.new(here, 7, nil)
      peer = Firth::Channel.new(there)
      PAYLOADS.each { |payload| channel.send(payload) }
      channel.flush
      assert_equal PAYLOADS, PAYLOADS.map { peer.recv(timeout: LONG) }
      [channel, peer].each(&:close)
    end

    define_method("test_a_batch_leaves_by_itself_over_#{kind}") do
      here, there = public_send(kind)
      if OVER_OBJECTS.include?(kind)
        assert_raises(Firth::NotSupportedError) { Firth::BatchingChannel.new(here) }
      else
        channel = keep(Firth::BatchingChannel.new(here, 10, 0.001))
        channel.send("x")
        assert_equal "x", Firth::Channel.new(there).recv(timeout: LONG)
      end
      [here, there].each(&:close)
    end
  end
end
