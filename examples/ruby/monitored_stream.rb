# frozen_string_literal: true

# A stream of one's own that tells what goes through another one.
#
# Usage: ruby monitored_stream.rb HOST PORT

require "firth"

# Tells what goes through the stream below. Beyond the document's: it can poll, so that
# time-outs work over it, and it writes what it can, so that a write that is interrupted
# loses nothing.
class MonitoredStream
  def initialize(stream)
    @stream = stream
    @bytes_sent = 0
    @bytes_received = 0
    @start_time = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def read(count)
    data = @stream.read_some(count)
    @bytes_received += data.bytesize
    puts "READ: #{data.bytesize} bytes (total: #{@bytes_received})"
    data
  end

  def write(data)
    count = @stream.write_some(data)
    @bytes_sent += count
    puts "WRITE: #{count} bytes (total: #{@bytes_sent})"
    count
  end

  def poll(timeout)
    @stream.poll(timeout)
  end

  def close
    duration = Process.clock_gettime(Process::CLOCK_MONOTONIC) - @start_time
    puts format("Stream closed after %.2fs", duration)
    puts "Total sent: #{@bytes_sent} bytes"
    puts "Total received: #{@bytes_received} bytes"
    @stream.close
  end

  def closed?
    @stream.closed?
  end
end

base_stream = Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]))
Firth::Channel.open(MonitoredStream.new(base_stream)) do |channel|
  channel.send("Hello RPyC")
  puts "Response: #{channel.recv}"
end # tells the totals
