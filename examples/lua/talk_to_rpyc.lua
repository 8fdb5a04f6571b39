-- Talks to real rpyc: requests to a server, payloads to an echo.
--
-- Usage: lua5.4 talk_to_rpyc.lua SERVER DIALECT ECHO
--   SERVER   an rpyc server: tcp:HOST:PORT or unix:PATH
--   DIALECT  5 or 6, the major version of its rpyc
--   ECHO     a peer that answers each payload with itself

local firth = require "firth"
local gettime = require "socket".gettime -- luasocket's, for the clock alone

local function connect(address)
  local path = address:match "^unix:(.+)$"
  if path then
    return firth.Channel(assert(firth.SocketStream.unix_connect(path)))
  end
  local host, port = address:match "^tcp:(.+):(%d+)$"
  assert(host, "an address is tcp:HOST:PORT or unix:PATH")
  return firth.Channel(assert(firth.SocketStream.connect(host, math.tointeger(port))))
end

---- rpyc's messages, written in brine --------------------------------------------

-- Brine: \x02 is the empty tuple, \x10 \x11 \x12 begin tuples of one, two and three,
-- \x50 \x51 ... are the integers 0, 1, ..., \x08\x0e and a length begin a string.
local REQUEST, REPLY = 1, 2

-- A message is (kind, sequence number, arguments); from 6.0 on the kind is one byte
-- before the brine.
local message = {
  ["5"] = function(kind, rest) return "\x12" .. string.char(0x50 + kind) .. rest end,
  ["6"] = function(kind, rest) return string.char(kind) .. "\x11" .. rest end,
}

-- A request's arguments: (handler, (1, (...))), 1 for "these are values".
local GETROOT = "\x11\x53\x11\x51\x02"                       -- handler 3, ()
local PING = "\x11\x51\x11\x51\x10\x08\x0e\x0bmeets brine"   -- handler 1, ("meets brine",)
-- A reply's: (4, (name, two ids)) for a reference, (1, value) for a value.
local ROOT = "\x11\x54\x12"
local PONG = "\x11\x51\x08\x0e\x0bmeets brine"

local function talk(server, write)
  local channel <close> = connect(server)

  assert(channel:send(write(REQUEST, "\x50" .. GETROOT)))
  local root, expected = assert(channel:recv()), write(REPLY, "\x50" .. ROOT)
  assert(root:sub(1, #expected) == expected, "getroot: an unexpected reply")
  print "getroot ok"

  assert(channel:send(write(REQUEST, "\x51" .. PING)))
  assert(assert(channel:recv()) == write(REPLY, "\x51" .. PONG), "ping: an unexpected reply")
  print "ping ok"
end

---- Payloads of all sizes ----------------------------------------------------------

local sizes = { 0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1048576, 4194304 }

local function text(size)
  local line = "firth meets brine\n"
  return line:rep(size // #line + 1):sub(1, size)
end

local function random(size)
  local pieces = {}
  for i = 1, size // 8 + 1 do
    pieces[i] = string.pack("j", math.random(0))
  end
  return table.concat(pieces):sub(1, size)
end

local function echo(channel, kind, payload)
  assert(channel:send(payload))
  assert(assert(channel:recv()) == payload, "echo: another payload came back")
  print(("echo %s %d ok"):format(kind, #payload))
end

-- The median of 2000 round trips of 16 bytes, in microseconds.
local function round_trip(channel)
  local payload, times = random(16), {}
  for i = -199, 2000 do
    local start = gettime()
    assert(channel:send(payload))
    assert(channel:recv())
    if i > 0 then
      times[i] = gettime() - start
    end
  end
  table.sort(times)
  return (times[1000] + times[1001]) / 2 * 1e6
end

local function exchange(peer)
  local channel <close> = connect(peer)
  for _, size in ipairs(sizes) do
    echo(channel, "text", text(size))
    echo(channel, "random", random(size))
  end
  print(("round_trip_us %.1f"):format(round_trip(channel)))
end

local function main(server, dialect, peer)
  assert(peer and message[dialect], "usage: talk_to_rpyc.lua SERVER 5|6 ECHO")
  talk(server, message[dialect])
  exchange(peer)
end

local well, problem = pcall(main, table.unpack(arg))
if not well then
  io.stderr:write(tostring(problem), "\n")
  os.exit(false, true)
end
