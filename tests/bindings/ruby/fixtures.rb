# frozen_string_literal: true

require "firth"
require "json"
require "minitest"
require "rbconfig"
require "tmpdir"
require "zlib"

# The project's folder.
PROJECT = File.expand_path("../../..", __dir__)

# A shell that runs the tests in the background has them ignore it.
trap("INT", "DEFAULT")

# What the tests are built from. Nothing here waits longer than it must; where a test
# must not hang, the time-out of the whole run ends it.
module Fixtures
  # Keeps an object from being collected until the test is over.
  def keep(object)
    (@kept ||= []) << object
    object
  end

  # Closes what was kept so far, for who makes more than a process may have open.
  def close_kept
    Array(@kept).flatten.each(&:close)
    @kept = []
  end

  # Two connected UNIXSockets of Ruby's own.
  def socket_pair
    keep(UNIXSocket.pair)
  end

  # Two connected SocketStreams.
  def stream_pair
    keep(socket_pair.map { |socket| Firth::SocketStream.new(socket) })
  end

  # Two channels that talk to each other, with the same options.
  def channel_pair(**options)
    stream_pair.map { |stream| Firth::Channel.new(stream, **options) }
  end

  # A stream, and the far socket as Ruby's own object.
  def stream_and_socket
    near, far = socket_pair
    [Firth::SocketStream.new(near), far]
  end

  # A channel, and the far socket as Ruby's own object.
  def channel_and_socket(**options)
    stream, far = stream_and_socket
    [Firth::Channel.new(stream, **options), far]
  end

  # Gives the block a port where nobody listens, and nobody else will.
  def with_refusing_port
    socket = Socket.new(:INET, :STREAM)
    socket.bind(Addrinfo.tcp("127.0.0.1", 0))
    yield socket.local_address.ip_port
  ensure
    socket.close
  end

  # A thread that is blocked in the block (or has ended) when this returns. It gives the
  # block's result, or the error that ended it.
  def blocked
    thread = Thread.new do
      yield
    rescue StandardError => e
      e
    end
    Thread.pass until thread.stop?
    thread
  end

  # A payload that a socket's buffers cannot hold and zlib cannot shrink.
  def big_payload(size = 8 << 20)
    @big_payload ||= Random.new(42).bytes(8 << 20)
    @big_payload.byteslice(0, size)
  end

  # A channel whose first payload went out in part only, that payload, and its peer.
  def channel_with_pending
    channel, peer = channel_pair(compress: false)
    assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0) }
    [channel, peer]
  end

  # The bytes of a frame, as the wire has them.
  def frame(payload, flag: 0, trailer: "\n")
    [payload.bytesize, flag].pack("NC") << payload << trailer
  end

  # How many descriptors this process has open.
  def descriptors
    Dir.children("/proc/self/fd").size
  end

  # Runs the block in a forked child, whose exit status it is: 0 if the block gave
  # true. The child runs nothing of ours at its end.
  def in_child
    pid = fork do
      status = begin
        yield ? 0 : 1
      rescue Exception => e
        warn "child: #{e.full_message}"
        2
      end
      exit!(status)
    end
    Process.wait(pid)
    $?.exitstatus
  end

  # Runs a Ruby program given as text in a process of its own; its output and status.
  def run_ruby(program, *arguments, input: "")
    IO.popen([RbConfig.ruby, "-w", "-e", program, *arguments, err: %i[child out]], "r+b") do |io|
      io.write(input)
      io.close_write
      output = io.read
      io.close
      [output, $?.exitstatus]
    end
  end

  # Runs tests/support/peers/PROGRAM in Python with one version of rpyc. Yields where it
  # listens, in its own words; it must end well by itself after that.
  def with_peer(version, program, *arguments)
    folder = File.join(ENV.fetch("FIRTH_PEERS"), "rpyc-#{version}")
    python = ENV.fetch("PYTHON", "python3")
    command = [python, File.join(PROJECT, "tests/support/peers", program), *arguments.map(&:to_s)]
    assert File.directory?(folder), "#{folder} is missing"
    IO.popen([{ "PYTHONPATH" => folder, "PYTHONDONTWRITEBYTECODE" => "1" }, *command]) do |io|
      yield io
    end
    assert $?.success?, "the peer failed"
  end

  # Runs tests/support/tunnels.py: a real sshd, or a SOCKS5 or HTTP proxy. Yields what it
  # tells of itself, by symbols, and the program.
  def with_tunnel(kind, *login)
    command = [ENV.fetch("PYTHON", "python3"), File.join(PROJECT, "tests/support/tunnels.py"), kind, *login]
    IO.popen(command, "r+") do |io|
      line = io.gets or flunk "no #{kind} was started"
      yield JSON.parse(line, symbolize_names: true), io
    end
    assert $?.success?, "the #{kind} failed"
  end

  # Yields where rpyc's echo listens: host and port.
  def with_echo_address(version = "6.0.2")
    with_peer(version, "echo.py", "tcp") do |io|
      _, _, host, port = io.gets.split
      yield host, Integer(port)
    end
  end

  # Yields a SocketStream to rpyc's echo; rpyc's own Channel is at the other end.
  def with_echo(version, kind)
    with_peer(version, "echo.py", kind) do |io|
      _, _, *address = io.gets.split
      yield(kind == "unix" ? Firth::SocketStream.unix_connect(*address)
                           : Firth::SocketStream.connect(address[0], Integer(address[1])))
    end
  end
end
