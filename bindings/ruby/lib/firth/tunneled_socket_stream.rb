# frozen_string_literal: true

module Firth
  # A stream through a tunnel: one of the user's, which it closes, or one that it makes.
  class TunneledSocketStream < SocketStream
    Lend.to_instances(self, :tunnel_create)
    Lend.to_class(Stream, :tunneled_socket_stream_socks5_connect)
    Lend.to_class(Stream, :tunneled_socket_stream_http_connect)
    Lend.to_class(Stream, :tunneled_socket_stream_ssh_connect)

    # SocketStream.connect, for a tunnel that is set afterwards (tun=).
    def self.connect(host, port, **options, &block)
      Ending.of(new(SocketStream.connect(host, port, **options)), &block)
    end

    # As connect, to a unix socket.
    def self.unix_connect(path, **options, &block)
      Ending.of(new(SocketStream.unix_connect(path, **options)), &block)
    end

    # Connects to a SOCKS5 proxy, and through it to `host`, which the proxy resolves. user
    # and password go to the proxy in the clear; timeout covers its answers too. The other
    # options and the block are those of SocketStream.connect. TunnelError if the proxy
    # refuses, or answers nonsense; the rest as SocketStream.connect, of the proxy.
    def self.socks5_connect(proxy_host, proxy_port, host, port, **options, &block)
      lower = Stream.send(:tunneled_socket_stream_socks5_connect, proxy_host, proxy_port,
                          host, port, *proxy_options(**options))
      Ending.of(new(lower), &block)
    end

    # The same by an HTTP proxy's CONNECT.
    def self.http_connect(proxy_host, proxy_port, host, port, **options, &block)
      lower = Stream.send(:tunneled_socket_stream_http_connect, proxy_host, proxy_port, host, port,
                          *proxy_options(**options))
      Ending.of(new(lower), &block)
    end

    # Starts the system's ssh, which connects to `ssh_host` and from there to `host`. It asks
    # nobody for a password, and refuses an unknown or changed host key. What is absent is
    # ssh's own choice. TunnelError with ssh's own message; Errno::ENOENT; TimeoutError.
    #
    # user, ssh_port:: of ssh_host
    # identity_file::  private key, the only one that is tried
    # known_hosts::    file with the only host keys that are known
    # config_file::    "none": none
    # program::        "ssh", looked up in PATH
    # timeout::        seconds until ssh has reached the target, 10
    def self.ssh_connect(ssh_host, host, port, ssh_port: 0, user: nil, identity_file: nil,
                         known_hosts: nil, config_file: nil, program: nil, **time, &block)
      words = [program, user, identity_file, known_hosts, config_file]
              .map { |word| word.respond_to?(:to_path) ? word.to_path : word }
      lower = Apart.run do
        Stream.send(:tunneled_socket_stream_ssh_connect, ssh_host, ssh_port, host, port,
                    *words, **time)
      end
      Ending.of(new(lower), &block)
    end

    def self.proxy_options(user: nil, password: nil, timeout: CONNECT_TIMEOUT, ipv6: nil,
                           nodelay: true, keepalive: false)
      [user, password, timeout, Options.ipv6(ipv6), nodelay, Options.keepalive(keepalive)]
    end
    private_class_method :proxy_options

    # A stream over `socket`: what SocketStream.new takes, the descriptor of a socket, or
    # any stream. `tun` is its tunnel, an object with close, or nil.
    def initialize(socket, tun: nil)
      tunnel = Tunnel.new(tun)
      lower = Tunnel.stream_over(socket)
      tunnel_create(lower, self, tunnel)
      @tunnel = tunnel
      @lower = lower
    end

    # The stream below.
    attr_reader :lower

    # Of TLS, if that lies below: see Stream.
    %i[handshake tls_version cipher peer_certificate].each do |name|
      define_method(name) do |*arguments, **keywords|
        @lower ? @lower.public_send(name, *arguments, **keywords) : super(*arguments, **keywords)
      end
    end

    # The tunnel. Closed once, behind the socket, when the stream is closed or finished or
    # its peer is lost; what its close raises comes out of close and finish. Not
    # in a child of fork.
    def tun
      @tunnel.object
    end

    def tun=(tun)
      @tunnel.object = tun
    end
  end

  # What the extension closes.
  class Tunnel
    RESPOND = Kernel.instance_method(:respond_to?)
    CLASS = Kernel.instance_method(:class)
    # By number, as long as somebody has them.
    ALL = ObjectSpace::WeakMap.new
    private_constant :RESPOND, :CLASS, :ALL

    attr_reader :object

    # For the extension.
    def self.close(number)
      ALL[number]&.close
    end

    def self.stream_over(socket)
      case socket
      when Integer then Firth.open("fd:#{socket}")
      when IO then SocketStream.new(socket)
      else CustomObject.stream_of(socket)
      end
    end

    def initialize(object)
      self.object = object
      ALL[object_id] = self
    end

    def object=(object)
      unless nil == object || RESPOND.bind_call(object, :close)
        raise TypeError,
              "expected a tunnel, an object with close, or nil, not #{CLASS.bind_call(object)}"
      end

      @object = object
    end

    def close
      @object&.close
    end
  end
  private_constant :Tunnel
end
