-- The testee in Lua: does what ../../README.md says on standard input, and answers
-- on standard output.

package.path = arg[0]:gsub("[^/]*$", "?.lua;") .. package.path

local firth = require "firth"
local notation = require "brine_notation"

local channel, codec

local function unhex(digits)
  return (digits:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end))
end

-- How the value of an option is read; the others are integers.
local kinds = {
  preset = tostring,
  key = unhex,
  batch_timeout = tonumber,
  compress = function(value) return value ~= "0" end,
}

local function options_of(words)
  local options = { limits = {} }
  for name, value in words:gmatch "(%S+)=(%S+)" do
    local limit = name:match "^limits%.(%w+)$"
    local place = limit and options.limits or options
    place[limit or name] = (kinds[name] or math.tointeger)(value)
  end
  return options
end

local function take(options, name)
  local value = options[name]
  options[name] = nil
  return value
end

-- By preset; what a constructor takes as an argument of its own is no option there.
local constructors = {
  compressed = function(stream, options)
    local level = take(options, "compression_level") or firth.DEFAULT_COMPRESSION_LEVEL
    return firth.CompressedChannel(stream, level, options)
  end,
  batching = function(stream, options)
    local size = take(options, "batch_size") or firth.DEFAULT_BATCH_SIZE
    local timeout = take(options, "batch_timeout") or firth.DEFAULT_BATCH_TIMEOUT
    return firth.BatchingChannel(stream, size, timeout, options)
  end,
  encrypted = function(stream, options)
    return firth.EncryptedChannel(stream, take(options, "key"), options)
  end,
}

-- The bytes that follow a command's line.
local function bytes(length)
  return length == "0" and "" or io.read(math.tointeger(length))
end

local function failure(message, code)
  return ("error %s %s\n"):format(code, message)
end

local function done(result, message, code)
  return result and "ok\n" or failure(message, code)
end

-- What a call gives; misuse, which is raised, is an error like others.
local function permitted(call, ...)
  local results = table.pack(pcall(call, ...))
  if results[1] then
    return table.unpack(results, 2, results.n)
  end
  return nil, results[2], "invalid"
end

-- `wanting` is the answer when bytes must arrive first, which is nil alone.
local function data(kind, wanting)
  return function(result, message, code)
    if result then
      return ("%s %d\n"):format(kind, #result), result
    end
    return code and failure(message, code) or wanting
  end
end

local payload = data("payload", "more\n")
local frame = data("bytes", "error want_read the peer's hello must come first\n")

local function answer_poll(ready, message, code)
  if ready == nil then
    return failure(message, code)
  end
  return ready and "true\n" or "false\n"
end

local function open(words, stream, message, code)
  if not stream then
    return failure(message, code)
  end
  local options = options_of(words)
  local construct = constructors[take(options, "preset")] or firth.Channel
  channel, message, code = construct(stream, options)
  return done(channel, message, code)
end

-- "LIMIT=VALUE ... LENGTH" as a table and the bytes that follow.
local function limited_bytes(words)
  local options, length = words:match "^(.-)%s*(%d+)$"
  local limits = options_of(options)
  limits.limits = nil
  return limits, bytes(length)
end

local value, brined = data("value"), data("bytes")

-- The value may be nil: what tells a failure is its code.
local function brine_load(words)
  local limits, encoded = limited_bytes(words)
  local loaded, message, code = permitted(firth.brine.load, encoded, limits)
  if code then
    return failure(message, code)
  end
  return value(notation.shown(loaded))
end

local function brine_dump(words)
  local limits, text = limited_bytes(words)
  return brined(permitted(firth.brine.dump, notation.parsed(text), limits))
end

local connect = {}

function connect.unix(words)
  local path, options = words:match "^(%S+)%s*(.*)$"
  return open(options, firth.SocketStream.unix_connect(path))
end

function connect.tcp(words)
  local host, port, options = words:match "^(%S+) (%d+)%s*(.*)$"
  return open(options, firth.SocketStream.connect(host, math.tointeger(port)))
end

local commands = {
  connect = function(words)
    local kind, rest = words:match "^(%w+) (.*)$"
    return connect[kind](rest)
  end,
  send = function(length) return done(channel:send(bytes(length))) end,
  recv = function(timeout) return payload(channel:recv(tonumber(timeout))) end,
  poll = function(timeout) return answer_poll(channel:poll(tonumber(timeout))) end,
  flush = function(timeout) return done(channel:flush(tonumber(timeout))) end,
  cork = function() return done(channel:cork()) end,
  uncork = function(timeout) return done(permitted(channel.uncork, channel, tonumber(timeout))) end,
  corked = function() return channel:corked() and "true\n" or "false\n" end,
  handshake = function(timeout) return done(channel:handshake(tonumber(timeout))) end,
  finish = function(timeout) return done(channel:finish(tonumber(timeout))) end,
  writes = function() return ("number %d\n"):format(channel:stream():counters().write_calls) end,
  close = function() return done(channel:close()) end,
  codec = function(words)
    local made, message, code = permitted(firth.FrameCodec, options_of(words))
    codec = made
    return done(made, message, code)
  end,
  hello = function() return frame(codec:hello()) end,
  ["encode-end"] = function() return frame(codec:encode_end()) end,
  encode = function(length) return frame(codec:encode(bytes(length))) end,
  feed = function(length) return done(codec:feed(bytes(length))) end,
  decode = function() return payload(codec:decode()) end,
  ["end"] = function() return done(codec:end_()) end,
  ["brine-load"] = brine_load,
  ["brine-dump"] = brine_dump,
  version = function()
    return ("version firth %s, zlib %s, %s\n"):format(firth.version(), firth.zlib_version(),
                                                      _VERSION)
  end,
}

io.stdin:setvbuf "full"
for line in io.lines() do
  local name, words = line:match "^(%S+) ?(.*)$"
  if name == "quit" then
    break
  end
  io.write(commands[name](words))
  io.flush()
end
