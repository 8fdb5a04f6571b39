# frozen_string_literal: true

require_relative "fixtures"

class TestFork < Minitest::Test
  include Fixtures

  def test_a_child_may_use_a_plain_stream
    a, b = stream_pair
    assert_equal 0, in_child { a.write("from the child").nil? }
    assert_equal "from the child", b.read(14)
  end

  def test_a_child_may_use_a_channel_between_frames
    a, b = channel_pair
    b.send("to the child")
    assert_equal 0, in_child { a.recv == "to the child" && a.send("back").nil? }
    assert_equal "back", b.recv
  end

  def test_closing_in_the_child_leaves_the_parents_connection
    a, b = channel_pair
    assert_equal 0, in_child { a.close.nil? }
    b.send("still there")
    assert_equal "still there", a.recv
  end

  def test_collecting_in_the_child_leaves_the_parents_connection
    a, b = channel_pair
    assert_equal(0, in_child do
      a = b = @kept = nil
      GC.start
      true
    end)
    b.send("still there")
    assert_equal "still there", a.recv
  end

  def test_a_frame_under_way_belongs_to_the_parent
    channel, peer = channel_with_pending
    status = in_child do
      channel.send("x")
    rescue Firth::ForkedError => e
      e.is_a?(Firth::StreamError)
    end
    assert_equal 0, status
    receiver = Thread.new { peer.recv }
    channel.flush
    assert_equal big_payload, receiver.value
  end

  def test_half_a_frame_received_belongs_to_the_parent
    channel, far = channel_and_socket
    far.write(frame("hello").byteslice(0, 8))
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0) }
    status = in_child do
      channel.recv(timeout: 1)
    rescue Firth::ForkedError
      true
    end
    far.write(frame("hello").byteslice(8..))
    assert_equal [0, "hello"], [status, channel.recv]
  end

  def test_a_child_may_fork_while_a_thread_of_the_parent_is_blocked
    a, b = channel_pair
    receiver = blocked { b.recv }
    assert_equal 0, in_child { b.stream.poll(0) == false && b.close.nil? }
    a.send("for the parent")
    assert_equal "for the parent", receiver.value
  end

  def test_closing_in_the_child_closes_the_childs_socket_object_only
    near, = socket_pair
    stream = Firth::SocketStream.new(near)
    assert_equal 0, in_child { stream.close.nil? && near.closed? }
    refute near.closed?
  end

  def test_a_pair_of_pipes_connects_parent_and_child
    ours, theirs = Firth::PipeStream.create_pair
    assert_equal 0, in_child { theirs.write("from the child").nil? }
    assert_equal "from the child", ours.read(14)
  end

  def test_a_listener_can_be_used_by_the_child
    Firth::Listener.listen("127.0.0.1") do |listener|
      client = Firth::SocketStream.connect("127.0.0.1", listener.port)
      assert_equal 0, in_child { listener.accept.write("x").nil? }
      assert_equal "x", client.read(1)
    end
  end
end
