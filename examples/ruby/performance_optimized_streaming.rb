# frozen_string_literal: true

# A thousand small payloads to a peer that answers each with itself: one at a time, in
# batches, and corked.
#
# Other than the document's: its loop waits for each answer before it sends the next payload,
# and then there is never a second one to send along. The later rounds collect the answers
# afterwards.
#
# Usage: ruby performance_optimized_streaming.rb HOST PORT

require "firth"

PAYLOADS = (1..1000).map { |i| "operation #{i}" }.freeze

base_stream = Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]))
buffered_stream = Firth::BufferedStream.new(base_stream, buffer_size: 32_768)
channel = Firth::BatchingChannel.new(buffered_stream, 20, 0.05)

send_all = -> { PAYLOADS.each { |payload| channel.send(payload) } }
receive_all = -> { PAYLOADS.map { channel.recv } }
ways = {
  one_at_a_time: lambda do
    PAYLOADS.map do |payload|
      channel.send(payload)
      channel.recv
    end
  end,
  batched: lambda do
    send_all.call
    receive_all.call
  end,
  corked: lambda do
    channel.cork { send_all.call }
    receive_all.call
  end
}

ways.each do |name, way|
  before = base_stream.counters
  raise "another answer" unless way.call == PAYLOADS

  after = base_stream.counters
  puts "#{name}: #{PAYLOADS.size} payloads, #{after.write_calls - before.write_calls} writes, " \
       "#{after.read_calls - before.read_calls} reads"
end

channel.finish
