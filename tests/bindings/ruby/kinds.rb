# frozen_string_literal: true

require_relative "custom_objects"
require_relative "peers"

# Every kind of stream, each with another stream at its other end.
module Kinds
  include Peers

  # The test RELAY is tests/support/relay.c.
  RELAY = File.join(ENV.fetch("FIRTH_BUILD", "build"), "tests/unit/relay")

  def unix
    stream_pair
  end

  def tcp
    through { |host, port| Firth::SocketStream.connect(host, port, timeout: Peers::LONG) }
  end

  def pipes
    Firth::PipeStream.create_pair
  end

  def buffered
    near, far = stream_pair
    [Firth::BufferedStream.new(near), far]
  end

  def tunneled
    near, far = socket_pair
    [Firth::TunneledSocketStream.new(near, tun: StringIO.new), Firth::SocketStream.new(far)]
  end

  def custom
    near, far = stream_pair
    [Firth::Stream.new(Monitored.new(near)), far]
  end

  def subclassed
    kind = Class.new(Firth::SocketStream) { def read_some(*arguments, **time) = super }
    near, far = socket_pair
    [Firth::Stream.new(kind.new(near)), Firth::SocketStream.new(far)]
  end

  def tls_client
    tls_over(*stream_pair)
  end

  def tls_server
    tls_client.reverse
  end

  def tls_over_custom
    near, far = stream_pair
    tls_over(Monitored.new(near), far)
  end

  def process
    Dir.mktmpdir do |folder|
      path = File.join(folder, "relay")
      Firth::Listener.unix_listen(path) do |listener|
        near = Firth.create_pipe_stream([RELAY, path])
        [near, listener.accept(timeout: Peers::LONG)]
      end
    end
  end

  def socks5
    proxy = Peers.tunnel("socks")
    through do |*place|
      Firth::TunneledSocketStream.socks5_connect(proxy[:host], proxy[:port], *place, timeout: Peers::LONG)
    end
  end

  def http_connect
    proxy = Peers.tunnel("http")
    through do |*place|
      Firth::TunneledSocketStream.http_connect(proxy[:host], proxy[:port], *place, timeout: Peers::LONG)
    end
  end

  def ssh
    config = Peers.tunnel("sshd")[:config_file]
    through do |*place|
      Firth::TunneledSocketStream.ssh_connect("hop", *place, config_file: config, timeout: Peers::LONG)
    end
  end

  def opened
    through { |host, port| Firth.open("tcp://#{host}:#{port}", timeout: Peers::LONG) }
  end

  # The stream that the block makes to a listener of ours, and the one accepted there.
  def through
    Firth::Listener.listen("127.0.0.1") do |listener|
      near = yield "127.0.0.1", listener.port
      [near, listener.accept(timeout: Peers::LONG)]
    end
  end

  NAMES = public_instance_methods(false) - %i[through]
end
