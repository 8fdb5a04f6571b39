# frozen_string_literal: true

module Firth
  # Payloads to frames and back, without any stream. Never blocks.
  #
  # Defined by the extension:
  #
  # encode(payload):: the bytes of its frame. BufferOverflowError over frame_limit.
  # feed(bytes)::     takes bytes as they arrived.
  # decode::          the next payload, or nil when more bytes are needed. ProtocolError is
  #                   final; CompressionError costs that frame only.
  # end::             for when no more bytes come: raises ConnectionLostError, clean?
  #                   between frames.
  class FrameCodec
    Lend.to_instances(self, :frame_codec_create)

    # Options as for Channel.new.
    def initialize(compress: true, compression_level: COMPRESSION_LEVEL,
                   compression_threshold: COMPRESSION_THRESHOLD, frame_limit: FRAME_LIMIT,
                   inflated_limit: INFLATED_LIMIT)
      frame_codec_create(compress ? 1 : 0, compression_level, compression_threshold, nil,
                         frame_limit, inflated_limit)
    end

    # Codecs are not copied.
    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}"
    end
  end
end
