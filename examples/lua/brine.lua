-- Calls a function of an rpyc service, request by request: rpyc's messages are values in brine.
-- For servers of rpyc 6.0 and later.
-- Usage: lua5.4 brine.lua HOST PORT
local firth = require "firth"

local brine, tuple = firth.brine, firth.brine.tuple

local REQUEST, REPLY = 1, 2                  -- kinds of messages
local GETROOT, CALLATTR = 3, 8               -- what a request asks for
local VALUE, TUPLE, YOURS, MINE = 1, 2, 3, 4 -- what an argument is: a value, or a reference

local stream = assert(firth.SocketStream.connect(arg[1], math.tointeger(arg[2]), { timeout = 10 }))
local channel <close> = firth.Channel(stream)

-- What the server answers: what it is, and the value or the reference. A message is its kind,
-- one byte, and brine of (sequence number, arguments).
local function ask(number, handler, arguments)
  local request = assert(brine.dump(tuple(number, tuple(handler, arguments))))
  assert(channel:send(string.char(REQUEST) .. request))
  local reply = assert(channel:recv())
  local answered, result = assert(brine.load(reply:sub(2))):unpack()
  assert(reply:byte() == REPLY and answered == number, result)
  return result:unpack()
end

local kind, root = ask(0, GETROOT, tuple(VALUE, tuple()))
assert(kind == MINE, "no root")

local none = tuple(VALUE, tuple())
local call = tuple(tuple(YOURS, root), tuple(VALUE, "some_function"), none, none)
local _, answer = ask(1, CALLATTR, tuple(TUPLE, call))
print(root[1] .. " says " .. answer)
