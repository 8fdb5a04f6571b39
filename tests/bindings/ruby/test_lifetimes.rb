# frozen_string_literal: true

require_relative "fixtures"

class TestLifetimes < Minitest::Test
  include Fixtures

  def test_closing_gives_back_every_descriptor_at_once
    assert_no_descriptor_is_left do
      50.times { UNIXSocket.pair.map { |socket| talk_over(socket) }.each(&:close) }
    end
  end

  # A stream that has waited has all the descriptors it will ever have.
  def talk_over(socket)
    channel = Firth::Channel.new(Firth::SocketStream.new(socket))
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0.0001) }
    channel
  end

  def test_closing_gives_back_the_descriptors_of_tcp_connections
    Firth::Listener.listen("127.0.0.1") do |listener|
      assert_no_descriptor_is_left do
        50.times do
          near = Firth::SocketStream.connect("127.0.0.1", listener.port)
          [near, listener.accept].each(&:close)
        end
      end
    end
  end

  def test_closing_gives_back_the_descriptors_of_pipes_and_listeners
    assert_no_descriptor_is_left do
      50.times do
        Firth::PipeStream.create_pair.each(&:close)
        Firth::Listener.listen("127.0.0.1").close
      end
    end
  end

  def test_what_is_forgotten_is_collected
    assert_no_descriptor_is_left do
      50.times do
        Firth::PipeStream.create_pair
        Firth::Channel.new(Firth::SocketStream.new(UNIXSocket.pair.first))
        Firth::Listener.listen("127.0.0.1")
      end
      collect
    end
  end

  def test_failures_leave_nothing_behind
    assert_no_descriptor_is_left do
      50.times do
        assert_raises(Errno::ENOENT) { Firth::SocketStream.unix_connect("/nonexistent") }
        assert_raises(ArgumentError) { Firth::SocketStream.unix_connect("/#{"x" * 200}") }
        assert_raises(SystemCallError) { Firth::Listener.unix_listen("/nonexistent/x") }
      end
    end
  end

  def assert_no_descriptor_is_left
    collect
    before = descriptors
    yield
    assert_operator descriptors, :<=, before
  end

  # Objects on the machine's stack may be seen for a while: other calls overwrite it.
  def collect
    overwrite_the_stack(200)
    4.times { GC.start }
  end

  def overwrite_the_stack(depth)
    depth.zero? ? Array.new(100) { Object.new } : overwrite_the_stack(depth - 1)
  end

  def test_the_stream_is_the_same_object_after_collections
    channel = Firth::Channel.new(stream = stream_pair.first)
    id = stream.object_id
    GC.start
    assert_equal id, channel.stream.object_id
  end

  def test_a_stream_outlives_its_channel
    near, far = stream_and_socket
    50.times { Firth::Channel.new(near) }
    GC.start
    near.write("x")
    assert_equal "x", far.readpartial(1)
  end

  def test_collecting_the_channel_in_one_thread_does_not_end_a_call_in_another
    near, far = stream_and_socket
    reader = blocked { near.read(1) }
    Firth::Channel.new(near)
    GC.start
    far.write("x")
    assert_equal "x", reader.value
  end

  def test_compaction_moves_nothing_that_is_in_use
    a, b = channel_pair
    receiver = blocked { b.recv }
    GC.compact
    a.send("x" * 100_000)
    assert_equal "x" * 100_000, receiver.value
    assert_same a.stream, a.stream
  end

  # Sizes that arrive in a String's memory, and in memory of their own.
  { 100_000 => 10_000, 3_000_000 => 400 }.each do |size, count|
    define_method("test_#{count}_payloads_of_#{size}_bytes_leave_no_memory_behind") do
      a, b = channel_pair(compress: false)
      payload = big_payload(size)
      sender = Thread.new { count.times { a.send(payload) } }
      before = resident
      count.times { b.recv }
      assert_operator resident - before, :<, size * count / 4
      sender.join
    end
  end

  # Bytes of memory that this process has.
  def resident
    File.read("/proc/self/statm").split[1].to_i * 4096
  end

  def test_eight_threads_share_a_channel_under_a_stressed_collector
    a, b = channel_pair
    payloads = Array.new(4) { |i| Array.new(12) { |j| "#{i}." + "p" * (j * 2000 * (i % 2)) } }
    received = Queue.new
    under_stress do
      senders = payloads.map { |mine| Thread.new { mine.each { |payload| a.send(payload) } } }
      receivers = Array.new(4) { Thread.new { 12.times { received << b.recv } } }
      (senders + receivers).each(&:join)
    end
    assert_equal payloads.flatten.sort, Array.new(48) { received.pop }.sort
  end

  def under_stress
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end

  def test_objects_are_made_used_and_thrown_away_under_a_stressed_collector
    under_stress do
      3.times do
        a, b = UNIXSocket.pair.map { |socket| Firth::Channel.new(Firth::SocketStream.new(socket)) }
        a.send("x" * 20_000)
        b.recv
        assert_raises(Firth::TimeoutError) { b.recv(timeout: 0) }
        a.close
      end
    end
  end

  def test_a_program_may_end_while_calls_are_blocked
    program = <<~'RUBY'
      require "firth"
      ours, _theirs = UNIXSocket.pair
      channel = Firth::Channel.new(Firth::SocketStream.new(ours))
      thread = Thread.new { channel.recv }
      Thread.pass until thread.stop?
      print "over"
    RUBY
    assert_equal ["over", 0], run_ruby(program)
  end
end
