# frozen_string_literal: true

require_relative "fixtures"

class TestErrors < Minitest::Test
  include Fixtures

  # An address on which nobody listens: the port was free a moment ago and is kept
  # by a socket that does not listen.
  def test_a_clean_end_is_a_connection_lost_error_that_is_clean
    channel, far = channel_and_socket
    far.close
    error = assert_raises(Firth::ConnectionLostError) { channel.recv }
    assert_equal [true, :eof, true], [error.clean?, error.code, channel.closed?]
  end

  def test_an_end_inside_a_frame_is_a_connection_lost_error_that_is_not_clean
    channel, far = channel_and_socket
    far.write("\0\0\0\x05\0hel")
    far.close
    error = assert_raises(Firth::ConnectionLostError) { channel.recv }
    assert_equal [false, :connection_lost], [error.clean?, error.code]
  end

  def test_writing_to_a_peer_that_is_gone_is_a_connection_lost_error
    stream, far = stream_and_socket
    far.close
    refute assert_raises(Firth::ConnectionLostError) { stream.write("x") }.clean?
  end

  def test_a_time_out_is_a_timeout_error
    channel, = channel_pair
    assert_equal :timeout, assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0.001) }.code
  end

  def test_a_payload_whose_turn_did_not_come_is_a_busy_error
    channel, = channel_with_pending
    error = assert_raises(Firth::BusyError) { channel.send("x", timeout: 0) }
    assert_kind_of Firth::TimeoutError, error
  end

  def test_use_after_close_is_a_closed_error
    channel, = channel_pair
    channel.close
    error = assert_raises(Firth::ClosedError) { channel.send("x") }
    assert_kind_of IOError, error
  end

  def test_a_wrong_frame_is_a_protocol_error
    channel, far = channel_and_socket
    far.write(frame("x", flag: 7))
    2.times { assert_raises(Firth::ProtocolError) { channel.recv } }
  end

  def test_a_limit_is_a_buffer_overflow_error
    channel, far = channel_and_socket(limits: Firth::Limits.new(frame: 1))
    far.write(frame("xx"))
    assert_raises(Firth::BufferOverflowError) { channel.recv }
  end

  def test_a_body_that_does_not_inflate_is_a_compression_error
    channel, far = channel_and_socket
    far.write(frame("rubbish", flag: 1), frame("next"))
    assert_raises(Firth::CompressionError) { channel.recv }
    assert_equal "next", channel.recv
  end

  def test_close_tells_what_was_unsent
    channel, = channel_with_pending
    error = assert_raises(Firth::UnsentError) { channel.close }
    assert_operator error.count, :>, 0
  end

  def test_a_failed_write_tells_what_was_taken
    a, b = stream_pair
    count = assert_raises(Firth::TimeoutError) { a.write(big_payload, timeout: 0) }.count
    assert_equal big_payload.byteslice(0, count), b.read(count)
    refute b.poll
  end

  def test_a_send_that_timed_out_tells_what_is_to_go
    channel, = channel_pair(compress: false)
    error = assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0) }
    assert_equal channel.pending, error.count
  end

  def test_a_refused_connection_is_the_errno
    with_refusing_port do |port|
      error = assert_raises(Errno::ECONNREFUSED) { Firth::SocketStream.connect("127.0.0.1", port) }
      assert_equal [:refused, Errno::ECONNREFUSED::Errno], [error.code, error.errno]
    end
  end

  def test_a_host_without_address_is_a_socket_error
    error = assert_raises(SocketError) { Firth::SocketStream.connect("firth.invalid", 1) }
    assert_match(/firth\.invalid/, error.message)
  end

  def test_a_missing_path_is_the_errno
    error = assert_raises(Errno::ENOENT) { Firth::SocketStream.unix_connect("/nonexistent/socket") }
    assert_match(%r{/nonexistent/socket}, error.message)
  end

  def test_another_refusal_of_the_system_is_its_errno
    assert_raises(Errno::EACCES, Errno::ENOTSOCK, Errno::ECONNREFUSED) do
      Firth::SocketStream.unix_connect(__FILE__)
    end
  end

  def test_every_one_of_them_can_be_rescued_as_a_stream_error
    closed = channel_pair.first.tap(&:close)
    failures = [-> { closed.recv }, -> { Firth::SocketStream.unix_connect("/nonexistent") },
                -> { Firth::SocketStream.connect("firth.invalid", 1) },
                -> { channel_pair.first.recv(timeout: 0) }]
    failures.each do |failure|
      failure.call
      flunk "nothing was raised"
    rescue Firth::StreamError => e
      assert_kind_of Firth::Error, e
    end
  end

  def test_a_stream_error_can_be_raised_as_a_class
    error = assert_raises(Firth::StreamError) { raise Firth::StreamError, "mine" }
    assert_equal ["mine", nil], [error.message, error.code]
  end

  def test_other_errors_are_no_stream_errors
    refute_operator Firth::StreamError, :===, Errno::ECONNREFUSED.new
    refute_operator Firth::StreamError, :===, IOError.new
  end

  def test_a_subclass_of_stream_error_catches_its_own_kind_only
    refute_operator Firth::ProtocolError, :===, Firth::ClosedError.new
    assert_operator Firth::ProtocolError, :===, Firth::ProtocolError.new
  end

  def test_a_foreign_errno_does_not_remember
    assert_raises(Errno::ENOENT) { Firth::SocketStream.unix_connect("/nonexistent") }
    refute_kind_of Firth::Error, Errno::ENOENT.new
  end

  def test_errors_survive_a_dump
    error = assert_raises(Firth::TimeoutError) { channel_pair.first.recv(timeout: 0) }
    copy = Marshal.load(Marshal.dump(error))
    assert_equal [error.message, :timeout], [copy.message, copy.code]
  end

  # What no call can be made to do here, the extension's own table says.
  {
    eof: Firth::ConnectionLostError, connection_lost: Firth::ConnectionLostError,
    timeout: Firth::TimeoutError, busy: Firth::BusyError, closed: Firth::ClosedError,
    protocol: Firth::ProtocolError, buffer_overflow: Firth::BufferOverflowError,
    compression: Firth::CompressionError, unsent: Firth::UnsentError,
    refused: Errno::ECONNREFUSED, host_not_found: SocketError, file_not_found: Errno::ENOENT,
    system: Firth::StreamError, no_memory: NoMemoryError, not_supported: Firth::NotSupportedError,
    interrupted: Firth::StreamError, callback: Firth::StreamError, invalid: ArgumentError,
    forked: Firth::ForkedError
  }.each do |code, kind|
    define_method("test_the_code_#{code}_is_a_#{kind.name.downcase.gsub("::", "_")}") do
      error = Firth.const_get(:Failure).build(code, "what happened", 0, 0)
      assert_equal [kind, "what happened"], [error.class, error.message]
    end
  end

  def test_a_system_error_is_the_errno_with_its_text_alone
    error = Firth.const_get(:Failure).build(:system, "no space", Errno::ENOSPC::Errno, 0)
    assert_equal [Errno::ENOSPC, "no space"], [error.class, error.message]
    assert_kind_of Firth::Error, error
  end
end
