# frozen_string_literal: true

module Firth
  # The stream of an address: docs/uri.md has the grammar and the options.
  #
  #   tcp://host:port    tls://host:port    unix:/path    exec:program    fd:N    fd:N,M
  #   ssh://host/target:port    socks5://host:port/target:port    http-connect://...    stdio:
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

    HOPS = %w[ssh socks5 http-connect].freeze
    private_constant :HOPS

    def self.open(uri, timeout)
      raise TypeError, "expected an address as a String, not #{uri.class}" unless uri.is_a?(String)

      uri = uri.b
      scheme = uri[/\A[^:]*/].downcase
      return open_stdio(uri, timeout) if scheme == "stdio"
      return open_through_hop(uri, timeout) if HOPS.include?(scheme)

      class_of(scheme, uri).send(:open_uri, uri, timeout)
    end

    def self.open_stdio(uri, timeout)
      STDOUT.flush
      stream = PipeStream.send(:open_uri, uri, timeout)
      Handover.unread(stream, STDIN)
      stream
    end
    private_class_method :open_stdio

    def self.open_through_hop(uri, timeout)
      TunneledSocketStream.new(Apart.run { Stream.send(:open_uri, uri, timeout) })
    end
    private_class_method :open_through_hop

    def self.class_of(scheme, uri)
      return scheme == "exec" ? PipeStream : SocketStream unless scheme == "fd"

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
