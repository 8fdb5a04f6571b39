# frozen_string_literal: true

require_relative "fixtures"

class TestListener < Minitest::Test
  include Fixtures

  def test_the_system_chooses_a_port
    Firth::Listener.listen("127.0.0.1") { |listener| assert_operator listener.port, :>, 0 }
  end

  def test_every_address_is_listened_on_by_default
    Firth::Listener.listen do |listener|
      assert_nil Firth::SocketStream.connect("127.0.0.1", listener.port) { nil }
    end
  end

  def test_accept_gives_a_socket_stream
    Firth::Listener.listen("127.0.0.1") do |listener|
      Firth::SocketStream.connect("127.0.0.1", listener.port)
      assert_instance_of Firth::SocketStream, listener.accept(timeout: 5)
    end
  end

  def test_accept_can_time_out
    Firth::Listener.listen("127.0.0.1") do |listener|
      assert_raises(Firth::TimeoutError) { listener.accept(timeout: 0.01) }
      assert_raises(Firth::TimeoutError) { listener.accept(0) }
    end
  end

  def test_close_wakes_accept
    listener = Firth::Listener.listen("127.0.0.1")
    thread = blocked { listener.accept }
    listener.close
    assert_instance_of Firth::ClosedError, thread.value
  end

  def test_an_interrupted_accept_can_be_called_again
    Firth::Listener.listen("127.0.0.1") do |listener|
      thread = blocked { listener.accept }
      thread.raise("mine")
      assert_equal "mine", thread.value.message
      Firth::SocketStream.connect("127.0.0.1", listener.port)
      assert_instance_of Firth::SocketStream, listener.accept
    end
  end

  def test_close_may_be_called_again
    listener = Firth::Listener.listen("127.0.0.1")
    assert_equal [nil, nil, true], [listener.close, listener.close, listener.closed?]
  end

  def test_a_port_in_use_is_an_errno
    Firth::Listener.listen("127.0.0.1") do |listener|
      assert_raises(Errno::EADDRINUSE) { Firth::Listener.listen("127.0.0.1", listener.port) }
    end
  end

  def test_a_unix_listener_removes_its_path
    Dir.mktmpdir do |folder|
      path = File.join(folder, "s")
      Firth::Listener.unix_listen(path) do |listener|
        assert_equal [path, true, 0], [listener.path, File.socket?(path), listener.port]
      end
      refute File.exist?(path)
    end
  end

  def test_the_path_of_a_tcp_listener_is_empty
    Firth::Listener.listen("127.0.0.1") { |listener| assert_equal "", listener.path }
  end

  def test_fileno_becomes_readable
    Firth::Listener.listen("127.0.0.1") do |listener|
      Firth::SocketStream.connect("127.0.0.1", listener.port)
      io = IO.for_fd(listener.fileno, autoclose: false)
      assert_equal [[io], [], []], IO.select([io])
    end
  end

  def test_wake_does_not_end_accept
    Firth::Listener.listen("127.0.0.1") do |listener|
      thread = blocked { listener.accept }
      listener.wake
      Firth::SocketStream.connect("127.0.0.1", listener.port)
      assert_instance_of Firth::SocketStream, thread.value
    end
  end

  def test_there_is_no_listener_without_listening
    assert_raises(NoMethodError) { Firth::Listener.new }
  end
end
