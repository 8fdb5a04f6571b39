# frozen_string_literal: true

module Firth
  # The stream of an address: docs/uri.md has the grammar and the options.
  #
  #   tcp://host:port    unix:/path    fd:N    fd:N,M    stdio:
  #
  # It is what the scheme stands for: a SocketStream, a PipeStream... Yields it if there
  # is a block, as SocketStream.connect does. `timeout:` covers everything together.
  # Descriptors that are named are the stream's from then on, unless it fails.
  # ArgumentError says at which byte of the address what was expected and what was found;
  # the rest as the scheme's own constructor.
  def self.open(uri, timeout: CONNECT_TIMEOUT, &block)
    Ending.of(Address.open(uri, timeout), &block)
  end

  # Which class an address is of.
  module Address
    Lend.to_class(Stream, :open_uri)

    CLASSES = { "tcp" => SocketStream, "unix" => SocketStream, "stdio" => PipeStream }.freeze
    private_constant :CLASSES

    def self.open(uri, timeout)
      raise TypeError, "expected an address as a String, not #{uri.class}" unless uri.is_a?(String)

      scheme = uri[/\A[^:]*/].downcase
      STDOUT.flush if scheme == "stdio"
      stream = class_of(scheme, uri).send(:open_uri, uri, timeout)
      Handover.unread(stream, STDIN) if scheme == "stdio"
      stream
    end

    def self.class_of(scheme, uri)
      return CLASSES.fetch(scheme, SocketStream) unless scheme == "fd"

      uri.match?(/\A[^,]*\z/) && socket?(uri[/\d+\z/].to_i) ? SocketStream : PipeStream
    end
    private_class_method :class_of

    def self.socket?(descriptor)
      IO.for_fd(descriptor, autoclose: false).stat.socket?
    rescue SystemCallError, RangeError, ArgumentError
      false
    end
    private_class_method :socket?
  end
  private_constant :Address
end
