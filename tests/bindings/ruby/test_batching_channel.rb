# frozen_string_literal: true

require_relative "custom_objects"
require_relative "fixtures"
require_relative "peers"

# Payloads that leave together: when there are enough of them, or when the time has come.
class TestBatchingChannel < Minitest::Test
  include Fixtures
  include Peers

  # Longer than any test takes.
  NEVER = 3600

  # A batching channel, and the far socket as Ruby's own object.
  def batching_and_socket(size = 10, timeout = NEVER, **options)
    stream, far = stream_and_socket
    [Firth::BatchingChannel.new(stream, size, timeout, **options), far]
  end

  # A batching channel, and a plain one at the other end.
  def batching_and_channel(size = 10, timeout = NEVER, **options)
    near, far = stream_pair
    [Firth::BatchingChannel.new(near, size, timeout, **options), Firth::Channel.new(far)]
  end

  # What the far socket finds, without waiting; "" if nothing.
  def there(far)
    far.read_nonblock(1 << 20)
  rescue IO::WaitReadable
    ""
  end

  def writes(channel)
    channel.stream.counters.write_calls
  end

  # ---- When a batch leaves

  def test_it_leaves_in_one_write_when_it_has_its_size
    channel, far = batching_and_socket(3)
    2.times { channel.send("x") }
    before = there(far)
    channel.send("x")
    assert_equal ["", frame("x") * 3, 1, 0], [before, there(far), writes(channel), channel.pending]
  end

  def test_the_size_is_10_unless_said_otherwise
    stream, far = stream_and_socket
    channel = Firth::BatchingChannel.new(stream, batch_timeout: nil)
    20.times { channel.send("x") }
    assert_equal [frame("x") * 20, 2], [there(far), writes(channel)]
  end

  def test_it_leaves_by_itself_when_its_time_has_come
    channel, far = batching_and_socket(10, 0.001)
    channel.send("x")
    assert_equal frame("x"), far.readpartial(100)
    Thread.pass until channel.pending.zero?
  end

  def test_the_time_begins_with_the_first_payload_of_each_batch
    channel, far = batching_and_socket(10, 0.05)
    2.times do
      begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      channel.send("x")
      assert_equal frame("x"), far.readpartial(100)
      assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun, :>=, 0.05
    end
  end

  def test_it_leaves_when_it_has_as_many_bytes_as_the_queue_takes
    channel, far = batching_and_socket(10, NEVER, limits: Firth::Limits.new(queue: 100))
    channel.send("a" * 60)
    before = there(far)
    channel.send("b" * 60)
    assert_equal ["", frame("a" * 60) + frame("b" * 60), 1], [before, there(far), writes(channel)]
  end

  [nil, 0, -1].each do |time|
    define_method("test_with_a_time_of_#{time.inspect}_it_waits_to_be_full") do
      channel, far = batching_and_socket(2, time)
      channel.send("x")
      assert_equal ["", 7], [there(far), channel.pending]
      channel.send("y")
      assert_equal frame("x") + frame("y"), there(far)
    end
  end

  LEAVING = { flush: lambda(&:flush), finish: lambda(&:finish), close: lambda(&:close),
              poll: lambda(&:poll),
              recv: lambda do |channel|
                channel.recv(timeout: 0)
              rescue Firth::TimeoutError
                nil
              end,
              uncork: ->(channel) { channel.cork && nil || channel.uncork } }.freeze

  LEAVING.each do |name, leave|
    define_method("test_it_leaves_with_#{name}") do
      channel, far = batching_and_socket
      channel.send("x")
      leave.call(channel)
      assert_equal frame("x"), there(far)
    end
  end

  def test_a_question_leaves_before_its_answer_is_waited_for
    channel, peer = batching_and_channel
    answering = Thread.new { peer.send("answer to #{peer.recv}") }
    channel.send("question")
    assert_equal "answer to question", channel.recv
    answering.join
  end

  def test_a_cork_holds_a_batch_and_its_time
    channel, far = batching_and_socket(2, 0.001)
    other, other_far = batching_and_socket(2, 0.001)
    channel.cork
    3.times { channel.send("x") }
    other.send("later")
    other_far.readpartial(100)
    assert_equal "", there(far)
    channel.uncork
    assert_equal frame("x") * 3, there(far)
  end

  def test_a_batch_size_of_one_sends_at_once
    channel, far = batching_and_socket(1)
    channel.send("x")
    assert_equal frame("x"), there(far)
  end

  # ---- Nothing is lost, nothing comes twice

  def test_many_payloads_arrive_in_order_whatever_the_time_does
    channel, peer = batching_and_channel(7, 0.0001)
    payloads = Array.new(2000) { |i| i.to_s * (i % 40) }
    sender = Thread.new { payloads.each { |payload| channel.send(payload) } }
    assert_equal payloads, Array.new(2000) { peer.recv }
    sender.join
  end

  # Sends until the peer's buffers and the queue are full; what was taken.
  def sent_until_busy(channel)
    sent = []
    loop { send_once(channel, (sent << sent.size.to_s.ljust(1000)).last) }
  rescue Firth::BusyError
    sent[0..-2]
  end

  # What is taken and has not left is not sent again.
  def send_once(channel, payload)
    channel.send(payload, timeout: 0)
  rescue Firth::TimeoutError => e
    raise if e.is_a?(Firth::BusyError)
  end

  def test_a_stalled_peer_gets_everything_once_in_the_end
    channel, peer = batching_and_channel(10, 0.001, compress: false)
    sent = sent_until_busy(channel)
    assert_equal sent, Array.new(sent.size) { peer.recv(timeout: LONG) }
  end

  def test_a_stalled_peer_delays_no_other_channel
    stalled, = batching_and_channel(10, 0.001, compress: false)
    sent_until_busy(stalled)
    channel, far = batching_and_socket(10, 0.001)
    10.times do
      channel.send("x")
      assert_equal frame("x"), far.readpartial(100)
    end
  end

  def test_two_peers_with_full_queues_do_not_wait_for_each_other
    channels = stream_pair.map { |stream| Firth::BatchingChannel.new(stream, 10, 0.001, compress: false) }
    sent = channels.map { |channel| sent_until_busy(channel) }
    receivers = channels.zip(sent.reverse).map { |channel, expected| Thread.new { expected.map { channel.recv } } }
    assert_equal sent.reverse, receivers.map(&:value)
  end

  def test_it_is_compressed_and_batched
    near, far = stream_and_socket
    channel = Firth::CompressedChannel.new(near, 9, batch_size: 2, batch_timeout: nil)
    2.times { channel.send("x" * 4000) }
    assert_equal [frame(Zlib.deflate("x" * 4000, 9), flag: 1) * 2, 1], [there(far), writes(channel)]
  end

  def test_the_threads_of_the_program_share_it
    channel, peer = batching_and_channel(5, 0.001)
    senders = Array.new(4) { |i| Thread.new { 50.times { |j| channel.send("#{i} #{j}") } } }
    received = Array.new(200) { peer.recv }
    assert_equal Array.new(4) { |i| Array.new(50) { |j| "#{i} #{j}" } },
                 received.group_by { |payload| payload[0] }.sort.map(&:last)
    senders.each(&:join)
  end

  # ---- What goes wrong in the background

  # A channel whose peer was lost by the thread that keeps the time.
  def lost_in_the_background(**options)
    channel, far = batching_and_socket(10, 0.001, **options)
    far.close
    channel.send("x")
    Thread.pass until channel.closed?
    channel
  end

  TELLING = { send: ->(channel) { channel.send("y") }, recv: lambda(&:recv), poll: lambda(&:poll),
              flush: lambda(&:flush), finish: lambda(&:finish), close: lambda(&:close) }.freeze

  TELLING.each do |name, call|
    define_method("test_#{name}_tells_what_went_wrong_in_the_background") do
      channel = lost_in_the_background
      refute assert_raises(Firth::ConnectionLostError) { call.call(channel) }.clean?
    end
  end

  def test_uncork_tells_what_went_wrong_in_the_background
    channel = lost_in_the_background
    channel.cork
    assert_raises(Firth::ConnectionLostError) { channel.uncork }
  end

  def test_it_is_told_once_then_the_stream_says_how_it_is
    channel = lost_in_the_background
    assert_raises(Firth::ConnectionLostError) { channel.close }
    assert_nil channel.close
    assert_raises(Firth::ConnectionLostError) { channel.send("y") }
  end

  # Counts how often it was closed.
  class Tunnel
    attr_reader :closes

    def close
      @closes = @closes.to_i + 1
    end
  end

  def test_a_tunnel_that_was_lost_in_the_background_is_closed_by_the_next_call
    near, far = socket_pair
    stream = Firth::TunneledSocketStream.new(near, tun: tunnel = Tunnel.new)
    channel = Firth::BatchingChannel.new(stream, 10, 0.001)
    far.close
    channel.send("x")
    Thread.pass until channel.closed?
    assert_raises(Firth::ConnectionLostError) { channel.recv }
    stream.close
    assert_equal [1, true], [tunnel.closes, near.closed?]
  end

  def test_nobody_asks_for_a_tunnel_that_is_gone
    far = Thread.new do
      near, far = UNIXSocket.pair
      channel = Firth::BatchingChannel.new(Firth::TunneledSocketStream.new(near, tun: Tunnel.new), 10, 0.001)
      far.close
      channel.send("x")
    end
    far.join
    20.times { GC.start }
    assert_equal [false, false], channel_pair.map(&:closed?)
  end

  # ---- Where it can be

  def test_a_time_over_an_object_is_refused_and_none_is_not
    near, far = socket_pair
    object = Plain.new(near)
    error = assert_raises(Firth::NotSupportedError) { Firth::BatchingChannel.new(object) }
    assert_match(/batch_timeout/, error.message)
    channel = Firth::BatchingChannel.new(object, 2, 0)
    2.times { channel.send("x") }
    assert_equal [[frame("x") * 2], frame("x") * 2], [object.calls_of(:write).map(&:last), there(far)]
  end

  def test_a_time_over_what_lies_over_an_object_is_refused
    [->(object) { Firth::BufferedStream.new(object) }, ->(object) { Firth::Stream.new(object) },
     ->(object) { Firth::TunneledSocketStream.new(object) },
     ->(object) { Firth::TLSStream.client(object, **client_options) }].each do |over|
      stream = over.call(Monitored.new(stream_pair.first))
      assert_raises(Firth::NotSupportedError) { Firth::BatchingChannel.new(stream) }
      assert_instance_of Firth::BatchingChannel, Firth::BatchingChannel.new(stream, 10, nil)
    end
  end

  def test_it_lies_over_buffered_streams_and_tls
    near, far = tls_over(*stream_pair)
    channel = Firth::BatchingChannel.new(Firth::BufferedStream.new(near), 10, 0.001)
    channel.send("x")
    assert_equal "x", Firth::Channel.new(far).recv(timeout: LONG)
  end

  def test_rpyc_answers_batches
    with_echo("6.0.2", "tcp") do |stream|
      Firth::BatchingChannel.open(stream, 20, nil) do |channel|
        20.times { |i| channel.send("number #{i}") }
        assert_equal [1, Array.new(20) { |i| "number #{i}" }], [writes(channel), Array.new(20) { channel.recv }]
      end
    end
  end

  # ---- Its life

  def test_a_child_of_fork_sends_nothing_and_the_parent_everything_once
    channel, peer = batching_and_channel
    channel.send("once")
    status = in_child do
      [-> { channel.send("twice") }, -> { channel.recv }, -> { channel.flush }, -> { channel.poll }].all? do |call|
        call.call
        false
      rescue Firth::ForkedError
        true
      end && channel.close.nil?
    end
    channel.finish
    assert_equal [0, "once"], [status, peer.recv]
    assert assert_raises(Firth::ConnectionLostError) { peer.recv }.clean?
  end

  def test_a_child_of_fork_makes_batches_of_its_own
    warm, far = batching_and_socket(10, 0.001)
    warm.send("x")
    far.readpartial(100)
    near, far = socket_pair
    status = in_child do
      Firth::BatchingChannel.new(Firth::SocketStream.new(near), 10, 0.001).send("from the child")
      true if far.readpartial(100)
    end
    assert_equal 0, status
  end

  def test_a_forgotten_one_is_collected_with_its_batch
    assert_equal ["[0, 0]", 0], run_ruby(<<~'RUBY')
      require "firth"
      Thread.new do
        near, far = UNIXSocket.pair
        [1e-4, 3600, nil].each do |time|
          Firth::BatchingChannel.new(Firth::SocketStream.new(near.dup), 10, time).send("x" * 9000)
        end
      end.join
      limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 20
      while Firth.live != [0, 0] && Process.clock_gettime(Process::CLOCK_MONOTONIC) < limit
        GC.start
        Thread.new { Array.new(1000) { Object.new } }.join
      end
      print Firth.live
    RUBY
  end

  def test_a_program_ends_while_a_batch_waits
    assert_equal ["over", 0], run_ruby(<<~'RUBY')
      require "firth"
      near, = UNIXSocket.pair
      channel = Firth::BatchingChannel.new(Firth::SocketStream.new(near), 10, 3600)
      channel.send("x")
      print "over"
    RUBY
  end

  def test_signals_come_to_the_threads_of_ruby
    channel, far = batching_and_socket(10, 0.001)
    handled = Queue.new
    before = trap("USR1") { handled << Thread.current }
    channel.send("x")
    far.readpartial(100)
    Process.kill(:USR1, Process.pid)
    assert_same Thread.main, handled.pop
  ensure
    trap("USR1", before)
  end
end
