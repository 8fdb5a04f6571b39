# frozen_string_literal: true

require_relative "fixtures"
require_relative "peers"
require "openssl"

# With other libraries at the other end.
class TestTLSPeers < Minitest::Test
  include Fixtures
  include Peers

  LONG = Peers::LONG

  def ruby_context(name)
    OpenSSL::SSL::SSLContext.new.tap do |context|
      context.set_params(ca_file: certificate("ca.crt"))
      context.add_certificate(OpenSSL::X509::Certificate.new(File.read(certificate("#{name}.crt"))),
                              OpenSSL::PKey.read(File.read(certificate("#{name}.key"))))
    end
  end

  # Yields the port of Ruby's own server, whose one client the block gets too.
  def with_ruby_server(version = nil)
    tcp = TCPServer.new("127.0.0.1", 0)
    context = ruby_context("server")
    context.min_version = context.max_version = version
    context.verify_mode = OpenSSL::SSL::VERIFY_NONE
    server = OpenSSL::SSL::SSLServer.new(tcp, context)
    accepted = Thread.new { server.accept }
    accepted.report_on_exception = false
    yield tcp.local_address.ip_port, accepted
  ensure
    tcp.close
  end

  { "TLSv1.2" => OpenSSL::SSL::TLS1_2_VERSION, "TLSv1.3" => OpenSSL::SSL::TLS1_3_VERSION }.each do |name, version|
    define_method("test_ssl_connect_to_rubys_openssl_by_#{name}") do
      with_ruby_server(version) do |port, accepted|
        stream = Firth::SocketStream.ssl_connect("localhost", port, { ca_certs: certificate("ca.crt") },
                                                 timeout: LONG, ipv6: false, nodelay: true)
        stream.write("question")
        peer = accepted.value
        assert_equal [name, "question", Firth::SocketStream], [stream.tls_version, peer.read(8), stream.class]
        peer.write("answer")
        assert_equal "answer", stream.read(6)
        stream.finish
        assert_nil peer.read(1)
      end
    end

    define_method("test_rubys_openssl_connects_to_a_listener_by_#{name}") do
      Firth::Listener.tls_listen("127.0.0.1", 0, **server_options(ssl_version: name)) do |listener|
        client = Thread.new { connected_ruby_client(listener.port) }
        stream = listener.accept(timeout: LONG)
        stream.handshake(timeout: LONG)
        stream.write("from firth")
        assert_equal ["from firth", name, Firth::SocketStream],
                     [client.value.read(10), stream.tls_version, stream.class]
        client.value.sync_close = true
        client.value.close
        assert assert_raises(Firth::ConnectionLostError) { stream.read(1) }.clean?
      end
    end
  end

  def connected_ruby_client(port, name = "client")
    client = OpenSSL::SSL::SSLSocket.new(TCPSocket.new("127.0.0.1", port), ruby_context(name))
    client.hostname = "localhost"
    client.connect
  end

  def test_a_listener_asks_for_certificates
    options = server_options(ca_certs: certificate("ca.crt"))
    Firth::Listener.tls_listen("127.0.0.1", **options) do |listener|
      client = Thread.new { connected_ruby_client(listener.port) }
      stream = listener.accept(timeout: LONG)
      stream.handshake(timeout: LONG)
      client.value
      shown = OpenSSL::X509::Certificate.new(stream.peer_certificate)
      assert_equal OpenSSL::X509::Certificate.new(File.read(certificate("client.crt"))), shown
    end
  end

  def test_a_silent_client_holds_up_nobody_in_accept
    Firth::Listener.tls_listen("127.0.0.1", **server_options) do |listener|
      keep(TCPSocket.new("127.0.0.1", listener.port))
      stream = listener.accept(timeout: LONG)
      assert_raises(Firth::TimeoutError) { stream.handshake(timeout: 0.001) }
    end
  end

  def test_openssls_server_reverses_lines
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", "-naccept", "1",
               "-cert", certificate("server.crt"), "-key", certificate("server.key")]
    IO.popen([*command, { err: File::NULL }], "r+") do |io|
      line = io.gets until line&.start_with?("ACCEPT")
      stream = Firth.create_ssl_stream("127.0.0.1", Integer(line[/:(\d+)$/, 1]), timeout: LONG,
                                                                                ca_certs: certificate("ca.crt"))
      stream.write("firth\n")
      assert_equal "htrif\n", stream.read(6)
      stream.finish
    end
  end

  def test_the_channel_of_rpyc_wants_a_certificate
    files = %w[server.key server.crt ca.crt].map { |name| certificate(name) }
    with_rpyc_server("echo", "tls", *files) do |host, port|
      stream = Firth.create_ssl_stream(host, port, keyfile: certificate("client.key"),
                                                   certfile: certificate("client.crt"),
                                                   ca_certs: certificate("ca.crt"), timeout: LONG, ipv6: false)
      Firth::Channel.open(stream) do |channel|
        [0, 1, 5000, 4 << 20].each do |size|
          channel.send(big_payload(size))
          assert_equal big_payload(size), channel.recv
        end
      end
    end
  end

  def test_an_address_opens_tls
    with_ruby_server do |port, accepted|
      stream = Firth.open("tls://localhost:#{port}?ca_certs=#{certificate("ca.crt")}&ipv6=no", timeout: LONG)
      stream.write("x")
      assert_equal ["x", Firth::SocketStream], [accepted.value.read(1), stream.class]
      proxy = Peers.tunnel("socks")
      with_ruby_server do |hidden, behind|
        target = "tls://localhost:#{hidden}?ca_certs=#{certificate("ca.crt")}"
        through = Firth.open("socks5://#{proxy[:host]}:#{proxy[:port]}/#{target}", timeout: LONG)
        through.write("y")
        assert_equal ["y", Firth::TunneledSocketStream, "TLSv1.3"],
                     [behind.value.read(1), through.class, through.tls_version]
      end
    end
  end
end
