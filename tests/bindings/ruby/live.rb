# frozen_string_literal: true

require_relative "fixtures"
require_relative "kinds"
require_relative "sealed"

# Makes and uses every kind of stream and of channel, and leaves it in every way.
class Live
  include Fixtures
  include Kinds
  include Sealed

  ENDINGS = {
    close: ->(here, there, _) { [here, there].each(&:close) },
    finish: ->(_, there, channel) { there.close && channel.finish },
    lose: ->(_, there, channel) { there.close && channel.recv },
    forget: ->(*) {}
  }.freeze

  # The options of every kind of channel.
  CHANNELS = [{ compression_level: 6 }, { batch_size: 10, batch_timeout: 0.001 },
              { batch_size: 10, batch_timeout: nil }, { key: KEY },
              { key: KEY, compress: true, batch_size: 10, batch_timeout: 3600 }].freeze

  # Each in a thread of its own, whose stack is gone afterwards.
  def nothing_left?
    Kinds::NAMES.product(ENDINGS.values).each { |kind, ending| Thread.new { use(kind, ending) }.join }
    CHANNELS.product(ENDINGS.values).each { |options, ending| Thread.new { talk(options, ending) }.join }
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

  def talk(options, ending)
    here, there = channel_pair(**options)
    there.send("x" * 5000)
    there.flush
    here.recv
    here.cork { here.send("x" * 5000) }
    there.recv
    [here, there].each { |channel| channel.send("left behind") }
    ending.call(here, there, here)
  rescue Firth::StreamError
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
