# frozen_string_literal: true

require_relative "custom_objects"
require_relative "fixtures"
require_relative "peers"

# Payloads that are collected for one write.
class TestCork < Minitest::Test
  include Fixtures
  include Peers

  class Oops < StandardError; end

  # How many system calls for writing the block makes.
  def writes(channel)
    before = channel.stream.counters.write_calls
    yield
    channel.stream.counters.write_calls - before
  end

  # What the far socket finds, without waiting; "" if nothing.
  def there(far)
    far.read_nonblock(1 << 20)
  rescue IO::WaitReadable
    ""
  end

  def test_nothing_leaves_while_there_is_a_cork
    channel, far = channel_and_socket
    channel.cork
    count = writes(channel) { 3.times { channel.send("x") } }
    assert_equal [0, "", 21], [count, there(far), channel.pending]
  end

  def test_uncork_sends_everything_in_one_write
    channel, far = channel_and_socket
    channel.cork
    100.times { |i| channel.send("payload #{i}") }
    assert_equal 1, writes(channel) { channel.uncork }
    assert_equal [Array.new(100) { |i| frame("payload #{i}") }.join, 0], [there(far), channel.pending]
  end

  def test_the_last_of_several_corks_sends
    channel, far = channel_and_socket
    2.times { channel.cork }
    channel.send("x")
    channel.uncork
    before = [there(far), channel.corked?]
    channel.uncork(timeout: 1)
    assert_equal ["", true, frame("x"), false], [*before, there(far), channel.corked?]
  end

  def test_uncork_without_a_cork_is_an_argument_error
    channel, = channel_and_socket
    error = assert_raises(ArgumentError) { channel.uncork }
    assert_match(/not corked/, error.message)
  end

  def test_flush_sends_and_leaves_the_cork
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    channel.flush
    channel.send("y")
    assert_equal [frame("x"), true], [there(far), channel.corked?]
  end

  def test_finish_sends
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    channel.finish
    assert_equal frame("x"), far.read
  end

  def test_close_gives_one_try
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    channel.close
    assert_equal frame("x"), far.read
  end

  def test_close_tells_what_is_lost
    channel, = channel_with_pending
    channel.cork
    error = assert_raises(Firth::UnsentError) { channel.close }
    assert_operator error.count, :>, 0
  end

  def test_a_receive_sends_first
    a, b = channel_pair
    answering = Thread.new { b.send("answer to #{b.recv}") }
    a.cork
    a.send("question")
    assert_equal "answer to question", a.recv
    answering.join
  end

  def test_a_poll_sends_first
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    assert_equal [false, frame("x"), true], [channel.poll, there(far), channel.corked?]
  end

  def test_a_receive_that_times_out_has_sent
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0) }
    assert_equal frame("x"), there(far)
  end

  # ---- The bound

  def test_the_queue_leaves_before_it_grows_over_its_limit
    channel, far = channel_and_socket(limits: Firth::Limits.new(queue: 100))
    channel.cork
    channel.send("a" * 60)
    channel.send("b" * 60)
    assert_equal [frame("a" * 60), 66], [there(far), channel.pending]
  end

  def test_a_payload_larger_than_the_queue_goes_out_behind_it
    channel, far = channel_and_socket(limits: Firth::Limits.new(queue: 100))
    channel.cork
    channel.send("a")
    channel.send("b" * 200)
    assert_equal [frame("a") + frame("b" * 200), 0], [there(far), channel.pending]
  end

  def corked_until_busy(channel)
    sent = []
    channel.cork
    loop do
      channel.send((payload = sent.size.to_s.ljust(1000)), timeout: 0)
      sent << payload
    end
  rescue Firth::BusyError
    sent
  end

  def test_a_peer_that_does_not_take_it_blocks_the_sender_within_its_time
    channel, peer = channel_pair(compress: false, limits: Firth::Limits.new(queue: 10_000))
    sent = corked_until_busy(channel)
    assert_operator channel.pending, :<=, 10_000
    receiver = Thread.new { Array.new(sent.size + 1) { peer.recv } }
    channel.send("and now")
    channel.uncork
    assert_equal sent + ["and now"], receiver.value
  end

  def test_a_blocked_sender_can_be_stopped
    channel, = channel_pair(compress: false, limits: Firth::Limits.new(queue: 10_000))
    corked_until_busy(channel)
    thread = blocked { channel.send("x" * 1000) }
    thread.raise(Oops)
    assert_instance_of Oops, thread.value
    assert_operator channel.pending, :<=, 10_000
  end

  def test_two_peers_with_full_queues_do_not_wait_for_each_other
    channels = channel_pair(compress: false, limits: Firth::Limits.new(queue: 10_000))
    sent = channels.map { |channel| corked_until_busy(channel) }
    received = channels.zip(sent.reverse).map do |channel, expected|
      Thread.new { expected.map { channel.recv }.tap { channel.uncork } }
    end
    assert_equal sent.reverse, received.map(&:value)
  end

  # ---- The block form

  def test_a_block_is_one_write_and_gives_its_result
    channel, far = channel_and_socket
    result = nil
    count = writes(channel) do
      result = channel.cork do
        3.times { channel.send("x") }
        channel.corked?
      end
    end
    assert_equal [1, true, false, frame("x") * 3], [count, result, channel.corked?, there(far)]
  end

  def test_blocks_nest
    channel, far = channel_and_socket
    channel.cork do
      channel.cork { channel.send("x") }
      assert_equal "", there(far)
    end
    assert_equal frame("x"), there(far)
  end

  def test_a_block_that_raises_uncorks
    channel, far = channel_and_socket
    error = Oops.new
    raised = assert_raises(Oops) do
      channel.cork do
        channel.send("x")
        raise error
      end
    end
    assert_same error, raised
    assert_equal [false, frame("x")], [channel.corked?, there(far)]
  end

  def test_a_block_that_is_left_uncorks
    channel, far = channel_and_socket
    left = [1].each { |number| channel.cork { channel.send("x") && break } || number }
    assert_equal [1], left
    catch(:out) { channel.cork { channel.send("y") || throw(:out) } }
    assert_equal [false, frame("x") + frame("y")], [channel.corked?, there(far)]
  end

  def test_a_block_that_is_killed_uncorks_without_waiting
    channel, = channel_pair(compress: false)
    thread = blocked do
      channel.cork do
        channel.send(big_payload, timeout: 0)
      rescue Firth::TimeoutError
        sleep
      end
    end
    thread.kill.join
    assert_equal [false, true], [channel.corked?, channel.pending.positive?]
  end

  def test_an_error_is_not_hidden_by_what_uncork_raises
    channel, far = channel_and_socket
    assert_raises(Oops) do
      channel.cork do
        channel.send("x")
        far.close
        raise Oops
      end
    end
    refute channel.corked?
  end

  def test_what_uncork_raises_comes_out_of_a_block_that_went_well
    channel, = channel_and_socket
    assert_raises(Firth::ClosedError) { channel.cork { channel.close } }
    refute channel.corked?
  end

  def test_uncork_can_time_out_and_has_taken_the_cork_away
    channel, peer = channel_pair(compress: false)
    channel.cork
    begin
      channel.send(big_payload, timeout: 0)
    rescue Firth::TimeoutError
      nil
    end
    assert_raises(Firth::TimeoutError) { channel.uncork(timeout: 0) }
    refute channel.corked?
    receiver = Thread.new { peer.recv }
    channel.flush
    assert_equal big_payload, receiver.value
  end

  def test_a_lost_peer_comes_out_of_uncork
    channel, far = channel_and_socket
    channel.cork
    channel.send("x")
    far.close
    assert_raises(Firth::ConnectionLostError) { channel.uncork }
    assert_equal [false, true], [channel.corked?, channel.closed?]
  end

  # ---- Everywhere

  def test_an_object_gets_one_write
    near, = socket_pair
    object = Plain.new(near)
    channel = Firth::Channel.new(object)
    channel.cork { 10.times { channel.send("x") } }
    assert_equal [frame("x") * 10], object.calls_of(:write).map(&:last)
  end

  def test_what_an_object_raises_comes_out_of_uncork_and_loses_nothing
    written = +""
    raises = [Oops.new]
    object = Scripted.new(write: lambda do |data|
      raise raises.pop unless raises.empty?

      written << data
      nil
    end)
    channel = Firth::Channel.new(object)
    channel.cork
    channel.send("x")
    assert_raises(Oops) { channel.uncork }
    channel.flush
    assert_equal [frame("x"), false], [written, channel.corked?]
  end

  def test_rpyc_reads_what_was_corked
    with_echo("6.0.2", "tcp") do |stream|
      channel = Firth::Channel.new(stream)
      count = writes(channel) { channel.cork { 20.times { |i| channel.send("number #{i}") } } }
      assert_equal [1, Array.new(20) { |i| "number #{i}" }], [count, Array.new(20) { channel.recv }]
      channel.close
    end
  end

  def test_senders_share_a_cork
    channel, peer = channel_pair
    channel.cork
    Array.new(4) { |i| Thread.new { 10.times { |j| channel.send("#{i} #{j}") } } }.each(&:join)
    channel.uncork
    received = Array.new(40) { peer.recv }
    assert_equal Array.new(4) { |i| Array.new(10) { |j| "#{i} #{j}" } },
                 received.group_by { |payload| payload[0] }.sort.map(&:last)
  end
end
