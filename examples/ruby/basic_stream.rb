# frozen_string_literal: true

# A payload to a peer that answers each payload with itself.
#
# Usage: ruby basic_stream.rb HOST PORT

require "firth"

stream = Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]))
channel = Firth::Channel.new(stream)

channel.send("Hello RPyC")
response = channel.recv
puts "Response: #{response}"

channel.finish
