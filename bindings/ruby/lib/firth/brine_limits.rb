# frozen_string_literal: true

module Firth
  module Brine
    # What bounds one value, dumped or loaded. Never changes.
    #
    # depth::  containers within each other, empty ones not counted; at most 4096
    # size::   bytes; at most 4294967295
    # items::  values, each container counted with what is in it
    # digits:: decimal digits of an Integer
    class Limits
      include Sizes

      attr_reader :depth, :size, :items, :digits

      # TypeError for what is no Integer, ArgumentError for one out of range.
      def initialize(depth: BRINE_DEPTH_LIMIT, size: BRINE_SIZE_LIMIT, items: BRINE_ITEMS_LIMIT,
                     digits: BRINE_DIGITS_LIMIT)
        @depth = ChannelOptions.integer("limits.depth", depth, 0..BRINE_DEPTH_MAX)
        @size = ChannelOptions.integer("limits.size", size, 0..0xffff_ffff)
        @items = ChannelOptions.size("limits.items", items)
        @digits = ChannelOptions.size("limits.digits", digits)
        freeze
      end

      # By name.
      def to_h
        { depth: @depth, size: @size, items: @items, digits: @digits }
      end
    end
  end
end
