# frozen_string_literal: true

require_relative "fixtures"

class TestStream < Minitest::Test
  include Fixtures

  def test_read_gives_exactly_what_was_asked_for
    stream, far = stream_and_socket
    far.write("abcdef")
    assert_equal %w[abc def], [stream.read(3), stream.read(3)]
  end

  def test_read_of_nothing_is_an_empty_string
    assert_equal "", stream_pair.first.read(0)
  end

  def test_read_waits_for_the_rest
    stream, far = stream_and_socket
    far.write("ab")
    reader = blocked { stream.read(3) }
    far.write("c")
    assert_equal "abc", reader.value
  end

  def test_read_gives_binary
    stream, far = stream_and_socket
    far.write("\xff\0")
    assert_equal "\xff\0".b, stream.read(2)
  end

  def test_read_some_gives_what_is_there
    stream, far = stream_and_socket
    far.write("abc")
    assert_equal "abc", stream.read_some(100)
  end

  def test_write_takes_everything
    a, b = stream_pair
    writer = Thread.new { a.write(big_payload) }
    assert_equal big_payload, b.read(big_payload.bytesize)
    assert_nil writer.value
  end

  def test_write_some_tells_how_much_it_took
    stream, far = stream_and_socket
    assert_equal 3, stream.write_some("abc")
    assert_equal "abc", far.readpartial(10)
  end

  def test_unread_bytes_are_read_first
    stream, far = stream_and_socket
    far.write("cd")
    stream.unread("ab")
    assert_equal [true, "ab", "cd"], [stream.poll, stream.read(2), stream.read(2)]
  end

  def test_unread_waits_for_its_turn_while_other_threads_run
    stream, far = stream_and_socket
    reader = blocked { stream.read(1) }
    other = blocked { stream.unread("b") }
    far.write("a")
    assert_equal [nil, "b"], [other.value, (reader.value + stream.read(1)).delete("a")]
  end

  def test_poll_is_true_at_the_end
    stream, far = stream_and_socket
    far.close
    assert_equal true, stream.poll(nil)
  end

  def test_flush_of_a_plain_stream_does_nothing
    assert_nil stream_pair.first.flush
  end

  def test_timeout_is_nil_at_first
    assert_nil stream_pair.first.timeout
  end

  def test_timeout_can_be_set_and_taken_back
    stream, = stream_pair
    stream.timeout = 1.5
    assert_equal 1.5, stream.timeout
    stream.timeout = nil
    assert_nil stream.timeout
  end

  def test_the_streams_timeout_holds_for_its_channel
    stream, = stream_pair
    stream.timeout = 0
    assert_raises(Firth::TimeoutError) { Firth::Channel.new(stream).recv }
  end

  def test_counters_count_bytes_and_calls
    a, b = stream_pair
    a.write("abc")
    b.read(3)
    assert_equal [3, 1], a.counters.to_h.values_at(:bytes_written, :write_calls)
    assert_equal [3, 1], b.counters.to_h.values_at(:bytes_read, :read_calls)
  end

  def test_wake_does_not_end_a_call
    stream, far = stream_and_socket
    reader = blocked { stream.read(1) }
    stream.wake
    far.write("x")
    assert_equal "x", reader.value
  end

  def test_fileno_of_a_socket_is_the_same_for_writing
    stream, = stream_pair
    assert_equal stream.fileno, stream.write_fileno
  end

  def test_connect_reaches_a_listener_over_tcp
    Firth::Listener.listen("127.0.0.1", 0) do |listener|
      a = Firth::SocketStream.connect("127.0.0.1", listener.port)
      b = listener.accept
      a.write("over tcp")
      assert_equal "over tcp", b.read(8)
    end
  end

  # Whether NODELAY and KEEPALIVE are on, and the seconds between keepalives.
  def tcp_options(stream)
    socket = Socket.for_fd(stream.fileno).tap { |own| own.autoclose = false }
    [socket.getsockopt(:TCP, :NODELAY).bool, socket.getsockopt(:SOCKET, :KEEPALIVE).bool,
     socket.getsockopt(:TCP, :KEEPINTVL).int]
  end

  def test_connect_takes_every_option
    Firth::Listener.listen("127.0.0.1", 0, backlog: 1, nodelay: false, keepalive: 7) do |listener|
      stream = Firth::SocketStream.connect(
        "localhost", listener.port, timeout: 5, ipv6: false, family: Socket::AF_INET,
                                    socktype: Socket::SOCK_STREAM, proto: 0, nodelay: false,
                                    keepalive: 9)
      assert_equal [false, true, 9], tcp_options(stream)
    end
  end

  def test_nodelay_is_on_by_default
    Firth::Listener.listen("127.0.0.1", 0) do |listener|
      stream = Firth::SocketStream.connect("127.0.0.1", listener.port)
      assert_equal [true, false], tcp_options(stream).first(2)
    end
  end

  def test_keepalive_true_is_a_minute
    Firth::Listener.listen("127.0.0.1", 0) do |listener|
      stream = Firth::SocketStream.connect("127.0.0.1", listener.port, keepalive: true)
      assert_equal [true, 60], tcp_options(stream).last(2)
    end
  end

  def test_keepalive_0_is_off
    Firth::Listener.listen("127.0.0.1", 0) do |listener|
      stream = Firth::SocketStream.connect("127.0.0.1", listener.port, keepalive: 0)
      assert_equal false, tcp_options(stream)[1]
    end
  end

  def test_unix_connect_reaches_a_listener
    Dir.mktmpdir do |folder|
      Firth::Listener.unix_listen(File.join(folder, "s")) do |listener|
        a = Firth::SocketStream.unix_connect(listener.path)
        a.write("x")
        assert_equal "x", listener.accept.read(1)
      end
    end
  end

  def test_a_subclass_makes_its_own_kind
    kind = Class.new(Firth::SocketStream)
    Firth::Listener.listen("127.0.0.1", 0) do |listener|
      assert_instance_of kind, kind.connect("127.0.0.1", listener.port)
    end
    assert_instance_of kind, kind.new(socket_pair.first)
  end

  def test_inspect_tells_class_and_state
    stream, = stream_pair
    stream.close
    assert_equal "#<Firth::SocketStream closed>", stream.inspect
  end
end
