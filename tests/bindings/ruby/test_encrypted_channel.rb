# frozen_string_literal: true

require_relative "custom_objects"
require_relative "fixtures"
require_relative "kinds"
require_relative "sealed"

# Channels that only who has the key can read.
class TestEncryptedChannel < Minitest::Test
  include Fixtures
  include Kinds
  include Sealed

  def test_two_ends_in_one_thread_speak
    a, b = encrypted_pair
    a.send("question")
    assert_equal "question", b.recv
    b.send("answer")
    assert_equal "answer", a.recv
  end

  def test_both_may_begin
    a, b = encrypted_pair
    a.send("from a")
    b.send("from b")
    assert_equal ["from b", "from a"], [a.recv, b.recv]
  end

  [0, 1, 100, 511, 512, 16_367, 16_368, 16_384, 65_536, 1_048_576, 3_000_001].each do |size|
    define_method("test_#{size}_bytes_arrive") do
      a, b = encrypted_pair
      sender = Thread.new { a.send(big_payload(size)) }
      assert_equal big_payload(size), b.recv
      sender.join
    end
  end

  def test_two_threads_speak_both_ways_at_once
    payloads = encrypted_pair.map do |channel|
      Thread.new do
        sender = Thread.new { 50.times { |i| channel.send(i.to_s * 2000) } }
        Array.new(50) { channel.recv }.tap { sender.join }
      end
    end
    assert_equal [Array.new(50) { |i| i.to_s * 2000 }] * 2, payloads.map(&:value)
  end

  def test_a_sender_does_not_wait_for_a_receiver_that_waits_for_a_payload
    a, b = encrypted_pair
    receiver = blocked { a.recv }
    a.send("question")
    b.send("answer to #{b.recv}")
    assert_equal "answer to question", receiver.value
  end

  Kinds::NAMES.each do |kind|
    define_method("test_it_lies_over_#{kind}") do
      here, there = public_send(kind).map { |stream| Firth::EncryptedChannel.new(stream, KEY) }
      ends = [here, there].map do |channel|
        Thread.new do
          channel.send("x" * 5000)
          channel.flush
          channel.recv.tap { channel.finish(timeout: nil) }
        end
      end
      assert_equal ["x" * 5000] * 2, ends.map(&:value)
    end
  end

  def test_it_is_compressed_if_it_is_told_to
    counts = [nil, false, true].map do |choice|
      a, = encrypted_pair(compress: choice)
      a.send("x" * 10_000)
      [a.compress?, a.stream.counters.bytes_written > 10_000]
    end
    assert_equal [[false, true], [false, true], [true, false]], counts
  end

  def test_it_is_compressed_and_batched
    a, b = encrypted_pair(compress: true, batch_size: 3, batch_timeout: nil)
    a.handshake
    b.handshake
    before = a.stream.counters.write_calls
    2.times { a.send("x" * 10_000) }
    assert_equal [before, false], [a.stream.counters.write_calls, a.pending.zero?]
    a.send("last")
    assert_equal [before + 1, ["x" * 10_000] * 2 + ["last"]],
                 [a.stream.counters.write_calls, Array.new(3) { b.recv }]
  end

  def test_a_batch_leaves_by_itself
    a, b = encrypted_pair(batch_size: 10, batch_timeout: 0.001)
    a.send("x")
    assert_equal "x", b.recv(timeout: LONG)
  end

  def test_a_cork_is_one_write
    a, b = encrypted_pair
    a.send("before")
    before = a.stream.counters.write_calls
    a.cork { 5.times { |i| a.send(i.to_s) } }
    assert_equal [1, %w[before 0 1 2 3 4]], [a.stream.counters.write_calls - before, Array.new(6) { b.recv }]
  end

  def test_it_keeps_to_its_limits
    a, = encrypted_pair(limits: Firth::Limits.new(frame: 100))
    a.send("x" * 83)
    assert_raises(Firth::BufferOverflowError) { a.send("x" * 84) }
  end

  def test_encrypted_says_whether
    assert_equal [true, false], [encrypted_pair.first.encrypted?, channel_pair.first.encrypted?]
    assert Firth::Channel.new(stream_pair.first, key: KEY).encrypted?
  end

  # ---- Keys

  [16, 17, 32, 64].each do |length|
    define_method("test_a_key_of_#{length}_bytes_opens") do
      a, b = encrypted_pair("k" * length)
      a.send("x")
      assert_equal "x", b.recv
    end
  end

  def test_a_key_may_be_any_bytes
    a, b = encrypted_pair(Random.new(1).bytes(32), Random.new(1).bytes(32).freeze)
    a.send("x")
    assert_equal "x", b.recv
  end

  def test_a_key_with_zeros_after_it_is_another_key
    assert_wrong_key("k" * 16, "k" * 16 + "\0")
  end

  def test_another_key_does_not_open
    assert_wrong_key(KEY, OTHER_KEY)
  end

  def assert_wrong_key(one, other)
    a, b = encrypted_pair(one, other)
    a.send(SECRET)
    error = assert_raises(Firth::EncryptionError) { b.recv }
    assert_equal [:encryption, false], [error.code, error.message.include?(SECRET)]
    assert_raises(Firth::EncryptionError) { b.recv }
  end

  def test_a_key_that_changes_afterwards_does_not_matter
    key = +KEY
    a, b = encrypted_pair(key)
    key.replace("x" * 100)
    a.send("x")
    assert_equal "x", b.recv
  end

  def test_no_key_is_shown
    channel, = encrypted_pair
    assert_equal "#<Firth::EncryptedChannel open>", channel.inspect
    seen = channel.instance_variables.map { |name| channel.instance_variable_get(name) }
    refute_match(/#{KEY}/, seen.inspect)
  end

  def test_it_is_not_copied
    channel, = encrypted_pair
    [-> { channel.dup }, -> { channel.clone }, -> { Marshal.dump(channel) }].each do |copy|
      assert_raises(TypeError) { copy.call }
    end
  end

  # ---- The handshake

  def test_the_hello_goes_out_at_once
    _, far = encrypted_and_socket
    hello = far.readpartial(1000)
    assert_equal [HELLO, BEGINNING, "\n"], [hello.bytesize, hello.byteslice(0, BEGINNING.bytesize), hello[-1]]
  end

  def test_each_channel_has_a_hello_of_its_own
    hellos = Array.new(2) { encrypted_and_socket.last.readpartial(1000) }
    refute_equal(*hellos)
  end

  def test_handshake_exchanges_the_hellos
    a, b = encrypted_pair
    assert_equal [nil, nil], [a.handshake, a.handshake(timeout: 0)]
    b.handshake
    a.send("x")
    assert_equal "x", b.recv
  end

  def test_handshake_can_time_out_and_go_on
    channel, far = encrypted_and_socket
    2.times { assert_raises(Firth::TimeoutError) { channel.handshake(timeout: 0) } }
    peer = Firth::EncryptedChannel.new(Firth::SocketStream.new(far), KEY)
    channel.handshake(timeout: LONG)
    channel.send("x")
    assert_equal "x", peer.recv
  end

  def test_send_and_receive_keep_their_time_in_the_handshake
    channel, = encrypted_and_socket
    assert_raises(Firth::TimeoutError) { channel.send("x", timeout: 0) }
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0) }
    assert_equal false, channel.poll
  end

  def test_handshake_is_nothing_to_a_plain_channel
    assert_nil channel_pair.first.handshake
  end

  # ---- The end

  def test_the_end_is_clean_behind_finish
    a, b = encrypted_pair
    a.send("last")
    finishing = Thread.new { a.finish }
    assert_equal "last", b.recv
    2.times { assert assert_raises(Firth::ConnectionLostError) { b.recv }.clean? }
    b.close
    finishing.join
  end

  def test_bytes_that_end_without_the_end_are_a_lost_connection
    a, b = encrypted_pair
    a.send("last")
    a.close
    assert_equal "last", b.recv
    refute assert_raises(Firth::ConnectionLostError) { b.recv }.clean?
  end

  def test_finish_tells_who_only_sends_that_the_other_has_another_key
    a, b = encrypted_pair(KEY, OTHER_KEY)
    a.send(SECRET)
    assert_raises(Firth::EncryptionError) { b.recv }
    assert_raises(Firth::EncryptionError) { a.finish(timeout: LONG) }
    assert a.closed?
  end

  def test_finish_waits_for_the_peer_to_show_its_key
    a, b = encrypted_pair
    a.send("x")
    finishing = blocked { a.finish(timeout: LONG) }
    assert_equal "x", b.recv
    assert_nil finishing.value
  end

  def test_finish_tells_that_the_peer_has_not_shown_its_key
    a, far = encrypted_and_socket
    far.write(Firth::FrameCodec.new(key: KEY).hello)
    a.send(SECRET)
    error = assert_raises(Firth::TimeoutError) { a.finish(timeout: 0.01) }
    assert_match(/key/, error.message)
    assert a.closed?
  end

  def test_who_sent_nothing_does_not_wait
    a, = encrypted_and_socket
    assert_nil a.finish
    b, = encrypted_pair
    assert_nil b.finish
  end

  def test_open_finishes
    near, far = stream_pair
    peer = Thread.new do
      channel = Firth::EncryptedChannel.new(far, KEY)
      [channel.recv, assert_raises(Firth::ConnectionLostError) { channel.recv }.clean?]
    end
    Firth::EncryptedChannel.open(near, KEY) { |channel| channel.send("x") }
    assert_equal ["x", true], peer.value
  end

  # ---- Over objects

  def test_it_lies_over_an_object
    near, far = socket_pair
    a = Firth::EncryptedChannel.new(Polling.new(near), KEY)
    b = Firth::EncryptedChannel.new(Firth::SocketStream.new(far), KEY)
    peer = Thread.new { b.recv.tap { b.send("answer") } }
    a.send("question")
    assert_equal %w[question answer], [peer.value, a.recv]
  end

  # Keeps what it was called by.
  class Noting < Polling
    attr_reader :threads

    def write(data)
      (@threads ||= []) << Thread.current
      super
    end
  end

  def test_the_thread_that_finishes_calls_the_object
    near, far = socket_pair
    a = Firth::EncryptedChannel.new(object = Noting.new(near), KEY)
    b = Firth::EncryptedChannel.new(Firth::SocketStream.new(far), KEY)
    a.send("x")
    peer = Thread.new { b.recv }
    begin
      a.finish
    rescue Firth::NotSupportedError
      a.finish(timeout: nil)
    end
    assert_equal ["x", [Thread.current]], [peer.value, object.threads.uniq]
  end

  # ---- Forks

  def test_a_child_of_fork_may_do_nothing_but_close
    a, b = encrypted_pair
    a.send("before")
    b.recv
    status = in_child do
      [-> { a.send("x") }, -> { a.recv }, -> { a.poll }, -> { a.flush }].all? do |call|
        call.call
        false
      rescue Firth::ForkedError
        true
      end && a.close.nil?
    end
    a.send("after")
    assert_equal [0, "after"], [status, b.recv]
  end
end
