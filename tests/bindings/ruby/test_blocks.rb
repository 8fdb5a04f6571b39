# frozen_string_literal: true

require_relative "fixtures"

class TestBlocks < Minitest::Test
  include Fixtures

  def test_open_gives_the_result_of_the_block
    assert_equal 42, Firth::Channel.open(stream_pair.first) { 42 }
  end

  def test_open_without_a_block_gives_the_channel
    assert_instance_of Firth::Channel, Firth::Channel.open(stream_pair.first)
  end

  def test_the_channel_is_closed_after_the_block
    channel = Firth::Channel.open(stream_pair.first) { |ch| ch }
    assert channel.closed?
  end

  def test_what_was_pending_goes_out_when_all_went_well
    near, far = stream_pair
    receiver = Thread.new { Firth::Channel.new(far).recv }
    Firth::Channel.open(near, compress: false) do |channel|
      channel.send(big_payload, timeout: 0)
    rescue Firth::TimeoutError
      nil
    end
    assert_equal big_payload, receiver.value
  end

  def test_an_error_in_the_block_comes_out_and_closes_at_once
    near, far = stream_pair
    error = assert_raises(RuntimeError) do
      Firth::Channel.open(near, compress: false) do |channel|
        assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0) }
        raise "mine"
      end
    end
    assert_equal "mine", error.message
    assert_raises(Firth::ConnectionLostError) { Firth::Channel.new(far).recv }
  end

  def test_break_out_of_the_block_finishes
    near, far = stream_pair
    Firth::Channel.open(near) do |channel|
      channel.send("before")
      break
    end
    assert near.closed?
    assert_equal "before", Firth::Channel.new(far).recv
  end

  def test_a_killed_thread_closes_without_waiting
    near, = stream_pair
    thread = blocked { Firth::Channel.open(near, &:recv) }
    thread.kill.join
    assert near.closed?
  end

  def test_a_finish_that_fails_is_told_and_closes
    near, = stream_pair
    near.timeout = 0
    assert_raises(Firth::TimeoutError) do
      Firth::Channel.open(near, compress: false) do |channel|
        assert_raises(Firth::TimeoutError) { channel.send(big_payload) }
      end
    end
    assert near.closed?
  end

  def test_connect_yields_the_stream
    Firth::Listener.listen("127.0.0.1") do |listener|
      stream = Firth::SocketStream.connect("127.0.0.1", listener.port) { |s| s }
      assert_equal [Firth::SocketStream, true], [stream.class, stream.closed?]
    end
  end

  def test_accept_yields_the_stream
    Firth::Listener.listen("127.0.0.1") do |listener|
      client = Firth::SocketStream.connect("127.0.0.1", listener.port)
      listener.accept { |stream| stream.write("x") }
      assert_equal "x", client.read(1)
    end
  end

  def test_listen_closes_after_the_block
    listener = Firth::Listener.listen("127.0.0.1") { |l| l }
    assert listener.closed?
  end

  def test_create_pair_yields_both_streams_and_closes_them
    streams = Firth::PipeStream.create_pair { |a, b| [a, b] }
    assert_equal [true, true], streams.map(&:closed?)
  end

  def test_a_thread_that_is_killed_while_it_finishes_leaves_nothing_open
    pair = nil
    finishing = blocked do
      Firth::PipeStream.create_pair do |*streams|
        pair = streams
        def (streams.first).finish = Thread.stop
      end
    end
    finishing.kill.join
    assert_equal [true, true], pair.map(&:closed?)
  end

  def test_an_error_closes_both_streams_of_a_pair
    streams = nil
    assert_raises(RuntimeError) do
      Firth::PipeStream.create_pair do |*both|
        streams = both
        raise "mine"
      end
    end
    assert_equal [true, true], streams.map(&:closed?)
  end

  class Poke < StandardError; end

  EVENTS = %i[line call return c_call c_return b_call b_return].freeze

  # Runs the block so often that Poke comes in between at each place of it, and of what it
  # calls; each time then `check`.
  def poked_everywhere(check, &block)
    (1..).each do |number|
      return unless poked_at(number, &block)

      check.call
      close_kept
    end
  end

  # Whether there are so many places in the block.
  def poked_at(number, &block)
    target = Thread.current
    count = 0
    trace = TracePoint.new(*EVENTS) { poke(target) if Thread.current == target && (count += 1) == number }
    begin
      trace.enable(&block)
    rescue Poke
      nil
    end
    count >= number
  end

  def poke(target)
    Thread.handle_interrupt(Poke => :never) { Thread.new { target.raise(Poke) }.join }
  end

  def test_an_interruption_leaves_nothing_open_wherever_it_comes
    channel = nil
    poked_everywhere(-> { assert channel.nil? || channel.closed? }) do
      channel = nil
      Firth::Channel.open(stream_pair.first) { |opened| channel = opened }
    end
  end

  def test_an_interruption_leaves_no_cork_wherever_it_comes
    channel = nil
    poked_everywhere(-> { refute channel&.corked? }) do
      channel = nil
      channel, = channel_and_socket
      channel.cork { channel.send("x") }
    end
  end
end
