# frozen_string_literal: true

module Firth
  # Payloads to frames and back, without any stream. Never blocks.
  #
  # Defined by the extension:
  #
  # hello::           with a key the bytes that go out before all others, once; else "".
  # encode(payload):: the bytes of its frame. BufferOverflowError over limits.frame. With a key
  #                   a StreamError, code :want_read, until decode has met the peer's hello.
  # encode_end::      with a key the bytes that say that no more will come: nothing can be
  #                   encoded afterwards. Else "".
  # feed(bytes)::     takes bytes as they arrived.
  # decode::          the next payload, or nil when more bytes are needed. ProtocolError and
  #                   EncryptionError are final; CompressionError costs that frame only.
  #                   With a key a ConnectionLostError, clean?, when the peer's end has come.
  # end::             for when no more bytes come: raises ConnectionLostError, clean?
  #                   between frames, and with a key only after the peer's end.
  class FrameCodec
    Lend.to_instances(self, :frame_codec_create)

    # Options as for Channel.new; limits.queue is nothing to a codec.
    def initialize(compress: nil, compression_level: COMPRESSION_LEVEL,
                   compression_threshold: COMPRESSION_THRESHOLD, key: nil, limits: Limits.new)
      bounds = ChannelOptions.limits(limits)
      frame_codec_create(
        *ChannelOptions.stages(compress, compression_level, compression_threshold, key),
        bounds.frame, bounds.inflated
      )
    end

    # Codecs are not copied.
    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}"
    end
  end
end
