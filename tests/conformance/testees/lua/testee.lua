-- The testee in Lua: does what ../../README.md says on standard input, and answers
-- on standard output.

local firth = require "firth"

local channel, codec

local function options_of(words)
  local options = { limits = {} }
  for word in words:gmatch "%S+" do
    local name, value = word:match "^([%w_.]+)=(%d+)$"
    local limit = name:match "^limits%.(%w+)$"
    local place = limit and options.limits or options
    place[limit or name] = math.tointeger(value)
  end
  if options.compress then
    options.compress = options.compress ~= 0
  end
  return options
end

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

local function data(kind)
  return function(result, message, code)
    if result then
      return ("%s %d\n"):format(kind, #result), result
    end
    return code and failure(message, code) or "more\n"
  end
end

local payload, frame = data "payload", data "bytes"

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
  channel = firth.Channel(stream, options_of(words))
  return "ok\n"
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
  close = function() return done(channel:close()) end,
  codec = function(words)
    codec = firth.FrameCodec(options_of(words))
    return "ok\n"
  end,
  encode = function(length) return frame(codec:encode(bytes(length))) end,
  feed = function(length) return done(codec:feed(bytes(length))) end,
  decode = function() return payload(codec:decode()) end,
  ["end"] = function() return done(codec:end_()) end,
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
