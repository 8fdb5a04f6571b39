# frozen_string_literal: true

require_relative "fixtures"

# What it reads ahead, what it collects, and when that leaves.
class TestBufferedStream < Minitest::Test
  include Fixtures

  class Poke < StandardError; end

  # A buffered stream, and the far socket as Ruby's own object.
  def buffered_and_socket(**options)
    stream, far = stream_and_socket
    [Firth::BufferedStream.new(stream, **options), far]
  end

  # A buffered stream with six collected bytes, of which the peer takes none.
  def stuck
    stream, = buffered_and_socket
    assert_raises(Firth::TimeoutError) { stream.lower.write(big_payload, timeout: 0) }
    stream.write("unsent")
    stream
  end

  def nothing_heard?(far)
    far.read_nonblock(1, exception: false) == :wait_readable
  end

  def test_one_read_brings_all_that_is_there
    stream, far = buffered_and_socket
    far.write("abcdef")
    assert_equal ["a", [5, 0]], [stream.read(1), stream.held]
    assert_equal ["bcdef", 1], [stream.read(5), stream.counters.read_calls]
  end

  def test_it_reads_no_further_ahead_than_its_size
    stream, far = buffered_and_socket(buffer_size: 4)
    far.write("abcdefgh")
    stream.read(1)
    assert_equal [4, 0], stream.held
  end

  def test_what_is_written_waits_for_flush
    stream, far = buffered_and_socket
    stream.write("abc")
    assert_equal [[0, 3], true], [stream.held, nothing_heard?(far)]
    stream.flush
    assert_equal [[0, 0], "abc"], [stream.held, far.readpartial(10)]
  end

  def test_more_than_its_size_leaves_by_itself
    stream, far = buffered_and_socket(buffer_size: 4)
    stream.write("abc")
    stream.write("defgh")
    assert_equal "abcdefgh", far.read(8)
  end

  def test_a_read_that_must_wait_sends_first
    stream, far = buffered_and_socket
    stream.write("question")
    reader = Thread.new { stream.read(6) }
    assert_equal "question", far.read(8)
    far.write("answer")
    assert_equal "answer", reader.value
  end

  def test_a_poll_that_must_wait_sends_first
    stream, far = buffered_and_socket
    stream.write("abc")
    assert_equal [false, "abc"], [stream.poll, far.readpartial(10)]
  end

  def test_poll_looks_at_what_was_read_ahead
    stream, far = buffered_and_socket
    far.write("ab")
    stream.read(1)
    assert_equal true, stream.poll
  end

  def test_a_time_out_loses_nothing
    stream, far = buffered_and_socket
    far.write("ab")
    assert_raises(Firth::TimeoutError) { stream.read(4, timeout: 0) }
    far.write("cd")
    assert_equal "abcd", stream.read(4)
  end

  def test_its_time_out_is_that_of_the_stream_below
    near, = stream_pair
    near.timeout = 7
    assert_equal 7, Firth::BufferedStream.new(near).timeout
  end

  def test_close_sends_what_can_leave_at_once
    stream, far = buffered_and_socket
    stream.write("last words")
    stream.close
    assert_equal "last words", far.read
  end

  def test_close_tells_what_was_unsent
    stream = stuck
    assert_equal 6, assert_raises(Firth::UnsentError) { stream.close }.count
    assert_equal [true, true], [stream.closed?, stream.lower.closed?]
  end

  def test_finish_sends_what_is_collected
    stream, far = buffered_and_socket
    stream.write("last words")
    stream.finish
    assert_equal ["last words", true], [far.read, stream.lower.closed?]
  end

  def test_finish_tells_that_it_could_not_send
    stream = stuck
    assert_raises(Firth::TimeoutError) { stream.finish(timeout: 0) }
    assert stream.closed?
  end

  def test_flush_tells_that_the_peer_is_gone
    stream, far = buffered_and_socket
    stream.write("abc")
    far.close
    assert_raises(Firth::ConnectionLostError) { stream.flush }
  end

  def test_a_block_that_ends_well_sends
    near, far = stream_and_socket
    Firth::BufferedStream.open(near) { |stream| stream.write("abc") }
    assert_equal ["abc", true], [far.read, near.closed?]
  end

  def test_an_error_in_a_block_comes_out_and_closes_at_once
    near, = stream_pair
    assert_raises(Firth::TimeoutError) { near.write(big_payload, timeout: 0) }
    assert_raises(Poke) do
      Firth::BufferedStream.open(near) do |stream|
        stream.write("unsent")
        raise Poke
      end
    end
    assert near.closed?
  end

  %i[close finish].each do |ending|
    define_method("test_#{ending}_closes_the_socket_below") do
      near, = socket_pair
      Firth::BufferedStream.new(Firth::SocketStream.new(near)).__send__(ending)
      assert near.closed?
    end
  end

  def test_the_socket_below_is_closed_once_a_blocked_call_has_left
    near, = socket_pair
    stream = Firth::BufferedStream.new(Firth::SocketStream.new(near))
    thread = blocked { stream.read(1) }
    stream.close
    assert_instance_of Firth::ClosedError, thread.value
    assert near.closed?
  end

  def test_it_keeps_what_lies_below
    stream, far = buffered_and_socket
    GC.start
    stream.write("abc")
    stream.flush
    assert_equal ["abc", Firth::SocketStream], [far.readpartial(10), stream.lower.class]
  end

  def test_lower_is_the_very_object
    near, = stream_pair
    assert_same near, Firth::BufferedStream.new(near).lower
  end

  def test_it_may_lie_over_pipes_and_over_another
    near, far = Firth::PipeStream.create_pair
    stream = Firth::BufferedStream.new(Firth::BufferedStream.new(near), buffer_size: 100)
    stream.write("abc")
    stream.flush
    assert_equal "abc", far.read(3)
    far.write("def")
    assert_equal "def", stream.read(3)
    stream.close
    assert near.closed?
  end

  def test_a_channel_has_it_as_its_stream
    stream, = buffered_and_socket
    assert_same stream, Firth::Channel.new(stream).stream
  end

  def test_payloads_that_are_there_are_read_at_once
    stream, far = buffered_and_socket
    far.write(frame("one") + frame("two"))
    channel = Firth::Channel.new(stream)
    assert_equal %w[one two], [channel.recv, channel.recv]
    assert_equal 1, stream.counters.read_calls
  end

  def test_payloads_leave_with_flush
    stream, far = buffered_and_socket
    channel = Firth::Channel.new(stream)
    channel.send("one")
    channel.send("two")
    assert nothing_heard?(far)
    channel.flush
    assert_equal frame("one") + frame("two"), far.readpartial(100)
  end

  %w[unix tcp].each do |kind|
    define_method("test_the_channel_of_rpyc_echoes_over_#{kind}") do
      with_echo("6.0.2", kind) do |stream|
        Firth::Channel.open(Firth::BufferedStream.new(stream)) do |channel|
          [0, 1, 2999, 3001, 65_536, 4 << 20].each do |size|
            channel.send(big_payload(size))
            assert_equal big_payload(size), channel.recv
          end
        end
      end
    end
  end

  # Each blocks on a stream that is stuck.
  CALLS = {
    read: ->(stream) { stream.read(1) },
    read_some: ->(stream) { stream.read_some(1) },
    poll: ->(stream) { stream.poll(nil) },
    write: ->(stream) { stream.write("x" * (8 << 20)) },
    flush: ->(stream) { stream.flush },
    finish: ->(stream) { stream.finish(timeout: nil) },
    recv: ->(stream) { Firth::Channel.new(stream).recv }
  }.freeze

  CALLS.each do |name, call|
    define_method("test_thread_raise_stops_a_blocked_#{name}") do
      stream = stuck
      thread = blocked { call.call(stream) }
      thread.raise(Poke)
      assert_instance_of Poke, thread.value
    end

    define_method("test_thread_kill_stops_a_blocked_#{name}") do
      stream = stuck
      thread = blocked { call.call(stream) }
      thread.kill.join
      refute thread.alive?
    end

    define_method("test_close_from_another_thread_wakes_a_blocked_#{name}") do
      stream = stuck
      thread = blocked { call.call(stream) }
      begin
        stream.close
      rescue Firth::UnsentError
        nil
      end
      thread.join
      assert_instance_of Firth::ClosedError, thread.value unless name == :finish
    end
  end

  def test_thread_kill_stops_a_read_with_nothing_collected
    stream, = buffered_and_socket
    thread = blocked { stream.read(1) }
    thread.kill.join
    refute thread.alive?
  end

  def test_ctrl_c_stops_a_blocked_read
    stream, = buffered_and_socket
    main = Thread.current
    Thread.new do
      Thread.pass until main.stop?
      Process.kill(:INT, Process.pid)
    end
    assert_raises(Interrupt) { stream.read(1) }
  end

  def test_an_interrupted_read_loses_nothing
    stream, far = buffered_and_socket
    far.write("ab")
    thread = blocked { stream.read(4) }
    thread.raise(Poke)
    thread.join
    far.write("cd")
    assert_equal "abcd", stream.read(4)
  end

  def test_a_forked_child_sends_nothing_of_its_parents
    stream, far = buffered_and_socket
    stream.write("abc")
    status = in_child do
      stream.flush(timeout: 0)
    rescue Firth::ForkedError
      stream.close.nil?
    end
    stream.flush
    assert_equal [0, "abc"], [status, far.readpartial(10)]
  end

  def test_the_sizes_are_those_of_the_documents
    assert_equal [8192, 1_048_576], [Firth::DEFAULT_BUFFER_SIZE, Firth::MAX_BUFFER_SIZE]
  end

  [1_048_577, 1 << 40, 1 << 80].each do |size|
    define_method("test_a_size_of_#{size}_overflows") do
      assert_raises(Firth::BufferOverflowError) { buffered_and_socket(buffer_size: size) }
    end
  end

  def test_a_size_up_to_the_limit_is_taken
    [1, Firth::MAX_BUFFER_SIZE].each { |size| buffered_and_socket(buffer_size: size) }
  end

  [[0, ArgumentError], [-1, ArgumentError], [1.5, TypeError], ["8192", TypeError],
   [nil, TypeError]].each do |size, error|
    define_method("test_a_size_of_#{size.inspect}_is_refused") do
      assert_raises(error) { buffered_and_socket(buffer_size: size) }
    end
  end

  def test_what_is_no_stream_is_refused
    [nil, 5, "text", Object.new, Firth::FrameCodec.new, channel_pair.first,
     Firth::SocketStream.allocate].each do |lower|
      assert_raises(TypeError) { Firth::BufferedStream.new(lower) }
    end
  end

  def test_an_uninitialised_one_is_refused
    assert_raises(TypeError) { Firth::BufferedStream.allocate.read(1) }
  end

  def test_over_a_closed_stream_it_says_closed
    near, = stream_pair
    near.close
    assert_raises(Firth::ClosedError) { Firth::BufferedStream.new(near).read(1) }
  end
end

class TestFactories < Minitest::Test
  include Fixtures

  def test_create_socket_stream_takes_the_options_of_connect
    Firth::Listener.listen("127.0.0.1") do |listener|
      stream = Firth.create_socket_stream("127.0.0.1", listener.port, ipv6: false, keepalive: true,
                                                                      timeout: 20)
      stream.write("x")
      assert_equal [Firth::SocketStream, "x"], [stream.class, listener.accept.read(1)]
    end
    assert_raises(SocketError) { Firth.create_socket_stream("127.0.0.1", 1, ipv6: true) }
  end

  def test_create_unix_stream_yields_the_stream
    Dir.mktmpdir do |folder|
      path = File.join(folder, "s")
      Firth::Listener.unix_listen(path) do
        assert_equal false, Firth.create_unix_stream(path, timeout: 20, &:closed?)
      end
    end
  end
end
