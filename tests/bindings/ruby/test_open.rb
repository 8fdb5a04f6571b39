# frozen_string_literal: true

require_relative "fixtures"

# Streams by their address.
class TestOpen < Minitest::Test
  include Fixtures

  def test_tcp_gives_a_socket_stream
    Firth::Listener.listen("127.0.0.1") do |listener|
      stream = Firth.open("tcp://127.0.0.1:#{listener.port}?nodelay=no", timeout: 20)
      stream.write("x")
      assert_equal [Firth::SocketStream, "x"], [stream.class, listener.accept.read(1)]
    end
  end

  def test_unix_gives_a_socket_stream_to_a_block
    Dir.mktmpdir do |folder|
      path = File.join(folder, "a socket")
      Firth::Listener.unix_listen(path) do
        assert_equal Firth::SocketStream, Firth.open("unix:#{path.sub(" ", "%20")}", &:class)
      end
    end
  end

  def test_an_address_that_is_no_text_says_where_it_is_bad
    error = assert_raises(ArgumentError) { Firth.open("unix:/a\xFF") }
    assert_match(/byte 7 .* the byte 0xFF/, error.message)
  end

  def test_fd_gives_a_socket_stream_for_a_socket
    near, far = socket_pair
    near.autoclose = false
    stream = Firth.open("fd:#{near.fileno}")
    stream.write("x")
    assert_equal [Firth::SocketStream, "x"], [stream.class, far.readpartial(1)]
  end

  def test_fd_gives_a_pipe_stream_for_two_descriptors
    reader, writer = IO.pipe
    [reader, writer].each { |io| io.autoclose = false }
    stream = Firth.open("FD:#{reader.fileno},#{writer.fileno}")
    stream.write("x")
    assert_equal [Firth::PipeStream, "x"], [stream.class, stream.read(1)]
  end

  def test_stdio_is_the_programs_own
    output, status = run_ruby(<<~'RUBY', input: "line\nheld")
      require "firth"
      print $stdin.gets
      Firth.open("stdio:") do |stream|
        stream.write(stream.read(4))
        stream.write(stream.class.name)
      end
    RUBY
    assert_equal ["line\nheldFirth::PipeStream", 0], [output, status]
  end

  def test_an_interruption_stops_it
    server = Socket.new(:INET, :STREAM)
    server.bind(Addrinfo.tcp("127.0.0.1", 0))
    server.listen(0)
    address = "tcp://127.0.0.1:#{server.local_address.ip_port}"
    keep(Firth.open(address))
    thread = blocked { Firth.open(address, timeout: nil) }
    thread.kill.join
    refute thread.alive?
  end

  { "nonsense" => 0, "tcp://host" => 10, "ftp://host:1" => 0, "tcp://host:x" => 11, "fd:" => 3,
    "unix:a%zz" => 7 }.each do |uri, at|
    define_method("test_a_bad_address_says_where_#{uri}") do
      error = assert_raises(ArgumentError) { Firth.open(uri) }
      assert_match(/byte #{at}\b/, error.message)
    end
  end

  [nil, 5, :"tcp://h:1"].each do |uri|
    define_method("test_a_#{uri.class}_is_no_address") do
      assert_raises(TypeError) { Firth.open(uri) }
    end
  end

  def test_what_the_scheme_says_is_said
    assert_raises(Errno::ENOENT) { Firth.open("unix:/nonexistent") }
    assert_match(/descriptor 1000000/, assert_raises(ArgumentError) { Firth.open("fd:1000000") }.message)
  end
end

class TestWindowsStreams < Minitest::Test
  include Fixtures

  { new: -> { Firth::Win32PipeStream.new(1, 2) }, from_std: -> { Firth::Win32PipeStream.from_std },
    create_pair: -> { Firth::Win32PipeStream.create_pair },
    named: -> { Firth::NamedPipeStream.new(1, true) },
    named_pair: -> { Firth::NamedPipeStream.create_pair },
    create_server: -> { Firth::NamedPipeStream.create_server("name") },
    create_server_alone: -> { Firth::NamedPipeStream.create_server("name", connect: false, timeout: 1) },
    create_client: -> { Firth::NamedPipeStream.create_client("name") } }.each do |name, call|
    define_method("test_#{name}_is_only_for_windows") do
      error = assert_raises(Firth::NotSupportedError, &call)
      assert_match(/: only on Windows\z/, error.message)
    end
  end

  def test_they_are_streams
    assert_operator Firth::NamedPipeStream, :<, Firth::Win32PipeStream
    assert_operator Firth::Win32PipeStream, :<, Firth::Stream
  end

  def test_a_handle_is_a_number
    assert_raises(TypeError) { Firth::Win32PipeStream.new("a", 2) }
  end

  def test_an_uninitialised_one_is_refused
    assert_raises(TypeError) { Firth::NamedPipeStream.allocate.connect_server }
  end
end
