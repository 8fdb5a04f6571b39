# frozen_string_literal: true

module Firth
  # A stream over a socket.
  class SocketStream < Stream
    Lend.to_class(self, :socket_stream_connect)
    Lend.to_class(self, :socket_stream_unix_connect)
    Lend.to_instances(self, :socket_stream_from_io)

    # Connects to a TCP port, trying every address of `host` in turn, and yields
    # the stream if there is a block (Stream#finish afterwards, #close after an error).
    #
    # timeout::   seconds for name resolution and connecting together
    # ipv6::      nil both families, false IPv4 only, true IPv6 only
    # family, socktype, proto:: Socket::AF_INET and so on, 0 for what ipv6 says
    # nodelay::   TCP_NODELAY
    # keepalive:: false or 0, true (KEEPALIVE_DEFAULT) or seconds between keepalives
    #
    # SocketError, Errno::ECONNREFUSED, TimeoutError, Errno::...
    def self.connect(host, port, timeout: CONNECT_TIMEOUT, ipv6: nil, family: 0, socktype: 0,
                     proto: 0, nodelay: true, keepalive: false, &block)
      stream = socket_stream_connect(host, port, timeout, Options.ipv6(ipv6), family, socktype,
                                     proto, nodelay, Options.keepalive(keepalive))
      Ending.of(stream, &block)
    end

    # Connects to the unix socket at `path` within `timeout` seconds; a block as for
    # connect. Errno::ENOENT, Errno::ECONNREFUSED, TimeoutError, ArgumentError for a
    # path that is too long.
    def self.unix_connect(path, timeout: CONNECT_TIMEOUT, &block)
      Ending.of(socket_stream_unix_connect(path, timeout), &block)
    end

    # SocketStream.new, with a block as for connect.
    def self.open(socket, &block)
      Ending.of(new(socket), &block)
    end

    # A stream over a connected socket of Ruby's: TCPSocket, UNIXSocket, Socket, IO. The
    # stream keeps it alive and closes it; what it has read ahead is delivered first.
    # Do not use it any more meanwhile. An SSLSocket is not taken (TypeError): its
    # bytes are not those of the descriptor. IOError if it is closed, ArgumentError
    # if it is no stream socket.
    def initialize(socket)
      raise TypeError, "expected a socket, not #{socket.class}" unless socket.is_a?(IO)

      Handover.flush(socket)
      socket_stream_from_io(socket, socket.fileno)
      Handover.unread(self, socket)
    end
  end

  # Keywords in the terms of the extension.
  module Options
    # nil, false or true.
    def self.ipv6(choice)
      return IPV6_UNSET if choice.nil?

      choice ? IPV6_ON : IPV6_OFF
    end

    # false or 0, true, or seconds from 1 on. TypeError, ArgumentError.
    def self.keepalive(choice)
      return choice == true ? KEEPALIVE_DEFAULT : 0 if [nil, false, true, 0].include?(choice)

      seconds = Integer(choice)
      raise ArgumentError, "keepalive must be at least 1 second, not #{choice}" if seconds < 1

      seconds
    end
  end
  private_constant :Options
end
