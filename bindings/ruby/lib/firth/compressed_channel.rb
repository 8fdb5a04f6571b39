# frozen_string_literal: true

module Firth
  # A channel that picks its level of compression. Any rpyc peer reads it.
  class CompressedChannel < Channel
    # As Channel.new, with compression on at `compression_level`, 0 to 9; 0 sends everything
    # uncompressed.
    def initialize(stream, compression_level = DEFAULT_COMPRESSION_LEVEL, **options)
      ChannelOptions.refuse(CompressedChannel, options, :compress, :compression_level)
      super(stream, **options, compress: true, compression_level: compression_level)
    end
  end
end
