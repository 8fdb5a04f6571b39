-- Sends one payload to a peer that answers each payload with itself.
-- Usage: lua5.4 hello.lua HOST PORT
local firth = require "firth"

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2])))
local channel <close> = firth.Channel(stream)

assert(channel:send("hello, brine"))
print(assert(channel:recv()))
