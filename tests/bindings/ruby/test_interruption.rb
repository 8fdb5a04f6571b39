# frozen_string_literal: true

require_relative "fixtures"
require "timeout"

class TestInterruption < Minitest::Test
  include Fixtures

  class Poke < StandardError; end

  # Blocks, one a name, each given a fresh pair of channels.
  CALLS = {
    recv: ->(channel, _) { channel.recv },
    poll: ->(channel, _) { channel.poll(nil) },
    read: ->(channel, _) { channel.stream.read(1) },
    read_some: ->(channel, _) { channel.stream.read_some(1) },
    stream_poll: ->(channel, _) { channel.stream.poll(nil) },
    send: ->(channel, big) { channel.send(big) },
    write: ->(channel, big) { channel.stream.write(big) },
    send_after_another: lambda do |channel, big|
      begin
        channel.send(big, timeout: 0)
      rescue Firth::TimeoutError
        nil
      end
      channel.send("x")
    end,
    finish: lambda do |channel, big|
      begin
        channel.send(big, timeout: 0)
      rescue Firth::TimeoutError
        nil
      end
      channel.finish(timeout: nil)
    end
  }.freeze

  CALLS.each do |name, call|
    define_method("test_thread_raise_stops_a_blocked_#{name}") do
      channel, = channel_pair(compress: false)
      thread = blocked { call.call(channel, big_payload) }
      thread.raise(Poke)
      assert_instance_of Poke, thread.value
    end

    define_method("test_thread_kill_stops_a_blocked_#{name}") do
      channel, = channel_pair(compress: false)
      thread = blocked { call.call(channel, big_payload) }
      thread.kill.join
      refute thread.alive?
    end

    define_method("test_close_from_another_thread_wakes_a_blocked_#{name}") do
      channel, = channel_pair(compress: false)
      thread = blocked { call.call(channel, big_payload) }
      begin
        channel.close
      rescue Firth::UnsentError
        nil
      end
      thread.join
      assert channel.closed?
      assert_instance_of Firth::ClosedError, thread.value unless name == :finish
    end
  end

  def test_a_sender_that_waits_for_its_turn_can_be_stopped
    channel, = channel_pair(compress: false)
    first = blocked { channel.send(big_payload) }
    Thread.pass while channel.stream.counters.bytes_written.zero?
    second = blocked { channel.send("x") }
    second.raise(Poke)
    assert_instance_of Poke, second.value
    first.kill.join
  end

  def test_a_receiver_that_waits_for_its_turn_can_be_stopped
    channel, far = channel_and_socket
    far.write("\0")
    first = blocked { channel.recv }
    Thread.pass while channel.stream.counters.bytes_read.zero?
    second = blocked { channel.recv }
    second.raise(Poke)
    assert_instance_of Poke, second.value
    first.kill.join
  end

  def test_timeout_stops_a_blocked_receive
    assert_raises(Timeout::Error) { Timeout.timeout(0.01) { channel_pair.first.recv } }
  end

  def test_ctrl_c_stops_a_blocked_receive
    channel, = channel_pair
    main = Thread.current
    Thread.new do
      Thread.pass until main.stop?
      Process.kill(:INT, Process.pid)
    end
    assert_raises(Interrupt) { channel.recv }
  end

  def test_ctrl_c_stops_a_process_with_one_thread
    program = <<~'RUBY'
      require "firth"
      ours, theirs = UNIXSocket.pair
      begin
        fork do
          stat = "/proc/#{Process.ppid}/stat"
          nil until File.read(stat)[/\) (\w)/, 1] == "S"
          Process.kill(:INT, Process.ppid)
        end
        Firth::Channel.new(Firth::SocketStream.new(ours)).recv
      rescue Interrupt
        print "stopped"
      end
    RUBY
    assert_equal ["stopped", 0], run_ruby(program)
  end

  def test_a_signal_handler_runs_while_a_receive_is_blocked_and_the_receive_goes_on
    a, b = channel_pair
    main = Thread.current
    before = trap("USR1") { b.send("from the handler") }
    Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
    end
    assert_equal "from the handler", a.recv
  ensure
    trap("USR1", before)
  end

  def test_what_a_signal_handler_raises_comes_out
    channel, = channel_pair
    main = Thread.current
    before = trap("USR1") { raise Poke }
    Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
    end
    assert_raises(Poke) { channel.recv }
  ensure
    trap("USR1", before)
  end

  def test_a_handler_that_uses_the_same_channel_does_not_confuse_a_blocked_send
    a, b = channel_pair(compress: false)
    main = Thread.current
    before = trap("USR1") { a.poll }
    helper = Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
      b.recv
    end
    a.send(big_payload)
    assert_equal big_payload, helper.value
  ensure
    trap("USR1", before)
  end

  # Runs a signal handler in the main thread while that is blocked in the block; only
  # then `peer` receives, until the channel is finished. Gives what came.
  def received_after_a_handler_ran(channel, peer)
    main = Thread.current
    handled = Queue.new
    before = trap("USR1") { handled << true }
    receiver = Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
      handled.pop
      receive_all(peer)
    end
    yield
    channel.finish(timeout: nil)
    receiver.value
  ensure
    trap("USR1", before)
  end

  def receive_all(peer)
    payloads = []
    loop { payloads << peer.recv }
  rescue Firth::ConnectionLostError
    payloads
  end

  def test_a_send_that_was_interrupted_before_its_turn_is_done_once
    channel, peer = channel_pair(compress: false)
    first = blocked { channel.send(big_payload) }
    Thread.pass while channel.stream.counters.bytes_written.zero?
    received = received_after_a_handler_ran(channel, peer) do
      channel.send("x")
      first.join
    end
    assert_equal [big_payload, "x"], received
  end

  def test_a_send_that_was_interrupted_behind_pending_bytes_is_done_once
    channel, peer = channel_with_pending
    received = received_after_a_handler_ran(channel, peer) { channel.send("x") }
    assert_equal [big_payload, "x"], received
  end

  def test_a_send_that_was_interrupted_in_its_middle_is_done_once
    channel, peer = channel_pair(compress: false)
    received = received_after_a_handler_ran(channel, peer) { channel.send(big_payload) }
    assert_equal [big_payload], received
  end

  def test_other_threads_run_while_one_is_blocked
    channel, = channel_pair
    receiver = blocked { channel.recv }
    assert_equal 3, Thread.new { 1 + 2 }.value
    receiver.kill
  end

  def test_what_arrived_before_an_interruption_is_kept
    channel, far = channel_and_socket
    whole = frame(big_payload(300_000))
    far.write(whole.byteslice(0, 100_000))
    receiver = blocked { channel.recv }
    receiver.raise(Poke)
    assert_instance_of Poke, receiver.value
    rest = Thread.new { far.write(whole.byteslice(100_000..)) }
    assert_equal big_payload(300_000), channel.recv
    rest.join
  end

  # Runs the block in a thread and raises Poke there again and again, whenever it is
  # blocked; after the first time something is put into `start`.
  def poked(start)
    thread = Thread.handle_interrupt(Poke => :never) { Thread.new { yield } }
    until thread.join(0)
      next Thread.pass if !thread.stop? || thread.pending_interrupt?

      thread.raise(Poke)
      start.push(true)
    end
    thread.value
  end

  def persistently
    Thread.handle_interrupt(Poke => :on_blocking) { yield }
  rescue Poke
    retry
  end

  def test_a_storm_of_interruptions_loses_no_payload_on_the_way_in
    a, b = channel_pair
    start = Queue.new
    payloads = Array.new(500) { |i| i.to_s * (i * 20) }
    sender = Thread.new do
      start.pop
      payloads.each { |payload| a.send(payload) }
    end
    assert_equal payloads, poked(start) { Array.new(500) { persistently { b.recv } } }
    sender.join
  end

  # With one sender: what is pending after an interruption was taken.
  def test_a_storm_of_interruptions_loses_no_payload_on_the_way_out
    a, b = channel_pair(compress: false)
    start = Queue.new
    payloads = Array.new(100) { |i| big_payload(i * 9000) }
    receiver = Thread.new do
      start.pop
      Array.new(100) { b.recv }
    end
    poked(start) { payloads.each { |payload| send_persistently(a, payload) } }
    assert_equal payloads, receiver.value
  end

  def send_persistently(channel, payload)
    Thread.handle_interrupt(Poke => :on_blocking) { channel.send(payload) }
  rescue Poke
    channel.pending.zero? ? retry : persistently { channel.flush }
  end

  def test_a_storm_of_signals_loses_no_byte_of_a_write
    a, b = stream_pair
    before = trap("USR1") { nil }
    writer = Thread.new { a.write(big_payload) }
    signals = Thread.new { Process.kill(:USR1, Process.pid) while Thread.pass.nil? }
    assert_equal big_payload, b.read(big_payload.bytesize)
    writer.join
  ensure
    signals&.kill&.join
    trap("USR1", before)
  end
end
