# Sends one payload to a peer that answers each payload with itself.
# Usage: ruby hello.rb HOST PORT
require "firth"

Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1])) do |stream|
  channel = Firth::Channel.new(stream)
  channel.send("hello, brine")
  puts channel.recv
end
