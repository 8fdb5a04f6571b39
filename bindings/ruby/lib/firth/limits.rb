# frozen_string_literal: true

module Firth
  # Sizes, in bytes, that bound what a channel or a codec holds. Never changes.
  #
  # frame::    of a frame's body, sent or received; at most 4294967295
  # inflated:: of a payload that arrived compressed
  # queue::    of frames that a cork or a batch collects before they leave
  class Limits
    include Sizes

    attr_reader :frame, :inflated, :queue

    # TypeError for what is no Integer, ArgumentError for one out of range.
    def initialize(frame: FRAME_LIMIT, inflated: INFLATED_LIMIT, queue: QUEUE_LIMIT)
      @frame = ChannelOptions.integer("limits.frame", frame, 0..0xffff_ffff)
      @inflated = ChannelOptions.size("limits.inflated", inflated)
      @queue = ChannelOptions.size("limits.queue", queue)
      freeze
    end

    # By name.
    def to_h
      { frame: @frame, inflated: @inflated, queue: @queue }
    end
  end
end
