# frozen_string_literal: true

require_relative "fixtures"

class TestChannel < Minitest::Test
  include Fixtures

  def test_a_payload_arrives_as_it_was_sent
    a, b = channel_pair
    a.send("hello, brine")
    assert_equal "hello, brine", b.recv
  end

  def test_a_payload_comes_in_binary
    a, b = channel_pair
    a.send("grüße")
    assert_equal Encoding::BINARY, b.recv.encoding
  end

  def test_the_bytes_of_a_text_are_sent_whatever_its_encoding
    a, b = channel_pair
    a.send("grüße".encode("UTF-16LE"))
    assert_equal "grüße".encode("UTF-16LE").b, b.recv
  end

  def test_nul_bytes_pass_both_ways
    a, b = channel_pair
    a.send("\0a\0")
    b.send("\0b\0")
    assert_equal ["\0a\0", "\0b\0"], [b.recv, a.recv]
  end

  def test_an_empty_payload_is_an_empty_string
    a, b = channel_pair
    a.send("")
    assert_equal "", b.recv
  end

  def test_a_received_payload_can_be_changed
    a, b = channel_pair
    a.send("x" * 20_000)
    assert_equal 20_001, (b.recv << "y").bytesize
  end

  [0, 1, 511, 512, 513, 2999, 3000, 3001, 16_383, 16_384, 16_385, 64_000, 65_536, 1_048_575,
   1_048_576, 1_048_577, 5_000_001].each do |size|
    define_method("test_a_payload_of_#{size}_random_bytes_arrives") do
      assert_arrives big_payload(size)
    end

    define_method("test_a_payload_of_#{size}_compressible_bytes_arrives") do
      assert_arrives ("firth meets brine\n" * (size / 18 + 1)).byteslice(0, size)
    end
  end

  def assert_arrives(payload)
    a, b = channel_pair
    sender = Thread.new { a.send(payload) }
    assert_equal payload, b.recv
    sender.join
  end

  def test_the_frame_is_that_of_rpyc
    channel, far = channel_and_socket
    channel.send("hello")
    assert_equal "\0\0\0\x05\0hello\n".b, far.readpartial(100)
  end

  def test_a_long_payload_is_compressed
    channel, far = channel_and_socket
    channel.send("x" * 3001)
    assert_equal 1, far.readpartial(10_000).getbyte(4)
  end

  def test_compress_can_be_turned_off
    channel, far = channel_and_socket
    channel.compress = false
    channel.send("x" * 3001)
    assert_equal 3001 + 6, far.readpartial(10_000).bytesize
  end

  def test_compress_tells_what_was_chosen
    channel, = channel_and_socket(compress: false)
    assert_equal [false, false], [channel.compress, channel.compress?]
    channel.compress = true
    assert_equal [true, true], [channel.compress, channel.compress?]
  end

  def test_a_threshold_can_be_chosen
    channel, far = channel_and_socket(compression_threshold: 10)
    channel.send("x" * 11)
    assert_equal 1, far.readpartial(100).getbyte(4)
  end

  def test_a_level_can_be_chosen
    channel, far = channel_and_socket(compression_level: 9)
    channel.send("x" * 3001)
    assert_equal frame(Zlib.deflate("x" * 3001, 9), flag: 1), far.readpartial(10_000)
  end

  def test_a_frame_over_its_limit_is_not_sent
    a, b = channel_pair(limits: Firth::Limits.new(frame: 10))
    assert_raises(Firth::BufferOverflowError) { a.send("x" * 11) }
    a.send("short")
    assert_equal "short", b.recv
  end

  def test_a_bomb_costs_its_own_frame_only
    channel, far = channel_and_socket(limits: Firth::Limits.new(inflated: 10))
    far.write(frame(Zlib.deflate("x" * 11), flag: 1), frame("next"))
    assert_raises(Firth::BufferOverflowError) { channel.recv }
    assert_equal "next", channel.recv
  end

  def test_poll_is_false_while_nothing_has_come
    a, = channel_pair
    assert_equal false, a.poll
  end

  def test_poll_is_true_when_something_has_come
    a, b = channel_pair
    b.send("x")
    assert_equal [true, true, true, true], [a.poll, a.poll(1), a.poll(timeout: 1), a.poll(nil)]
  end

  def test_stream_is_the_very_object_given
    stream, = stream_pair
    assert_same stream, Firth::Channel.new(stream).stream
  end

  def test_fileno_is_the_streams
    a, = channel_pair
    assert_equal a.stream.fileno, a.fileno
  end

  def test_nothing_is_pending_at_first
    a, = channel_pair
    assert_equal 0, a.pending
  end

  def test_close_closes_the_stream_and_may_be_called_again
    a, = channel_pair
    assert_nil a.close
    assert_nil a.close
    assert_equal [true, true], [a.closed?, a.stream.closed?]
  end

  def test_finish_closes
    a, b = channel_pair
    a.send("last")
    a.finish
    assert a.closed?
    assert_equal "last", b.recv
  end

  def test_a_stream_can_be_left_to_another_channel
    a, b = stream_pair
    Firth::Channel.new(a).send("one")
    Firth::Channel.new(a).send("two")
    assert_equal "one", Firth::Channel.new(b).recv
    GC.start
    assert_equal "two", Firth::Channel.new(b).recv
  end

  def test_the_object_send_of_ruby_remains
    a, = channel_pair
    assert_equal false, a.__send__(:closed?)
  end

  def test_a_payload_that_another_thread_changes_goes_out_as_it_was
    a, b = channel_pair(compress: false)
    payload = big_payload.dup
    sender = blocked { a.send(payload) }
    payload.replace("changed")
    assert_equal big_payload, b.recv
    sender.join
  end

  def test_two_threads_may_send_the_same_string
    a, b = channel_pair(compress: false)
    payload = big_payload.dup
    senders = Array.new(2) { blocked { a.send(payload) } }
    assert_equal [big_payload, big_payload], [b.recv, b.recv]
    assert_equal [nil, nil], senders.map(&:value)
  end

  def test_inspect_tells_class_and_state
    a, = channel_pair
    assert_equal "#<Firth::Channel open>", a.inspect
  end
end
