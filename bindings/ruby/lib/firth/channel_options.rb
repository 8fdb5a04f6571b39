# frozen_string_literal: true

module Firth
  # Options of channels and codecs in the terms of the extension. What is wrong is a
  # TypeError or an ArgumentError that names the option.
  module ChannelOptions
    # What a size_t of C holds.
    SIZES = (0..(1 << (8 * [0].pack("J").bytesize)) - 1).freeze
    COMPRESSION = {
      nil => COMPRESSION_DEFAULT, false => COMPRESSION_OFF, true => COMPRESSION_ON
    }.freeze
    private_constant :SIZES, :COMPRESSION

    # What a codec and a channel begin with, in the order of the extension.
    def self.stages(compress, level, threshold, key)
      [compression(compress), integer("compression_level", level, 0..9),
       size("compression_threshold", threshold), key(key)]
    end

    def self.batch(count, seconds)
      unless seconds.nil? || (seconds.is_a?(Numeric) && seconds.real?)
        raise TypeError, "batch_timeout must be a number of seconds or nil, not #{seconds.class}"
      end
      if seconds.respond_to?(:nan?) && seconds.nan?
        raise ArgumentError, "batch_timeout must be a number of seconds or nil, not NaN"
      end

      [size("batch_size", count, least: 1), seconds]
    end

    def self.limits(limits)
      return limits if limits.is_a?(Limits)

      raise TypeError, "limits must be a Firth::Limits, not #{limits.class}"
    end

    def self.integer(name, value, range)
      raise TypeError, "#{name} must be an Integer, not #{value.class}" unless value.is_a?(Integer)
      return value if range.include?(value)

      raise ArgumentError, "#{name} is #{value}, expected #{range.begin} to #{range.end}"
    end

    def self.size(name, value, least: SIZES.begin)
      integer(name, value, least..SIZES.end)
    end

    def self.compression(choice)
      COMPRESSION.fetch(choice) do
        raise TypeError, "compress must be true, false or nil, not #{choice.class}"
      end
    end
    private_class_method :compression

    # Says nothing of what it is.
    def self.key(key)
      return key if key.nil? || key.respond_to?(:to_str)

      raise TypeError, "the key must be a String, not #{key.class}"
    end
    private_class_method :key

    # An argument that was not given, where nil is one.
    ABSENT = Object.new.freeze

    # Of a preset some of whose options, with these defaults, may be given as arguments.
    def self.preset(defaults, arguments, options)
      given = arguments.reject { |_, value| ABSENT.equal?(value) }
      twice = given.keys.find { |name| options.key?(name) }
      raise ArgumentError, "#{twice} is given twice" if twice

      { **defaults, **options, **given }
    end
  end
  private_constant :ChannelOptions
end
