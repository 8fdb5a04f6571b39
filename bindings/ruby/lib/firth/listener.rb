# frozen_string_literal: true

module Firth
  # Accepts connections as SocketStreams.
  #
  # Defined by the extension:
  #
  # port::    the TCP port, as the system chose it; 0 for a unix socket
  # path::    the unix socket's path; "" for TCP
  # fileno::  readable when a connection waits
  # close::   stops listening and wakes who is blocked in accept (ClosedError); never blocks
  # closed?:: whether it was closed
  # wake::    as Stream#wake, for accept
  class Listener
    Lend.to_class(self, :listener_listen)
    Lend.to_class(self, :listener_unix_listen)
    Lend.to_class(self, :listener_tls_listen)

    # Listens on a TCP port; port 0 lets the system choose one, host nil means every
    # address. backlog: connections that may wait. ipv6, nodelay, keepalive as for
    # SocketStream.connect, of the accepted ones. Yields the listener if there is a
    # block, and closes it afterwards. SocketError, Errno::EADDRINUSE, ...
    def self.listen(host = nil, port = 0, ipv6: nil, backlog: 128, nodelay: true,
                    keepalive: false, &block)
      closing(listener_listen(host, port, Options.ipv6(ipv6), backlog, nodelay,
                              Options.keepalive(keepalive)), &block)
    end

    # The same for TLS: `tls`, certfile and keyfile among them, are those of
    # TLSStream.server. Files are read here, once. What is accepted has not yet shaken hands
    # (Stream#handshake), so that a silent peer holds up nobody in accept.
    def self.tls_listen(host = nil, port = 0, ipv6: nil, backlog: 128, nodelay: true,
                        keepalive: false, **tls, &block)
      closing(listener_tls_listen(host, port, Options.ipv6(ipv6), backlog, nodelay,
                                  Options.keepalive(keepalive), *TLSOptions.list(tls)), &block)
    end

    # Listens on a unix socket at `path`, which must not exist; close removes it. A
    # block as for listen.
    def self.unix_listen(path, backlog: 128, &block)
      closing(listener_unix_listen(path, backlog), &block)
    end

    def self.closing(listener)
      return listener unless block_given?

      begin
        yield listener
      ensure
        listener.close
      end
    end
    private_class_method :closing, :new

    alias accept_stream accept
    private :accept_stream

    # Waits up to `timeout:` seconds (absent or nil: for ever) for a connection. Yields
    # the SocketStream if there is a block, as SocketStream.connect does. TimeoutError,
    # ClosedError.
    def accept(*time, **keywords, &block)
      Ending.of(accept_stream(*time, **keywords), &block)
    end

    # Listeners are not copied.
    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}"
    end
  end
end
