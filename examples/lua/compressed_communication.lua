-- Large data to a peer that answers each payload with itself, compressed as well as zlib can.
-- Usage: lua5.4 compressed_communication.lua HOST PORT

local firth = require "firth"

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2])))
local channel <close> = firth.CompressedChannel(stream, 9)

local numbers = {}
for i = 1, 10000 do
  numbers[i] = i
end
local large_data = table.concat(numbers, " ")

assert(channel:send(large_data))
assert(assert(channel:recv()) == large_data)

local size, sent = #large_data, stream:counters().bytes_written
local saved = 100 - 100 * sent // size
print(("Data: %d bytes, sent as %d bytes, %d %% saved"):format(size, sent, saved))
