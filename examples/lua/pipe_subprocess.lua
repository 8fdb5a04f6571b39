-- A child process as the peer: payloads over its standard input and output.
-- Usage: lua5.4 pipe_subprocess.lua COMMAND ARGUMENT...
--
-- The document makes a pair of pipes for this, which is two streams and starts nothing.

local firth = require "firth"

local stream = assert(firth.create_pipe_stream({ table.unpack(arg) }))
local channel <close> = firth.Channel(stream)

assert(channel:send "Hello RPyC")
print("Response: " .. assert(channel:recv()))
assert(channel:finish()) -- closes the child's input, and waits for its end
print("exit status " .. assert(stream:exit_status()))
