-- Three payloads in one write, to a peer that answers each with itself.
-- Usage: lua5.4 channel_options.lua HOST PORT
local firth = require "firth"

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2]), { timeout = 10 }))
local channel <close> = assert(firth.Channel(stream, {
  compression_level = 6, batch_size = 20, batch_timeout = 0.05,
  limits = { frame = 1 << 20, inflated = 4 << 20 },
}))

channel:cork()
for _, payload in ipairs { "one", "two", ("three"):rep(1000) } do
  assert(channel:send(payload))
end
assert(channel:uncork())
for _ = 1, 3 do
  print(#assert(channel:recv(10)) .. " bytes")
end
print(stream:counters().write_calls .. " write")
