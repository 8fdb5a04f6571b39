# frozen_string_literal: true

require_relative "fixtures"
require_relative "sealed"
require "timeout"

# The calls of channels that wait for more than bytes: for a peer's hello, for its key, for room
# in a queue.
class TestChannelInterruption < Minitest::Test
  include Fixtures
  include Sealed

  class Poke < StandardError; end

  # Each gives a channel, and is a call of it that blocks.
  CALLS = {
    handshake: [:without_hello, lambda(&:handshake)],
    send_before_the_hello: [:without_hello, ->(channel) { channel.send("x") }],
    recv_before_the_hello: [:without_hello, lambda(&:recv)],
    poll_before_the_hello: [:without_hello, ->(channel) { channel.poll(nil) }],
    finish: [:without_ready, ->(channel) { channel.finish(timeout: nil) }],
    send_with_a_full_queue: [:with_full_queue, ->(channel) { channel.send("x" * 1000) }],
    uncork: [:with_full_queue, lambda(&:uncork)],
    flush: [:with_full_queue, lambda(&:flush)],
    recv_with_a_full_queue: [:with_full_queue, lambda(&:recv)],
    finish_with_a_full_queue: [:with_full_queue, ->(channel) { channel.finish(timeout: nil) }],
    send_with_a_full_batch: [:with_full_batch, ->(channel) { channel.send("x" * 1000) }]
  }.freeze

  # Its peer says nothing.
  def without_hello
    encrypted_and_socket.first
  end

  # Its peer has said hello, and has not shown that it has the key; something was sent.
  def without_ready
    channel, far = encrypted_and_socket
    far.write(Firth::FrameCodec.new(key: KEY).hello)
    channel.send("x")
    channel
  end

  def with_full_queue
    channel, @peer = channel_pair(compress: false, limits: Firth::Limits.new(queue: 10_000))
    channel.cork
    filled(channel)
  end

  def with_full_batch
    channel, @peer = channel_pair(compress: false, batch_size: 5, batch_timeout: nil,
                                  limits: Firth::Limits.new(queue: 10_000))
    filled(channel)
  end

  def filled(channel)
    loop { channel.send("y" * 1000, timeout: 0) }
  rescue Firth::BusyError
    channel
  rescue Firth::TimeoutError
    retry
  end

  CALLS.each do |name, (made, call)|
    define_method("test_thread_raise_stops_a_blocked_#{name}") do
      channel = public_send(made)
      thread = blocked { call.call(channel) }
      thread.raise(Poke)
      assert_instance_of Poke, thread.value
    end

    define_method("test_thread_kill_stops_a_blocked_#{name}") do
      channel = public_send(made)
      thread = blocked { call.call(channel) }
      thread.kill.join
      refute thread.alive?
    end

    define_method("test_timeout_stops_a_blocked_#{name}") do
      channel = public_send(made)
      assert_raises(Timeout::Error) { Timeout.timeout(0.01) { call.call(channel) } }
    end

    define_method("test_what_was_put_off_until_it_blocks_stops_#{name}") do
      channel = public_send(made)
      thread = blocked { put_off { call.call(channel) } }
      assert_instance_of Poke, thread.value
    end

    define_method("test_ctrl_c_stops_a_blocked_#{name}") do
      channel = public_send(made)
      main = Thread.current
      Thread.new do
        Thread.pass until main.stop?
        Process.kill(:INT, Process.pid)
      end
      assert_raises(Interrupt) { call.call(channel) }
    end

    define_method("test_close_from_another_thread_wakes_a_blocked_#{name}") do
      channel = public_send(made)
      thread = blocked { call.call(channel) }
      begin
        channel.close
      rescue Firth::UnsentError
        nil
      end
      assert_kind_of Exception, thread.value unless name.start_with?("finish")
      thread.join
      assert channel.closed?
    end
  end

  # Runs the block when Poke waits for it to block, and has been looked at already.
  def put_off(&block)
    Thread.handle_interrupt(Poke => :on_blocking) do
      target = Thread.current
      Thread.new { target.raise(Poke) }
      Thread.pass until target.pending_interrupt?
      100.times { Thread.pass }
      block.call
    end
  end

  def test_an_uncork_that_does_not_begin_takes_the_cork_away
    channel, = channel_and_socket
    channel.cork
    assert_raises(Poke) { put_off { channel.uncork } }
    refute channel.corked?
  end

  # Runs a signal handler in the main thread while that is blocked in the block, then the
  # other block, in a thread.
  def with_a_handler_run(afterwards)
    main = Thread.current
    handled = Queue.new
    before = trap("USR1") { handled << true }
    other = Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
      handled.pop
      afterwards.call
    end
    yield
    other.value
  ensure
    trap("USR1", before)
  end

  def test_a_handler_that_runs_does_not_end_a_handshake
    channel, far = encrypted_and_socket
    with_a_handler_run(-> { far.write(Firth::FrameCodec.new(key: KEY).hello) }) { channel.handshake }
    channel.send("x")
  end

  def test_a_handler_that_runs_does_not_end_a_finish
    a, b = encrypted_pair
    a.send("x")
    received = with_a_handler_run(-> { b.recv }) { assert_nil a.finish(timeout: LONG) }
    assert_equal "x", received
    assert assert_raises(Firth::ConnectionLostError) { b.recv }.clean?
  end

  def test_a_handler_that_runs_while_uncork_is_blocked_takes_one_cork_away
    channel = with_full_queue
    received = with_a_handler_run(-> { payloads_of(@peer) }) do
      channel.uncork
      assert_raises(ArgumentError) { channel.uncork }
      channel.finish
    end
    assert_equal ["y" * 1000], received.uniq
  end

  def test_a_send_that_was_stopped_behind_a_full_queue_was_not_taken
    channel = with_full_queue
    thread = blocked { channel.send("x" * 1000) }
    thread.raise(Poke)
    thread.join
    receiver = Thread.new { payloads_of(@peer) }
    channel.finish(timeout: nil)
    assert_equal ["y" * 1000], receiver.value.uniq
  end

  def payloads_of(channel)
    payloads = []
    loop { payloads << channel.recv }
  rescue Firth::ConnectionLostError
    payloads
  end

  def test_a_handshake_that_was_stopped_goes_on
    channel, far = encrypted_and_socket
    thread = blocked { channel.handshake }
    thread.raise(Poke)
    thread.join
    peer = Firth::EncryptedChannel.new(Firth::SocketStream.new(far), KEY)
    channel.send("x")
    assert_equal "x", peer.recv
  end

  # Runs the block in a thread and raises Poke there whenever it is blocked.
  def poked
    thread = Thread.handle_interrupt(Poke => :never) { Thread.new { yield } }
    until thread.join(0)
      next Thread.pass if !thread.stop? || thread.pending_interrupt?

      thread.raise(Poke)
    end
    thread.value
  end

  def persistently
    Thread.handle_interrupt(Poke => :on_blocking) { yield }
  rescue Poke
    retry
  end

  def test_a_storm_of_interruptions_loses_no_encrypted_payload
    a, b = encrypted_pair
    payloads = Array.new(200) { |i| i.to_s * (i * 50) }
    sender = Thread.new { payloads.each { |payload| a.send(payload) } }
    assert_equal payloads, poked { Array.new(200) { persistently { b.recv } } }
    sender.join
  end

  def test_a_storm_of_interruptions_loses_nothing_of_a_cork
    a, b = channel_pair(compress: false, limits: Firth::Limits.new(queue: 50_000))
    receiver = Thread.new { Array.new(400) { b.recv } }
    payloads = Array.new(400) { |i| big_payload(i * 50) }
    poked do
      a.cork
      payloads.each { |payload| send_persistently(a, payload) }
      persistently { a.corked? ? a.uncork : a.flush }
    end
    assert_equal payloads, receiver.value
  end

  # All of these fit into the queue, so one that was stopped was not taken.
  def send_persistently(channel, payload)
    Thread.handle_interrupt(Poke => :on_blocking) { channel.send(payload) }
  rescue Poke
    retry
  end
end
