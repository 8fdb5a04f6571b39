# frozen_string_literal: true

module Firth
  class Stream
    Lend.to_instances(self, :tls_stream_handshake)
    Lend.to_instances(self, :tls_stream_version)
    Lend.to_instances(self, :tls_stream_cipher)
    Lend.to_instances(self, :tls_stream_peer_certificate)

    # Of streams that speak TLS; of others a NotSupportedError: makes the hand-shake, which
    # the first read, write or poll makes as well. After its failure every call fails so.
    # CertificateError says which check the peer's failed; TLSError.
    def handshake(*time, **keywords)
      tls_stream_handshake(self, *time, **keywords)
    end

    # "TLSv1.3". From the hand-shake on, also after close; ArgumentError before.
    def tls_version
      tls_stream_version(self)
    end

    # "TLS_AES_256_GCM_SHA384". When: as tls_version.
    def cipher
      tls_stream_cipher(self)
    end

    # The peer's certificate in DER, or nil if it showed none. When: as tls_version.
    def peer_certificate
      certificate = tls_stream_peer_certificate(self)
      certificate.empty? ? nil : certificate
    end
  end

  # TLS over any stream, or over an object that can be one (see Stream), which it keeps
  # alive and closes with itself, and which nobody else uses meanwhile.
  class TLSStream < Stream
    Lend.to_instances(self, :tls_stream_client)
    Lend.to_instances(self, :tls_stream_server)

    # The client's side over `lower`. Sends nothing yet. The options of TLS are keywords:
    # keyfile, certfile, password, ca_certs, ciphers, server_name, ssl_version, cert_reqs,
    # check_hostname. Errno::ENOENT, TLSError for a file that is malformed, ArgumentError,
    # also if no server_name says whom the certificate must name. A block as for
    # SocketStream.connect.
    def self.client(lower, **options, &block)
      Ending.of(over(lower, :tls_stream_client, options), &block)
    end

    # The server's side over `lower`.
    def self.server(lower, **options, &block)
      Ending.of(over(lower, :tls_stream_server, options), &block)
    end

    def self.over(lower, side, options)
      allocate.tap { |stream| stream.__send__(:begin_as, side, lower, options) }
    end
    private_class_method :over, :new

    # The very object that lies below.
    attr_reader :lower

    private

    def begin_as(side, lower, options)
      __send__(side, CustomObject.stream_of(lower), *TLSOptions.list(options))
      @lower = lower
    end
  end

  class SocketStream
    Lend.to_class(self, :socket_stream_ssl_connect)

    # Connects as SocketStream.connect does, and makes the hand-shake of TLS, within
    # `timeout`. ssl_kwargs: a Hash with the options of TLSStream.client; whom the
    # certificate must name is `host`, without a server_name.
    def self.ssl_connect(host, port, ssl_kwargs = {}, timeout: CONNECT_TIMEOUT, ipv6: nil,
                         family: 0, socktype: 0, proto: 0, nodelay: true, keepalive: false, &block)
      stream = socket_stream_ssl_connect(host, port, timeout, Options.ipv6(ipv6), family, socktype,
                                         proto, nodelay, Options.keepalive(keepalive),
                                         *TLSOptions.list(ssl_kwargs))
      Ending.of(stream, &block)
    end
  end
end
