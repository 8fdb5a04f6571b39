# frozen_string_literal: true

# Large data to a peer that answers each payload with itself, compressed as well as zlib can.
#
# Usage: ruby compressed_communication.rb HOST PORT

require "firth"

stream = Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]))
large_data = (1..10_000).to_a.join(" ")

Firth::CompressedChannel.open(stream, 9) do |channel|
  channel.send(large_data)
  raise "another answer" unless channel.recv == large_data
end

size = large_data.bytesize
sent = stream.counters.bytes_written
puts "Data: #{size} bytes, sent as #{sent} bytes, #{100 - 100 * sent / size} % saved"
