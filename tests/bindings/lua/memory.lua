-- What memory.c runs while Lua's memory runs out; `arm` is its.

local firth = require "firth"

local here, there = firth.PipeStream.create_pair()
local sender, receiver = firth.Channel(here), firth.Channel(there)
local big, compressible = ("0123456789abcdef"):rep(1250), ("x"):rep(60000)
local path = os.tmpname()

local function exchange()
  sender:send "small"
  receiver:recv()
  sender:send(compressible)
  receiver:recv()
  sender:set_compress(false)
  sender:send(big)
  receiver:recv()
  receiver:recv(0)
  here:counters()
  here:write "four"
  there:read(4)
end

local function convert()
  local codec = firth.FrameCodec()
  codec:feed(codec:encode(compressible))
  codec:decode()
  codec:end_()
end

local function open_and_lose()
  local first, second = firth.PipeStream.create_pair()
  local scoped <close> = first
  firth.Channel(firth.BufferedStream(second))
  firth.SocketStream.unix_connect "/nowhere/at/all"
  pcall(firth.SocketStream, io.stdout)
  local file = io.open(path, "r+")
  firth.PipeStream(file, file):close()
end

local function lay_over_an_object()
  local near, far = firth.PipeStream.create_pair()
  local object = { closed = false, close = print }
  function object:read(length)
    return near:read_some(length)
  end
  function object:write(data)
    near:write(data)
  end
  function object:poll(timeout)
    return near:poll(timeout)
  end
  local stream = firth.BufferedStream(object)
  stream:write "asked"
  far:write "said"
  stream:read(4, 5)
  stream:flush()
  far:read(5)
  object.read = error
  pcall(stream.read, stream, 1)
end

local function go_through_a_tunnel()
  local near, far = firth.PipeStream.create_pair()
  local stream = firth.TunneledSocketStream(near, { tun = { close = function(self)
    error(self)
  end } })
  stream:set_tun(setmetatable({}, { __index = stream:tun() }))
  far:write "said"
  stream:read(4)
  pcall(stream.close, stream)
end

local function start_a_child()
  local child = firth.create_pipe_stream({ "cat" }, { env = { NAME = "value" }, cwd = "/" })
  if child then
    child:write "said"
    child:read(4)
    child:finish()
    child:exit_status()
  end
end

local function speak_tls()
  local near = firth.PipeStream.create_pair()
  local stream = firth.TLSStream.client(near, { cert_reqs = "none", check_hostname = false })
  stream:handshake(0)
end

local key = ("k"):rep(32)

local function collect_and_compress()
  local near, far = firth.PipeStream.create_pair()
  local channel = firth.CompressedChannel(near, 9, { limits = { queue = 100000 } })
  channel:cork()
  channel:send(compressible)
  channel:send(big)
  channel:uncork()
  pcall(channel.uncork, channel)
  firth.Channel(far):recv()
end

local function batch()
  local near, far = firth.PipeStream.create_pair()
  local channel = firth.BatchingChannel(near, 2, 0)
  channel:send "one"
  channel:send "two"
  channel:send "three"
  firth.Channel(far):recv()
  firth.BatchingChannel({ read = print, write = print, close = print, closed = false })
  firth.BatchingChannel(far, 10, 60):send "never"
end

local function encrypt()
  local near, far = firth.PipeStream.create_pair()
  local channel = firth.EncryptedChannel(near, key, { compress = true })
  local other = firth.EncryptedChannel(far, key)
  channel:send(compressible)
  other:recv()
  channel:finish(5)
  other:recv()
  pcall(firth.EncryptedChannel, near, "short")
end

local function encrypt_bytes()
  local one, two = firth.FrameCodec { key = firth.generate_key() }, firth.FrameCodec { key = key }
  one:encode "too early"
  one:feed(two:hello())
  two:feed(one:hello())
  one:decode()
  two:decode()
  two:feed(one:encode "sealed" .. one:encode_end())
  two:decode()
end

local brine = firth.brine
local brined = brine.tuple("text", brine.bytes "bytes", brine.frozenset(1, 2.5, brine.tuple(nil)),
                           brine.slice(1, nil, 2), brine.integer(("9"):rep(30)), brine.Ellipsis)

local function speak_brine()
  local encoded = brine.dump(brined, { depth = 10 })
  local loaded = brine.load(encoded)
  assert(loaded == brined)
  tostring(loaded)
  brine.load "\x1a\x13\x51\x11\x51\x52\x51\x11\x51\x52"
  brine.load(encoded .. "\0")
  brine.dumpable(brine.tuple(brined, "\255"))
  pcall(brine.dump, brine.tuple_of { 1, brine.tuple(print) })
  brine.frozenset(loaded:unpack()):contains(brined[3])
end

function work()
  arm()
  exchange()
  convert()
  open_and_lose()
  lay_over_an_object()
  go_through_a_tunnel()
  start_a_child()
  speak_tls()
  collect_and_compress()
  batch()
  encrypt()
  encrypt_bytes()
  speak_brine()
end

-- The same channel still works, whatever was left in it.
function verify()
  os.remove(path)
  collectgarbage()
  assert(sender:send "after")
  for _ = 1, 10 do
    if receiver:recv(5) == "after" then
      return
    end
  end
  error "the payload did not arrive"
end
