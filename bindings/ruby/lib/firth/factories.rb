# frozen_string_literal: true

module Firth
  # SocketStream.connect: a stream to a TCP port. Keywords, block and errors as there.
  def self.create_socket_stream(host, port, **options, &block)
    SocketStream.connect(host, port, **options, &block)
  end

  # SocketStream.unix_connect: a stream to the unix socket at `path`. Keywords, block and
  # errors as there.
  def self.create_unix_stream(path, **options, &block)
    SocketStream.unix_connect(path, **options, &block)
  end

  # PipeStream.spawn: a stream to a new child process. Keywords, block and errors as there.
  def self.create_pipe_stream(cmd_args, **options, &block)
    PipeStream.spawn(cmd_args, **options, &block)
  end

  # SocketStream.ssl_connect: a stream over TLS. keyfile, certfile, ca_certs, the other
  # options of TLS and those of connecting are keywords. Block and errors as there.
  def self.create_ssl_stream(host, port, keyfile: nil, certfile: nil, ca_certs: nil,
                             **options, &block)
    tls, connect = TLSOptions.split(options)
    tls = { keyfile: keyfile, certfile: certfile, ca_certs: ca_certs, **tls }
    SocketStream.ssl_connect(host, port, tls, **connect, &block)
  end
end
