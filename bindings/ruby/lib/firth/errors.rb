# frozen_string_literal: true

module Firth
  # Every error that firth raises for what happened at run time is an Error: its own
  # classes, and the Errno::... and SocketError objects that it raises where Ruby has
  # a name for the case. Misuse is a plain TypeError or ArgumentError.
  module Error
    # The name of the case, such as :timeout or :connection_lost; nil for an error that
    # firth has not raised.
    attr_reader :code

    # Bytes: taken by a failed Stream#write; still to go, after a failed Channel#send that
    # took its payload; lost, for UnsentError. Else 0 or nil.
    attr_reader :count

    # For firth itself: sets code and count, and gives the error back.
    def tell(code, count)
      @code = code
      @count = count
      self
    end
  end

  # `rescue Firth::StreamError` catches every Error, also those which are not below it
  # (ClosedError is an IOError, a refused connection an Errno::ECONNREFUSED).
  class StreamError < StandardError
    include Error

    # True for every Error; for subclasses as usual.
    def self.===(other)
      super || (equal?(StreamError) && other.is_a?(Error))
    end
  end

  # The peer is gone.
  class ConnectionLostError < StreamError
    # Whether the peer closed between two frames (or before the first byte of a read),
    # so that nothing was cut off.
    def clean?
      code == :eof
    end
  end

  # The time ran out; nothing is lost.
  class TimeoutError < StreamError; end

  # The time ran out before this payload's turn came: it was not taken, and may be
  # sent again.
  class BusyError < TimeoutError; end

  # The object was closed on this side.
  class ClosedError < IOError
    include Error
  end

  # The peer broke the frame format.
  class ProtocolError < StreamError; end

  # A limit on sizes was exceeded.
  class BufferOverflowError < StreamError; end

  # A body does not inflate. Only its own frame is lost.
  class CompressionError < StreamError; end

  # The peer's bytes cannot be opened with this key: they were altered, or come from another
  # key, or from no EncryptedChannel. Final.
  class EncryptionError < StreamError; end

  # Closed while bytes (count) were still unsent.
  class UnsentError < StreamError; end

  # This kind of stream or system cannot do it.
  class NotSupportedError < StreamError; end

  # The object belongs to the parent process.
  class ForkedError < StreamError; end

  # TLS failed: no common version, an alert of the peer's, a key that does not fit its
  # certificate. (No OpenSSL::SSL::SSLError, which only the openssl library defines.)
  class TLSError < StreamError; end

  # The peer's certificate was refused; the message says which check it failed.
  class CertificateError < TLSError; end

  # A proxy or ssh refused, and why, or it is gone.
  class TunnelError < StreamError; end

  # What the extension calls to make its errors.
  module Failure
    CLASSES = {
      eof: ConnectionLostError, connection_lost: ConnectionLostError, timeout: TimeoutError,
      busy: BusyError, closed: ClosedError, protocol: ProtocolError,
      buffer_overflow: BufferOverflowError, compression: CompressionError, unsent: UnsentError,
      not_supported: NotSupportedError, forked: ForkedError, tls: TLSError,
      certificate: CertificateError, tunnel: TunnelError, encryption: EncryptionError
    }.freeze
    PLAIN = { invalid: ArgumentError, no_memory: NoMemoryError }.freeze
    ERRNO = { refused: Errno::ECONNREFUSED, file_not_found: Errno::ENOENT }.freeze
    private_constant :CLASSES, :PLAIN, :ERRNO

    # The error for a code (a Symbol), the one line that says what happened, an errno
    # or 0, and a count of bytes.
    def self.build(code, detail, os_error, count)
      return PLAIN[code].new(detail) if PLAIN.key?(code)

      error = CLASSES[code]&.new(detail) || foreign(code, detail, os_error)
      error.extend(Error) unless error.is_a?(Error)
      error.tell(code, count)
    end

    # The error of Ruby's own that fits; its text is `detail` alone.
    def self.foreign(code, detail, os_error)
      return SocketError.new(detail) if code == :host_not_found
      return SystemCallError.new(os_error).exception(detail) unless os_error.zero?
      return ERRNO[code].new.exception(detail) if ERRNO.key?(code)

      StreamError.new(detail)
    end
    private_class_method :foreign
  end
  private_constant :Failure
end
