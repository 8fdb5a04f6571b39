-- Payloads over a TCP connection. Usage: lua5.4 basic_stream.lua HOST PORT

local firth = require "firth"

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2])))
local channel <close> = firth.Channel(stream)

assert(channel:send "Hello RPyC")
print("Response: " .. assert(channel:recv()))
