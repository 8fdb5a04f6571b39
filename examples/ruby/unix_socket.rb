# frozen_string_literal: true

# A payload to a peer at a unix socket that answers each payload with itself.
#
# Usage: ruby unix_socket.rb PATH

require "firth"

Firth::Channel.open(Firth.create_unix_stream(ARGV[0])) do |channel|
  channel.send("Hello RPyC")
  puts "Response: #{channel.recv}"
end
