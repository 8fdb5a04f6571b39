# frozen_string_literal: true

# A payload to a child process that answers on its standard output.
#
# Usage: ruby pipe_subprocess.rb COMMAND ARGUMENT...
#
# The document makes a pair of pipes, gives it for one stream, and starts no child.

require "firth"

pipe_stream = Firth.create_pipe_stream(ARGV)
Firth::Channel.open(pipe_stream) do |channel|
  channel.send("Hello RPyC")
  puts "Response: #{channel.recv}"
end
puts "exit status #{pipe_stream.exit_status}"
