-- What the tests of the Lua binding share.

local firth = require "firth"
local lu = require "luaunit"
local socket = require "socket"

local fixtures = {}

--- Seconds that nothing here takes unless it is broken.
fixtures.LONG = 60

--- A name for a socket or pipe, at which there is nothing.
function fixtures.free_path()
  local path = os.tmpname()
  os.remove(path)
  return path
end

--- Two connected streams over a unix socket.
function fixtures.unix_pair()
  local path = fixtures.free_path()
  local listener <close> = assert(firth.Listener.unix_listen(path))
  local client = assert(firth.SocketStream.unix_connect(path))
  return client, assert(listener:accept(fixtures.LONG))
end

--- Two connected streams over TCP.
function fixtures.tcp_pair()
  local listener <close> = assert(firth.Listener.listen("127.0.0.1", 0))
  local client = assert(firth.SocketStream.connect("127.0.0.1", listener:port()))
  return client, assert(listener:accept(fixtures.LONG))
end

--- A channel, and the channel at its other end.
function fixtures.channels(options)
  local here, there = fixtures.unix_pair()
  return firth.Channel(here, options), firth.Channel(there, options)
end

--- A channel, and the bare stream at its other end.
function fixtures.channel_and_stream(options)
  local here, there = fixtures.unix_pair()
  return firth.Channel(here, options), there
end

--- How many system calls a channel's stream has made for writing.
function fixtures.writes(channel)
  return channel:stream():counters().write_calls
end

--- Something for a `<close>` variable that closes all of these.
function fixtures.closing(...)
  local objects = { ... }
  return setmetatable({}, { __close = function()
    for _, object in ipairs(objects) do
      object:close()
    end
  end })
end

--- Fails unless the results are `nil, message, code`.
function fixtures.assert_fails(code, result, message, actual, ...)
  lu.assertNil(result)
  lu.assertEquals(actual, code)
  lu.assertIsString(message)
  lu.assertNotEquals(message, "")
  return ...
end

--- Passes the results of a failed call on, unless its text has any of the secrets in it.
function fixtures.telling_none_of(secrets, result, message, ...)
  lu.assertNil(result)
  for _, secret in ipairs(secrets) do
    lu.assertNotStrContains(message, secret)
  end
  return result, message, ...
end

--- The result of a call that may only run out of time.
function fixtures.assert_done(result, message, code)
  if not result then
    lu.assertEquals(code, "timeout", message)
  end
  return result
end

--- Fails unless the call raises an error whose text has `part` in it.
function fixtures.assert_misuse(part, call, ...)
  local well, problem = pcall(call, ...)
  lu.assertFalse(well, "this should have been refused")
  lu.assertStrContains(problem, part)
end

--- The next payload of one channel, while the other finishes sending what it has taken.
function fixtures.recv_while(receiver, sender)
  while true do
    local payload, message, code = receiver:recv(0)
    if payload then
      return payload
    end
    lu.assertEquals(code, "timeout", message)
    fixtures.assert_done(sender:flush(0))
  end
end

--- How many descriptors below 256 this process has open, without what only waits to be collected.
function fixtures.descriptors()
  collectgarbage()
  collectgarbage()
  local count = 0
  for number = 0, 255 do
    local file = io.open("/proc/self/fdinfo/" .. number)
    if file then
      file:close()
      count = count + 1
    end
  end
  return count
end

--- Waits until the condition holds: what another process or thread does.
function fixtures.wait_until(condition)
  local give_up = socket.gettime() + fixtures.LONG
  while not condition() do
    lu.assertTrue(socket.gettime() < give_up, "this does not come to pass")
  end
end

--- Frees what nothing refers to; twice, as finalisers let go of other objects.
function fixtures.collect()
  collectgarbage()
  collectgarbage()
end

local function make_noise(length)
  local pieces = {}
  for i = 1, length // 8 do
    pieces[i] = string.pack("j", math.random(0))
  end
  return table.concat(pieces)
end

local noise

--- Bytes that do not compress: what repeats is further apart than deflating can see.
function fixtures.random_bytes(length)
  noise = noise or make_noise(1 << 17)
  local start = math.random(8)
  return noise:rep(length // #noise + 2):sub(start, start + length - 1)
end

local function rpyc_folder(version)
  return (os.getenv "FIRTH_PEERS" or "build/peers") .. "/rpyc-" .. version
end

--- Starts a program of tests/support/peers with this version of rpyc. Returns the
-- address it listens at, as the arguments of `fixtures.connect`, and a function that
-- waits for its end and checks that it was a good one.
function fixtures.start_peer(version, program, ...)
  local command = ("PYTHONPATH='%s' exec '%s' 'tests/support/peers/%s' %s"):format(
    rpyc_folder(version), os.getenv "PYTHON" or "python3", program, table.concat({ ... }, " "))
  local pipe = assert(io.popen(command))
  local line = pipe:read "l" or error("the peer says nothing: " .. command)
  local address = {}
  for word in line:gmatch "%S+" do
    address[#address + 1] = word
  end
  return address, function()
    lu.assertTrue(pipe:close(), "the peer ended badly")
  end
end

--- A stream to what `listening unix PATH` or `listening tcp HOST PORT` says.
function fixtures.connect(address)
  if address[2] == "unix" then
    return assert(firth.SocketStream.unix_connect(address[3]))
  end
  return assert(firth.SocketStream.connect(address[3], math.tointeger(address[4])))
end

--- A socket that is bound and does not listen, so that its port refuses and nobody else takes
-- it; and that port.
function fixtures.refusing_port()
  local bound = assert(socket.tcp4())
  assert(bound:bind("127.0.0.1", 0))
  return bound, math.tointeger(select(2, bound:getsockname()))
end

return fixtures
