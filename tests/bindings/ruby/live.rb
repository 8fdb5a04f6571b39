# frozen_string_literal: true

require_relative "fixtures"
require_relative "kinds"

# Makes and uses every kind of stream, and leaves it in every way.
class Live
  include Fixtures
  include Kinds

  ENDINGS = {
    close: ->(here, there, _) { [here, there].each(&:close) },
    finish: ->(_, there, channel) { there.close && channel.finish },
    lose: ->(_, there, channel) { there.close && channel.recv },
    forget: ->(*) {}
  }.freeze

  # Each in a thread of its own, whose stack is gone afterwards.
  def nothing_left?
    Kinds::NAMES.product(ENDINGS.values).each { |kind, ending| Thread.new { use(kind, ending) }.join }
    @kept = nil
    return true if collected?

    warn "left: #{Firth.live.inspect}"
    false
  end

  private

  def use(kind, ending)
    here, there = public_send(kind)
    channel = Firth::Channel.new(here)
    there.write(frame("x"))
    there.flush
    channel.recv
    ending.call(here, there, channel)
  rescue Firth::ConnectionLostError
    nil
  end

  # A child that was left to itself is remembered until it has ended.
  def collected?
    limit = now + Peers::LONG
    while Firth.live != [0, 0]
      return false if now > limit

      GC.start
      Thread.new { Array.new(1000) { Object.new } }.join
    end
    true
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
