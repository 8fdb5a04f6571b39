# frozen_string_literal: true

require_relative "fixtures"

class TestMisuse < Minitest::Test
  include Fixtures

  # Methods with the arguments that they need.
  METHODS = {
    Firth::Stream => { read: [1], read_some: [1], write: ["x"], write_some: ["x"], unread: ["x"],
                       poll: [], flush: [], close: [], finish: [], closed?: [], fileno: [],
                       write_fileno: [], timeout: [], "timeout=": [1], held: [], counters: [], wake: [] },
    Firth::Channel => { send: ["x"], recv: [], poll: [], flush: [], cork: [], uncork: [],
                        corked?: [], pending: [], handshake: [], encrypted?: [], close: [],
                        finish: [], closed?: [], fileno: [], compress: [], compress?: [],
                        "compress=": [true] },
    Firth::Listener => { accept: [], port: [], path: [], close: [], closed?: [], fileno: [],
                         wake: [] },
    Firth::FrameCodec => { hello: [], encode: ["x"], encode_end: [], feed: ["x"], decode: [],
                           end: [] }
  }.freeze

  METHODS.each do |kind, methods|
    methods.each do |name, arguments|
      short = "#{kind.name.delete_prefix("Firth::")}_#{name}"

      define_method("test_#{short}_of_an_uninitialised_object_raises") do
        error = assert_raises(TypeError) { kind.allocate.__send__(name, *arguments) }
        assert_match(/uninitialized/, error.message)
      end

      define_method("test_#{short}_takes_no_more_arguments") do
        assert_raises(ArgumentError) { made(kind).__send__(name, *arguments, 1, 2, 3) }
      end
    end
  end

  # An object of each kind that is ready for use.
  def made(kind)
    {
      Firth::Stream => -> { stream_pair.first }, Firth::Channel => -> { channel_pair.first },
      Firth::Listener => -> { keep(Firth::Listener.listen("127.0.0.1")) },
      Firth::FrameCodec => -> { Firth::FrameCodec.new }
    }.fetch(kind).call
  end

  METHODS.each_key do |kind|
    define_method("test_a_#{kind.name.delete_prefix("Firth::")}_cannot_be_copied") do
      assert_raises(TypeError) { made(kind).dup }
      assert_raises(TypeError) { made(kind).clone }
      assert_raises(TypeError) { Marshal.dump(made(kind)) }
    end
  end

  [nil, 1, :symbol, 1.5, ["x"], Object.new].each do |payload|
    define_method("test_sending_a_#{payload.class}_is_a_type_error") do
      assert_raises(TypeError) { channel_pair.first.send(payload) }
      assert_raises(TypeError) { stream_pair.first.write(payload) }
      assert_raises(TypeError) { Firth::FrameCodec.new.feed(payload) }
    end
  end

  def test_what_has_to_str_can_be_sent
    a, b = channel_pair
    a.send(Struct.new(:to_str).new("text"))
    assert_equal "text", b.recv
  end

  [nil, 1, "x", Object.new, Firth::FrameCodec.new, Firth::Channel,
   Firth::SocketStream.allocate].each do |object|
    define_method("test_a_channel_over_a_#{object.class}_is_a_type_error") do
      assert_raises(TypeError) { Firth::Channel.new(object) }
    end
  end

  [nil, 1, "x", Object.new, Struct.new(:to_io).new($stdin),
   Firth::SocketStream.allocate].each do |object|
    define_method("test_a_socket_stream_over_a_#{object.class}_is_a_type_error") do
      assert_raises(TypeError) { Firth::SocketStream.new(object) }
    end

    next if object.is_a?(Integer)

    define_method("test_a_pipe_stream_over_a_#{object.class}_is_a_type_error") do
      assert_raises(TypeError) { Firth::PipeStream.new(object, $stdout) }
      assert_raises(TypeError) { Firth::PipeStream.new($stdin, object) }
    end
  end

  def test_a_method_of_a_stream_cannot_be_bound_to_something_else
    assert_raises(TypeError) { Firth::Stream.instance_method(:read).bind(Firth::FrameCodec.new) }
  end

  def test_an_object_is_initialised_once
    channel, = channel_pair
    assert_raises(TypeError) { channel.__send__(:initialize, channel.stream) }
    stream, = stream_pair
    assert_raises(TypeError) { stream.__send__(:initialize, socket_pair.first) }
  end

  def test_a_closed_stream_is_none_to_build_upon
    stream, = stream_pair
    stream.close
    [Firth::Channel, Firth::BufferedStream, Firth::TunneledSocketStream].each do |built|
      assert_raises(Firth::ClosedError) { built.new(stream) }
    end
  end

  ["1", :soon, true, [], {}].each do |time|
    define_method("test_a_time_out_that_is_a_#{time.class}_is_a_type_error") do
      assert_raises(TypeError) { channel_pair.first.recv(timeout: time) }
      assert_raises(TypeError) { stream_pair.first.timeout = time }
    end
  end

  def test_a_time_that_is_no_number_is_an_argument_error
    assert_raises(ArgumentError) { channel_pair.first.recv(timeout: Float::NAN) }
  end

  def test_an_unknown_keyword_is_an_argument_error
    error = assert_raises(ArgumentError) { channel_pair.first.recv(timeuot: 1) }
    assert_match(/timeuot/, error.message)
    assert_raises(ArgumentError) { Firth::Channel.new(stream_pair.first, compres: true) }
  end

  def test_a_negative_size_is_an_argument_error
    assert_raises(ArgumentError) { stream_pair.first.read(-1) }
  end

  def test_a_size_that_is_no_number_is_a_type_error
    [nil, "1", :x].each { |size| assert_raises(TypeError) { stream_pair.first.read(size) } }
  end

  def test_a_size_beyond_all_memory_is_a_no_memory_error
    assert_raises(NoMemoryError) { stream_pair.first.read(1 << 62) }
  end

  def test_keepalive_below_one_second_is_an_argument_error
    [-1, 0.5].each do |seconds|
      assert_raises(ArgumentError) do
        Firth::SocketStream.connect("127.0.0.1", 1, keepalive: seconds)
      end
    end
  end

  def test_keepalive_that_is_no_number_is_a_type_error_or_an_argument_error
    assert_raises(ArgumentError) { Firth::SocketStream.connect("127.0.0.1", 1, keepalive: "often") }
    assert_raises(TypeError) { Firth::SocketStream.connect("127.0.0.1", 1, keepalive: []) }
  end

  def test_a_port_out_of_range_is_an_argument_error
    [-1, 65_536].each do |port|
      assert_raises(ArgumentError) { Firth::SocketStream.connect("127.0.0.1", port) }
    end
  end

  def test_a_port_that_is_no_number_is_a_type_error
    assert_raises(TypeError) { Firth::SocketStream.connect("127.0.0.1", "http") }
  end

  def test_a_host_must_be_given
    assert_raises(ArgumentError) { Firth::SocketStream.connect(nil, 1) }
    assert_raises(TypeError) { Firth::SocketStream.connect(1, 1) }
  end

  def test_a_name_with_a_nul_byte_is_an_argument_error
    assert_raises(ArgumentError) { Firth::SocketStream.connect("local\0host", 1) }
    assert_raises(ArgumentError) { Firth::SocketStream.unix_connect("/tmp\0/x") }
  end

  def test_a_path_that_is_too_long_is_an_argument_error
    assert_raises(ArgumentError) { Firth::SocketStream.unix_connect("/#{"x" * 200}") }
    assert_raises(ArgumentError) { Firth::Listener.unix_listen("/#{"x" * 200}") }
  end

  def test_a_path_that_is_no_path_is_a_type_error
    [nil, 1].each { |path| assert_raises(TypeError) { Firth::SocketStream.unix_connect(path) } }
  end

  def test_the_functions_behind_the_classes_are_not_to_be_had
    assert_equal %i[create_pipe_stream create_socket_stream create_ssl_stream create_unix_stream generate_key
                    key_from_passphrase live open version zlib_version], Firth.methods(false).sort
    assert_raises(NoMethodError) { Firth::SocketStream.socket_stream_connect("127.0.0.1", 1) }
  end
end
