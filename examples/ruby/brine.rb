# Calls a function of an rpyc service, request by request: rpyc's messages are values in brine.
# For servers of rpyc 6.0 and later.
# Usage: ruby brine.rb HOST PORT
require "firth"

REQUEST, REPLY = 1, 2                  # kinds of messages
GETROOT, CALLATTR = 3, 8               # what a request asks for
VALUE, TUPLE, YOURS, MINE = 1, 2, 3, 4 # what an argument is: a value, or a reference to an object

# A message is its kind, one byte, and brine of [sequence number, arguments].
def ask(channel, number, handler, arguments)
  channel.send([REQUEST].pack("C") + Firth::Brine.dump([number, [handler, arguments]]))
  reply = channel.recv
  answered, result = Firth::Brine.load(reply.byteslice(1..))
  return result if reply.getbyte(0) == REPLY && answered == number

  abort "The server refused: #{result.inspect}"
end

Firth::SocketStream.connect(ARGV[0], Integer(ARGV[1]), timeout: 10) do |stream|
  channel = Firth::Channel.new(stream)
  kind, root = ask(channel, 0, GETROOT, [VALUE, []])
  abort "No root" unless kind == MINE

  call = [[YOURS, root], [VALUE, "some_function"], [VALUE, []], [VALUE, []]]
  _, answer = ask(channel, 1, CALLATTR, [TUPLE, call])
  puts "#{root.first} says #{answer}"
end
