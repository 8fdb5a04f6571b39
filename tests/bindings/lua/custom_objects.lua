-- Objects that are streams because of their methods, for the tests to give to firth.

local objects = {}

-- An object whose methods are those of `class`, and are noted in `object.calls`.
local function new(class, fields)
  local object = fields or {}
  object.calls = {}
  return setmetatable(object, { __index = class })
end

local function note(self, name)
  self.calls[#self.calls + 1] = name
end

local Memory = {}

function Memory:read(length)
  note(self, "read")
  self.asked = length
  local data = self.incoming:sub(1, length)
  self.incoming = self.incoming:sub(#data + 1)
  return data
end

function Memory:write(data)
  note(self, "write")
  self.outgoing[#self.outgoing + 1] = data
end

function Memory:close()
  note(self, "close")
  self.is_closed = true
end

function Memory:closed()
  return self.is_closed
end

--- What a stream owes and nothing more: reads `incoming` to its end, and keeps each
-- write in `outgoing`. `methods` replace its own.
function objects.memory(incoming, methods)
  local class = setmetatable(methods or {}, { __index = Memory })
  return new(class, { incoming = incoming or "", outgoing = {}, is_closed = false })
end

local Over = {}

function Over:read(length)
  return self.stream:read_some(length)
end

function Over:write(data)
  self.stream:write(data)
end

function Over:close()
  note(self, "close")
  self.stream:close()
end

function Over:closed()
  return self.stream:closed()
end

--- One over a stream of firth's that cannot poll.
function objects.over(stream, methods)
  return new(setmetatable(methods or {}, { __index = Over }), { stream = stream })
end

--- One that can also wait, and has a descriptor.
function objects.polling_over(stream)
  return objects.over(stream, {
    poll = function(self, timeout) return self.stream:poll(timeout) end,
    fileno = function(self) return self.stream:fileno() end,
  })
end

local Monitored = {}
Monitored.__index = Monitored

function Monitored:read(length)
  local data, message, code = self.stream:read_some(length)
  self.received = self.received + #(data or "")
  return data, message, code
end

function Monitored:write(data)
  local ok, message, code, count = self.stream:write(data)
  self.sent = self.sent + (ok and #data or count)
  return ok, message, code, count
end

function Monitored:poll(timeout)
  return self.stream:poll(timeout)
end

function Monitored:close()
  return self.stream:close()
end

function Monitored:closed()
  return self.stream:closed()
end

function Monitored:fileno()
  return self.stream:fileno()
end

--- Counts what goes through a stream of firth's, and passes its failures on.
function objects.monitored(stream)
  return setmetatable({ stream = stream, sent = 0, received = 0 }, Monitored)
end

--- The same, after a line with a token that the peer has to accept.
function objects.authenticated(stream, token)
  assert(stream:write(token .. "\n"))
  if stream:read(3) ~= "OK\n" then
    stream:close()
    error "authentication failed"
  end
  return objects.monitored(stream)
end

return objects
