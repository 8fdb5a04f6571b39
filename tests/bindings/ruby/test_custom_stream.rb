# frozen_string_literal: true

require_relative "fixtures"
require_relative "custom_objects"
require "delegate"
require "io/wait"
require "stringio"

# Objects of Ruby's under streams and channels.
class TestCustomStream < Minitest::Test
  include Fixtures

  # An object of the class over a socket, and the far socket.
  def object_and_socket(kind = Plain)
    near, far = socket_pair
    [kind.new(near), far]
  end

  def channel_over(kind = Plain, **options)
    object, far = object_and_socket(kind)
    [Firth::Channel.new(object, **options), far, object]
  end

  def test_a_channel_sends_over_it
    channel, far = channel_over
    channel.send("payload")
    assert_equal frame("payload"), far.readpartial(100)
  end

  def test_a_channel_receives_over_it
    channel, far = channel_over
    far.write(frame("one") + frame("") + frame("three"))
    assert_equal ["one", "", "three"], Array.new(3) { channel.recv }
  end

  def test_a_payload_is_one_write_of_frozen_bytes
    channel, _far, object = channel_over
    channel.send("x" * 100)
    (_, data), *others = object.calls_of(:write)
    assert_equal [frame("x" * 100), true, Encoding::BINARY, []],
                 [data, data.frozen?, data.encoding, others]
  end

  def test_a_stream_over_it_reads_exactly_and_writes_all
    object, far = object_and_socket
    stream = Firth::Stream.new(object)
    stream.write("question")
    far.write("answer")
    assert_equal ["question", "ans", "wer"], [far.readpartial(100), stream.read(3), stream.read(3)]
  end

  def test_what_it_reads_at_once_need_not_be_all
    object = Scripted.new(read: ->(length) { "abcdef"[0, [length, 2].min] })
    assert_equal "abababa", Firth::Stream.new(object).read(7)
  end

  def test_read_is_asked_for_no_more_than_there_must_be
    channel, far, object = channel_over
    far.write(frame("payload"))
    channel.recv
    assert_equal [5, 7], object.calls_of(:read).map(&:last).first(2)
  end

  def test_read_some_is_used_where_there_is_one
    channel, far, object = channel_over(Some)
    far.write(frame("payload"))
    assert_equal ["payload", []], [channel.recv, object.calls_of(:read)]
  end

  def test_a_buffered_stream_reads_ahead_by_read_some
    object, far = object_and_socket(Some)
    stream = Firth::BufferedStream.new(object, buffer_size: 100)
    far.write("abcdef")
    assert_equal ["a", [5, 0]], [stream.read(1), stream.held]
    assert_equal [101], object.calls_of(:read_some).map(&:last)
  end

  def test_a_count_that_write_returns_is_taken
    written = +""
    object = Scripted.new(write: ->(data) { data[0, 3].tap { |part| written << part }.bytesize })
    Firth::Channel.new(object, compress: false).send("some bytes")
    assert_equal frame("some bytes"), written
  end

  [nil, ""].each do |ending|
    define_method("test_#{ending.inspect}_from_read_is_the_end") do
      channel = Firth::Channel.new(Scripted.new(read: ->(_) { ending }))
      assert assert_raises(Firth::ConnectionLostError) { channel.recv }.clean?
      assert channel.closed?
    end
  end

  def test_an_end_inside_a_frame_is_told_apart
    channel, far = channel_over
    far.write("\0\0")
    far.close
    refute assert_raises(Firth::ConnectionLostError) { channel.recv }.clean?
  end

  def test_the_end_closes_the_object_once
    channel, far, object = channel_over
    far.close
    assert_raises(Firth::ConnectionLostError) { channel.recv }
    channel.close
    assert_equal 1, object.calls_of(:close).size
  end

  def test_close_closes_the_object_once
    channel, far, object = channel_over
    2.times { channel.close }
    assert_equal [1, nil], [object.calls_of(:close).size, far.read(1)]
  end

  def test_finish_closes_the_object
    channel, _far, object = channel_over
    channel.finish
    assert_equal [1, true], [object.calls_of(:close).size, channel.closed?]
  end

  def test_a_block_form_closes_the_object
    object, = object_and_socket
    Firth::Channel.open(object) { |channel| channel.send("x") }
    assert object.closed?
  end

  def test_what_the_object_says_of_its_end_counts
    [Firth::Channel, Firth::BufferedStream, Firth::Stream].each do |kind|
      object = Scripted.new
      over = kind.new(object)
      before = over.closed?
      object.closed = true
      assert_equal [false, true], [before, over.closed?]
    end
  end

  def test_a_channel_over_a_buffered_stream_asks_the_object_too
    object = Scripted.new
    channel = Firth::Channel.new(Firth::BufferedStream.new(object))
    object.closed = true
    assert channel.closed?
  end

  def test_an_object_that_is_closed_is_refused
    object, = object_and_socket
    object.close
    error = assert_raises(Firth::ClosedError) { Firth::Channel.new(object) }
    assert_equal "Plain is closed", error.message
  end

  def test_the_very_object_is_given_back
    object, = object_and_socket
    assert_same object, Firth::Channel.new(object).stream
    assert_same object, Firth::BufferedStream.new(object).lower
  end

  def test_flush_and_finish_call_its_flush
    object = Scripted.new
    flushes = 0
    object.define_singleton_method(:flush) { flushes += 1 }
    channel = Firth::Channel.new(object)
    channel.flush
    channel.finish
    assert_operator flushes, :>=, 2
  end

  def test_fileno_is_the_objects
    object, = object_and_socket(Polling)
    assert_equal [object.fileno] * 2, [Firth::Channel.new(object), Firth::Stream.new(object)].map(&:fileno)
  end

  def test_without_fileno_there_is_none
    channel, = channel_over
    assert_raises(Firth::NotSupportedError) { channel.fileno }
  end

  def test_poll_asks_the_object
    channel, far, object = channel_over(Polling)
    before = channel.poll
    far.write("x")
    assert_equal [false, true, [0.0, nil]],
                 [before, channel.poll(nil), object.calls_of(:poll).map(&:last)]
  end

  def test_without_poll_there_is_no_polling_and_no_time_out
    channel, = channel_over
    [-> { channel.poll }, -> { channel.recv(timeout: 1) }, -> { channel.recv(timeout: 0) },
     -> { channel.send("x", timeout: 1) }].each do |call|
      assert_match(/Plain/, assert_raises(Firth::NotSupportedError, &call).message)
    end
  end

  def test_a_time_out_that_was_refused_takes_nothing
    channel, far = channel_over
    assert_raises(Firth::NotSupportedError) { channel.send("x", timeout: 1) }
    channel.send("y")
    assert_equal frame("y"), far.readpartial(100)
  end

  def test_with_poll_a_time_out_is_kept_and_loses_nothing
    channel, far = channel_over(Polling)
    far.write(frame("payload")[0, 5])
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0.01) }
    far.write(frame("payload")[5..])
    assert_equal "payload", channel.recv(timeout: 5)
  end

  def test_a_write_of_nothing_is_a_time_out_and_the_payload_is_kept
    room = 0
    written = +""
    object = Scripted.new(write: ->(data) { written << data[0, room]; [room, data.bytesize].min })
    channel = Firth::Channel.new(object)
    assert_raises(Firth::TimeoutError) { channel.send("x") }
    room = 100
    channel.flush
    assert_equal frame("x"), written
  end

  [Plain, Polling, Some].each do |kind|
    define_method("test_a_buffered_stream_works_over_#{kind}") do
      object, far = object_and_socket(kind)
      stream = Firth::BufferedStream.new(object)
      stream.write("question")
      reader = Thread.new { stream.read(6) }
      assert_equal "question", far.read(8)
      far.write("answer")
      assert_equal "answer", reader.value
    end

    define_method("test_a_buffered_stream_over_#{kind}_sends_at_its_finish") do
      object, far = object_and_socket(kind)
      Firth::BufferedStream.open(object) { |stream| stream.write("last words") }
      assert_equal "last words", far.read
    end

    define_method("test_a_channel_over_a_buffered_stream_works_over_#{kind}") do
      object, far = object_and_socket(kind)
      channel = Firth::Channel.new(Firth::BufferedStream.new(object))
      channel.send("question")
      channel.flush
      far.write(frame("answer"))
      assert_equal [frame("question"), "answer"], [far.readpartial(100), channel.recv]
    end

    define_method("test_large_and_compressed_payloads_pass_through_#{kind}") do
      near, far = socket_pair
      here = Firth::Channel.new(kind.new(near))
      there = Firth::Channel.new(kind.new(far))
      ["", "x" * 100_000, big_payload(5 << 20)].each do |payload|
        sender = Thread.new { here.send(payload) }
        assert_equal payload, there.recv
        sender.join
      end
    end
  end

  def test_an_unsent_rest_is_told_by_close
    object, = object_and_socket
    stream = Firth::BufferedStream.new(object)
    stream.write("abc")
    assert_equal 3, assert_raises(Firth::UnsentError) { stream.close }.count
    assert object.closed?
  end

  def test_closed_may_be_spelt_without_a_question_mark
    object = Scripted.new
    refute_respond_to object, :closed?
    assert_equal false, Firth::Channel.new(object).closed?
  end

  def test_an_object_that_delegates_can_be_one
    near, far = stream_pair
    Firth::Channel.new(SimpleDelegator.new(near)).send("x")
    assert_equal "x", Firth::Channel.new(far).recv
  end

  def test_an_object_without_the_methods_of_all_objects_can_be_one
    near, far = stream_pair
    channel = Firth::Channel.new(Bare.new(near))
    channel.send("x")
    assert_equal ["x", false], [Firth::Channel.new(far).recv, channel.closed?]
  end

  [SimpleDelegator, DelegateClass(Firth::SocketStream)].each_with_index do |parent, i|
    define_method("test_the_read_of_one_that_delegates_is_not_passed_by_#{i}") do
      kind = Class.new(parent) { def read(length) = super.upcase }
      near, far = stream_and_socket
      far.write(frame("x"))
      assert_equal "X", Firth::Channel.new(kind.new(near)).recv
    end
  end

  def test_a_read_of_a_subclass_is_not_passed_by
    kind = Class.new(Some) { def read(length) = super&.upcase }
    near, far = socket_pair
    far.write(frame("x"))
    assert_equal "X", Firth::Channel.new(kind.new(near)).recv
  end

  def test_an_io_can_be_one
    near, far = socket_pair
    Firth::Channel.new(near).send("x")
    assert_equal ["y", frame("x")], [Firth::Channel.new(StringIO.new(frame("y"))).recv, far.readpartial(100)]
  end

  def test_the_counters_count_bytes
    channel_object, far = object_and_socket
    stream = Firth::Stream.new(channel_object)
    far.write("abc")
    stream.read(3)
    stream.write("de")
    assert_equal [3, 2], stream.counters.to_a.first(2)
  end

  [[nil, "NilClass"], [5, "Integer"], [1.5, "Float"], ["text", "String"], [:a, "Symbol"],
   [BasicObject.new, "BasicObject"], [Object, "Class"]].each do |object, name|
    define_method("test_a_#{name}_is_no_stream") do
      [Firth::Channel, Firth::BufferedStream, Firth::Stream].each do |kind|
        error = assert_raises(TypeError) { kind.new(object) }
        assert_match(/#{name} has no read, write, close, closed\?/, error.message)
      end
    end
  end

  %i[read write close].each do |method|
    define_method("test_an_object_without_#{method}_is_no_stream") do
      kind = Class.new(Plain) { undef_method method }
      error = assert_raises(TypeError) { Firth::Channel.new(kind.new(socket_pair.first)) }
      assert_match(/has no #{method}\z/, error.message)
    end
  end

  def test_a_private_method_does_not_count
    kind = Class.new(Plain) { private :write }
    assert_raises(TypeError) { Firth::Channel.new(kind.new(socket_pair.first)) }
  end

  def test_other_objects_of_firths_are_no_streams
    Firth::Listener.listen("127.0.0.1") do |listener|
      assert_match(/Listener has no read, write/, assert_raises(TypeError) { Firth::Channel.new(listener) }.message)
    end
    assert_match(/Channel has no read/, assert_raises(TypeError) { Firth::Channel.new(channel_pair.first) }.message)
  end

  def test_what_lies_below_cannot_be_exchanged
    channel, = channel_over
    assert_raises(TypeError) { channel.__send__(:initialize, Scripted.new) }
    stream = Firth::Stream.new(Scripted.new)
    assert_raises(TypeError) { stream.__send__(:initialize, Scripted.new) }
  end
end

# Subclasses of firth's own streams whose overrides are what is called.
class TestOverridingStreams < Minitest::Test
  include Fixtures

  class Counting < Firth::SocketStream
    attr_reader :read_bytes, :written_bytes

    def read(length, **time)
      super.tap { |bytes| @read_bytes = (@read_bytes || 0) + bytes.bytesize }
    end

    def write(data, **time)
      @written_bytes = (@written_bytes || 0) + data.bytesize
      super
    end
  end

  class Saying < Firth::SocketStream
    attr_reader :said

    def close
      @said = true
      super
    end
  end

  def test_an_overridden_read_and_write_are_called
    near, far = socket_pair
    stream = Counting.new(near)
    channel = Firth::Channel.new(stream)
    channel.send("payload")
    far.write(frame("answer"))
    assert_equal ["answer", 12, 13], [channel.recv, stream.read_bytes, stream.written_bytes]
  end

  def test_an_overridden_close_is_called
    stream = Saying.new(socket_pair.first)
    Firth::Channel.new(stream).close
    assert_equal [true, true], [stream.said, stream.closed?]
  end

  def test_what_is_not_overridden_keeps_its_time_outs
    channel = Firth::Channel.new(Saying.new(socket_pair.first), compress: false)
    assert_raises(Firth::TimeoutError) { channel.recv(timeout: 0.01) }
    assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0.01) }
    assert_operator channel.pending, :>, 0
  end

  def test_a_payload_that_a_time_out_cut_goes_on
    near, far = socket_pair
    channel = Firth::Channel.new(Saying.new(near), compress: false)
    assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0) }
    receiver = Thread.new { Firth::Channel.new(Firth::SocketStream.new(far)).recv }
    channel.flush
    assert_equal big_payload, receiver.value
  end

  def test_a_method_of_one_object_alone_counts
    stream, far = stream_pair
    stream.define_singleton_method(:write) { |data, **time| super(data.upcase, **time) }
    Firth::BufferedStream.open(stream) { |buffered| buffered.write("abc") }
    assert_equal "ABC", far.read(3)
  end

  def test_a_stream_that_overrides_nothing_is_driven_by_its_descriptor
    near, far = socket_pair
    stream = Class.new(Firth::SocketStream) { def inspect = "mine" }.new(near)
    Firth::Channel.new(stream).send("x")
    assert_equal [frame("x"), 6 + 1], [far.readpartial(100), stream.counters.bytes_written]
  end

  # It never calls Stream's initialize, so it has nothing but its own methods.
  class Bare < Firth::Stream
    def initialize(bytes)
      @bytes = bytes
    end

    def read(length, **) = @bytes.slice!(0, length)
    def write(_data, **) = nil
    def close = @closed = true
    def closed? = @closed || false
  end

  def test_a_subclass_with_nothing_of_firths_below_is_an_object_like_others
    channel = Firth::Channel.new(Bare.new(frame("payload")))
    assert_equal "payload", channel.recv
    assert_raises(Firth::NotSupportedError) { channel.poll }
  end

  def test_an_uninitialised_stream_is_refused
    [Bare.allocate, Firth::Stream.allocate].zip([nil, TypeError]).each do |stream, error|
      error ? assert_raises(error) { Firth::Channel.new(stream) } : Firth::Channel.new(stream)
    end
  end
end

# The documents' two, against real peers.
class TestDocumentedCustomStreams < Minitest::Test
  include Fixtures

  def test_a_monitored_stream_counts_what_the_channel_of_rpyc_echoes
    with_echo("6.0.2", "tcp") do |stream|
      monitored = Monitored.new(stream)
      Firth::Channel.open(monitored) do |channel|
        [0, 1, 65_536, 4 << 20].each do |size|
          channel.send(big_payload(size))
          assert_equal big_payload(size), channel.recv
        end
      end
      assert_equal [stream.counters.bytes_read, stream.counters.bytes_written],
                   [monitored.bytes_read, monitored.bytes_written]
      assert stream.closed?
    end
  end

  def test_a_monitored_stream_keeps_time_outs
    near, = stream_pair
    assert_raises(Firth::TimeoutError) { Firth::Channel.new(Monitored.new(near)).recv(timeout: 0.01) }
  end

  def test_a_stream_that_authenticates_first_then_carries_payloads
    with_echo_of_token("secret") do |stream|
      Firth::Channel.open(Authenticated.connect(stream, "secret")) do |channel|
        channel.send("x")
        assert_equal "x", channel.recv
      end
    end
  end

  def test_a_refused_authentication_comes_out
    with_echo_of_token("secret") do |stream|
      assert_raises(SecurityError) { Authenticated.connect(stream, "public") }
    end
  end

  # Yields a stream to rpyc's echo, which wants a line with the token first.
  def with_echo_of_token(token)
    with_peer("6.0.2", "echo.py", "tcp", 1, token) do |io|
      _, _, host, port = io.gets.split
      yield Firth::SocketStream.connect(host, Integer(port))
    end
  end
end
