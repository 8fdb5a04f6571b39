# frozen_string_literal: true

module Firth
  # A channel that picks its level of compression. Any rpyc peer reads it.
  class CompressedChannel < Channel
    # As Channel.new, with compression on at `compression_level`, 0 to 9; 0 sends everything
    # uncompressed. It is DEFAULT_COMPRESSION_LEVEL unless given, and may be a keyword as well.
    def initialize(stream, compression_level = ChannelOptions::ABSENT, **options)
      if options.key?(:compress)
        raise ArgumentError, "compress: is not for a #{self.class}: it always is"
      end

      defaults = { compression_level: DEFAULT_COMPRESSION_LEVEL }
      given = { compression_level: compression_level }
      super(stream, **ChannelOptions.preset(defaults, given, options), compress: true)
    end
  end
end
