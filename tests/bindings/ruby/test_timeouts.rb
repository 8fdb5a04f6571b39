# frozen_string_literal: true

require_relative "fixtures"

class TestTimeouts < Minitest::Test
  include Fixtures

  def test_a_receive_goes_on_after_a_time_out_at_every_byte
    channel, far = channel_and_socket
    frame("hello").each_char do |byte|
      assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0) }
      far.write(byte)
    end
    assert_equal "hello", channel.recv
  end

  def test_a_large_receive_goes_on_after_a_time_out
    channel, far = channel_and_socket
    whole = frame(big_payload(3_000_000))
    writer = Thread.new { whole.each_char.each_slice(1_000_003) { |part| far.write(part.join) } }
    payload = begin
      channel.recv(timeout: 0)
    rescue Firth::TimeoutError
      retry
    end
    assert_equal big_payload(3_000_000), payload
    writer.join
  end

  def test_a_read_goes_on_after_a_time_out
    stream, far = stream_and_socket
    far.write("ab")
    assert_raises(Firth::TimeoutError) { stream.read(4, timeout: 0.001) }
    far.write("cd")
    assert_equal "abcd", stream.read(4)
  end

  def test_flush_finishes_what_a_time_out_left
    channel, peer = channel_with_pending
    receiver = Thread.new { peer.recv }
    channel.flush
    assert_equal [0, big_payload], [channel.pending, receiver.value]
  end

  def test_the_next_send_finishes_what_a_time_out_left
    channel, peer = channel_with_pending
    receiver = Thread.new { [peer.recv, peer.recv] }
    channel.send("next")
    assert_equal [big_payload, "next"], receiver.value
  end

  def test_a_payload_that_was_busy_can_be_sent_again
    channel, peer = channel_with_pending
    assert_raises(Firth::BusyError) { channel.send("again", timeout: 0) }
    receiver = Thread.new { [peer.recv, peer.recv, peer.poll] }
    channel.send("again")
    assert_equal [big_payload, "again", false], receiver.value
  end

  def test_flush_can_time_out
    channel, = channel_with_pending
    assert_raises(Firth::TimeoutError) { channel.flush(timeout: 0) }
  end

  def test_finish_can_time_out_and_closes
    channel, = channel_with_pending
    assert_raises(Firth::TimeoutError) { channel.finish(timeout: 0.001) }
    assert channel.closed?
  end

  def test_a_time_can_be_given_by_position_or_by_keyword
    channel, = channel_pair
    assert_raises(Firth::TimeoutError) { channel.recv(0) }
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0) }
  end

  def test_nil_is_for_ever
    a, b = channel_pair
    receiver = blocked { a.recv(timeout: nil) }
    b.send("x")
    assert_equal "x", receiver.value
  end

  def test_nil_overrides_the_streams_own_time_out
    a, b = channel_pair
    a.stream.timeout = 0
    receiver = blocked { a.recv(timeout: nil) }
    b.send("x")
    assert_equal "x", receiver.value
  end

  def test_infinity_and_negative_times_are_for_ever
    [Float::INFINITY, -1].each do |time|
      a, b = channel_pair
      receiver = blocked { a.recv(timeout: time) }
      b.send("x")
      assert_equal "x", receiver.value
    end
  end

  def test_a_rational_is_a_time
    assert_raises(Firth::TimeoutError) { channel_pair.first.recv(timeout: 1/1000r) }
  end

  def test_a_time_out_keeps_its_time
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    assert_raises(Firth::TimeoutError) { channel_pair.first.recv(timeout: 0.05) }
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - start, :>=, 0.05
  end

  def test_the_time_goes_on_while_signal_handlers_run
    channel, = channel_pair
    before = trap("USR1") { nil }
    waiter = blocked { channel.recv(timeout: 0.2) }
    Process.kill(:USR1, Process.pid) until waiter.join(0.005)
    assert_instance_of Firth::TimeoutError, waiter.value
  ensure
    trap("USR1", before)
  end
end
