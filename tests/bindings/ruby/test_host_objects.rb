# frozen_string_literal: true

require_relative "fixtures"

# Ruby's own socket objects under a stream.
class TestHostObjects < Minitest::Test
  include Fixtures

  def test_a_tcp_socket_can_be_handed_over
    server = TCPServer.new("127.0.0.1", 0)
    client = TCPSocket.new("127.0.0.1", server.local_address.ip_port)
    Firth::SocketStream.new(client).write("x")
    assert_equal "x", server.accept.readpartial(1)
  end

  def test_an_io_over_a_socket_can_be_handed_over
    near, far = socket_pair
    near.autoclose = false
    stream = Firth::SocketStream.new(IO.for_fd(near.fileno, "r+"))
    stream.write("x")
    assert_equal "x", far.readpartial(1)
  end

  def test_close_closes_the_socket
    near, far = socket_pair
    Firth::SocketStream.new(near).close
    assert_equal [true, nil], [near.closed?, far.read(1)]
  end

  def test_finish_closes_the_socket
    near, = socket_pair
    Firth::SocketStream.new(near).finish
    assert near.closed?
  end

  def test_closing_the_channel_closes_the_socket
    near, = socket_pair
    Firth::Channel.new(Firth::SocketStream.new(near)).close
    assert near.closed?
  end

  def test_a_lost_peer_closes_the_socket
    near, far = socket_pair
    far.close
    assert_raises(Firth::ConnectionLostError) { Firth::SocketStream.new(near).read(1) }
    assert near.closed?
  end

  def test_the_socket_is_closed_when_a_blocked_call_has_left
    near, = socket_pair
    stream = Firth::SocketStream.new(near)
    reader = blocked { stream.read(1) }
    stream.close
    assert_instance_of Firth::ClosedError, reader.value
    assert near.closed?
  end

  def test_what_the_socket_holds_is_delivered_first
    near, far = socket_pair
    far.write("line\nheld")
    near.gets
    stream = Firth::SocketStream.new(near)
    far.write(" then")
    assert_equal [true, "held then"], [stream.poll, stream.read(9)]
  end

  def test_what_the_socket_holds_is_the_beginning_of_a_frame
    near, far = socket_pair
    far.write("hello\n" + frame("payload").byteslice(0, 7))
    near.gets
    channel = Firth::Channel.new(Firth::SocketStream.new(near))
    far.write(frame("payload").byteslice(7..))
    assert_equal "payload", channel.recv
  end

  def test_what_the_socket_holds_for_writing_is_sent_first
    near, far = socket_pair
    near.sync = false
    near.write("held ")
    Firth::SocketStream.new(near).write("then")
    assert_equal "held then", far.readpartial(100)
  end

  def test_the_stream_keeps_the_socket_alive
    stream, far = stream_and_socket_without_references
    GC.start
    stream.write("x")
    assert_equal "x", far.readpartial(1)
  end

  def test_a_channel_keeps_the_socket_alive
    stream, far = stream_and_socket_without_references
    channel = Firth::Channel.new(stream)
    stream = nil
    GC.start
    channel.send("x")
    assert_equal frame("x"), far.readpartial(100), stream
  end

  def stream_and_socket_without_references
    near, far = UNIXSocket.pair
    [Firth::SocketStream.new(near), far]
  end

  def test_a_closed_socket_is_an_io_error
    near, = socket_pair
    near.close
    assert_raises(IOError) { Firth::SocketStream.new(near) }
  end

  def test_what_is_no_socket_is_refused_and_kept
    reader, writer = IO.pipe
    assert_raises(ArgumentError) { Firth::SocketStream.new(reader) }
    writer.write("still mine")
    assert_equal "still mine", reader.readpartial(100)
  end

  def test_a_datagram_socket_is_refused
    assert_raises(ArgumentError) { Firth::SocketStream.new(UDPSocket.new) }
  end

  def test_a_socket_that_was_closed_behind_the_streams_back_can_still_be_closed
    near, = socket_pair
    stream = Firth::SocketStream.new(near)
    near.close
    assert_nil stream.close
  end

  def test_a_close_of_the_users_own_that_raises_does_not_matter
    [Errno::EIO, RuntimeError].each do |error|
      near, = socket_pair
      near.define_singleton_method(:close) { raise error }
      assert_nil Firth::SocketStream.new(near).close
    end
  end

  def test_an_interruption_does_not_keep_the_socket_open
    near, = socket_pair
    begun = Queue.new
    go_on = Queue.new
    near.define_singleton_method(:close) do
      begun.push(nil)
      go_on.pop
      super()
    end
    stream = Firth::SocketStream.new(near)
    closing = Thread.new { stream.close }
    begun.pop
    closing.kill
    go_on.push(nil)
    closing.join
    assert near.closed?
  end

  def test_open_finishes_after_its_block
    near, far = socket_pair
    Firth::SocketStream.open(near) { |stream| stream.write("x") }
    assert_equal ["x", true], [far.read, near.closed?]
  end
end
