# Three payloads in one write, to a peer that answers each with itself.
# Usage: ruby channel_options.rb HOST PORT
require "firth"

stream = Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]), timeout: 10)
limits = Firth::Limits.new(frame: 1 << 20, inflated: 4 << 20)
Firth::Channel.open(stream, compression_level: 6, batch_size: 20, batch_timeout: 0.05,
                            limits: limits) do |channel|
  channel.cork do
    ["one", "two", "three" * 1000].each { |payload| channel.send(payload) }
  end
  3.times { puts "#{channel.recv(timeout: 10).bytesize} bytes" }
  puts "#{stream.counters.write_calls} write"
end
