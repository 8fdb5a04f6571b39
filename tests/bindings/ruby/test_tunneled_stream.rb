# frozen_string_literal: true

require_relative "fixtures"
require_relative "custom_objects"

# A stream and a tunnel of the user's under it.
class TestTunneledStream < Minitest::Test
  include Fixtures

  class Oops < StandardError; end

  # Counts how often it was closed, and what was open then.
  class Tunnel
    attr_reader :closes

    def initialize(socket = nil, error = nil)
      @socket = socket
      @error = error
      @closes = []
    end

    def close
      @closes << (@socket && @socket.closed?)
      raise @error if @error
    end
  end

  def tunneled(error = nil)
    near, far = socket_pair
    tunnel = Tunnel.new(near, error)
    [Firth::TunneledSocketStream.new(near, tun: tunnel), tunnel, far]
  end

  def test_bytes_pass_through
    stream, _tunnel, far = tunneled
    stream.write("question")
    far.write("answer")
    assert_equal ["question", "answer"], [far.readpartial(100), stream.read(6)]
  end

  ENDINGS = { close: lambda(&:close), finish: lambda(&:finish),
              channel_close: ->(stream) { Firth::Channel.new(stream).close },
              channel_finish: ->(stream) { Firth::Channel.new(stream).finish },
              buffered_finish: ->(stream) { Firth::BufferedStream.new(stream).finish } }.freeze

  ENDINGS.each do |name, ending|
    define_method("test_#{name}_closes_the_tunnel_behind_the_socket_once") do
      stream, tunnel, = tunneled
      ending.call(stream)
      stream.close
      assert_equal [true], tunnel.closes
    end

    define_method("test_what_the_tunnel_raises_comes_out_of_#{name}") do
      error = Oops.new
      stream, = tunneled(error)
      assert_same error, assert_raises(Oops) { ending.call(stream) }
      assert stream.closed?
    end
  end

  def test_a_lost_peer_closes_the_tunnel_and_is_the_error
    [nil, Oops.new].each do |error|
      stream, tunnel, far = tunneled(error)
      far.close
      assert_raises(Firth::ConnectionLostError) { Firth::Channel.new(stream).recv }
      assert_equal [true], tunnel.closes
    end
  end

  def test_an_interrupt_in_the_tunnels_close_comes_out
    stream, = tunneled(Interrupt.new)
    assert_raises(Interrupt) { stream.close }
  end

  def test_the_thread_that_closes_closes_the_tunnel
    stream, tunnel, = tunneled
    reader = blocked { stream.read(1) }
    stream.close
    assert_equal 1, tunnel.closes.size
    assert_instance_of Firth::ClosedError, reader.value
  end

  def test_the_tunnel_can_be_set_afterwards
    near, = socket_pair
    stream = Firth::TunneledSocketStream.new(near)
    assert_nil stream.tun
    stream.tun = tunnel = Tunnel.new
    stream.close
    assert_equal [tunnel, 1], [stream.tun, tunnel.closes.size]
  end

  def test_a_tunnel_needs_nothing_but_close
    closes = []
    bare = Class.new(BasicObject) { define_method(:close) { closes << 1 } }
    Firth::TunneledSocketStream.new(socket_pair.first, tun: bare.new).close
    assert_equal [1], closes
  end

  def test_connect_gives_one_without_a_tunnel
    Firth::Listener.listen("127.0.0.1") do |listener|
      stream = Firth::TunneledSocketStream.connect("127.0.0.1", listener.port, nodelay: true)
      stream.tun = tunnel = Tunnel.new
      Firth::TunneledSocketStream.connect("127.0.0.1", listener.port) { |other| assert_nil other.tun }
      stream.finish
      assert_equal [Firth::TunneledSocketStream, 1], [stream.class, tunnel.closes.size]
    end
  end

  def test_it_lies_over_any_stream_a_descriptor_and_an_object
    near, = socket_pair
    near.autoclose = false
    [near.fileno, stream_pair.first, Firth::PipeStream.create_pair.first,
     Monitored.new(stream_pair.first)].each do |below|
      stream = Firth::TunneledSocketStream.new(below, tun: tunnel = Tunnel.new)
      stream.write("x")
      stream.close
      assert_equal 1, tunnel.closes.size
    end
  end

  def test_time_outs_lose_nothing
    stream, _tunnel, far = tunneled
    far.write("ab")
    assert_raises(Firth::TimeoutError) { stream.read(4, timeout: 0.001) }
    far.write("cd")
    assert_equal "abcd", stream.read(4)
  end

  def test_a_forked_child_leaves_the_tunnel_alone
    stream, tunnel, = tunneled
    assert_equal 0, in_child { stream.close.nil? && tunnel.closes.empty? }
    assert_empty tunnel.closes
  end

  def test_the_collector_closes_no_tunnel
    closes = Array.new(20) do
      Tunnel.new.tap { |tunnel| Firth::TunneledSocketStream.new(UNIXSocket.pair.first, tun: tunnel) }
    end
    4.times { GC.start }
    assert_equal [[]], closes.map(&:closes).uniq
  end

  def test_the_tunnel_lives_as_long_as_a_channel_over_it
    closed = []
    channel = lambda do
      tunnel = Class.new { define_method(:close) { closed << true } }.new
      Firth::Channel.new(Firth::TunneledSocketStream.new(socket_pair.first, tun: tunnel))
    end.call
    channel.remove_instance_variable(:@stream)
    3.times { GC.start }
    GC.compact
    channel.close
    assert_equal [true], closed
  end

  [5.5, "tunnel", Object.new].each do |tunnel|
    define_method("test_a_#{tunnel.class}_is_no_tunnel") do
      assert_raises(TypeError) { Firth::TunneledSocketStream.new(socket_pair.first, tun: tunnel) }
      stream, = tunneled
      assert_raises(TypeError) { stream.tun = tunnel }
    end
  end

  [nil, "text", Object.new].each do |socket|
    define_method("test_a_#{socket.class}_has_no_tunnel") do
      assert_raises(TypeError) { Firth::TunneledSocketStream.new(socket) }
    end
  end
end

# Through real proxies.
class TestProxies < Minitest::Test
  include Fixtures

  { "socks" => :socks5_connect, "http" => :http_connect }.each do |kind, connect|
    define_method("test_the_channel_of_rpyc_echoes_through_#{kind}") do
      with_tunnel(kind) do |proxy|
        with_echo_address do |host, port|
          Firth::TunneledSocketStream.send(connect, proxy[:host], proxy[:port], host, port, timeout: 20) do |stream|
            channel = Firth::Channel.new(stream)
            [1, 4 << 20].each do |size|
              channel.send(big_payload(size))
              assert_equal big_payload(size), channel.recv
            end
          end
        end
      end
    end

    define_method("test_#{kind}_with_user_and_password") do
      with_tunnel(kind, "user", "secret") do |proxy|
        with_echo_address do |host, port|
          place = [proxy[:host], proxy[:port], host, port]
          stream = Firth::TunneledSocketStream.send(connect, *place, user: "user", password: "secret", timeout: 20)
          Firth::Channel.open(stream) do |channel|
            channel.send("x")
            assert_equal "x", channel.recv
          end
          assert_instance_of Firth::TunneledSocketStream, stream
          [{}, { user: "user", password: "wrong" }].each do |login|
            assert_raises(Firth::TunnelError) do
              Firth::TunneledSocketStream.send(connect, *place, **login, timeout: 20)
            end
          end
        end
      end
    end

    define_method("test_#{kind}_that_is_not_there") do
      with_refusing_port do |port|
        assert_raises(Errno::ECONNREFUSED) { Firth::TunneledSocketStream.send(connect, "127.0.0.1", port, "h", 1) }
      end
    end

    define_method("test_#{kind}_that_stalls_keeps_the_time_and_can_be_stopped") do
      server = TCPServer.new("127.0.0.1", 0)
      place = ["127.0.0.1", server.local_address.ip_port, "host", 1]
      assert_raises(Firth::TimeoutError) { Firth::TunneledSocketStream.send(connect, *place, timeout: 0.05) }
      thread = blocked { Firth::TunneledSocketStream.send(connect, *place, timeout: nil) }
      thread.kill.join
      refute thread.alive?
    end

    define_method("test_#{kind}_that_speaks_nonsense") do
      server = TCPServer.new("127.0.0.1", 0)
      speaker = Thread.new { server.accept.write("nonsense\r\n\r\n") }
      assert_raises(Firth::TunnelError) do
        Firth::TunneledSocketStream.send(connect, "127.0.0.1", server.local_address.ip_port, "host", 1, timeout: 20)
      end
      speaker.join
    end

    define_method("test_options_of_#{kind}_are_checked") do
      assert_raises(ArgumentError) { Firth::TunneledSocketStream.send(connect, "h", 1, "h", 1, pass: "x") }
      assert_raises(TypeError) { Firth::TunneledSocketStream.send(connect, "h", 1, "h", 1, user: 5) }
    end
  end
end
