# frozen_string_literal: true

# Four threads share two connections.
#
# Usage: ruby stream_pool.rb HOST PORT
#
# The document's pool closes the connection whose stream it has just put back; this one
# keeps whole channels, open, and lends them.

require "firth"

POOL_SIZE = 2
THREADS = 4
TASKS = 5

# Channels that are lent and given back.
class StreamPool
  def initialize(host, port, pool_size)
    @idle = Queue.new
    pool_size.times { @idle << Firth::Channel.new(Firth::SocketStream.connect(host, port)) }
  end

  # Yields a channel as soon as one is idle. One that failed may hold half an answer.
  def lend
    channel = @idle.pop
    result = yield channel
    @idle << channel
    result
  end

  def finish
    @idle.pop.finish until @idle.empty?
  end
end

def work(pool, thread)
  TASKS.times do |task|
    result = pool.lend do |channel|
      channel.send("result #{thread * task}")
      channel.recv
    end
    $stdout.write("Thread #{thread}, task #{task}: #{result}\n")
  end
end

pool = StreamPool.new(ARGV[0], Integer(ARGV[1]), POOL_SIZE)
Array.new(THREADS) { |number| Thread.new { work(pool, number) } }.each(&:join)
pool.finish
puts "#{THREADS * TASKS} tasks over #{POOL_SIZE} connections"
