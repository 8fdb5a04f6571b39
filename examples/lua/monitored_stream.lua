-- A stream of one's own that tells what goes through another one.
-- Usage: lua5.4 monitored_stream.lua HOST PORT

local firth = require "firth"

local MonitoredStream = {}
MonitoredStream.__index = MonitoredStream

local function monitor(stream)
  return setmetatable({ stream = stream, sent = 0, received = 0, start = os.time() },
                      MonitoredStream)
end

-- What firth's own methods give when they fail is passed on as it is.
function MonitoredStream:read(length)
  local data, message, code = self.stream:read(length)
  if data then
    self.received = self.received + #data
    print(("READ: %d bytes (total: %d)"):format(#data, self.received))
  end
  return data, message, code
end

function MonitoredStream:write(data)
  local written, message, code, count = self.stream:write(data)
  count = written and #data or count
  self.sent = self.sent + count
  print(("WRITE: %d bytes (total: %d)"):format(count, self.sent))
  return written, message, code, count
end

-- The document's has none; with it, firth keeps time-outs when it receives.
function MonitoredStream:poll(timeout)
  return self.stream:poll(timeout)
end

function MonitoredStream:close()
  print(("Stream closed after %d s"):format(os.time() - self.start))
  print(("Total sent: %d bytes"):format(self.sent))
  print(("Total received: %d bytes"):format(self.received))
  return self.stream:close()
end

function MonitoredStream:closed()
  return self.stream:closed()
end

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2])))
local channel <close> = firth.Channel(monitor(stream))

assert(channel:send "Hello RPyC")
print("Response: " .. assert(channel:recv()))
