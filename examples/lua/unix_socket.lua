-- Payloads over a unix socket. Usage: lua5.4 unix_socket.lua PATH

local firth = require "firth"

local channel <close> = firth.Channel(assert(firth.create_unix_stream(arg[1])))

assert(channel:send "Hello RPyC")
print("Response: " .. assert(channel:recv()))
