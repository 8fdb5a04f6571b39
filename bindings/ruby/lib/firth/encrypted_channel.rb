# frozen_string_literal: true

module Firth
  # A channel between two ends that share a key. Both must be firth's; docs/encryption.md
  # says what it protects against, and what not.
  #
  # Besides the errors of every channel: EncryptionError, which is final, when the peer's
  # bytes were altered, or come from another key, or from no EncryptedChannel;
  # ConnectionLostError, not clean?, when they end without the peer's sealed end, also
  # between payloads. finish, after something was sent, waits for the peer's proof
  # that it has the key (TimeoutError: none came). In a child of fork it refuses to send
  # and to receive (ForkedError).
  class EncryptedChannel < Channel
    # As Channel.new, with `key`, a String of 16 to 64 bytes, best from Firth.generate_key or
    # Firth.key_from_passphrase; it is not kept, and may be a keyword as well. Compression is
    # off unless compress: true.
    def initialize(stream, key = ChannelOptions::ABSENT, **options)
      options = ChannelOptions.preset({}, { key: key }, options)
      raise ArgumentError, "a #{self.class} needs a key" if options[:key].nil?

      super(stream, **options)
    end
  end

  # The key of a passphrase.
  module Passphrase
    Lend.to_class(self, :key_from_passphrase)

    def self.key(passphrase, salt)
      { passphrase: passphrase, salt: salt }.each do |name, bytes|
        next if bytes.respond_to?(:to_str)

        raise TypeError, "the #{name} must be a String, not #{bytes.class}"
      end
      bytes = [passphrase, salt].map { |text| text.to_str.dup.freeze }
      Apart.leave { key_from_passphrase(*bytes) }
    end
  end
  private_constant :Passphrase

  # The key, 32 bytes, of a passphrase (any bytes, at least 1) and a salt (at least SALT_MIN
  # bytes, the same at both ends, best random ones; no secret), by scrypt: takes 64 MiB and
  # some tenths of a second, while other threads run.
  def self.key_from_passphrase(passphrase, salt)
    Passphrase.key(passphrase, salt)
  end
end
