-- A thousand small payloads to a peer that answers each with itself: one at a time, in
-- batches, and corked.
--
-- Other than the document's: its loop waits for each answer before it sends the next payload,
-- and then there is never a second one to send along. The later rounds collect the answers
-- afterwards.
--
-- Usage: lua5.4 performance_optimized_streaming.lua HOST PORT

local firth = require "firth"

local PAYLOADS = 1000

local base_stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2])))
local buffered_stream = assert(firth.BufferedStream(base_stream, { buffer_size = 32768 }))
local channel <close> = assert(firth.BatchingChannel(buffered_stream, 20, 0.05))

local function send(i)
  assert(channel:send("operation " .. i))
end

local function receive(i)
  assert(assert(channel:recv()) == "operation " .. i)
end

local function each(...)
  for _, action in ipairs { ... } do
    for i = 1, PAYLOADS do
      action(i)
    end
  end
end

local ways = {
  { "one_at_a_time", function() each(function(i) send(i) receive(i) end) end },
  { "batched", function() each(send, receive) end },
  { "corked", function()
    channel:cork()
    each(send)
    assert(channel:uncork())
    each(receive)
  end },
}

for _, way in ipairs(ways) do
  local name, go = way[1], way[2]
  local before = base_stream:counters()
  go()
  local after = base_stream:counters()
  print(("%s: %d payloads, %d writes, %d reads"):format(
    name, PAYLOADS, after.write_calls - before.write_calls, after.read_calls - before.read_calls))
end
