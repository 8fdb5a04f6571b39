# frozen_string_literal: true

require_relative "fixtures"
require_relative "custom_objects"
require "io/wait"
require "stringio"

# Objects under streams, and threads, forks, signals and the garbage collector.
class TestCustomThreads < Minitest::Test
  include Fixtures

  class Poke < StandardError; end

  # Gives what is put in, a byte at a time, and waits for each. It notices two readers at
  # once.
  class Fed
    attr_reader :crowded, :written

    def initialize
      @queue = Queue.new
      @written = +""
      @readers = 0
      @closed = false
    end

    def feed(bytes)
      bytes.each_char { |byte| @queue << byte }
    end

    def read(_length)
      @readers += 1
      @crowded = true if @readers > 1
      @queue.pop
    ensure
      @readers -= 1
    end

    def write(data)
      data.each_char do |byte|
        @written << byte
        Thread.pass
      end
      nil
    end

    def close
      @closed = true
      @queue << nil
    end

    def closed?
      @closed
    end
  end

  def test_one_thread_reads_while_another_writes
    near, far = socket_pair
    here = Firth::Channel.new(Plain.new(near), compress: false)
    there = Firth::Channel.new(Plain.new(far), compress: false)
    pumps = [[here, there], [there, here]].flat_map do |from, to|
      [Thread.new { 20.times { from.send(big_payload(100_000)) } },
       Thread.new { Array.new(20) { to.recv } }]
    end
    values = pumps.map(&:value).grep(Array)
    assert_equal [[big_payload(100_000)] * 20] * 2, values
  end

  def test_a_send_goes_on_while_a_read_waits
    object = Fed.new
    channel = Firth::Channel.new(object)
    reader = blocked { channel.recv }
    channel.send("x")
    object.feed(frame("y"))
    assert_equal [frame("x"), "y"], [object.written, reader.value]
  end

  def test_several_senders_do_not_interleave
    object = Fed.new
    channel = Firth::Channel.new(object)
    payloads = Array.new(8) { |i| i.to_s * 300 }
    payloads.map { |payload| Thread.new { channel.send(payload) } }.each(&:join)
    codec = Firth::FrameCodec.new
    codec.feed(object.written)
    assert_equal payloads, Array.new(8) { codec.decode }.sort
  end

  def test_several_receivers_take_turns
    object = Fed.new
    channel = Firth::Channel.new(object)
    receivers = Array.new(3) { blocked { channel.recv } }
    3.times { |i| object.feed(frame(i.to_s)) }
    assert_equal %w[0 1 2], receivers.map(&:value).sort
    refute object.crowded
  end

  def test_who_waits_for_a_turn_can_be_stopped
    object = Fed.new
    channel = Firth::Channel.new(object)
    first = blocked { channel.recv }
    [->(thread) { thread.raise(Poke) }, ->(thread) { thread.kill }].each do |stop|
      second = blocked { channel.recv }
      stop.call(second)
      second.join
    end
    object.close
    assert_instance_of Firth::ConnectionLostError, first.value
  end

  def test_who_waits_for_a_turn_keeps_its_time_out
    object = Fed.new
    object.define_singleton_method(:poll) { |_| true }
    channel = Firth::Channel.new(object)
    first = blocked { channel.recv }
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0.01) }
    assert_equal false, channel.poll(0.01)
    first.kill.join
  end

  def test_close_from_another_thread_while_one_is_inside
    object = Fed.new
    channel = Firth::Channel.new(object)
    reader = blocked { channel.recv }
    channel.close
    assert_instance_of Firth::ClosedError, reader.value
    assert object.closed?
  end

  def test_what_close_makes_the_object_raise_comes_out_there
    near, = socket_pair
    channel = Firth::Channel.new(Plain.new(near))
    reader = blocked { channel.recv }
    channel.close
    assert_instance_of IOError, reader.value
  end

  def test_a_killed_reader_leaves_the_turn_to_another
    object = Fed.new
    channel = Firth::Channel.new(object)
    blocked { channel.recv }.kill.join
    object.feed(frame("y"))
    assert_equal "y", channel.recv
  end

  def test_a_signal_handler_runs_while_a_method_blocks_and_the_call_goes_on
    near, far = socket_pair
    channel = Firth::Channel.new(Plain.new(near))
    main = Thread.current
    before = trap("USR1") { far.write_nonblock(frame("y")) }
    Thread.new do
      Thread.pass until main.stop?
      Process.kill(:USR1, Process.pid)
    end
    assert_equal "y", channel.recv
  ensure
    trap("USR1", before)
  end

  # It can be interrupted before each read, and nowhere else.
  class Interruptible < Some
    def read_some(length)
      Thread.handle_interrupt(Poke => :immediate) { Thread.pass }
      super
    end
  end

  def test_many_interruptions_lose_nothing
    near, far = socket_pair
    here = Firth::Channel.new(Interruptible.new(near), compress: false)
    received = []
    interruptions = 0
    ready = Queue.new
    receiver = Thread.new do
      Thread.handle_interrupt(Poke => :never) do
        ready << true
        until received.size == 300
          begin
            received << here.recv
          rescue Poke
            interruptions += 1
          end
        end
      end
    end
    receiver.report_on_exception = false
    ready.pop
    300.times do |i|
      receiver.raise(Poke)
      far.write(frame(i.to_s * 1000))
    end
    assert_raises(Poke) { receiver.join && raise(Poke) }
    assert_equal Array.new(300) { |i| i.to_s * 1000 }, received
    assert_operator interruptions, :>, 0
  end

  def test_ctrl_c_stops_a_process_with_one_thread
    program = <<~'RUBY'
      require "firth"
      ours, theirs = UNIXSocket.pair
      object = Struct.new(:io) do
        def read(length) = io.read(length)
        def write(data) = io.write(data)
        def close = io.close
        def closed? = io.closed?
      end.new(ours)
      begin
        fork do
          stat = "/proc/#{Process.ppid}/stat"
          nil until File.read(stat)[/\) (\w)/, 1] == "S"
          Process.kill(:INT, Process.ppid)
        end
        Firth::Channel.new(object).recv
      rescue Interrupt
        print "stopped"
      end
    RUBY
    assert_equal ["stopped", 0], run_ruby(program)
  end

  def test_a_forked_child_may_go_on
    near, far = socket_pair
    channel = Firth::Channel.new(Plain.new(near))
    assert_equal 0, in_child { channel.send("from the child") || true }
    channel.send("from the parent")
    assert_equal frame("from the child") + frame("from the parent"), far.readpartial(100)
  end

  def test_a_fork_while_a_thread_is_inside_leaves_the_child_free
    object = Fed.new
    channel = Firth::Channel.new(object)
    reader = blocked { channel.recv }
    status = in_child do
      object.feed(frame("y"))
      channel.recv == "y"
    end
    assert_equal 0, status
    reader.kill.join
  end

  def test_a_program_may_end_while_a_method_blocks
    program = <<~'RUBY'
      require "firth"
      object = Object.new
      def object.read(_) = sleep
      def object.write(_) = nil
      def object.close = abort("closed")
      def object.closed? = false
      channel = Firth::Channel.new(object)
      thread = Thread.new { channel.recv }
      Thread.pass until thread.stop?
      print "over"
    RUBY
    assert_equal ["over", 0], run_ruby(program)
  end
end

class TestCustomLifetimes < Minitest::Test
  include Fixtures

  # Makes `count` of what the block gives, forgets them; how many of them are left.
  def left_of(count, kind)
    overwrite_the_stack(200) { count.times { yield } }
    4.times { GC.start }
    ObjectSpace.each_object(kind).count
  end

  def overwrite_the_stack(depth, &block)
    depth.zero? ? block.call : overwrite_the_stack(depth - 1, &block)
  end

  def test_what_is_forgotten_is_collected_and_not_closed
    kind = Class.new(Scripted)
    closed = 0
    left = left_of(100, kind) do
      Firth::Channel.new(Firth::BufferedStream.new(kind.new(close: -> { closed += 1 })))
    end
    assert_operator left, :<, 10
    assert_equal 0, closed
  end

  def test_a_cycle_is_collected
    kind = Class.new(Scripted) { attr_accessor :over }
    left = left_of(100, kind) do
      object = kind.new
      object.over = [Firth::Channel.new(object), Firth::Stream.new(object), Firth::BufferedStream.new(object)]
    end
    assert_operator left, :<, 10
  end

  # A channel over bytes in an object that only it knows.
  def channel_alone(&wrap)
    bytes = StringIO.new(frame("payload"))
    Firth::Channel.new(wrap.call(Scripted.new(read: ->(length) { bytes.read(length) })))
  end

  { object: ->(object) { object }, stream: ->(object) { Firth::Stream.new(object) },
    buffered: ->(object) { Firth::BufferedStream.new(object) },
    shared: ->(object) { Firth::Stream.new(Firth::Stream.new(object)) } }.each do |name, wrap|
    define_method("test_the_object_lives_as_long_as_a_channel_over_its_#{name}") do
      channel = channel_alone(&wrap)
      overwrite_the_stack(200) { 4.times { GC.start } }
      channel.instance_variables.each { |variable| channel.remove_instance_variable(variable) }
      GC.start
      GC.compact
      assert_equal "payload", channel.recv
    end
  end

  def test_an_object_may_serve_one_channel_after_another
    near, far = socket_pair
    object = Plain.new(near)
    3.times do |i|
      Firth::Channel.new(object).send(i.to_s)
      GC.start
    end
    assert_equal frame("0") + frame("1") + frame("2"), far.readpartial(100)
  end

  def test_all_of_it_works_under_a_stressed_collector
    near, far = socket_pair
    GC.stress = true
    a = Firth::Channel.new(Firth::BufferedStream.new(Some.new(near)))
    b = Firth::Channel.new(Polling.new(far))
    a.send("x" * 50)
    a.flush
    received = b.recv
    error = assert_raises(Firth::TimeoutError) { b.recv(timeout: 0.001) }
    a.close
    assert_raises(Firth::ConnectionLostError) { b.recv }
    GC.stress = false
    assert_equal ["x" * 50, :timeout], [received, error.code]
  ensure
    GC.stress = false
  end

  def test_errors_pass_under_a_stressed_collector
    channel = Firth::Channel.new(Scripted.new(write: ->(_) { raise "oops" }, close: -> { raise "again" }))
    GC.stress = true
    assert_equal "oops", assert_raises(RuntimeError) { channel.send("x") }.message
    assert_equal "again", assert_raises(RuntimeError) { channel.close }.message
  ensure
    GC.stress = false
  end

  def test_memory_does_not_grow
    near, far = socket_pair
    here, there = [near, far].map { |socket| Firth::Channel.new(Plain.new(socket), compress: false) }
    payload = big_payload(1 << 20)
    exchange = proc do
      [here, there].each { |channel| channel.stream.calls.clear }
      sender = Thread.new { here.send(payload) }
      there.recv
      sender.join
    end
    20.times(&exchange)
    before = resident
    200.times(&exchange)
    assert_operator resident - before, :<, 100 << 20
  end

  # Bytes of memory that this process has.
  def resident
    File.read("/proc/self/statm").split[1].to_i * 4096
  end
end
