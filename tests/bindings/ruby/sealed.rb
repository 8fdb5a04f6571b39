# frozen_string_literal: true

require_relative "peers"

# Encrypted channels, and what lies between them.
module Sealed
  include Peers

  KEY = "the key of the tests, 32 bytes.."
  OTHER_KEY = "another key of the tests, 32 by."
  # Bytes of a hello, and what it begins with.
  HELLO = 47
  BEGINNING = "\0\0\0\x29\0firth\0ec\x01".b
  # A payload that can be looked for.
  SECRET = "the plaintext nobody else may see"

  def encrypted_pair(key = KEY, other_key = key, **options)
    near, far = stream_pair
    [Firth::EncryptedChannel.new(near, key, **options), Firth::EncryptedChannel.new(far, other_key, **options)]
  end

  # An encrypted channel, and the far socket as Ruby's own object.
  def encrypted_and_socket(key = KEY, **options)
    stream, far = stream_and_socket
    [Firth::EncryptedChannel.new(stream, key, **options), far]
  end

  # Two codecs that have met each other's hello.
  def sealing_codecs(key = KEY, **options)
    codecs = Array.new(2) { Firth::FrameCodec.new(key: key, **options) }
    hellos = codecs.map(&:hello)
    codecs.zip(hellos.reverse) do |codec, hello|
      codec.feed(hello)
      assert_nil codec.decode
    end
    codecs
  end
end
