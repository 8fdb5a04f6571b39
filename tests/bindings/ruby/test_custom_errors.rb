# frozen_string_literal: true

require_relative "fixtures"
require_relative "custom_objects"
require "timeout"

# What leaves a method of an object under a stream, and what the object gives wrongly.
class TestCustomErrors < Minitest::Test
  include Fixtures

  class Oops < StandardError; end

  # Ways out of a method, and what each raises.
  ERRORS = [Oops, Interrupt, SystemExit, NotImplementedError, EOFError, Errno::EPIPE,
            Firth::TimeoutError, NoMemoryError, Exception].freeze

  # Calls that come to the method that is given as a block.
  CALLS = {
    recv: ->(body) { Firth::Channel.new(Scripted.new(read: body)).recv },
    read: ->(body) { Firth::Stream.new(Scripted.new(read: body)).read(1) },
    read_ahead: ->(body) { Firth::BufferedStream.new(Scripted.new(read: body)).read(1) },
    send: ->(body) { Firth::Channel.new(Scripted.new(write: body)).send("x") },
    write: ->(body) { Firth::Stream.new(Scripted.new(write: body)).write("x") },
    flush: lambda do |body|
      stream = Firth::BufferedStream.new(Scripted.new(write: body))
      stream.write("x")
      stream.flush
    end,
    close: ->(body) { Firth::Channel.new(Scripted.new(close: body)).close },
    finish: ->(body) { Firth::Channel.new(Scripted.new(close: body)).finish },
    close_below: ->(body) { Firth::Channel.new(Firth::BufferedStream.new(Scripted.new(close: body))).close },
    poll: ->(body) { Firth::Channel.new(with(:poll, body)).poll },
    poll_first: ->(body) { Firth::Channel.new(with(:poll, body)).recv(timeout: 1) },
    own_flush: ->(body) { Firth::Channel.new(with(:flush, body)).flush },
    own_finish: ->(body) { Firth::Channel.new(with(:flush, body)).finish },
    fileno: ->(body) { Firth::Channel.new(with(:fileno, body)).fileno },
    closed: lambda do |body|
      channel = Firth::Channel.new(object = Scripted.new)
      object.define_singleton_method(:closed) { body.call }
      channel.closed?
    end
  }.freeze

  def self.with(name, body)
    Scripted.new.tap { |object| object.define_singleton_method(name) { |*arguments| body.call(*arguments) } }
  end

  CALLS.each do |name, call|
    define_method("test_what_is_raised_comes_out_of_#{name}_as_it_is") do
      ERRORS.each do |kind|
        error = kind.new("mine")
        assert_same error, assert_raises(kind) { call.call(->(*) { raise error }) }
      end
    end

    define_method("test_what_is_thrown_comes_out_of_#{name}") do
      thing = Object.new
      assert_same thing, catch(:done) { call.call(->(*) { throw :done, thing }) }
    end

    define_method("test_exit_comes_out_of_#{name}") do
      assert_equal 7, assert_raises(SystemExit) { call.call(->(*) { exit 7 }) }.status
    end

    define_method("test_a_thread_may_be_killed_in_#{name}") do
      thread = Thread.new do
        call.call(->(*) { Thread.current.kill })
        :not_reached
      end
      assert_nil thread.value
    end
  end

  def test_thread_raise_stops_a_method_that_blocks
    queue = Queue.new
    thread = blocked { Firth::Channel.new(Scripted.new(read: ->(_) { queue.pop })).recv }
    thread.raise(error = Oops.new)
    assert_same error, thread.value
  end

  def test_timeout_stops_a_method_that_blocks
    assert_raises(Timeout::Error) do
      Timeout.timeout(0.01) { Firth::Channel.new(Scripted.new(read: ->(_) { sleep })).recv }
    end
  end

  def test_a_program_exits_from_a_method
    output, status = run_ruby(<<~'RUBY')
      require "firth"
      object = Object.new
      def object.read(_) = exit(3)
      def object.write(_) = nil
      def object.close = nil
      def object.closed? = false
      Firth::Channel.new(object).recv
    RUBY
    assert_equal ["", 3], [output, status]
  end

  # An object that fails `times` times in what the block does, then does it.
  def failing(times)
    lambda do |argument|
      times -= 1
      raise Oops if times >= 0

      yield argument
    end
  end

  def test_what_was_received_before_an_error_is_kept
    bytes = StringIO.new(frame("payload"))
    calls = 0
    channel = Firth::Channel.new(Scripted.new(read: lambda do |length|
      raise Oops if (calls += 1) == 4

      bytes.read([length, 3].min)
    end))
    assert_raises(Oops) { channel.recv }
    assert_equal "payload", channel.recv
  end

  def test_what_a_stream_has_read_before_an_error_is_kept
    calls = 0
    stream = Firth::Stream.new(Scripted.new(read: ->(_) { (calls += 1) == 2 ? raise(Oops) : calls.to_s }))
    assert_raises(Oops) { stream.read(3) }
    assert_equal "134", stream.read(3)
  end

  def test_a_payload_whose_write_failed_is_pending_and_goes_out_with_flush
    written = +""
    channel = Firth::Channel.new(Scripted.new(write: failing(1) { |data| written << data; nil }))
    assert_raises(Oops) { channel.send("x") }
    assert_equal 7, channel.pending
    channel.flush
    assert_equal [frame("x"), 0], [written, channel.pending]
  end

  def test_or_with_the_next_payload
    written = +""
    channel = Firth::Channel.new(Scripted.new(write: failing(1) { |data| written << data; nil }))
    assert_raises(Oops) { channel.send("x") }
    channel.send("y")
    assert_equal frame("x") + frame("y"), written
  end

  def test_collected_bytes_whose_write_failed_stay_collected
    written = +""
    stream = Firth::BufferedStream.new(Scripted.new(write: failing(1) { |data| written << data; nil }))
    stream.write("abc")
    assert_raises(Oops) { stream.flush }
    stream.flush
    assert_equal "abc", written
  end

  def test_a_failing_finish_closes_once
    object = Scripted.new(write: ->(_) { raise Oops })
    stream = Firth::BufferedStream.new(object)
    stream.write("abc")
    assert_raises(Oops) { stream.finish }
    assert_equal [1, true], [object.closes, stream.closed?]
  end

  def test_the_first_of_two_errors_comes_out
    object = Scripted.new(write: ->(_) { raise Oops, "first" }, close: -> { raise Oops, "second" })
    stream = Firth::BufferedStream.new(object)
    stream.write("abc")
    assert_equal "first", assert_raises(Oops) { stream.finish }.message
  end

  def test_but_an_interrupt_in_close_comes_before_an_error_of_write
    object = Scripted.new(write: ->(_) { raise Oops }, close: -> { raise Interrupt })
    stream = Firth::BufferedStream.new(object)
    stream.write("abc")
    assert_raises(Interrupt) { stream.finish }
  end

  def test_an_error_that_close_rescues_does_not_hide_the_first
    object = Scripted.new(write: ->(_) { raise Oops }, close: -> { Integer("x", exception: true) rescue nil })
    stream = Firth::BufferedStream.new(object)
    stream.write("abc")
    assert_raises(Oops) { stream.finish }
  end

  def test_the_end_of_the_stream_is_told_though_close_fails
    channel = Firth::Channel.new(Scripted.new(close: -> { raise Oops }))
    error = assert_raises(Firth::ConnectionLostError) { channel.recv }
    assert_equal [true, nil], [error.clean?, error.cause]
  end

  def test_but_an_exit_in_close_comes_out
    channel = Firth::Channel.new(Scripted.new(close: -> { exit 4 }))
    assert_raises(SystemExit) { channel.recv }
  end

  def test_a_lost_connection_below_is_the_end_and_the_same_object
    near, far = stream_and_socket
    channel = Firth::Channel.new(Monitored.new(near))
    far.close
    error = assert_raises(Firth::ConnectionLostError) { channel.recv }
    assert_equal [true, true], [error.clean?, channel.closed?]
  end

  def test_a_clean_end_below_is_none_inside_a_frame
    near, far = stream_and_socket
    channel = Firth::Channel.new(Monitored.new(near))
    far.write(frame("payload")[0, 5])
    far.close
    refute assert_raises(Firth::ConnectionLostError) { channel.recv }.clean?
  end

  # What a write of firth's under the object had taken before it was ended.
  class Delegating < Monitored
    def write(data)
      @stream.write(data)
      nil
    end
  end

  def test_what_a_write_below_took_before_it_was_stopped_is_not_sent_again
    [->(thread) { thread.raise(Oops) }, ->(thread) { thread.kill }].each do |stop|
      near, far = socket_pair
      channel = Firth::Channel.new(Delegating.new(Firth::SocketStream.new(near)), compress: false)
      sender = blocked { channel.send(big_payload) }
      stop.call(sender)
      sender.join
      receiver = Thread.new { Firth::Channel.new(Firth::SocketStream.new(far)).recv }
      channel.flush
      assert_equal big_payload, receiver.value
    end
  end

  def test_as_much_as_was_to_be_written_is_no_part_of_it
    near, far = socket_pair
    stream = Firth::SocketStream.new(near)
    below = Scripted.new(write: lambda do |data|
      raise Oops if data.bytesize <= frame("payload").bytesize

      stream.write(data[0, frame("payload").bytesize])
      frame("payload").bytesize
    end)
    twice = Firth::Stream.new(below)
    channel = Firth::Channel.new(Scripted.new(write: ->(data) { twice.write(data + data) }))
    assert_raises(Oops) { channel.send("payload") }
    assert_equal frame("payload").bytesize, channel.pending
    assert_equal frame("payload"), far.readpartial(100)
  end

  def test_what_a_write_below_took_before_its_time_ran_out_is_not_sent_again
    near, far = socket_pair
    stream = Firth::SocketStream.new(near)
    stream.timeout = 0.01
    channel = Firth::Channel.new(Delegating.new(stream), compress: false)
    assert_raises(Firth::TimeoutError) { channel.send(big_payload) }
    stream.timeout = nil
    receiver = Thread.new { Firth::Channel.new(Firth::SocketStream.new(far)).recv }
    channel.flush
    assert_equal big_payload, receiver.value
  end

  [[5, /returned Integer, expected a String/], [:x, /returned Symbol/], [true, /returned TrueClass/],
   [false, /returned FalseClass/], [["x"], /returned Array/],
   [BasicObject.new, /returned BasicObject/]].each do |answer, text|
    define_method("test_reading_a_#{text.source[/[A-Z]\w+/]}_is_a_type_error") do
      channel = Firth::Channel.new(Scripted.new(read: ->(_) { answer }))
      assert_match(text, assert_raises(TypeError) { channel.recv }.message)
    end
  end

  def test_reading_more_than_asked_is_an_argument_error
    channel = Firth::Channel.new(Scripted.new(read: ->(length) { "x" * (length + 1) }))
    error = assert_raises(ArgumentError) { channel.recv }
    assert_match(/Scripted#read\(5\) returned 6 bytes, expected 1 to 5/, error.message)
  end

  def test_bytes_are_counted_not_characters
    stream = Firth::Stream.new(Scripted.new(read: ->(_) { "é" }))
    assert_raises(ArgumentError) { stream.read(1) }
    assert_equal "é".b, Firth::Stream.new(Scripted.new(read: ->(_) { "é" })).read(2)
  end

  [["1", TypeError], [1.0, TypeError], [true, TypeError], [-1, ArgumentError], [8, ArgumentError],
   [1 << 80, ArgumentError], [BasicObject.new, TypeError]].each_with_index do |(count, error), i|
    define_method("test_writing_another_number_of_bytes_is_misuse_#{i}") do
      channel = Firth::Channel.new(Scripted.new(write: ->(_) { count }))
      assert_match(/Scripted#write returned/, assert_raises(error) { channel.send("x") }.message)
      assert_equal 7, channel.pending
    end
  end

  def test_bytes_given_to_write_cannot_be_changed
    channel = Firth::Channel.new(Scripted.new(write: ->(data) { data << "more" }))
    assert_raises(FrozenError) { channel.send("x") }
  end

  def test_an_object_may_have_another_descriptor_for_writing
    object = Scripted.new
    def object.fileno = 3
    def object.write_fileno = 4
    stream = Firth::Stream.new(object)
    assert_equal [3, 4], [stream.fileno, stream.write_fileno]
  end

  def test_a_fileno_that_is_no_number_is_a_type_error
    channel = Firth::Channel.new(TestCustomErrors.with(:fileno, -> { "3" }))
    assert_raises(TypeError) { channel.fileno }
  end

  def test_a_method_that_calls_its_own_channel_is_told_so
    channel = nil
    channel = Firth::Channel.new(Scripted.new(read: ->(_) { channel.recv }))
    assert_match(/waits for itself/, assert_raises(ArgumentError) { channel.recv }.message)
  end

  def test_a_method_may_close_its_own_channel
    channel = nil
    channel = Firth::Channel.new(Scripted.new(read: ->(_) { channel.close }))
    assert_raises(Firth::ClosedError) { channel.recv }
    assert channel.closed?
  end

  def test_a_fiber_may_be_left_in_a_method
    channel = Firth::Channel.new(Scripted.new(read: ->(_) { Fiber.yield(:inside) }))
    fiber = Fiber.new { channel.recv }
    assert_equal :inside, fiber.resume
    a, b = channel_pair
    a.send("meanwhile")
    assert_equal "meanwhile", b.recv
    assert_match(/waits for itself/, assert_raises(ArgumentError) { channel.recv }.message)
    assert_raises(Firth::ConnectionLostError) { fiber.resume(nil) }
  end
end
